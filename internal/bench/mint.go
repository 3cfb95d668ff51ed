package main

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"passnum/internal/carnet"
)

// benchMint makes every chèque of the order through the product, then copies the
// very same rows into twin tables with the same indexes and keys, by bare COPY.
func benchMint(ctx context.Context, b *bench) ([]measure, error) {
	start := time.Now()
	if err := carnet.Mint(ctx, b.db, b.keys, b.lot, func(int) error { return nil }); err != nil {
		return nil, err
	}
	ours := time.Since(start)
	reference, err := bareCopy(ctx, b)
	if err != nil {
		return nil, fmt.Errorf("bare copy: %w", err)
	}
	if err := b.handOver(ctx); err != nil {
		return nil, err
	}
	return []measure{shorter("mint_1m", "s", ours.Seconds(), reference.Seconds(), fmt.Sprintf("%d chèques; reference: COPY of the same rows", b.cheques))}, nil
}

var copied = []struct {
	table   string
	columns []string
}{
	{"carnets", []string{"commanditaire_id", "id", "order_id", "number", "serial", "funder_ids"}},
	{"cheques", []string{"commanditaire_id", "id", "order_id", "carnet_id", "rank", "face_value_cents", "key_id"}},
	{"cheque_codes", []string{"code_hash", "commanditaire_id", "cheque_id"}},
}

func bareCopy(ctx context.Context, b *bench) (time.Duration, error) {
	if _, err := b.owner.Exec(ctx, `
		CREATE TABLE carnets_twin (LIKE carnets INCLUDING ALL, FOREIGN KEY (commanditaire_id, order_id) REFERENCES orders);
		CREATE TABLE cheques_twin (LIKE cheques INCLUDING ALL, FOREIGN KEY (commanditaire_id, carnet_id) REFERENCES carnets_twin);
		CREATE TABLE cheque_codes_twin (LIKE cheque_codes INCLUDING ALL)`); err != nil {
		return 0, err
	}
	var spent time.Duration
	for _, c := range copied {
		rows, err := readRows(ctx, b, c.table, c.columns)
		if err != nil {
			return 0, err
		}
		start := time.Now()
		if _, err := b.owner.CopyFrom(ctx, pgx.Identifier{c.table + "_twin"}, c.columns, pgx.CopyFromRows(rows)); err != nil {
			return 0, err
		}
		spent += time.Since(start)
	}
	_, err := b.owner.Exec(ctx, `DROP TABLE cheque_codes_twin, cheques_twin, carnets_twin`)
	return spent, err
}

func readRows(ctx context.Context, b *bench, table string, columns []string) ([][]any, error) {
	list := ""
	for i, c := range columns {
		if i > 0 {
			list += ", "
		}
		list += c
	}
	rows, err := b.owner.Query(ctx, "SELECT "+list+" FROM "+table)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, func(row pgx.CollectableRow) ([]any, error) { return row.Values() })
}
