package public

import (
	"net/http"

	"passnum/internal/money"
	"passnum/internal/reporting"
	"passnum/internal/sheet"
	"passnum/web/httpx"
)

// statisticsCSV writes the published figures; a hidden count is an empty cell.
func (h *Handlers) statisticsCSV(w http.ResponseWriter, r *http.Request) error {
	n, err := h.Reports.National(r.Context())
	if err != nil {
		return err
	}
	return httpx.CSV(w, "statistiques-pass-numerique.csv", func(w http.ResponseWriter) error { return writeStatistics(sheet.NewWriter(w), n) })
}

func writeStatistics(out *sheet.Writer, n reporting.National) error {
	if err := out.Header("Indicateur", "Valeur", "Unité", "Calculé le"); err != nil {
		return err
	}
	type row struct {
		name string
		cell sheet.Cell
		unit string
	}
	rows := []row{
		{"Carnets remis", count(n.Carnets), "carnets"}, {"Chèques utilisés", count(n.Cheques), "chèques"}, {"Séances", count(n.Seances), "séances"},
		{"Structures qualifiées", count(n.Structures), "structures"}, {"Lieux publiés", count(n.Places), "lieux"}, {"Communes avec un lieu", count(n.Communes), "communes"},
		{"Fonds reçus", cents(n.Received), "euros"}, {"En circulation", cents(n.Circulation), "euros"}, {"À payer", cents(n.Payable), "euros"},
		{"En cours de virement", cents(n.InTransit), "euros"}, {"Payés", cents(n.Paid), "euros"}, {"À rendre aux commanditaires", cents(n.Credit), "euros"},
		{"Compte dédié", cents(n.Bank), "euros"}, {"Dus", cents(n.Owed), "euros"},
	}
	for _, m := range n.Months {
		rows = append(rows, row{"Chèques utilisés en " + m.Month.Format("2006-01"), count(m.Cheques), "chèques"})
	}
	for _, r := range rows {
		if err := out.Row(sheet.Text(r.name), r.cell, sheet.Text(r.unit), sheet.Time(n.ComputedAt)); err != nil {
			return err
		}
	}
	return out.Flush()
}

func count(n int64) sheet.Cell {
	if n == reporting.Masked {
		return sheet.Cell{}
	}
	return sheet.Int(n)
}

func cents(c money.Cents) sheet.Cell { return sheet.Money(c) }
