package model_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/google/uuid"

	"passnum/internal/ending"
	"passnum/internal/facturx"
	"passnum/internal/identity"
	"passnum/internal/incident"
	"passnum/internal/invoicing"
	"passnum/internal/jobs"
	"passnum/internal/mail"
	"passnum/internal/money"
	"passnum/internal/opposition"
	"passnum/internal/order"
	"passnum/internal/postgres"
	"passnum/internal/print"
	"passnum/internal/redemption"
	"passnum/internal/redemption/dispute"
	"passnum/internal/reporting/proof"
	"passnum/internal/sepa"
	"passnum/internal/settlement"
	"passnum/internal/testworld"
)

// machine is Passnum and the model of it, side by side.
type machine struct {
	*testworld.World
	ctx  context.Context
	draw func(label string, n int) int // a number below n

	take    *redemption.Service
	losses  *opposition.Service
	pay     *settlement.Service
	mistake *incident.Service
	ends    *ending.Service
	desk    *order.Service
	quarrel *dispute.Service

	orders    []*purchase
	taken     []*taken
	open      *batch   // prepared, not decided
	lines     []*line  // approved, whatever became of them
	incidents []*event // proposed or decided
	stopped   []*stop
	refunds   []*giving
	disputes  []*claimed
	cutoffs   map[time.Time]bool
	steps     int
}

// purchase is what the model knows of an order: its accounts and its chèques.
type purchase struct {
	testworld.Order
	until                                          time.Time
	funds, circulation, expired, credit, fees, vat money.Cents
	face, carnet                                   money.Cents // what a chèque and a carnet are worth
	awaits                                         money.Cents // of face value, until it circulates
	hold                                           int         // days that its chèques wait for their payment
	cheques                                        []*cheque
	waiting, closed                                bool
}

type state int

const (
	inStock state = iota
	live
	used
	blocked
	outdated
	credited
)

type cheque struct {
	order  *purchase
	carnet int
	code   string
	face   money.Cents
	state  state
	before state // when blocked
}

// taken is one redemption. line is the payment that holds it.
type taken struct {
	*cheque
	id        uuid.UUID
	structure uuid.UUID
	day       time.Time
	undone    bool
	line      uuid.UUID
	back      money.Cents // taken back by incidents, proposed ones included
}

type stop struct {
	id               uuid.UUID
	order            *purchase
	cheques          []*cheque
	lifted, replaced bool
}

func newMachine(t testing.TB, draw func(string, int) int) *machine {
	w := testworld.New(t)
	w.At(time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC))
	orders := order.NewService(order.Deps{DB: w.DB, Queue: &jobs.Inline{}})
	avoirs := 0
	m := &machine{
		World: w, ctx: context.Background(), draw: draw, cutoffs: map[time.Time]bool{}, desk: orders,
		quarrel: dispute.NewService(w.DB).Notify(&jobs.Inline{}, "https://exemple.test"),
		take:    redemption.NewService(w.DB, w.Keys), mistake: incident.NewService(w.DB),
		losses: opposition.NewService(opposition.Deps{DB: w.DB, Queue: &jobs.Inline{}, Keys: w.Keys}),
	}
	w.Exec(`UPDATE organisations SET street = '1 rue Neuve', postal_code = '23000', town = 'Guéret' WHERE street = ''`)
	invoices := invoicing.NewService(invoicing.Deps{DB: w.DB, Queue: &jobs.Inline{}, Seller: facturx.Party{Name: "Coopérative", SIRET: "84373941800018", Street: "1 rue du Pont", PostalCode: "23000", Town: "Guéret"}, IBAN: "FR7630001007941234567890185"})
	debtor := settlement.Debtor{Name: "Coopérative", SIRET: "84373941800018", IBAN: "FR7630001007941234567890185"}
	m.pay = settlement.NewService(w.DB, debtor, print.Issuer{}).OnApproved(settlement.BillDownstream(invoices))
	m.ends = ending.NewService(ending.Deps{
		DB: w.DB, Orders: orders, Issuer: print.Issuer{Name: "Passnum", SIRET: "84373941800018"}, Debtor: sepa.Debtor{Name: "Passnum", IBAN: "FR7630001007941234567890185"},
		Post: func(context.Context, *postgres.Tx, mail.Message) error { return nil }, CarryIn: orders.CarryInTx,
		IssueAvoir: func(context.Context, *postgres.Tx, identity.Actor, ending.Avoir) (uuid.UUID, string, error) {
			avoirs++
			return uuid.New(), fmt.Sprintf("AV-%d", avoirs), nil
		},
	})
	return m
}

// action is one thing that may happen, and how often.
type action struct {
	name   string
	weight int
	run    func(*machine) error
}

var actions = []action{
	{"order", 2, (*machine).buy}, {"hand over", 4, (*machine).handOver}, {"redeem", 14, (*machine).redeem}, {"redeem again", 3, (*machine).redeemAgain},
	{"undo", 4, (*machine).undo}, {"oppose", 2, (*machine).oppose}, {"lift", 2, (*machine).lift}, {"wait", 6, (*machine).wait},
	{"prepare", 4, (*machine).prepare}, {"discard", 1, (*machine).discard}, {"approve", 4, (*machine).approve}, {"execute", 4, (*machine).execute},
	{"return", 3, (*machine).giveBack}, {"represent", 3, (*machine).represent}, {"report", 3, (*machine).report}, {"decide", 3, (*machine).decide},
	{"correct", 2, (*machine).correct}, {"close", 3, (*machine).closeOrder}, {"prove", 1, (*machine).prove},
	{"await", 1, (*machine).await}, {"attest", 2, (*machine).attest}, {"prolong", 1, (*machine).prolong}, {"withdraw", 1, (*machine).withdraw},
	{"replace", 1, (*machine).replace}, {"claim", 3, (*machine).claim}, {"dispute", 4, (*machine).settleDispute}, {"gesture", 1, (*machine).gesture},
	{"recover", 1, (*machine).recover}, {"refund", 6, (*machine).refund}, {"decide refund", 6, (*machine).decideRefund}, {"pay refund", 5, (*machine).payRefund},
	{"refund back", 2, (*machine).refundBack}, {"repay", 2, (*machine).repay},
}

// step does one thing drawn at random, then compares the ledger with the model.
func (m *machine) step() error {
	total := 0
	for _, a := range actions {
		total += a.weight
	}
	m.steps++
	at := m.draw("action", total)
	for _, a := range actions {
		if at -= a.weight; at < 0 {
			if err := a.run(m); err != nil {
				return fmt.Errorf("step %d, %s: %w", m.steps, a.name, err)
			}
			if err := m.compare(); err != nil {
				return fmt.Errorf("step %d, after %s: %w", m.steps, a.name, err)
			}
			return nil
		}
	}
	return nil
}

// prove asks the product's own proof, of everything or of what changed.
func (m *machine) prove() error {
	choice := []proof.Choice{proof.Since, proof.Complete}[m.draw("how far", 2)]
	_, report, err := proof.Prove(m.ctx, m.DB, m.Operator, proof.Order{Choice: choice})
	if err != nil {
		return err
	}
	for _, failed := range report.Failed() {
		return fmt.Errorf("« %s » fails: %+v", failed.Name, failed.Offenders)
	}
	return nil
}

// today is the day in Paris.
func (m *machine) today() time.Time { return postgres.Day(m.Now()) }

// pick draws one of those that fit; nil when none does.
func pick[T any](m *machine, label string, all []*T, fits func(*T) bool) *T {
	var fit []*T
	for _, one := range all {
		if fits(one) {
			fit = append(fit, one)
		}
	}
	if len(fit) == 0 {
		return nil
	}
	return fit[m.draw(label, len(fit))]
}
