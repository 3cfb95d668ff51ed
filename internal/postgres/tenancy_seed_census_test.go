package postgres_test

import (
	"passnum/internal/postgres"
	"passnum/internal/testworld"
)

func seedCensus(w *testworld.World, row func(table, mark, sql string, args ...any)) {
	now, med, file, edition := w.Now(), w.Mediatheque, postgres.NewID(), postgres.NewID()
	row("census_imports", id("id", file), `INSERT INTO census_imports (id, structure_id, file_name, state, asked_at, asked_by_name) VALUES ($1, $2, 'x', 'abandonnee', $3, 'x')`, file, med, now)
	row("census_lines", id("import_id", file), `INSERT INTO census_lines (import_id, line, structure_id, outcome) VALUES ($1, 2, $2, 'creation')`, file, med)
	row("census_links", id("structure_id", med), `INSERT INTO census_links (id, structure_id, key, choice, decided_at) VALUES ($1, $2, 'x', 'ecarter', $3)`, postgres.NewID(), med, now)
	row("open_data_choices", id("structure_id", med), `INSERT INTO open_data_choices VALUES ($1, true, false, false, true, $2, $3)`, med, now, w.Mediateur.AccountID)
	row("open_data_files", "name = 'essai'", `INSERT INTO open_data_files VALUES ('essai', $1, 0, 0, 'x', 1, $2)`, edition, now)
	row("open_data_chunks", id("edition", edition), `INSERT INTO open_data_chunks VALUES ($1, 1, '\x00')`, edition)
}
