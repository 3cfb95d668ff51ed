package settlement

import (
	"context"
	"fmt"
	"time"

	"github.com/google/uuid"

	"passnum/internal/identity"
	"passnum/internal/ledger"
	"passnum/internal/money"
	"passnum/internal/postgres"
)

const selectShare = `SELECT line_id, commanditaire_id, order_id, structure_id, gross_cents, adjust_cents, rate_basis_points, fee_cents, vat_cents, net_cents FROM settlement_shares`

func sharesOf(ctx context.Context, tx *postgres.Tx, lines []uuid.UUID) ([]Share, error) {
	shares, err := postgres.All[Share](ctx, tx, selectShare+` WHERE line_id = ANY (@lines) ORDER BY line_id, order_id`, postgres.Args{"lines": lines})
	if err != nil {
		return nil, fmt.Errorf("read shares: %w", err)
	}
	return shares, nil
}

// postPayout takes lines out of what is owed: the net goes on its way, the fee
// and its VAT are earned.
func postPayout(ctx context.Context, tx *postgres.Tx, actor identity.Actor, lines []uuid.UUID) error {
	shares, err := sharesOf(ctx, tx, lines)
	if err != nil {
		return err
	}
	transactions := make([]ledger.Transaction, len(shares))
	for i, s := range shares {
		t := s.transaction(actor, ledger.Payout)
		t.Movements = []ledger.Movement{
			signed(ledger.Payable, ledger.InTransit, s.NetCents),
			{Debit: ledger.Payable, Credit: ledger.Fees, Amount: s.FeeCents},
			{Debit: ledger.Payable, Credit: ledger.VAT, Amount: s.VATCents},
		}
		transactions[i] = t
	}
	return ledger.PostAll(ctx, tx, transactions)
}

// postNet moves the net of lines from one account to another, order by order.
func postNet(ctx context.Context, tx *postgres.Tx, actor identity.Actor, kind ledger.Kind, from, to ledger.Account, lines ...uuid.UUID) error {
	shares, err := sharesOf(ctx, tx, lines)
	if err != nil {
		return err
	}
	transactions := make([]ledger.Transaction, len(shares))
	for i, s := range shares {
		t := s.transaction(actor, kind)
		t.Movements = []ledger.Movement{signed(from, to, s.NetCents)}
		transactions[i] = t
	}
	return ledger.PostAll(ctx, tx, transactions)
}

// signed posts a negative amount the other way round.
func signed(debit, credit ledger.Account, amount money.Cents) ledger.Movement {
	if amount < 0 {
		return ledger.Movement{Debit: credit, Credit: debit, Amount: -amount}
	}
	return ledger.Movement{Debit: debit, Credit: credit, Amount: amount}
}

func (s Share) transaction(actor identity.Actor, kind ledger.Kind) ledger.Transaction {
	return ledger.Transaction{CommanditaireID: s.CommanditaireID, OrderID: s.OrderID, Kind: kind, CauseID: s.LineID, StructureID: &s.StructureID, AccountID: actor.Account()}
}

// endBatch closes a batch that the caller has locked, once the bank has answered
// for each of its lines: paid, rejected or returned.
func endBatch(ctx context.Context, tx *postgres.Tx, actor identity.Actor, id uuid.UUID, on time.Time) (ended bool, err error) {
	n, err := postgres.Do(ctx, tx, `
		UPDATE settlements SET state = 'executee', executed_by = @by,
			executed_on = coalesce((SELECT max(l.executed_on) FROM settlement_lines l WHERE l.settlement_id = @id), @on)
		WHERE id = @id AND state = 'approuvee'
			AND NOT EXISTS (SELECT 1 FROM settlement_lines l WHERE l.settlement_id = @id AND l.state = 'approuvee')`,
		postgres.Args{"id": id, "by": actor.Account(), "on": on})
	if err != nil {
		return false, fmt.Errorf("end batch: %w", err)
	}
	return n == 1, nil
}
