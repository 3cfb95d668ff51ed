package aiguilleur

import (
	"net/http"

	"github.com/a-h/templ"

	"passnum/internal/distribution"
	"passnum/web/httpx"
	"passnum/web/ui"
	"passnum/web/ui/format"
)

type stockCard struct {
	title string
	note  string
	tag   templ.Component
	table ui.TableArgs
	spans []stockSpans
}

type stockSpans struct {
	title string
	lines []string
}

func (h *Handlers) stock(w http.ResponseWriter, r *http.Request) error {
	stocks, err := h.Network.Stocks(r.Context(), httpx.Actor(r))
	if err != nil {
		return err
	}
	var cards []stockCard
	for _, s := range stocks {
		if s.Point.Open() || len(s.Lines) > 0 {
			cards = append(cards, newStockCard(s))
		}
	}
	return httpx.Render(w, r, http.StatusOK, stockPage(httpx.Page(r, "Stock"), cards))
}

func newStockCard(s distribution.Stock) stockCard {
	card := stockCard{
		title: s.Point.Name, note: format.Count(s.InStock(), "carnet à remettre", "carnets à remettre"), tag: ui.Tag(ui.Good, "ouvert"),
		table: ui.TableArgs{Caption: "Stock de " + s.Point.Name, HideCaption: true, Columns: ui.Columns("Commande", "#En stock", "#En route", "#Remis", "#Bloqués", "État"),
			Empty: ui.EmptyArgs{Title: "Aucun carnet", Body: "Les carnets entrent en stock quand vous confirmez la réception d’un colis."}},
	}
	switch {
	case !s.Point.Open():
		card.tag = ui.Tag(ui.Neutral, "fermé")
	case s.Low():
		card.tag = ui.Tag(ui.Warn, "stock bas")
	}
	for _, l := range s.Lines {
		card.table.Rows = append(card.table.Rows, ui.NewRow(
			ui.TwoLines(ui.Text(l.Title), l.Commanditaire+" · "+l.OrderNumber),
			ui.Number(l.InStock), ui.Number(l.Coming), ui.Number(l.HandedOver), ui.Number(l.Blocked), lineTag(l)))
		if len(l.Ranges) > 0 {
			card.spans = append(card.spans, stockSpans{title: "Numéros en stock, commande " + l.OrderNumber, lines: spanLines(l.Ranges)})
		}
	}
	return card
}

// mostSpans bounds what a page lists; a stock is given from one end, so that
// few spans are the rule.
const mostSpans = 40

func spanLines(spans []distribution.StockSpan) []string {
	var lines []string
	for i, s := range spans {
		if i == mostSpans {
			lines = append(lines, "et "+format.Count(len(spans)-i, "autre série", "autres séries"))
			break
		}
		if s.From == s.To {
			lines = append(lines, s.From)
			continue
		}
		lines = append(lines, s.From+" à "+s.To)
	}
	return lines
}

func lineTag(l distribution.StockLine) templ.Component {
	switch {
	case l.OrderState != "active" && l.InStock > 0:
		return ui.Tag(ui.Info, "pas encore activée")
	case l.Coming > 0 && l.InStock == 0 && l.Received() == 0:
		return ui.Tag(ui.Info, "en route")
	case l.Low() && l.InStock == 0:
		return ui.Tag(ui.Neutral, "épuisé")
	case l.Low():
		return ui.Tag(ui.Warn, "stock bas")
	default:
		return ui.Tag(ui.Good, "à remettre")
	}
}
