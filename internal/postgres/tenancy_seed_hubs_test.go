package postgres_test

import (
	"passnum/internal/postgres"
	"passnum/internal/testworld"
)

// seedHubs has the counter follow the order, and ask what counters ask.
func seedHubs(w *testworld.World, order testworld.Order, row func(table, mark, sql string, args ...any)) {
	now, dep, mairie, delegation := w.Now(), w.Departement, w.Mairie, postgres.NewID()
	row("delegations", id("id", delegation), `INSERT INTO delegations (commanditaire_id, id, order_id, hub_id, starts_on, ends_on, may_invite, may_decide, created_at, created_by, created_by_name)
		VALUES ($1, $2, $3, $4, '2026-11-01', '2026-12-31', true, true, $5, $6, 'x')`, dep, delegation, order.ID, mairie, now, w.Commanditaire.AccountID)
	row("delegation_messages", id("delegation_id", delegation), `INSERT INTO delegation_messages (commanditaire_id, id, delegation_id, hub_id, audience, subject, body, recipients, sent_at, sent_by, sent_by_name)
		VALUES ($1, $2, $3, $4, 'points', 'x', 'x', 1, $5, $6, 'x')`, dep, postgres.NewID(), delegation, mairie, now, w.Agent.AccountID)
	row("affiliation_requests", id("structure_id", w.Mediatheque), `INSERT INTO affiliation_requests (commanditaire_id, id, structure_id, asked_at, asked_by_name) VALUES ($1, $2, $3, $4, 'x')`,
		dep, postgres.NewID(), w.Mediatheque, now)
	row("proposals", id("proposer_id", mairie), `INSERT INTO proposals (commanditaire_id, id, proposer_id, name, insee, town, why, proposed_at, proposed_by, proposed_by_name)
		VALUES ($1, $2, $3, 'x', '23096', 'Guéret', 'x', $4, $5, 'x')`, dep, postgres.NewID(), mairie, now, w.Agent.AccountID)
}
