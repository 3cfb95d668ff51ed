package main

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"passnum/internal/carnet"
)

// rounds is how many times what is compared takes turns.
const rounds = 10

// benchMint makes every chèque of the order through the product and copies the
// very same rows into twin tables with the same indexes and keys, by bare COPY:
// a tenth each in turn, so that a machine that drifts drifts for both.
func benchMint(ctx context.Context, b *bench) ([]measure, error) {
	if _, err := b.owner.Exec(ctx, createTwins); err != nil {
		return nil, err
	}
	var ours, reference time.Duration
	copied, resumed := 0, time.Now()
	err := carnet.Mint(ctx, b.db, b.keys, b.lot, func(done int) error {
		if done < b.lot.Carnets && done-copied < b.lot.Carnets/rounds {
			return nil
		}
		ours += time.Since(resumed)
		spent, err := copyTwins(ctx, b, copied, done)
		reference += spent
		copied, resumed = done, time.Now()
		return err
	})
	if err != nil {
		return nil, err
	}
	if _, err := b.owner.Exec(ctx, `DROP TABLE cheque_codes_twin, cheques_twin, carnets_twin`); err != nil {
		return nil, err
	}
	if err := b.handOver(ctx); err != nil {
		return nil, err
	}
	return []measure{shorter("mint_1m", "s", ours.Seconds(), reference.Seconds(), fmt.Sprintf("%d chèques; reference: COPY of the same rows", b.cheques))}, nil
}

const createTwins = `
	CREATE TABLE carnets_twin (LIKE carnets INCLUDING ALL, FOREIGN KEY (commanditaire_id, order_id) REFERENCES orders);
	CREATE TABLE cheques_twin (LIKE cheques INCLUDING ALL, FOREIGN KEY (commanditaire_id, carnet_id) REFERENCES carnets_twin);
	CREATE TABLE cheque_codes_twin (LIKE cheque_codes INCLUDING ALL)`

var twins = []struct {
	table, from string
	columns     []string
}{
	{"carnets", `carnets t JOIN carnets k USING (commanditaire_id, id)`,
		[]string{"commanditaire_id", "id", "order_id", "number", "serial", "funder_ids"}},
	{"cheques", `cheques t JOIN carnets k ON k.commanditaire_id = t.commanditaire_id AND k.id = t.carnet_id`,
		[]string{"commanditaire_id", "id", "order_id", "carnet_id", "rank", "face_value_cents", "key_id"}},
	{"cheque_codes", `cheque_codes t JOIN cheques c ON c.commanditaire_id = t.commanditaire_id AND c.id = t.cheque_id
		JOIN carnets k ON k.commanditaire_id = c.commanditaire_id AND k.id = c.carnet_id`,
		[]string{"code_hash", "commanditaire_id", "cheque_id"}},
}

// copyTwins copies what the carnets between two numbers are made of, in the
// order in which it was written, and tells how long the copies alone took.
func copyTwins(ctx context.Context, b *bench, after, last int) (spent time.Duration, err error) {
	if _, err := b.owner.Exec(ctx, `ANALYZE carnets, cheques, cheque_codes`); err != nil {
		return 0, err
	}
	for _, t := range twins {
		rows, err := b.owner.Query(ctx, fmt.Sprintf(`SELECT t.%s FROM %s WHERE k.number > $1 AND k.number <= $2 ORDER BY t.ctid`,
			strings.Join(t.columns, ", t."), t.from), after, last)
		if err != nil {
			return 0, err
		}
		values, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) ([]any, error) { return row.Values() })
		if err != nil {
			return 0, err
		}
		start := time.Now()
		if _, err := b.owner.CopyFrom(ctx, pgx.Identifier{t.table + "_twin"}, t.columns, pgx.CopyFromRows(values)); err != nil {
			return 0, err
		}
		spent += time.Since(start)
	}
	return spent, nil
}
