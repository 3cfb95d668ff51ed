// Package reportingtest writes usage in bulk, faster than people redeem, for
// tests and measures. It refuses to be used outside of them: it writes as the
// database's owner and posts no money.
package reportingtest

import (
	"context"
	"fmt"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5/pgxpool"
)

// Usage says which chèques are used, where and when.
type Usage struct {
	Commanditaire, Order, Structure, Place uuid.UUID
	Cheques                                int // at most, among those handed over and not used
	From, To                               time.Time
}

// Write uses chèques of an order evenly between two moments: two a séance, five
// communes, one séance out of three with two entries, one chèque out of 97
// undone.
func Write(ctx context.Context, owner *pgxpool.Pool, u Usage) error {
	for _, sql := range []string{seancesSQL, redemptionsSQL, chequesSQL} {
		_, err := owner.Exec(ctx, sql, u.Commanditaire, u.Order, u.Structure, u.Place, u.Cheques, u.From, u.To)
		if err != nil {
			return fmt.Errorf("write usage: %w", err)
		}
	}
	return nil
}

const picked = `
	WITH all_args AS (SELECT $1::uuid AS c, $2::uuid AS o, $3::uuid AS s, $4::uuid AS p, $5::int AS n, $6::timestamptz AS f, $7::timestamptz AS t),
	picked AS (
		SELECT c.*, k.serial, (row_number() OVER (ORDER BY k.number, c.rank) - 1) AS n, (row_number() OVER (ORDER BY k.number, c.rank) - 1) / 2 AS pair
		FROM all_args a JOIN carnets k ON k.commanditaire_id = a.c AND k.order_id = a.o AND k.state = 'remis'
		JOIN cheques c ON c.commanditaire_id = k.commanditaire_id AND c.carnet_id = k.id AND c.state = 'actif'
		ORDER BY k.number, c.rank LIMIT (SELECT n FROM all_args)
	), timed AS (
		SELECT x.*, md5(x.order_id::text || x.pair)::uuid AS seance, a.s, a.p,
			a.f + (a.t - a.f) * (((x.pair * 7919) % (a.n / 2 + 1))::float8 / (a.n / 2 + 1)) AS at
		FROM picked x CROSS JOIN all_args a
	)`

const seancesSQL = picked + `
	INSERT INTO seances (commanditaire_id, id, structure_id, place_id, at, given_at, mode, entries, first_visit, insee)
	SELECT DISTINCT ON (seance) commanditaire_id, seance, s, p, at, at, 'individuel',
		CASE WHEN pair % 3 = 0 THEN '{3,44}'::smallint[] ELSE ARRAY[(pair % 7 + 1)::smallint] END,
		CASE pair % 4 WHEN 0 THEN true WHEN 1 THEN false END, ('{23096,23008,23067,23176,31555}'::text[])[pair % 5 + 1]
	FROM timed`

const redemptionsSQL = picked + `
	INSERT INTO redemptions (commanditaire_id, id, cheque_id, carnet_id, order_id, seance_id, structure_id, place_id, serial, rank, amount_cents, at, day, undone_at)
	SELECT commanditaire_id, gen_random_uuid(), id, carnet_id, order_id, seance, s, p, serial, rank, face_value_cents, at,
		(at AT TIME ZONE 'Europe/Paris')::date, CASE WHEN n % 97 = 96 THEN at END
	FROM timed`

const chequesSQL = `
	WITH all_args AS (SELECT $3::uuid AS s, $4::uuid AS p, $5::int AS n, $6::timestamptz AS f, $7::timestamptz AS t)
	UPDATE cheques c SET state = 'utilise' FROM redemptions r, all_args
	WHERE r.commanditaire_id = $1 AND r.order_id = $2 AND r.undone_at IS NULL AND c.commanditaire_id = $1 AND c.id = r.cheque_id`
