package accounting

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"

	"passnum/internal/identity"
	"passnum/internal/ledger"
	"passnum/internal/money"
	"passnum/internal/postgres"
)

// BalanceLine is one account of the balance générale, or one auxiliary account
// of it. Opening and Closing are debit-positive.
type BalanceLine struct {
	ChartAccount
	AuxNumber, AuxLabel string
	Opening             money.Cents
	Debit, Credit       money.Cents // of the year, openings left out
	Closing             money.Cents
}

// Balance is a year's balance générale: the sum of every debit is that of every
// credit, and the ledger's.
type Balance struct {
	Year          int
	From, To      time.Time
	Lines         []BalanceLine
	Debit, Credit money.Cents
	Entries       int64 // transactions of the year
}

// Balanced reports whether debits equal credits, in the year and before it.
func (b Balance) Balanced() bool {
	var opening, closing money.Cents
	for _, l := range b.Lines {
		opening += l.Opening
		closing += l.Closing
	}
	return b.Debit == b.Credit && opening == 0 && closing == 0
}

// Balance computes the balance générale of a year, by account of the chart.
// ErrNoYear.
func (s *Service) Balance(ctx context.Context, actor identity.Actor, year int) (Balance, error) {
	var b Balance
	err := s.asOperator(ctx, actor, "balance générale", func(tx *postgres.Tx) (err error) {
		b, err = readBalance(ctx, tx, year, false)
		return err
	})
	if err != nil {
		return Balance{}, fmt.Errorf("compute balance: %w", err)
	}
	return b, nil
}

// Auxiliary is the balance of one account of the chart, told apart by
// organisation. ErrNoYear, ErrNotFound.
func (s *Service) Auxiliary(ctx context.Context, actor identity.Actor, year int, account string) (Balance, error) {
	if _, ok := Lookup(account); !ok {
		return Balance{}, ErrNotFound
	}
	var b Balance
	err := s.asOperator(ctx, actor, "balance auxiliaire", func(tx *postgres.Tx) (err error) {
		b, err = readBalance(ctx, tx, year, true)
		return err
	})
	if err != nil {
		return Balance{}, fmt.Errorf("compute auxiliary balance: %w", err)
	}
	b.Lines = slices.DeleteFunc(b.Lines, func(l BalanceLine) bool { return l.Number != account })
	return b, nil
}

type balanceRow struct {
	Kind            string
	Debit           string
	Credit          string
	CommanditaireID uuid.UUID
	StructureID     uuid.UUID
	BeforeCents     int64
	DuringCents     int64
}

// Auxiliary accounts are told apart only when asked: it is much more to sum.
const sumMovements = `
	SELECT t.kind, m.debit::text, m.credit::text,
		CASE WHEN @detail THEN m.commanditaire_id ELSE '00000000-0000-0000-0000-000000000000' END AS commanditaire_id,
		CASE WHEN @detail THEN coalesce(m.structure_id, '00000000-0000-0000-0000-000000000000') ELSE '00000000-0000-0000-0000-000000000000' END AS structure_id,
		coalesce(sum(m.amount_cents) FILTER (WHERE t.day < @from), 0)::bigint AS before_cents,
		coalesce(sum(m.amount_cents) FILTER (WHERE t.day >= @from), 0)::bigint AS during_cents
	FROM ledger_movements m
	JOIN ledger_transactions t ON t.commanditaire_id = m.commanditaire_id AND t.id = m.transaction_id
	WHERE t.day <= @to GROUP BY 1, 2, 3, 4, 5`

func readBalance(ctx context.Context, tx *postgres.Tx, year int, detail bool) (Balance, error) {
	p, err := yearOf(year, tx.Today())
	if err != nil {
		return Balance{}, err
	}
	b := Balance{Year: year, From: p.From, To: p.To}
	rows, err := postgres.All[balanceRow](ctx, tx, sumMovements, postgres.Args{"from": p.From, "to": p.To, "detail": detail})
	if err != nil {
		return Balance{}, fmt.Errorf("sum movements: %w", err)
	}
	b.Entries, err = postgres.Value[int64](ctx, tx, `SELECT count(*) FROM ledger_transactions WHERE day BETWEEN @from AND @to`, postgres.Args{"from": p.From, "to": p.To})
	if err != nil {
		return Balance{}, fmt.Errorf("count entries: %w", err)
	}
	var n names
	if detail {
		if n, err = readNames(ctx, tx); err != nil {
			return Balance{}, err
		}
	}
	b.fill(rows, n)
	return b, nil
}

func (b *Balance) fill(rows []balanceRow, n names) {
	type key struct{ account, aux string }
	lines := map[key]*BalanceLine{}
	line := func(account ChartAccount, aux auxiliary) *BalanceLine {
		k := key{account.Number, aux.number}
		if lines[k] == nil {
			lines[k] = &BalanceLine{ChartAccount: account, AuxNumber: aux.number, AuxLabel: aux.label}
		}
		return lines[k]
	}
	open := func(account ChartAccount, aux auxiliary, cents money.Cents) {
		if account.Result {
			account, aux = accountNumbered(ResultAccount), auxiliary{}
		}
		line(account, aux).Opening += cents
	}
	for _, r := range rows {
		kind := ledger.Kind(r.Kind)
		debit, credit := AccountOf(ledger.Account(r.Debit), kind), AccountOf(ledger.Account(r.Credit), kind)
		debitAux, creditAux := n.auxiliary(debit, r.CommanditaireID, r.StructureID), n.auxiliary(credit, r.CommanditaireID, r.StructureID)
		open(debit, debitAux, money.Cents(r.BeforeCents))
		open(credit, creditAux, -money.Cents(r.BeforeCents))
		line(debit, debitAux).Debit += money.Cents(r.DuringCents)
		line(credit, creditAux).Credit += money.Cents(r.DuringCents)
		b.Debit += money.Cents(r.DuringCents)
		b.Credit += money.Cents(r.DuringCents)
	}
	for _, l := range lines {
		l.Closing = l.Opening + l.Debit - l.Credit
		if l.Opening != 0 || l.Debit != 0 || l.Credit != 0 {
			b.Lines = append(b.Lines, *l)
		}
	}
	slices.SortFunc(b.Lines, func(x, y BalanceLine) int {
		if c := strings.Compare(x.Number, y.Number); c != 0 {
			return c
		}
		return strings.Compare(x.AuxNumber, y.AuxNumber)
	})
}
