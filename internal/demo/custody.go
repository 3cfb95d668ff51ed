package demo

import (
	"context"
	"fmt"
	"slices"
	"strconv"

	"passnum/internal/carnet"
	"passnum/internal/custody"
	"passnum/internal/distribution"
)

// counted is what a counter declares of a parcel: all of it, but for three
// carnets that never came to Aubusson, whose case is still open.
func (w *world) counted(p *purchase, t custody.Transfer) custody.Reception {
	if p.key != "quartiers" || t.To().PointID == nil || *t.To().PointID != w.points["aubusson"] {
		return custody.Reception{Count: t.Carnets}
	}
	span := t.Spans()[0]
	return custody.Reception{Count: t.Carnets - 3, Missing: carnet.Serial(span.OrderNumber, span.To-2) + " à " + span.Last(), Note: "Le colis est arrivé ouvert d’un côté."}
}

// moveCarnets gives the chain of custody its life of the last days: thresholds,
// a return on its way back, carnets lent by a point to another, a request.
func (w *world) moveCarnets(ctx context.Context) error {
	stocks, err := w.distribution.Stocks(ctx, w.actors["gueret"])
	if err != nil {
		return err
	}
	for _, s := range stocks {
		for _, l := range s.Lines {
			if l.Title != "Seniors et minima sociaux" || l.InStock < 40 {
				continue
			}
			if s.Point.ID == w.points["gueret"] {
				if err := w.passOn(ctx, l.Ranges); err != nil {
					return err
				}
			}
			limit := l.InStock / 2
			if s.Point.ID == w.points["gueret2"] {
				limit = l.InStock + 20
			}
			err := w.custody.SetThreshold(ctx, w.actors["gueret"], custody.Threshold{CommanditaireID: l.CommanditaireID, OrderID: l.OrderID, PointID: s.Point.ID, Carnets: &limit})
			if err != nil {
				return err
			}
		}
	}
	if err := w.askMore(ctx); err != nil {
		return err
	}
	return w.drain(ctx)
}

// passOn sends the last carnets of the first point to the second, and gives ten
// of them back to the commanditaire.
func (w *world) passOn(ctx context.Context, spans []distribution.StockSpan) error {
	last, n := "", 0
	for _, span := range spans {
		from, _ := carnet.NumberOf(span.From)
		if to, _ := carnet.NumberOf(span.To); to-from >= 25 {
			last, n = span.To, to
		}
	}
	if last == "" {
		return nil
	}
	order := "20" + last[1:len(last)-7]
	part := func(from, to int) string { return carnet.Serial(order, from) + " à " + carnet.Serial(order, to) }
	actor, point := w.actors["gueret"], w.points["gueret"]
	w.clock.now = w.at(-1, 16, 10)
	_, err := w.custody.Send(ctx, actor, custody.CounterDesk, custody.Sending{Key: "demo-retour", PointID: point, Destination: string(carnet.AtCommanditaire),
		Serials: part(n-9, n), Count: 10, Giveback: true, Note: "Trop de stock pour la saison."})
	if err != nil {
		return fmt.Errorf("give back: %w", err)
	}
	w.clock.now = w.morning(8, 0)
	_, err = w.custody.Send(ctx, actor, custody.CounterDesk, custody.Sending{Key: "demo-transfert", PointID: point, Destination: w.points["aubusson"].String(),
		Serials: part(n-24, n-10), Count: 15, Note: "Pour l’atelier de jeudi."})
	return err
}

func (w *world) askMore(ctx context.Context) error {
	needs, err := w.custody.Needs(ctx, w.actors["gueret"])
	if err != nil {
		return err
	}
	i := slices.IndexFunc(needs, func(n custody.Need) bool {
		return n.PointID == w.points["gueret2"] && n.CommanditaireID == w.orgs["creuse"]
	})
	if i < 0 {
		return nil
	}
	_, err = w.custody.Ask(ctx, w.actors["gueret"], custody.Asking{Key: "demo-demande-" + strconv.Itoa(i), CommanditaireID: needs[i].CommanditaireID, PointID: needs[i].PointID,
		Count: needs[i].Proposed(), Note: "Deux ateliers de plus par semaine."})
	return err
}
