package demo

import (
	"context"
	"encoding/hex"
	"fmt"
	"time"

	"github.com/google/uuid"

	"passnum/internal/custody"
	"passnum/internal/order"
	"passnum/internal/postgres"
	"passnum/internal/referentiel"
	"passnum/internal/territory"
)

// purchase is one order of the world and how far its story goes.
type purchase struct {
	key, payer, title, cible string
	carnets, perCarnet       int
	started                  int         // days before today
	until                    time.Time   // last day of validity
	reach                    order.State // where it stands today
	spec                     func(*order.Specification)
	deliveries               map[string]int
	handedOver               int // carnets given by today
	places                   []string
	logo                     string // SVG
	id                       uuid.UUID
	number                   string
	invoice                  uuid.UUID // the commanditaire's own, once issued
	billed                   string    // its number
}

// quayLogo is drawn by nobody's charter: a bridge on a river.
const quayLogo = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 240 96">
	<path d="M8 62h224v8H8z" fill="#2F5D9A"/><path d="M20 62a48 48 0 0 1 96 0h-12a36 36 0 0 0-72 0z M124 62a48 48 0 0 1 96 0h-12a36 36 0 0 0-72 0z" fill="#2F5D9A"/>
	<path d="M8 84q28-14 56 0t56 0 56 0 56 0" fill="none" stroke="#D98A2B" stroke-width="6"/></svg>`

func (w *world) purchases() []*purchase {
	endOfMonth := func(days int) time.Time {
		y, m, _ := w.today.AddDate(0, 0, days).Date()
		return time.Date(y, m+1, 0, 0, 0, 0, 0, time.UTC)
	}
	departement := func(code string) territory.Perimeter { return mustPerimeter(territory.PerimeterDepartements, code) }
	return []*purchase{
		{key: "seniors", payer: "creuse", title: "Seniors et minima sociaux", cible: "Retraités et bénéficiaires de minima sociaux", carnets: 2000, perCarnet: 5,
			started: 290, until: endOfMonth(100), reach: order.Active, handedOver: 1258, places: []string{"mediatheque", "quincaillerie", "tapisserie", "bourganeuf", "confluence"},
			deliveries: map[string]int{"gueret": 900, "gueret2": 500, "aubusson": 400, "confluence": 200},
			spec: func(s *order.Specification) {
				s.Message, s.Colour = "Le numérique, à votre rythme.", "#0B5A56"
				s.Cofunders = []order.Cofunder{{OrganisationID: w.orgs["region"], Share: 4_000_000}}
				s.Services = []order.ServiceLine{{Kind: order.Training, Description: "Deux demi-journées pour les agents de guichet", Amount: 180_000}}
			}},
		{key: "mds", payer: "garonne", title: "Maisons des solidarités", cible: "Personnes accompagnées par une MDS", carnets: 300, perCarnet: 10,
			started: 190, until: endOfMonth(160), reach: order.Active, handedOver: 160, places: []string{"mirail", "muret"}, deliveries: map[string]int{"toulouse": 300},
			spec: func(s *order.Specification) {
				s.Perimeter, s.Structures = departement("31"), order.StructuresAgreed
				s.Coverage, s.Message, s.Colour = mustCover(1, 2), "Demandez, apprenez, avancez.", "#7A1F3D"
			}},
		{key: "agen", payer: "agen", title: "Pass numérique de l’agglomération", cible: "Demandeurs d’emploi", carnets: 400, perCarnet: 5,
			started: 260, until: w.today.AddDate(0, 0, 30), reach: order.Active, handedOver: 310, places: []string{"tapie", "villeneuve"}, deliveries: map[string]int{"ccasagen": 400},
			spec: func(s *order.Specification) { s.Perimeter = departement("47") }},
		{key: "jeunes", payer: "creuse", title: "Jeunes en mission locale", cible: "16-25 ans suivis par la mission locale", carnets: 150, perCarnet: 10,
			started: 20, until: endOfMonth(400), reach: order.ProofProposed, deliveries: map[string]int{"gueret": 150},
			spec: func(s *order.Specification) {
				s.Validity = order.Validity{Kind: order.FromHandOver, Months: 12, Until: endOfMonth(400)}
			}},
		{key: "quartiers", payer: "creuse", title: "Quartiers prioritaires", cible: "Habitants des quartiers prioritaires", carnets: 200, perCarnet: 5,
			started: 60, until: endOfMonth(330), reach: order.Delivered, deliveries: map[string]int{"gueret2": 120, "aubusson": 80}},
		{key: "aidants", payer: "creuse", title: "Aidants familiaux", cible: "Proches aidants", carnets: 100, perCarnet: 5, started: 3, until: endOfMonth(380),
			reach: order.Draft, deliveries: map[string]int{"gueret": 100}},
		{key: "bordeaux", payer: "garonne", title: "Réassort d’hiver", cible: "Personnes accompagnées par une MDS", carnets: 500, perCarnet: 10, started: 8,
			until: endOfMonth(365), reach: order.Quoted, deliveries: map[string]int{"toulouse": 500}},
		{key: "quartier", payer: "creuse", title: "Ateliers du centre social", cible: "Habitants du quartier", carnets: 24, perCarnet: 5, started: 14,
			until: endOfMonth(300), reach: order.Making, deliveries: map[string]int{"aubusson": 24}, logo: quayLogo,
			spec: func(s *order.Specification) {
				s.PrintMode, s.Message, s.Colour = order.PrintDesk, "Poussez la porte, on s’occupe du reste.", "#2F5D9A"
			}},
	}
}

func mustPerimeter(kind territory.PerimeterKind, codes ...string) territory.Perimeter {
	p, err := territory.NewPerimeter(kind, codes...)
	if err != nil {
		panic(err)
	}
	return p
}

func mustCover(levels ...int) referentiel.Coverage {
	c, err := referentiel.OfLevels(levels...)
	if err != nil {
		panic(err)
	}
	return c
}

func (p *purchase) specification(w *world) order.Specification {
	s := order.Blank(w.today)
	s.Title, s.PublicCible, s.Carnets, s.ChequesPerCarnet, s.FaceValue = p.title, p.cible, p.carnets, p.perCarnet, 1000
	s.Validity = order.Validity{Kind: order.UntilDate, Until: p.until}
	if p.spec != nil {
		p.spec(&s)
	}
	for _, c := range counters {
		if n := p.deliveries[c.key]; n > 0 {
			s.Deliveries = append(s.Deliveries, order.Delivery{AiguilleurID: w.orgs[c.aiguilleur], PointID: w.points[c.key], Carnets: n})
		}
	}
	return s
}

// placeOrders takes each purchase to where it stands, one act a day or so.
func (w *world) placeOrders(ctx context.Context) error {
	old := w.endings()
	for i, p := range append(old, w.purchases()...) {
		if err := w.walk(ctx, p); err != nil {
			return fmt.Errorf("order %s: %w", p.key, err)
		}
		w.planInvoices(p)
		if i < len(old) {
			w.planEnding(p)
		}
		if p.handedOver > 0 {
			w.plan(p)
		}
		if p.key == "quartiers" {
			if err := w.reprint(ctx, p); err != nil {
				return fmt.Errorf("reprint %s: %w", p.key, err)
			}
		}
		if p.key == "seniors" {
			w.planCounter(p)
		}
	}
	return nil
}

// walk plays the acts of an order until it reaches its state.
func (w *world) walk(ctx context.Context, p *purchase) error {
	if err := w.draft(ctx, p); err != nil {
		return err
	}
	for _, act := range w.steps(ctx, p) {
		if !p.reach.Reached(act.to) {
			return nil
		}
		w.clock.now = w.clock.now.AddDate(0, 0, act.days).Add(37 * time.Minute)
		if err := act.do(); err != nil {
			return fmt.Errorf("towards %s: %w", act.to, err)
		}
		if err := w.drain(ctx); err != nil {
			return err
		}
	}
	return nil
}

// draft writes the order as its payer does, and what makes it its own.
func (w *world) draft(ctx context.Context, p *purchase) (err error) {
	payer := w.actors[p.payer]
	w.clock.now = w.at(-p.started, 10, 0)
	if p.id, err = w.orders.Create(ctx, payer, p.specification(w)); err != nil {
		return err
	}
	if p.key == "mds" {
		if err := w.orders.SetPricing(ctx, w.actors["admin"], p.id, bothSides); err != nil {
			return err
		}
	}
	if p.logo == "" {
		return nil
	}
	return w.orders.AddLogo(ctx, payer, p.id, "logo.svg", []byte(p.logo))
}

// step is an act of an order's life, so many days after the one before.
type step struct {
	to   order.State
	days int
	do   func() error
}

func (w *world) steps(ctx context.Context, p *purchase) []step {
	payer, admin, id := w.actors[p.payer], w.actors["admin"], p.id
	return []step{
		{order.Quoted, 0, func() error { return w.orders.RequestQuote(ctx, payer, id) }},
		{order.Signed, 2, func() error {
			return w.orders.Sign(ctx, payer, id, order.Signature{Name: payer.Name, Title: "Directrice de l’inclusion", Agreed: true})
		}},
		{order.Framing, 3, func() error {
			return w.orders.OpenCadrage(ctx, admin, id, "Réunion tenue : public, territoire et lettre validés.")
		}},
		{order.ProofProposed, 2, func() error { return w.orders.ProposeProof(ctx, admin, id, "Première épreuve.") }},
		{order.ProofApproved, 2, func() error { return w.approve(ctx, p) }},
		{order.Making, 1, func() error { return w.orders.StartMinting(ctx, admin, id) }},
		{order.Shipped, 1, func() error { return w.sendToPress(ctx, p) }},
		{order.Shipped, 3, func() error { return w.orders.Ship(ctx, admin, id, map[uuid.UUID]string{}) }},
		{order.Delivered, 3, func() error { return w.receive(ctx, p) }},
		{order.Funded, 5, func() error { return w.attest(ctx, p) }},
		{order.Active, 0, func() error { return w.orders.Activate(ctx, admin, id) }},
	}
}

func (w *world) approve(ctx context.Context, p *purchase) error {
	o, err := w.orders.Order(ctx, w.actors[p.payer], p.id)
	if err != nil {
		return err
	}
	proof, _ := o.Latest(order.DocumentProof)
	return w.orders.ApproveProof(ctx, w.actors[p.payer], p.id, hex.EncodeToString(proof.Hash))
}

// receive has each counter confirm its parcels.
func (w *world) receive(ctx context.Context, p *purchase) error {
	done := map[string]bool{}
	for _, c := range counters {
		if p.deliveries[c.key] == 0 || done[c.aiguilleur] {
			continue
		}
		done[c.aiguilleur] = true
		parcels, _, err := w.custody.Transfers(ctx, w.actors[c.aiguilleur], custody.CounterDesk, custody.Filter{State: custody.OnTheWay, Incoming: true})
		if err != nil {
			return err
		}
		for _, parcel := range parcels {
			if parcel.Ranges[0].OrderID != p.id {
				continue
			}
			if _, err := w.custody.Receive(ctx, w.actors[c.aiguilleur], custody.CounterDesk, parcel.ID, w.counted(p, parcel)); err != nil {
				return err
			}
		}
	}
	return nil
}

func (w *world) attest(ctx context.Context, p *purchase) error {
	o, err := w.orders.OrderForOperator(ctx, w.actors["finance"], p.id)
	if err != nil {
		return err
	}
	due := o.Missing()
	return w.orders.AttestFunds(ctx, w.actors["finance"], p.id, order.Funding{
		Mandat: fmt.Sprintf("%d-%04d", w.clock.now.Year(), 1000+len(p.title)*7), Face: due.Face, Fees: due.Fees, VAT: due.VAT,
		ReceivedOn: postgres.Day(w.clock.now),
	})
}
