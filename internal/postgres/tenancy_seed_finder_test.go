package postgres_test

import (
	"passnum/internal/postgres"
	"passnum/internal/testworld"
)

func seedFinder(w *testworld.World, row func(table, mark, sql string, args ...any)) {
	row("embed_origins", id("commanditaire_id", w.Departement), `INSERT INTO embed_origins VALUES ($1, $2, 'https://www.exemple.fr', $3, 'x')`, w.Departement, postgres.NewID(), w.Now())
}
