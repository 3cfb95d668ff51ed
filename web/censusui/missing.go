package censusui

import (
	"net/http"

	"passnum/internal/sheet"
	"passnum/internal/structure/census"
	"passnum/web/httpx"
	"passnum/web/ui"
	"passnum/web/ui/format"
	"passnum/web/urls"
)

// missingView is the places that a file no longer lists.
type missingView struct {
	Count int
	Table ui.TableArgs
	CSV   string
	Hide  string // where to ask that they be hidden; empty when one may not
}

// missingShown keeps a page short: the sheet holds them all.
const missingShown = 10

func (h *Handlers) missingOf(r *http.Request, report census.Report) (v missingView, err error) {
	if v.Count = report.Missing; v.Count == 0 || h.side.own {
		return missingView{}, nil
	}
	list, err := h.Census.Missing(r.Context(), httpx.Actor(r), report.ID, missingShown)
	if err != nil {
		return v, err
	}
	self := urls.CensusFile(h.side.home, report.ID)
	v.CSV = self + "/manquants.csv"
	if report.State == census.Applied && httpx.Actor(r).Can(h.side.write) {
		v.Hide = self + "/masquer"
	}
	v.Table = ui.TableArgs{Caption: "Lieux que ce fichier ne liste plus", HideCaption: true, Columns: ui.Columns("Lieu", "Commune", "Mis à jour le")}
	for _, a := range list {
		v.Table.Rows = append(v.Table.Rows, ui.NewRow(ui.TwoLines(ui.Link(a.Name, urls.PublicPlace(a.ID)), a.Source), ui.Text(a.Town), ui.Text(format.Date(a.UpdatedAt))))
	}
	return v, nil
}

// mostMissing is more than any file can lack.
const mostMissing = 100_000

func (h *Handlers) missing(w http.ResponseWriter, r *http.Request) error {
	id, err := httpx.PathUUID(r, "id")
	if err != nil {
		return err
	}
	list, err := h.Census.Missing(r.Context(), httpx.Actor(r), id, mostMissing)
	if err != nil {
		return err
	}
	return httpx.CSV(w, "lieux-qui-ne-sont-plus-listes.csv", func(w http.ResponseWriter) error {
		out := sheet.NewWriter(w)
		if err := out.Header("Identifiant", "Nom", "Commune", "Source", "Mis à jour le"); err != nil {
			return err
		}
		for _, a := range list {
			if err := out.Row(sheet.Text(a.Key), sheet.Text(a.Name), sheet.Text(a.Town), sheet.Text(a.Source), sheet.Date(a.UpdatedAt.In(format.Paris))); err != nil {
				return err
			}
		}
		return out.Flush()
	})
}
