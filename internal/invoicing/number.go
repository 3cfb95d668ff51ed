package invoicing

import (
	"context"
	"errors"
	"fmt"
	"time"

	"passnum/internal/postgres"
)

// takeNumbers takes the next count numbers of a series, and the day that they
// are issued on. The counter's row makes two issuers wait for one another:
// whoever goes on sees what the other wrote. A rollback gives them all back.
func takeNumbers(ctx context.Context, tx *postgres.Tx, series string, count int) (first int64, on time.Time, err error) {
	year := tx.Today().Year()
	last, err := postgres.Value[int64](ctx, tx, `
		INSERT INTO counters AS c (series, year, value) VALUES (@series, @year, @count)
		ON CONFLICT (series, year) DO UPDATE SET value = c.value + @count
		RETURNING value`, postgres.Args{"series": "facturation " + series, "year": year, "count": count})
	if err != nil {
		return 0, on, fmt.Errorf("take numbers: %w", err)
	}
	on, err = dayOf(ctx, tx, series, year)
	return last - int64(count) + 1, on, err
}

// dayOf is today, or the day of the last document of the series when a
// transaction begun before midnight gets its number after one begun later.
func dayOf(ctx context.Context, tx *postgres.Tx, series string, year int) (time.Time, error) {
	last, err := postgres.Value[time.Time](ctx, tx, `SELECT issued_on FROM invoices WHERE series = @series AND year = @year ORDER BY sequence DESC LIMIT 1`,
		postgres.Args{"series": series, "year": year})
	switch {
	case errors.Is(err, postgres.ErrNoRow):
		return tx.Today(), nil
	case err != nil:
		return time.Time{}, fmt.Errorf("read last day: %w", err)
	case last.After(tx.Today()):
		return last, nil
	default:
		return tx.Today(), nil
	}
}
