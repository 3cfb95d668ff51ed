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
	rows := []ui.SummaryRow{{Key: "Avoir", Value: number}, {Key: "Montant", Value: c.Avoir().String()}}
	if v.own && v.d.TakenBack != 0 {
		rows = append(rows, ui.SummaryRow{Key: "Repris sur des paiements", Value: takenBack(v)})
	}
	rows = append(rows, ui.SummaryRow{Key: "Reste à rendre", Value: left(v)}, ui.SummaryRow{Key: "Rendu à", Value: refundedTo(v)})
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

// takenBack is what incidents took back from structures, and what of it the
// statement could not know.
func takenBack(v detailView) string {
	text := v.d.TakenBack.String() + ", en plus"
	if since := v.d.TakenBack - v.d.Closing.Figures.TakenBack; since != 0 {
		text += ", dont " + since.String() + " depuis l’état"
	}
	return text
}

// refundedTo is who gets the money.
func refundedTo(v detailView) string {
	if len(v.d.Closing.Figures.Shares) < 2 {
		return v.d.Commanditaire
	}
	return v.d.Commanditaire + ", qui remet à chaque financeur sa part"
}

// left is what is still owed back, and how much of it is on its way.
func left(v detailView) string {
	if on := v.d.OwedCents - v.d.Owed; on > 0 {
		return v.d.OwedCents.String() + ", dont " + on.String() + " en cours"
	}
	return v.d.OwedCents.String()
}

func or(first, second string) string {
	if first != "" {
		return first
	}
	return second
}
