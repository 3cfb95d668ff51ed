package ending

import (
	"context"
	"fmt"

	"github.com/google/uuid"

	"passnum/internal/ledger"
	"passnum/internal/money"
	"passnum/internal/order"
	"passnum/internal/postgres"
)

// Share is one funder's part of an order: what it brought, what was used of it
// and what comes back to it, of which what incidents took back from structures.
type Share struct {
	OrganisationID uuid.UUID   `json:"organisation"`
	Name           string      `json:"nom"`
	Funded         money.Cents `json:"apporte"`
	Used           money.Cents `json:"utilise"`
	Returned       money.Cents `json:"revient"`
	TakenBack      money.Cents `json:"dont_repris"`
}

// Avoir is the funder's part of the avoir.
func (s Share) Avoir() money.Cents { return s.Returned - s.TakenBack }

type incidentSums struct{ TakenBack, Gestures int64 }

// incidentsOf is what incidents took back from structures and what they gave
// them, less those that were cancelled.
func incidentsOf(ctx context.Context, tx *postgres.Tx, o purchase) (incidentSums, error) {
	s, err := postgres.One[incidentSums](ctx, tx, `
		SELECT coalesce(sum(CASE WHEN (m.debit, m.credit) = ('payable', 'credit') THEN m.amount_cents WHEN (m.debit, m.credit) = ('credit', 'payable') THEN -m.amount_cents END), 0)::bigint AS taken_back,
			coalesce(sum(CASE WHEN (m.debit, m.credit) = ('fees', 'payable') THEN m.amount_cents WHEN (m.debit, m.credit) = ('payable', 'fees') THEN -m.amount_cents END)
				FILTER (WHERE t.kind IN (@incident, @cancelled)), 0)::bigint AS gestures
		FROM ledger_movements m JOIN ledger_transactions t ON t.commanditaire_id = m.commanditaire_id AND t.id = m.transaction_id
		WHERE m.commanditaire_id = @commanditaire AND m.order_id = @order`,
		o.with(postgres.Args{"incident": string(ledger.Incident), "cancelled": string(ledger.IncidentCancelled)}))
	if err != nil {
		return s, fmt.Errorf("sum incidents: %w", err)
	}
	return s, nil
}

func addIncidents(ctx context.Context, tx *postgres.Tx, o purchase, f *Figures) error {
	s, err := incidentsOf(ctx, tx, o)
	f.TakenBack, f.Gestures = money.Cents(s.TakenBack), money.Cents(s.Gestures)
	return err
}

// addShares gives each funder its part of what was used and of what comes back,
// as the order's own page will tell them once the avoir is written.
func addShares(ctx context.Context, tx *postgres.Tx, o purchase, f *Figures) error {
	bought, err := order.Read(ctx, tx, o.ID)
	if err != nil {
		return fmt.Errorf("read funders: %w", err)
	}
	var total money.Cents
	for _, p := range bought.Positions(order.Flow{Used: f.Used.Cents - f.TakenBack, Returned: f.Remaining + f.TakenBack, TakenBack: f.TakenBack}) {
		total += p.Promised
		f.Shares = append(f.Shares, Share{OrganisationID: p.OrganisationID, Name: p.Name, Funded: p.Promised, Used: p.Used, Returned: p.Returned, TakenBack: p.TakenBack})
	}
	if total != money.Cents(o.AttestedCents) {
		return errLedger("les parts des financeurs ne font pas les fonds reçus")
	}
	return nil
}
