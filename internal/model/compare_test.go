package model_test

import (
	"fmt"

	"github.com/google/uuid"

	"passnum/internal/incident"
	"passnum/internal/money"
)

// sums reads the ledger with the owner's eyes and no code of the product: by
// order and account, and by structure.
const sums = `
	SELECT order_id AS subject, account::text AS account, -sum(amount_cents)::bigint FROM ledger_entries
	WHERE account IN ('funds', 'circulation', 'expired', 'credit', 'fees', 'vat') GROUP BY 1, 2
	UNION ALL
	SELECT structure_id, account::text, -sum(amount_cents)::bigint FROM ledger_entries
	WHERE account IN ('payable', 'in_transit') GROUP BY 1, 2
	UNION ALL
	SELECT structure_id, 'paid', sum(CASE WHEN credit = 'bank' AND debit IN ('in_transit', 'payable') THEN amount_cents
		WHEN debit = 'bank' AND credit IN ('in_transit', 'payable') THEN -amount_cents ELSE 0 END)::bigint
	FROM ledger_movements WHERE structure_id IS NOT NULL GROUP BY 1`

type account struct {
	subject uuid.UUID
	name    string
}

// compare asks whether every account of the ledger holds what the model says,
// and whether the chèques' own states do.
func (m *machine) compare() error {
	ledger, err := m.ledger()
	if err != nil {
		return err
	}
	model := m.expected()
	for at, want := range model {
		if ledger[at] != want {
			return fmt.Errorf("%s of %s: the ledger holds %d cents, the model %d", at.name, at.subject, ledger[at], want)
		}
		delete(ledger, at)
	}
	for at, cents := range ledger {
		if cents != 0 {
			return fmt.Errorf("%s of %s: the ledger holds %d cents that the model knows nothing of", at.name, at.subject, cents)
		}
	}
	return nil
}

func (m *machine) ledger() (map[account]money.Cents, error) {
	rows, err := m.Owner.Query(m.ctx, sums)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	found := map[account]money.Cents{}
	for rows.Next() {
		var at account
		var cents money.Cents
		if err := rows.Scan(&at.subject, &at.name, &cents); err != nil {
			return nil, err
		}
		found[at] = cents
	}
	return found, rows.Err()
}

// expected adds up what the model remembers; nothing of it is read from the
// database but what a payment's lines said when they were drawn.
func (m *machine) expected() map[account]money.Cents {
	want := map[account]money.Cents{}
	for _, o := range m.orders {
		want[account{o.ID, "funds"}], want[account{o.ID, "circulation"}] = o.funds, o.circulation
		want[account{o.ID, "expired"}], want[account{o.ID, "credit"}] = o.expired, o.credit
		want[account{o.ID, "fees"}], want[account{o.ID, "vat"}] = o.fees, o.vat
	}
	add := func(structure uuid.UUID, name string, cents money.Cents) { want[account{structure, name}] += cents }
	for _, t := range m.taken {
		if !t.undone {
			add(t.structure, "payable", t.face)
		}
	}
	for _, e := range m.incidents {
		if e.accepted {
			add(e.structure, "payable", e.amount)
		}
		if e.kind == incident.Recovery {
			add(e.structure, "paid", -e.amount) // by the bank, the other way round
		}
	}
	for _, l := range m.lines {
		switch l.state {
		case sent:
			add(l.structure, "payable", -l.gross-l.adjust)
			add(l.structure, "in_transit", l.amount)
		case paid:
			add(l.structure, "payable", -l.gross-l.adjust)
			add(l.structure, "paid", l.amount)
		case cameBack: // the fee stays earned, the net is owed again
			add(l.structure, "payable", l.amount-l.gross-l.adjust)
		}
	}
	return want
}
