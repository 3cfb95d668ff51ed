package postgres_test

import (
	"passnum/internal/postgres"
	"passnum/internal/testworld"
)

func seedReview(w *testworld.World, row func(table, mark, sql string, args ...any)) {
	now, med, by := w.Now(), w.Mediatheque, w.Operator.AccountID
	row("file_corrections", id("structure_id", med), `INSERT INTO file_corrections (structure_id, id, step, label, sentence, asked_at, asked_by, asked_by_name)
		VALUES ($1, $2, 'charte', 'Charte', 'À relire', $3, $4, 'x')`, med, postgres.NewID(), now, by)
	row("qualification_decisions", id("structure_id", med), `INSERT INTO qualification_decisions (structure_id, id, decision, at) VALUES ($1, $2, 'qualifiee', $3)`, med, postgres.NewID(), now)
	row("qualification_renewals", id("structure_id", med), `INSERT INTO qualification_renewals (structure_id, due_on) VALUES ($1, '2028-01-01')`, med)
	row("review_messages", id("structure_id", med), `INSERT INTO review_messages (structure_id, id, at, side, account_id, author_name, body)
		VALUES ($1, $2, $3, 'structure', $4, 'x', 'Bonjour')`, med, postgres.NewID(), now, w.Mediateur.AccountID)
	row("review_reads", id("structure_id", med), `INSERT INTO review_reads VALUES ($1, 'structure', $2)`, med, now)
	row("review_templates", "title = 'essai'", `INSERT INTO review_templates VALUES ($1, 'essai', 'Bonjour', $2)`, postgres.NewID(), now)
}
