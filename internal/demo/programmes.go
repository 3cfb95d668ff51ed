package demo

import (
	"context"
	"fmt"
	"time"

	"github.com/google/uuid"

	"passnum/internal/order"
	"passnum/internal/postgres"
	"passnum/internal/programme"
)

// fundProgrammes has the State-like funder open a call; one order is helped and
// billed in three times, another waits for its answer.
func (w *world) fundProgrammes(ctx context.Context) error {
	now := w.clock.now
	defer func() { w.clock.now = now }()
	w.programmes = programme.NewService(programme.Deps{DB: w.db, Queue: w.queue, Orders: w.orders})
	w.clock.now = w.at(-80, 9, 0)
	call, err := w.programmes.Create(ctx, w.actors["finance"], programme.Terms{
		FunderID: w.orgs["etat"], Name: fmt.Sprintf("Appel à projets %d", w.today.Year()), Envelope: 5_000_000, Rate: 3500, OrderCap: 1_500_000,
		Description: "Aider les territoires qui remettent des chèques à des personnes que les guichets accompagnent déjà.",
		LeastFace:   1_000_000, OpensOn: w.today.AddDate(0, 0, -80), ClosesOn: w.today.AddDate(0, 4, 0), Direct: true,
		Kinds: []string{"epci", "departement", "region"}, TargetPublic: "personnes éloignées de l’emploi", Target: 5000,
	})
	if err != nil {
		return err
	}
	helped := &purchase{key: "retour", payer: "agen", title: "Retour à l’emploi", cible: "Demandeurs d’emploi de longue durée", carnets: 300, perCarnet: 5, started: 60,
		until: w.today.AddDate(1, 0, 0), reach: order.ProofProposed, deliveries: map[string]int{"ccasagen": 300},
		spec: func(s *order.Specification) {
			s.Perimeter = mustPerimeter("departements", "47")
			s.Services = []order.ServiceLine{{Kind: order.Engineering, Description: "Lettre aux allocataires, réseau de structures, bilan", Amount: 400_000}}
		}}
	waits := &purchase{key: "aines", payer: "garonne", title: "Aînés des quartiers", cible: "Plus de 65 ans", carnets: 250, perCarnet: 5, started: 12,
		until: w.today.AddDate(1, 0, 0), reach: order.Quoted, deliveries: map[string]int{"toulouse": 250}}
	if err := w.helpOrder(ctx, call, helped); err != nil {
		return fmt.Errorf("order helped by a programme: %w", err)
	}
	if err := w.askFor(ctx, call, waits); err != nil {
		return fmt.Errorf("order that asks a programme: %w", err)
	}
	return nil
}

// askFor prepares an order, asks the programme for its help, then the quote.
func (w *world) askFor(ctx context.Context, call uuid.UUID, p *purchase) error {
	payer := w.actors[p.payer]
	w.clock.now = w.at(-p.started, 10, 0)
	id, err := w.orders.Create(ctx, payer, p.specification(w))
	if err != nil {
		return err
	}
	p.id = id
	if err := w.programmes.Ask(ctx, payer, call, id); err != nil {
		return err
	}
	if p.key == "retour" {
		if err := w.orders.SetPricing(ctx, w.actors["admin"], id, stepPrice); err != nil {
			return err
		}
	}
	if err := w.orders.RequestQuote(ctx, payer, id); err != nil {
		return err
	}
	return w.drain(ctx)
}

// stepPrice is a fee on both sides, and a service paid as it is delivered.
var stepPrice = order.Agreement{
	Pricing: order.Pricing{Fee: order.StandardFee, FeeTax: order.StandardTax, Downstream: 350, HoldDays: 7},
	Services: []order.ServiceTerms{{Kind: order.Engineering, Tax: order.StandardTax, Milestones: []order.Milestone{
		{Label: "À la commande", Rate: 3000, AtOrder: true}, {Label: "Rapport intermédiaire", Rate: 4000}, {Label: "Bilan final", Rate: 3000}}}},
}

// helpOrder leads an order to its proof: agreed by the funder, signed, paid in
// part by it, its first report delivered.
func (w *world) helpOrder(ctx context.Context, call uuid.UUID, p *purchase) error {
	if err := w.askFor(ctx, call, p); err != nil {
		return err
	}
	payer, admin := w.actors[p.payer], w.actors["admin"]
	acts := []func() error{
		func() error { return w.acceptAll(ctx, call) },
		func() error {
			return w.orders.Sign(ctx, payer, p.id, order.Signature{Name: payer.Name, Title: "Directeur de l’insertion", Agreed: true})
		},
		func() error { return w.bill(ctx, p) },
		func() error {
			return w.orders.OpenCadrage(ctx, admin, p.id, "Réunion tenue : public, territoire et lettre validés.")
		},
		func() error { return w.receiveShare(ctx, p) },
		func() error {
			o, err := w.orders.OrderForOperator(ctx, admin, p.id)
			if err != nil {
				return err
			}
			return w.orders.ReportMilestone(ctx, admin, p.id, o.Services[0].Milestones[1].ID, "Lettre et liste des structures remises en comité de pilotage.")
		},
		func() error { return w.bill(ctx, p) },
		func() error { return w.orders.ProposeProof(ctx, admin, p.id, "Première épreuve.") },
	}
	for _, act := range acts {
		w.clock.now = w.clock.now.AddDate(0, 0, 5).Add(23 * time.Minute)
		if err := act(); err != nil {
			return err
		}
		if err := w.drain(ctx); err != nil {
			return err
		}
	}
	return nil
}

func (w *world) acceptAll(ctx context.Context, call uuid.UUID) error {
	page, err := w.programmes.ShowForOperator(ctx, w.actors["finance"], call)
	if err != nil {
		return err
	}
	for _, line := range page.Lines {
		if err := w.programmes.Answer(ctx, w.actors["finance"], call, line.ID, true, ""); err != nil {
			return err
		}
	}
	return nil
}

// receiveShare attests what the funder pays into the dedicated account itself.
func (w *world) receiveShare(ctx context.Context, p *purchase) error {
	o, err := w.orders.OrderForOperator(ctx, w.actors["finance"], p.id)
	if err != nil {
		return err
	}
	for _, due := range o.Payers() {
		if due.PayerID != nil {
			return w.orders.AttestFunds(ctx, w.actors["finance"], p.id, order.Funding{Mandat: "SF-118", Face: due.Face, PayerID: due.PayerID, ReceivedOn: postgres.Day(w.clock.now)})
		}
	}
	return nil
}
