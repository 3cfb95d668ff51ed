package treasury

import (
	"context"
	"fmt"
	"time"

	"github.com/google/uuid"

	"passnum/internal/identity"
	"passnum/internal/money"
	"passnum/internal/postgres"
)

const pageSize = 50

// Filter says which lines are listed; zero values list all.
type Filter struct {
	State string // "attente", "rapprochees", "ecartees"
	Side  string // "credit", "debit"
	Words string
	From  *time.Time
	To    *time.Time
}

// LineKey is where a list of lines continues.
type LineKey struct {
	On time.Time
	ID uuid.UUID
}

// LinePage is a line, what it was recognised as, and what it may be.
type LinePage struct {
	Line
	Matches     []Match
	Suggestions []Suggestion
	Held        money.Cents // fees that may leave, for a debit
}

const selectAccounts = `
	WITH chained AS (
		SELECT id, opening_cents - lag(closing_cents) OVER (PARTITION BY iban ORDER BY closed_on, sequence NULLS FIRST, imported_at) AS gap
		FROM bank_statements WHERE kind = 'releve'
	)
	SELECT b.id, b.kind, b.reference, b.sequence, b.opened_on, b.opening_cents, b.closed_on, b.closing_cents, b.credit_cents, b.debit_cents, b.lines,
		(SELECT count(*) FROM bank_lines l WHERE l.statement_id = b.id AND l.matched_cents < l.amount_cents)::int AS open_lines,
		b.file_name, b.imported_at, b.imported_by_name, c.gap AS gap_cents
	FROM bank_statements b LEFT JOIN chained c ON c.id = b.id `

// Statements lists statements and notices, the last first.
func (s *Service) Statements(ctx context.Context, actor identity.Actor, after *LineKey) (list []Account, more bool, err error) {
	args := postgres.Args{"on": nil, "after": uuid.Nil, "limit": pageSize + 1}
	if after != nil {
		args["on"], args["after"] = after.On, after.ID
	}
	err = s.read(ctx, actor, func(tx *postgres.Tx) error {
		list, err = postgres.All[Account](ctx, tx, selectAccounts+`
			WHERE @on::date IS NULL OR (coalesce(b.closed_on, b.imported_at::date), b.id) < (@on, @after)
			ORDER BY coalesce(b.closed_on, b.imported_at::date) DESC, b.id DESC LIMIT @limit`, args)
		return err
	})
	if err != nil {
		return nil, false, fmt.Errorf("list statements: %w", err)
	}
	if more = len(list) > pageSize; more {
		list = list[:pageSize]
	}
	return list, more, nil
}

// Key is where a list continues after this statement.
func (a Account) Key() LineKey {
	if a.ClosedOn != nil {
		return LineKey{*a.ClosedOn, a.ID}
	}
	return LineKey{postgres.Day(a.ImportedAt), a.ID}
}

// Statement reads one statement or notice with its lines, as the bank orders
// them. ErrNotFound.
func (s *Service) Statement(ctx context.Context, actor identity.Actor, id uuid.UUID) (a Account, lines []Line, err error) {
	err = s.read(ctx, actor, func(tx *postgres.Tx) error {
		if a, err = postgres.One[Account](ctx, tx, selectAccounts+`WHERE b.id = @id`, postgres.Args{"id": id}); err != nil {
			return orNotFound(err)
		}
		lines, err = postgres.All[Line](ctx, tx, selectLine+`WHERE l.statement_id = @id OR l.notice_id = @id ORDER BY l.rank, l.id LIMIT 2000`, postgres.Args{"id": id})
		return err
	})
	if err != nil {
		return a, nil, fmt.Errorf("read statement: %w", err)
	}
	return a, lines, nil
}

// Lines lists lines, the last first; all of them when size is zero.
func (s *Service) Lines(ctx context.Context, actor identity.Actor, f Filter, after *LineKey, size int) (list []Line, more bool, err error) {
	args := postgres.Args{"state": f.State, "side": f.Side, "words": f.Words, "from": f.From, "to": f.To, "on": nil, "after": uuid.Nil, "limit": nil}
	if after != nil {
		args["on"], args["after"] = after.On, after.ID
	}
	if size > 0 {
		args["limit"] = size + 1
	}
	err = s.read(ctx, actor, func(tx *postgres.Tx) error {
		list, err = postgres.All[Line](ctx, tx, selectLine+`
			WHERE (@state = '' OR @state = 'attente' AND l.matched_cents < l.amount_cents OR @state = 'rapprochees' AND l.matched_cents = l.amount_cents
					OR @state = 'ecartees' AND EXISTS (SELECT 1 FROM bank_matches m WHERE m.line_id = l.id AND m.kind = 'ecart' AND m.undone_at IS NULL))
				AND (@side = '' OR l.is_credit = (@side = 'credit'))
				AND (@words = '' OR concat_ws(' ', l.party, l.remittance, l.bank_reference, l.details::text) ILIKE '%' || replace(replace(@words, '%', ''), '_', '\_') || '%')
				AND (@from::date IS NULL OR l.booked_on >= @from) AND (@to::date IS NULL OR l.booked_on <= @to)
				AND (@on::date IS NULL OR (l.booked_on, l.id) < (@on, @after))
			ORDER BY l.booked_on DESC, l.id DESC LIMIT @limit`, args)
		return err
	})
	if err != nil {
		return nil, false, fmt.Errorf("list bank lines: %w", err)
	}
	if more = size > 0 && len(list) > size; more {
		list = list[:size]
	}
	return list, more, nil
}

// Page is how many lines a page lists.
const Page = pageSize

// Line reads one line, with what it may be as long as it waits. ErrNotFound.
func (s *Service) Line(ctx context.Context, actor identity.Actor, id uuid.UUID) (p LinePage, err error) {
	err = s.read(ctx, actor, func(tx *postgres.Tx) error {
		if p.Line, err = findLine(ctx, tx, id); err != nil {
			return err
		}
		p.Matches, err = postgres.All[Match](ctx, tx, selectMatch+`WHERE line_id = @id ORDER BY matched_at, id`, postgres.Args{"id": id})
		if err != nil || p.Open() == 0 || p.Announced() {
			return err
		}
		if p.Suggestions, err = s.suggest(ctx, tx, p.Line); err != nil || p.Credit {
			return err
		}
		orders, err := feesHeld(ctx, tx)
		for _, o := range orders {
			p.Held += o.Cents
		}
		return err
	})
	if err != nil {
		return p, fmt.Errorf("read bank line: %w", err)
	}
	return p, nil
}

func findLine(ctx context.Context, tx *postgres.Tx, id uuid.UUID) (Line, error) {
	line, err := postgres.One[Line](ctx, tx, selectLine+`WHERE l.id = @id`, postgres.Args{"id": id})
	return line, orNotFound(err)
}

// Queue is what waits for a person.
type Queue struct {
	Lines   int64
	Credits money.Cents
	Debits  money.Cents
}

// Waiting sums up the lines that wait for a person.
func (s *Service) Waiting(ctx context.Context, actor identity.Actor) (q Queue, err error) {
	err = s.read(ctx, actor, func(tx *postgres.Tx) error {
		q, err = postgres.One[Queue](ctx, tx, `
			SELECT count(*) AS lines, coalesce(sum(amount_cents - matched_cents) FILTER (WHERE is_credit), 0)::bigint AS credits,
				coalesce(sum(amount_cents - matched_cents) FILTER (WHERE NOT is_credit), 0)::bigint AS debits
			FROM bank_lines WHERE matched_cents < amount_cents AND statement_id IS NOT NULL`, nil)
		return err
	})
	if err != nil {
		return q, fmt.Errorf("sum waiting lines: %w", err)
	}
	return q, nil
}

func (s *Service) read(ctx context.Context, actor identity.Actor, fn func(*postgres.Tx) error) error {
	if err := actor.May(identity.PlatformRead); err != nil {
		return err
	}
	return s.DB.InPlatform(ctx, actor, "relevés bancaires", fn)
}
