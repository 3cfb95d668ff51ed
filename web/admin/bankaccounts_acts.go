package admin

import (
	"net/http"

	"github.com/go-chi/chi/v5"

	"passnum/internal/fault"
	"passnum/internal/french"
	"passnum/internal/structure"
	"passnum/web/httpx"
	"passnum/web/ui"
	"passnum/web/ui/format"
	"passnum/web/urls"
)

// importMatches reads the answers of the bank; what could not be read is listed
// on the page that answers.
func (h *BankAccountHandlers) importMatches(w http.ResponseWriter, r *http.Request) error {
	form, err := httpx.Form(r)
	if err != nil {
		return err
	}
	upload, chosen, err := form.File("fichier")
	if err != nil {
		return err
	}
	if !chosen {
		return h.renderList(w, r, http.StatusUnprocessableEntity, nil, fault.Field("fichier", "Choisissez un fichier."))
	}
	done, err := h.Structures.ImportMatches(r.Context(), httpx.Actor(r), upload.Content)
	if refusal, ok := fault.ForForm(err); ok {
		return h.renderList(w, r, httpx.Status(refusal.Kind), nil, refusal)
	}
	if err != nil {
		return err
	}
	said := format.Count(done.Applied, "réponse enregistrée", "réponses enregistrées") + ", " + format.Count(done.Same, "déjà connue", "déjà connues")
	if len(done.Problems) == 0 {
		httpx.Flash(r, ui.Good, said+".")
		return httpx.SeeOther(w, r, urls.AdminBankAccounts())
	}
	const most = 50
	result := &importView{Title: said + ", " + format.Count(len(done.Problems), "ligne ignorée", "lignes ignorées"), Problems: done.Problems[:min(most, len(done.Problems))]}
	return h.renderList(w, r, http.StatusOK, result, nil)
}

func (h *BankAccountHandlers) decide(w http.ResponseWriter, r *http.Request) error {
	id, err := httpx.PathUUID(r, "id")
	if err != nil {
		return err
	}
	account, err := httpx.PathUUID(r, "compte")
	if err != nil {
		return err
	}
	form, err := httpx.Form(r)
	if err != nil {
		return err
	}
	ctx, actor, said := r.Context(), httpx.Actor(r), ""
	switch chi.URLParam(r, "acte") {
	case "confirmer":
		said, err = "Le compte est confirmé. Il prend effet dès que le délai de 72 heures est passé.", h.Structures.ConfirmAccountByCall(ctx, actor, id, account, form.Get("note"))
	case "refuser":
		said, err = "Le changement est refusé. La structure est prévenue.", h.Structures.RefuseAccountByCall(ctx, actor, id, account, form.Get("note"))
	case "titulaire":
		said, err = "La réponse de la banque est enregistrée.", h.Structures.RecordMatch(ctx, actor, id, account, structure.Verification{Result: structure.Match(form.Get("resultat")), Name: form.Get("nom")})
	case "accepter":
		said, err = "Le titulaire est accepté\u00a0: les paiements ne sont plus retenus pour cela.", h.Structures.AcceptMatch(ctx, actor, id, account, form.Get("motif"))
	default:
		return httpx.ErrNotFound
	}
	if refusal, ok := fault.ForForm(err); ok {
		return h.renderAccounts(w, r, httpx.Status(refusal.Kind), form, refusal)
	}
	if err != nil {
		return err
	}
	httpx.Flash(r, ui.Good, said)
	return httpx.SeeOther(w, r, urls.AdminStructureAccounts(id))
}

// matchOptions are the answers of a bank, as radios.
func matchOptions(chosen string) []ui.Option {
	options := make([]ui.Option, 0, len(structure.Matches))
	hints := map[structure.Match]string{structure.MatchYes: "RCVC", structure.MatchClose: "RVMC, la banque propose un nom", structure.MatchNo: "RVNM", structure.MatchUnavailable: "RVNA"}
	for _, m := range structure.Matches {
		options = append(options, ui.Option{Value: string(m), Label: french.Capital(m.Label()), Hint: hints[m]})
	}
	return ui.Selected(options, chosen)
}
