package postgres_test

import (
	"github.com/google/uuid"

	"passnum/internal/postgres"
	"passnum/internal/testworld"
)

func seedEndings(w *testworld.World, order testworld.Order, row func(table, mark, sql string, args ...any)) {
	now, dep, ofOrder, funders := w.Now(), w.Departement, id("order_id", order.ID), []uuid.UUID{w.Region}
	row("ending_steps", ofOrder, `INSERT INTO ending_steps (commanditaire_id, order_id, ends_on, step, funder_ids, due_on, done_on, done_at)
		VALUES ($1, $2, '2026-12-31', 'alerte', $3, '2026-11-30', '2026-11-30', $4)`, dep, order.ID, funders, now)
	row("ending_reminders", ofOrder, `INSERT INTO ending_reminders VALUES ($1, $2, 'blocage', '2026-12-16')`, dep, order.ID)
	row("expiries", ofOrder, `INSERT INTO expiries VALUES ($1, $2, $3, $2, '2027-02-01', $4, 1, 1000)`, dep, postgres.NewID(), order.ID, now)
	document := postgres.NewID()
	w.Exec(`INSERT INTO documents VALUES ($1, $2, '{}', 'etat', $3, 'état', 'application/pdf', '\x00', '\x00', $4)`, document, dep, order.ID, now)
	row("closings", ofOrder, `INSERT INTO closings (commanditaire_id, id, order_id, funder_ids, number, version, due_on, drawn_at, figures, expired_cents, funds_cents, cheques, document_id, document_hash)
		VALUES ($1, $2, $3, $4, 'EC-1', 1, '2027-02-07', $5, '{}', 0, 0, 0, $6, sha256(''))`, dep, postgres.NewID(), order.ID, funders, now, document)
	row("refunds", ofOrder, `INSERT INTO refunds (commanditaire_id, id, order_id, number, kind, amount_cents, account_holder, iban, end_to_end_id, prepared_at, prepared_by, prepared_by_name)
		VALUES ($1, $2, $3, 'RB-1', 'remboursement', 1000, 'x', 'x', 'x', $4, $5, 'x')`, dep, postgres.NewID(), order.ID, now, w.Finance.AccountID)
}
