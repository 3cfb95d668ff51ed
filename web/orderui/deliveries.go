package orderui

import (
	"fmt"

	"github.com/a-h/templ"

	"passnum/internal/order"
	"passnum/web/ui"
	"passnum/web/ui/format"
)

// Deliveries is where the carnets go and what became of each parcel.
func Deliveries(o order.Order) ui.TableArgs {
	t := ui.TableArgs{Caption: "Points de livraison", HideCaption: true, Columns: ui.Columns("Point", "#Carnets", "Numéros", "Colis"),
		Empty: ui.EmptyArgs{Title: "Aucun point choisi", Body: "Les carnets partent vers les points dont la convention de mandat est signée."}}
	for _, d := range o.Deliveries {
		t.Rows = append(t.Rows, ui.NewRow(ui.TwoLines(ui.Text(d.PointName), d.AiguilleurName+" · "+d.Town), ui.Number(d.Carnets), ui.Text(numbers(d)), parcel(d)))
	}
	return t
}

func numbers(d order.Delivery) string {
	if d.From == 0 {
		return "—"
	}
	return fmt.Sprintf("%d\u00a0à\u00a0%d", d.From, d.To)
}

func parcel(d order.Delivery) templ.Component {
	switch {
	case d.ReceivedAt != nil && d.Received < d.Carnets:
		return ui.TwoLines(ui.Tag(ui.Warn, "reçu incomplet"), fmt.Sprintf("%d sur %d, le %s", d.Received, d.Carnets, format.ShortDate(*d.ReceivedAt)))
	case d.ReceivedAt != nil:
		return ui.TwoLines(ui.Tag(ui.Good, "reçu"), "le\u00a0"+format.ShortDate(*d.ReceivedAt))
	case d.ShippedAt != nil && d.Tracking != "":
		return ui.TwoLines(ui.Tag(ui.Info, "expédié"), "suivi "+d.Tracking)
	case d.ShippedAt != nil:
		return ui.Tag(ui.Info, "expédié")
	default:
		return ui.Tag(ui.Neutral, "à expédier")
	}
}
