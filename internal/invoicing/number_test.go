package invoicing_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"passnum/internal/invoicing"
	"passnum/internal/postgres"
	"passnum/internal/testworld"
)

// holes counts the numbers that are missing, and the dates that go back.
func (s scene) holes() int64 {
	return s.Count(`SELECT count(*) FROM (SELECT sequence, row_number() OVER w AS rank, issued_on, lag(issued_on) OVER w AS before
		FROM invoices WINDOW w AS (PARTITION BY series, year ORDER BY sequence)) AS n WHERE sequence <> rank OR issued_on < before`)
}

func TestNumbersHaveNoHolesUnderConcurrencyAndRollback(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	var orders []testworld.Order
	for range 12 {
		orders = append(orders, s.signed())
	}
	givenUp := errors.New("given up")
	var wait sync.WaitGroup
	for i, order := range orders {
		wait.Add(1)
		go func() {
			defer wait.Done()
			if i%3 == 0 {
				// Takes a number, then everything is undone.
				err := s.platform(func(ctx context.Context, tx *postgres.Tx) error {
					if _, err := s.IssueAvoirInTx(ctx, tx, s.Finance, invoicing.Avoir{CommanditaireID: s.Departement, OrderID: order.ID, Face: 1000, Reason: "x", CauseID: order.ID}); err != nil {
						return err
					}
					return givenUp
				})
				if !errors.Is(err, givenUp) {
					t.Errorf("rollback: %v", err)
				}
				return
			}
			if _, err := s.Issue(t.Context(), s.Finance, order.ID, s.Departement, order.ID); err != nil {
				t.Errorf("issue: %v", err)
			}
		}()
	}
	wait.Wait()
	if n := s.Count(`SELECT count(*) FROM invoices`); n != 8 || s.holes() != 0 {
		t.Errorf("%d documents, %d holes", n, s.holes())
	}
}

func TestTwoPeopleBillOnce(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	order := s.signed()
	var wait sync.WaitGroup
	results := make([]error, 4)
	for i := range results {
		wait.Add(1)
		go func() {
			defer wait.Done()
			_, results[i] = s.Issue(t.Context(), s.Finance, order.ID, s.Departement, order.ID)
		}()
	}
	wait.Wait()
	good := 0
	for _, err := range results {
		if err == nil {
			good++
		} else if !errors.Is(err, invoicing.ErrNothingToBill) {
			t.Error(err)
		}
	}
	if good != 1 || s.Count(`SELECT count(*) FROM invoices`) != 1 {
		t.Errorf("%d people billed", good)
	}
}

func TestDatesNeverGoBackAndYearsStartAgain(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	var numbers []string
	for _, at := range []time.Time{
		time.Date(2026, 12, 31, 10, 0, 0, 0, time.UTC),
		time.Date(2026, 12, 30, 10, 0, 0, 0, time.UTC),  // a clock that goes back
		time.Date(2026, 12, 31, 23, 30, 0, 0, time.UTC), // the next year in Paris
	} {
		order := s.signed()
		s.At(at)
		numbers = append(numbers, s.issue(t, order).Number)
	}
	if fmt.Sprint(numbers) != "[F2026-000001 F2026-000002 F2027-000001]" || s.holes() != 0 {
		t.Errorf("%v, %d holes", numbers, s.holes())
	}
}

func TestTheDatabaseRefusesHolesAndEdits(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	d := s.issue(t, s.signed())
	insert := `INSERT INTO invoices SELECT (jsonb_populate_record(i, jsonb_build_object('id', gen_random_uuid(), 'cause_id', gen_random_uuid(), 'sequence', %d, 'number', 'F2026-' || lpad('%d', 6, '0'), 'issued_on', '%s'))).* FROM invoices i`
	for name, sql := range map[string]string{
		"a hole":          fmt.Sprintf(insert, 3, 3, "2026-11-16"),
		"an older date":   fmt.Sprintf(insert, 2, 2, "2026-11-15"),
		"the same number": fmt.Sprintf(insert, 1, 1, "2026-11-16"),
		"an edit":         `UPDATE invoices SET total_cents = 1`,
		"a deletion":      `DELETE FROM invoices`,
		"another line":    `UPDATE invoice_lines SET amount_cents = 1`,
	} {
		if _, err := s.Owner.Exec(t.Context(), sql); err == nil {
			t.Errorf("%s is taken", name)
		}
	}
	if _, err := s.Owner.Exec(t.Context(), fmt.Sprintf(insert, 2, 2, "2026-11-16")); err != nil {
		t.Errorf("what follows is refused: %v", err)
	}
	if s.Count(`SELECT count(*) FROM invoices WHERE number = $1`, d.Number) != 1 {
		t.Error("the facture is gone")
	}
}
