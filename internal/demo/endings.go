package demo

import (
	"context"
	"encoding/hex"
	"fmt"
	"time"

	"github.com/google/uuid"

	"passnum/internal/carnet"
	"passnum/internal/distribution"
	"passnum/internal/ending"
	"passnum/internal/identity"
	"passnum/internal/invoicing"
	"passnum/internal/mail"
	"passnum/internal/order"
	"passnum/internal/outbox"
	"passnum/internal/postgres"
	"passnum/internal/redemption"
	"passnum/internal/sepa"
)

// endings are small orders that end around today: one closed with its avoir to
// give back, one whose statement waits for the operator, one in tolerance, one
// whose hand-overs are to be stopped.
func (w *world) endings() []*purchase {
	in := func(days int) time.Time { return w.today.AddDate(0, 0, days) }
	return []*purchase{
		{key: "pionniers", payer: "creuse", title: "Premiers carnets", cible: "Habitants de Guéret", carnets: 20, perCarnet: 5, started: 240, until: in(-90),
			reach: order.Active, deliveries: map[string]int{"gueret2": 20}},
		{key: "rentree", payer: "garonne", title: "Rentrée des familles", cible: "Parents d’élèves", carnets: 16, perCarnet: 5, started: 200, until: in(-45),
			reach: order.Active, deliveries: map[string]int{"toulouse": 16}},
		{key: "ete", payer: "agen", title: "Chantiers d’été", cible: "Jeunes en chantier", carnets: 12, perCarnet: 5, started: 150, until: in(-12),
			reach: order.Active, deliveries: map[string]int{"ccasagen": 12}},
		{key: "automne", payer: "creuse", title: "Ateliers d’automne", cible: "Retraités", carnets: 30, perCarnet: 5, started: 130, until: in(14),
			reach: order.Active, deliveries: map[string]int{"aubusson": 30}},
	}
}

// endingPlaces are where the chèques of these orders were used.
var endingPlaces = map[string]string{"pionniers": "mediatheque", "rentree": "mirail", "ete": "tapie", "automne": "tapisserie"}

// planEnding has some carnets of an order given and used, and its end come step
// by step.
func (w *world) planEnding(p *purchase) {
	if w.ends == nil {
		w.ends = w.newEndings()
	}
	first := int(p.until.Sub(w.today).Hours()/24) - 75
	for n := range p.carnets / 2 {
		w.tell(first+n/4, 9+n%4, func(ctx context.Context) error { return w.giveAndServe(ctx, p, n+1) })
	}
	for _, d := range ending.Calendar(p.until) {
		if days := int(d.Day.Sub(w.today).Hours() / 24); days <= 0 {
			w.tell(days, 3, w.ends.Run)
		}
	}
	switch p.key {
	case "pionniers":
		w.tell(-90-15, 10, func(ctx context.Context) error { return w.ends.StopHandOvers(ctx, w.actors[p.payer], p.id, true) })
		w.tell(-90-8, 10, func(ctx context.Context) error { return w.ends.Acknowledge(ctx, w.actors[p.payer], p.id, true) })
		w.tell(-50, 10, func(ctx context.Context) error {
			return w.signEnd(ctx, w.actors[p.payer], ending.ForCommanditaire, p.id)
		})
		w.tell(-49, 11, func(ctx context.Context) error { return w.signEnd(ctx, w.actors["finance"], ending.ForOperator, p.id) })
		w.tell(-40, 11, func(ctx context.Context) error { return w.giveBack(ctx, p) })
	case "rentree":
		w.tell(-3, 10, func(ctx context.Context) error {
			return w.signEnd(ctx, w.actors[p.payer], ending.ForCommanditaire, p.id)
		})
	}
}

func (w *world) newEndings() *ending.Service {
	return ending.NewService(ending.Deps{
		DB: w.db, Orders: w.orders, Issuer: w.orders.Issuer, BaseURL: w.orders.BaseURL, Operator: w.orders.Issuer.Email, CarryIn: w.orders.CarryInTx,
		Debtor: sepa.Debtor{Name: w.orders.Issuer.Name, IBAN: w.orders.Account}, SIRET: w.orders.Issuer.SIRET,
		Post: func(ctx context.Context, tx *postgres.Tx, m mail.Message) error {
			return outbox.Post(ctx, tx, w.queue, m)
		},
		IssueAvoir: func(ctx context.Context, tx *postgres.Tx, actor identity.Actor, a ending.Avoir) (uuid.UUID, string, error) {
			asked := invoicing.Avoir{CommanditaireID: a.CommanditaireID, OrderID: a.OrderID, Face: a.Face, Cheques: a.Cheques, Reason: a.Reason, CauseID: a.CauseID}
			for _, p := range a.Parts {
				asked.Parts = append(asked.Parts, invoicing.Part(p))
			}
			d, err := w.invoices.IssueAvoirInTx(ctx, tx, actor, asked)
			return d.ID, d.Number, err
		},
	})
}

// giveAndServe hands over one carnet and, for two in three, uses three chèques of
// it the same day.
func (w *world) giveAndServe(ctx context.Context, p *purchase, number int) error {
	o, err := w.orderNumber(ctx, p)
	if err != nil {
		return err
	}
	_, at := p.carnetOf(number - 1)
	point := w.points[at.key]
	_, err = w.distribution.HandOver(ctx, w.actors[at.aiguilleur], distribution.Request{Key: uuid.NewString(), Serial: carnet.Serial(o, number), PointID: &point, PublicCategory: "autre"})
	if err != nil {
		return fmt.Errorf("hand over: %w", err)
	}
	if number%3 == 0 {
		return nil
	}
	codes, err := w.codesOf(ctx, p, number)
	if err != nil {
		return err
	}
	place := endingPlaces[p.key]
	id, first, minutes := w.places[place], false, 60
	w.clock.now = w.clock.now.Add(time.Hour)
	_, err = w.redemptions.Redeem(ctx, w.actors[spotOf(place).structure], redemption.Request{
		Key: uuid.NewString(), Codes: []string{codes[0].Clear(), codes[1].Clear(), codes[2].Clear()}, Entries: []int{spotOf(place).entries[0]}, Mode: redemption.Individuel,
		PlaceID: &id, DurationMinutes: &minutes, FirstVisit: &first})
	return err
}

func (w *world) signEnd(ctx context.Context, actor identity.Actor, side ending.Side, id uuid.UUID) error {
	d, err := w.ends.Of(ctx, w.actors["finance"], ending.ForOperator, id)
	if err != nil {
		return err
	}
	if d.Closing == nil {
		return nil
	}
	title := "Directrice de l’inclusion"
	if side == ending.ForOperator {
		title = "Responsable des finances"
	}
	return w.ends.Sign(ctx, actor, side, id, ending.Signature{Title: title, Hash: hex.EncodeToString(d.Closing.DocumentHash), Agreed: true})
}

// giveBack has the commanditaire choose, and finance prepare what administration
// has yet to approve.
func (w *world) giveBack(ctx context.Context, p *purchase) error {
	if err := w.ends.Wish(ctx, w.actors[p.payer], p.id, ending.PaidBack, uuid.Nil); err != nil {
		return err
	}
	_, err := w.ends.PrepareRefund(ctx, w.actors["finance"], p.id, ending.RefundRequest{Kind: ending.PaidBack, Holder: "Paierie départementale de la Creuse", IBAN: "FR7630001007941234567890185"})
	return err
}
