package hubui

import (
	"context"
	"net/http"

	"github.com/google/uuid"

	"passnum/internal/identity"
	"passnum/internal/proposal"
	"passnum/internal/sheet"
	"passnum/web/httpx"
	"passnum/web/ui/format"
)

// proposalsCSV sends the proposals that read lists, as the filters ask.
func proposalsCSV(w http.ResponseWriter, r *http.Request, read func(context.Context, identity.Actor, proposal.Wanted) ([]proposal.Proposal, error)) error {
	wanted := wantedOf(r)
	wanted.After, wanted.Limit = uuid.Nil, 20_000
	list, err := read(r.Context(), httpx.Actor(r), wanted)
	if err != nil {
		return err
	}
	return httpx.CSV(w, "structures-proposees.csv", func(w http.ResponseWriter) error {
		out := sheet.NewWriter(w)
		if err := out.Header("Structure", "SIRET", "Commune", "Proposée par", "Conseiller numérique", "Commanditaire", "Proposée le", "Étape", "Motif"); err != nil {
			return err
		}
		for _, p := range list {
			by := ""
			if p.ByAdviser {
				by = "oui"
			}
			if err := out.Row(sheet.Text(p.Name), sheet.Text(p.SIRET), sheet.Text(p.Town), sheet.Text(p.Proposer), sheet.Text(by), sheet.Text(p.Commanditaire),
				sheet.Date(p.ProposedAt.In(format.Paris)), sheet.Text(p.Stage.Label()), sheet.Text(p.Reason)); err != nil {
				return err
			}
		}
		return out.Flush()
	})
}
