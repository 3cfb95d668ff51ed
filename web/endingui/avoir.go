package endingui

import (
	"passnum/internal/ending"
	"passnum/web/ui"
)

// avoirRows says what comes back, and what was decided of it.
func avoirRows(v detailView) []ui.SummaryRow {
	c := v.d.Closing
	number := c.AvoirNumber
	if number == "" {
		number = "Aucun"
	}
	rows := []ui.SummaryRow{{Key: "Avoir", Value: number}, {Key: "Montant", Value: c.Avoir().String()}, {Key: "Reste à rendre", Value: v.d.Owed.String()}}
	if c.Wish != "" {
		wish := "Remboursement"
		if c.Wish == ending.Carried {
			wish = "Report sur une autre commande"
			for _, o := range v.d.ToFund {
				if c.WishOrderID != nil && o.ID == *c.WishOrderID {
					wish = "Report sur la commande " + o.Number
				}
			}
		}
		rows = append(rows, ui.SummaryRow{Key: "Choix du commanditaire", Value: wish + " (" + c.WishedByName + ")"})
	}
	return rows
}

func or(first, second string) string {
	if first != "" {
		return first
	}
	return second
}
