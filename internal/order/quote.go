package order

import (
	"context"
	"fmt"

	"github.com/google/uuid"
	"github.com/riverqueue/river"

	"passnum/internal/identity"
	"passnum/internal/postgres"
	"passnum/internal/print"
)

// RequestQuote closes a complete draft: it takes its number and its price, and
// the quote is printed by a job. Refuses with every problem at once.
func (s *Service) RequestQuote(ctx context.Context, actor identity.Actor, id uuid.UUID) error {
	err := s.asOwner(ctx, actor, identity.OrderWrite, id, func(tx *postgres.Tx, o *Order) error {
		if !o.State.Editable() {
			return errMoved(o.State)
		}
		if err := ready(ctx, tx, o); err != nil {
			return err
		}
		if err := s.advance(ctx, tx, actor, o, Quoted, identity.OrderWrite, o.Quote().Total.String()); err != nil {
			return err
		}
		if err := takeNumber(ctx, tx, o); err != nil {
			return err
		}
		return s.Queue.Enqueue(ctx, tx, PrintQuoteArgs{OrderID: o.ID})
	})
	if err != nil {
		return fmt.Errorf("request quote: %w", err)
	}
	return nil
}

// ready refuses what a quote cannot be made of.
func ready(ctx context.Context, tx *postgres.Tx, o *Order) error {
	if err := o.Problems(tx.Today()); err != nil {
		return err
	}
	return checkPoints(ctx, tx, o)
}

// Check tells, field by field, what RequestQuote would refuse; nil when the
// draft is complete.
func (s *Service) Check(ctx context.Context, actor identity.Actor, id uuid.UUID) error {
	return s.asOwner(ctx, actor, identity.OrderRead, id, func(tx *postgres.Tx, o *Order) error { return ready(ctx, tx, o) })
}

// takeNumber gives the order its public number, once, without holes.
func takeNumber(ctx context.Context, tx *postgres.Tx, o *Order) error {
	if o.Number != "" {
		return nil
	}
	year := tx.Today().Year()
	n, err := postgres.Next(ctx, tx, "commande", year)
	if err != nil {
		return fmt.Errorf("take order number: %w", err)
	}
	o.Number = fmt.Sprintf("%d-%03d", year, n)
	args := key(o)
	args["number"] = o.Number
	if _, err := postgres.Do(ctx, tx, `INSERT INTO order_numbers (number, commanditaire_id, order_id) VALUES (@number, @commanditaire, @order)`, args); err != nil {
		return fmt.Errorf("register order number: %w", err)
	}
	return postgres.Must(ctx, tx, `UPDATE orders SET number = @number WHERE commanditaire_id = @commanditaire AND id = @order`, args)
}

// PrintQuoteArgs asks for the quote of an order to be printed and kept.
type PrintQuoteArgs struct {
	OrderID uuid.UUID `json:"order_id"`
}

// Kind names the job.
func (PrintQuoteArgs) Kind() string { return "order_quote" }

// PrintQuote prints the order's quote as it stands, signed or not, and keeps
// it. A quote that went back to draft meanwhile is not printed.
func (s *Service) PrintQuote(ctx context.Context, args PrintQuoteArgs) error {
	err := s.asSystem(ctx, args.OrderID, func(tx *postgres.Tx, o *Order) error {
		if !o.State.Reached(Quoted) {
			return nil
		}
		buyer, err := buyerOf(ctx, tx, o)
		if err != nil {
			return err
		}
		pdf, err := print.Quote(s.quoteFacts(o, buyer))
		if err != nil {
			return fmt.Errorf("print quote: %w", err)
		}
		if s.QuotePaper != nil {
			if pdf, err = s.QuotePaper(ctx, tx, *o, pdf); err != nil {
				return err
			}
		}
		name := "devis-" + o.Number + ".pdf"
		if o.SignedAt != nil {
			name = "devis-" + o.Number + "-signe.pdf"
		}
		_, err = addDocument(ctx, tx, o, DocumentQuote, name, "application/pdf", pdf)
		return err
	})
	if err != nil {
		return fmt.Errorf("keep quote: %w", err)
	}
	return nil
}

type buyerRow struct {
	Name, Siret, Street, Complement, PostalCode, Town          string
	BillingName, BillingStreet, BillingPostalCode, BillingTown string
}

// buyerOf is the commanditaire as its quote names it, at its billing address.
func buyerOf(ctx context.Context, tx *postgres.Tx, o *Order) (print.Party, error) {
	row, err := postgres.One[buyerRow](ctx, tx, `
		SELECT g.name, g.siret, g.street, g.complement, g.postal_code, g.town, coalesce(s.billing_name, '') AS billing_name,
			coalesce(s.billing_street, '') AS billing_street, coalesce(s.billing_postal_code, '') AS billing_postal_code, coalesce(s.billing_town, '') AS billing_town
		FROM organisations g LEFT JOIN organisation_settings s ON s.organisation_id = g.id WHERE g.id = @id`,
		postgres.Args{"id": o.CommanditaireID})
	if err != nil {
		return print.Party{}, fmt.Errorf("read buyer: %w", err)
	}
	party := print.Party{Name: row.Name, SIRET: row.Siret, Address: nonEmpty(row.Street, row.Complement, row.PostalCode+" "+row.Town)}
	if row.BillingStreet != "" {
		party.Address = nonEmpty(row.BillingName, row.BillingStreet, row.BillingPostalCode+" "+row.BillingTown)
	}
	return party, nil
}

// AddWorkers registers the jobs of ordering.
func (s *Service) AddWorkers(w *river.Workers) {
	river.AddWorker(w, river.WorkFunc(func(ctx context.Context, job *river.Job[PrintQuoteArgs]) error { return s.PrintQuote(ctx, job.Args) }))
	river.AddWorker(w, river.WorkFunc(func(ctx context.Context, job *river.Job[ArrivedArgs]) error { return s.Arrived(ctx, job.Args) }))
	river.AddWorker(w, river.WorkFunc(s.workMint))
}
