package demo

import (
	"context"
	"time"

	"github.com/google/uuid"

	"passnum/internal/facturx"
	"passnum/internal/identifier"
	"passnum/internal/invoicing"
	"passnum/internal/order"
	"passnum/internal/postgres"
)

// seller is the operator on factures.
func (s Settings) seller() facturx.Party {
	if s.Seller.Name != "" {
		return s.Seller
	}
	siret := identifier.SIRET(s.Debtor.SIRET)
	return facturx.Party{Name: s.Debtor.Name, SIRET: s.Debtor.SIRET, Street: "1 place Bonnyaud", PostalCode: "23000", Town: "Guéret", VATNumber: siret.SIREN().VAT().String()}
}

// bothSides is a price whose fee is paid in part by structures, on what is used.
var bothSides = order.Agreement{Pricing: order.Pricing{Fee: 200, FeeTax: order.StandardTax, Downstream: 250}}

// planInvoices bills each signed order the day after. One facture bore the wrong
// engagement, and is done again; those that are paid were deposited first.
func (w *world) planInvoices(p *purchase) {
	if !p.reach.Reached(order.Signed) {
		return
	}
	signed := 2 - p.started
	w.tell(signed+1, 10, func(ctx context.Context) error { return w.bill(ctx, p) })
	if p.key == "quartiers" {
		w.tell(signed+5, 11, func(ctx context.Context) error { return w.billAgain(ctx, p) })
		w.tell(signed+6, 9, func(ctx context.Context) error { return w.deposit(ctx, p) })
		w.tell(-4, 10, func(ctx context.Context) error { return w.invoices.Remind(ctx, w.actors["finance"], p.invoice) })
		return
	}
	w.tell(signed+2, 9, func(ctx context.Context) error { return w.deposit(ctx, p) })
}

// tell plans something on a day of the story, at an hour in Paris.
func (w *world) tell(day, hour int, do func(context.Context) error) {
	w.story = append(w.story, event{w.at(day, hour, 20), do})
}

func (w *world) bill(ctx context.Context, p *purchase) error {
	waiting, err := w.invoices.ToBillOf(ctx, w.actors["finance"], p.id)
	if err != nil {
		return err
	}
	for _, b := range waiting {
		d, err := w.invoices.Issue(ctx, w.actors["finance"], b.OrderID, b.PayerID, b.CauseID)
		if err != nil {
			return err
		}
		if b.PayerID == b.CommanditaireID {
			p.invoice, p.billed = d.ID, d.Number
		}
	}
	return w.drain(ctx)
}

func (w *world) billAgain(ctx context.Context, p *purchase) error {
	d, err := w.invoices.Redo(ctx, w.actors["finance"], p.invoice, "Le numéro d’engagement n’était pas le bon.", invoicing.References{Engagement: "EJ-2026-004512"})
	if err != nil {
		return err
	}
	p.invoice, p.billed = d.ID, d.Number
	return w.drain(ctx)
}

func (w *world) deposit(ctx context.Context, p *purchase) error {
	finance := w.actors["finance"]
	if p.invoice == uuid.Nil {
		return nil
	}
	if _, err := w.invoices.Send(ctx, finance, p.invoice, invoicing.ByDownload); err != nil {
		return err
	}
	// The two steps are a few minutes apart, as a person's would be.
	w.clock.now = w.clock.now.Add(7 * time.Minute)
	if err := w.invoices.Deposit(ctx, finance, p.invoice, postgres.Day(w.clock.now), "CPP-"+p.billed[len(p.billed)-6:]); err != nil {
		return err
	}
	if !p.reach.Reached(order.Funded) {
		return nil
	}
	w.clock.now = w.clock.now.Add(time.Hour)
	return w.invoices.Answer(ctx, finance, p.invoice, invoicing.Accepted, "")
}
