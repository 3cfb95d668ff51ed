package postgres

import (
	"context"
	"errors"
	"fmt"
	"time"
	_ "time/tzdata" // the Paris day must not depend on the host

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
)

// Paris is the zone in which days begin and validities end.
var Paris = mustLoad("Europe/Paris")

// ErrNoRow is returned by One when the query found nothing; stores turn it into
// their own not-found sentinel.
var ErrNoRow = errors.New("no row")

// Tx is a scoped transaction with one reading of the clock.
type Tx struct {
	pgx.Tx
	now time.Time
}

// Now is the moment of the transaction, in UTC, the same throughout.
func (tx *Tx) Now() time.Time { return tx.now }

// Today is the transaction's day in Paris, at midnight UTC as PostgreSQL's date.
func (tx *Tx) Today() time.Time { return Day(tx.now) }

// Day is the Paris day of an instant, at midnight UTC.
func Day(t time.Time) time.Time {
	y, m, d := t.In(Paris).Date()
	return time.Date(y, m, d, 0, 0, 0, 0, time.UTC)
}

// Args are the named arguments of a statement; a missing or unused one is an error.
type Args = pgx.StrictNamedArgs

// All runs a query and reads every row into T by column name.
func All[T any](ctx context.Context, tx *Tx, sql string, args Args) ([]T, error) {
	rows, err := tx.Query(ctx, sql, named(args)...)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, pgx.RowToStructByName[T])
}

// One runs a query and reads its only row into T; ErrNoRow when there is none.
func One[T any](ctx context.Context, tx *Tx, sql string, args Args) (T, error) {
	rows, err := tx.Query(ctx, sql, named(args)...)
	if err != nil {
		var zero T
		return zero, err
	}
	row, err := pgx.CollectExactlyOneRow(rows, pgx.RowToStructByName[T])
	if errors.Is(err, pgx.ErrNoRows) {
		return row, ErrNoRow
	}
	return row, err
}

// Value reads one column of one row; ErrNoRow when there is none.
func Value[T any](ctx context.Context, tx *Tx, sql string, args Args) (T, error) {
	rows, err := tx.Query(ctx, sql, named(args)...)
	if err != nil {
		var zero T
		return zero, err
	}
	value, err := pgx.CollectExactlyOneRow(rows, pgx.RowTo[T])
	if errors.Is(err, pgx.ErrNoRows) {
		return value, ErrNoRow
	}
	return value, err
}

// Values reads one column of every row.
func Values[T any](ctx context.Context, tx *Tx, sql string, args Args) ([]T, error) {
	rows, err := tx.Query(ctx, sql, named(args)...)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, pgx.RowTo[T])
}

// Do runs a statement and tells how many rows it touched.
func Do(ctx context.Context, tx *Tx, sql string, args Args) (int64, error) {
	tag, err := tx.Exec(ctx, sql, named(args)...)
	return tag.RowsAffected(), err
}

// Must runs a statement that has to touch exactly one row; ErrNoRow otherwise.
func Must(ctx context.Context, tx *Tx, sql string, args Args) error {
	n, err := Do(ctx, tx, sql, args)
	if err != nil {
		return err
	}
	if n != 1 {
		return fmt.Errorf("%w: %d rows", ErrNoRow, n)
	}
	return nil
}

// Constraint is the name of the constraint that err reports, or "".
func Constraint(err error) string {
	var pg *pgconn.PgError
	if errors.As(err, &pg) {
		return pg.ConstraintName
	}
	return ""
}

// Next takes the next number of a series for a year; a rollback gives it back.
func Next(ctx context.Context, tx *Tx, series string, year int) (int64, error) {
	return Value[int64](ctx, tx, `
		INSERT INTO counters AS c (series, year, value) VALUES (@series, @year, 1)
		ON CONFLICT (series, year) DO UPDATE SET value = c.value + 1
		RETURNING value`, Args{"series": series, "year": year})
}

func named(args Args) []any {
	if args == nil {
		return nil
	}
	return []any{args}
}

func mustLoad(name string) *time.Location {
	zone, err := time.LoadLocation(name)
	if err != nil {
		panic(err)
	}
	return zone
}
