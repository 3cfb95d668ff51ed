package aiguilleur

import (
	"net/http"
	"strconv"

	"github.com/a-h/templ"

	"passnum/internal/distribution"
	"passnum/internal/fault"
	"passnum/internal/identity"
	"passnum/web/httpx"
	"passnum/web/ui"
	"passnum/web/ui/format"
)

type stockCard struct {
	title      string
	note       string
	tag        templ.Component
	table      ui.TableArgs
	spans      []stockSpans
	started    []ui.Line
	thresholds []thresholdView
	low        bool
}

type stockSpans struct {
	title string
	lines []string
}

// thresholdView is the form that says when a stock is low.
type thresholdView struct {
	id, label, value              string
	commanditaire, order, pointID string
}

func (h *Handlers) stock(w http.ResponseWriter, r *http.Request) error { return h.showStock(w, r, nil) }

func (h *Handlers) showStock(w http.ResponseWriter, r *http.Request, refusal *fault.Error) error {
	actor := httpx.Actor(r)
	stocks, err := h.Network.Stocks(r.Context(), actor)
	if err != nil {
		return err
	}
	var cards []stockCard
	for _, s := range stocks {
		if s.Point.Open() || len(s.Lines) > 0 {
			started, err := h.Network.StartedCarnets(r.Context(), actor, s.Point.ID)
			if err != nil {
				return err
			}
			card := newStockCard(s, actor.Can(identity.HandOver))
			card.started = startedLines(started, s.Point.ID)
			cards = append(cards, card)
		}
	}
	p := httpx.Page(r, "Stock")
	status := http.StatusOK
	if refusal != nil {
		p.Errors, status = ui.ErrorsFrom(refusal), httpx.Status(refusal.Kind)
	}
	return httpx.Render(w, r, status, stockPage(p, cards))
}

func newStockCard(s distribution.Stock, may bool) stockCard {
	card := stockCard{
		title: s.Point.Name, note: format.Count(s.InStock(), "carnet à remettre", "carnets à remettre"), tag: ui.Tag(ui.Good, "ouvert"),
		table: ui.TableArgs{Caption: "Stock de " + s.Point.Name, HideCaption: true, Columns: ui.Columns("Commande", "#En stock", "#En route", "#En écart", "#Remis", "#Bloqués", "État"),
			Empty: ui.EmptyArgs{Title: "Aucun carnet", Body: "Les carnets entrent en stock quand vous confirmez la réception d’un colis."}},
	}
	switch {
	case !s.Point.Open():
		card.tag = ui.Tag(ui.Neutral, "fermé")
	case s.Low():
		card.tag, card.low = ui.Tag(ui.Warn, "stock bas"), may
	}
	for _, l := range s.Lines {
		card.add(s, l, may && s.Point.Open())
	}
	return card
}

func (card *stockCard) add(s distribution.Stock, l distribution.StockLine, may bool) {
	card.table.Rows = append(card.table.Rows, ui.NewRow(
		ui.TwoLines(ui.Text(l.Title), l.Commanditaire+" · "+l.OrderNumber),
		ui.Number(l.InStock), ui.Number(l.Coming), ui.Number(l.Disputed), ui.Number(l.HandedOver), ui.Number(l.Blocked), lineTag(l)))
	if len(l.Ranges) > 0 {
		card.spans = append(card.spans, stockSpans{title: "Numéros en stock, commande " + l.OrderNumber, lines: spanLines(l.Ranges)})
	}
	if !may || l.Received() == 0 {
		return
	}
	t := thresholdView{id: "seuil-" + s.Point.ID.String() + "-" + l.OrderNumber, label: "Commande " + l.OrderNumber, commanditaire: l.CommanditaireID.String(),
		order: l.OrderID.String(), pointID: s.Point.ID.String()}
	if l.Threshold != nil {
		t.value = strconv.Itoa(*l.Threshold)
	}
	card.thresholds = append(card.thresholds, t)
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
	case l.Disputed > 0:
		return ui.Tag(ui.Warn, "écart ouvert")
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
