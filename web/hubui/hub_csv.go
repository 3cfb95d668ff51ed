package hubui

import (
	"net/http"

	"passnum/internal/sheet"
	"passnum/web/httpx"
)

func (h *Handlers) pointsCSV(w http.ResponseWriter, r *http.Request) error {
	f, err := h.read(r)
	if err != nil {
		return err
	}
	return httpx.CSV(w, "points.csv", func(w http.ResponseWriter) error {
		out := sheet.NewWriter(w)
		if err := out.Header("Point", "Aiguilleur", "Commune", "Référent", "Téléphone", "Courriel", "En route", "En stock", "Remis", "Entamés"); err != nil {
			return err
		}
		for _, p := range f.Points {
			if err := out.Row(sheet.Text(p.Name), sheet.Text(p.Aiguilleur), sheet.Text(p.Town), sheet.Text(p.Referent), sheet.Text(p.Phone), sheet.Text(p.Email),
				sheet.Int(p.Expected), sheet.Int(p.InStock), sheet.Int(p.HandedOver), sheet.Int(p.Started)); err != nil {
				return err
			}
		}
		return out.Flush()
	})
}

func (h *Handlers) structuresCSV(w http.ResponseWriter, r *http.Request) error {
	f, err := h.read(r)
	if err != nil {
		return err
	}
	return httpx.CSV(w, "structures.csv", func(w http.ResponseWriter) error {
		out := sheet.NewWriter(w)
		if err := out.Header("Structure", "Commune", "Lieux", "Chèques pris"); err != nil {
			return err
		}
		for _, s := range f.Structures {
			if err := out.Row(sheet.Text(s.Name), sheet.Text(s.Town), sheet.Int(s.Places), sheet.Int(s.ChequesUsed)); err != nil {
				return err
			}
		}
		return out.Flush()
	})
}
