package accounting

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/google/uuid"

	"passnum/internal/identity"
	"passnum/internal/ledger"
	"passnum/internal/money"
	"passnum/internal/postgres"
)

// bookPage is how many lines of the grand livre a page shows.
const bookPage = 50

// Filter narrows the grand livre. Account is the only one that must be given.
type Filter struct {
	Account  string
	From, To time.Time
	SIRET    string // of an auxiliary account's organisation
	Order    string // an order's number
}

// BookKey is where the grand livre continues.
type BookKey struct {
	Day  time.Time
	At   time.Time
	ID   uuid.UUID
	Line int
}

// BookLine is one movement of an account. Balance is debit-positive and
// includes every line before it.
type BookLine struct {
	BookKey
	OrderID       uuid.UUID
	OrderNumber   string
	Kind          ledger.Kind
	CauseID       uuid.UUID
	Piece         string
	Party         string
	Debit, Credit money.Cents
	Balance       money.Cents
}

// Book is a page of the grand livre of one account.
type Book struct {
	ChartAccount
	Filter
	Opening       money.Cents // before the first day, debit-positive
	Debit, Credit money.Cents // of the whole period
	Lines         []BookLine
	More          bool
}

// Closing is the balance at the end of the period.
func (b Book) Closing() money.Cents { return b.Opening + b.Debit - b.Credit }

// Book reads a page of the grand livre after a key (nil from the start).
// ErrNotFound for an account that is not in the chart.
func (s *Service) Book(ctx context.Context, actor identity.Actor, f Filter, after *BookKey) (Book, error) {
	var b Book
	err := s.asOperator(ctx, actor, "grand livre", func(tx *postgres.Tx) (err error) {
		b, err = readBook(ctx, tx, f, after, bookPage)
		return err
	})
	if err != nil {
		return Book{}, fmt.Errorf("read book: %w", err)
	}
	return b, nil
}

// ofAccount keeps the movements of one account of the chart, given as the pairs
// of ledger accounts and kinds that it keeps.
const ofAccount = `
	FROM ledger_transactions t
	JOIN ledger_movements m ON m.commanditaire_id = t.commanditaire_id AND m.transaction_id = t.id
	CROSS JOIN LATERAL (SELECT
		EXISTS (SELECT 1 FROM unnest(@accounts::text[], @kinds::text[]) AS k(a, k) WHERE k.a = m.debit::text AND k.k = t.kind) AS debited,
		EXISTS (SELECT 1 FROM unnest(@accounts::text[], @kinds::text[]) AS k(a, k) WHERE k.a = m.credit::text AND k.k = t.kind) AS credited) AS side
	WHERE (side.debited OR side.credited)
		AND (@siret = '' OR CASE WHEN @structures THEN m.structure_id ELSE m.commanditaire_id END = (SELECT g.id FROM organisations g WHERE g.siret = @siret))
		AND (@order = '' OR m.order_id IN (SELECT n.order_id FROM order_numbers n WHERE upper(n.number) = @order))`

// withParties is ofAccount with the names that the lines show.
var withParties = strings.Replace(ofAccount, "WHERE (side", `
	JOIN orders o ON o.commanditaire_id = t.commanditaire_id AND o.id = t.order_id
	JOIN organisations c ON c.id = t.commanditaire_id
	LEFT JOIN organisations s ON s.id = m.structure_id
	WHERE (side`, 1)

type bookSums struct{ OpeningCents, DebitCents, CreditCents, SeenCents int64 }

type bookRow struct {
	ID          uuid.UUID
	Line        int
	Day         time.Time
	At          time.Time
	Kind        string
	CauseID     uuid.UUID
	OrderID     uuid.UUID
	OrderNumber string
	Party       string
	DebitCents  int64
	CreditCents int64
}

func readBook(ctx context.Context, tx *postgres.Tx, f Filter, after *BookKey, limit int) (Book, error) {
	account, ok := Lookup(f.Account)
	if !ok {
		return Book{}, ErrNotFound
	}
	f.SIRET, f.Order = strings.Join(strings.Fields(f.SIRET), ""), strings.ToUpper(strings.TrimSpace(f.Order))
	sums, err := sumBook(ctx, tx, account, f, after)
	if err != nil {
		return Book{}, err
	}
	b := Book{ChartAccount: account, Filter: f, Opening: money.Cents(sums.OpeningCents), Debit: money.Cents(sums.DebitCents), Credit: money.Cents(sums.CreditCents)}
	return b, b.read(ctx, tx, after, limit, b.Opening+money.Cents(sums.SeenCents))
}

// read lists the lines after the key, from the balance that it left.
func (b *Book) read(ctx context.Context, tx *postgres.Tx, after *BookKey, limit int, balance money.Cents) error {
	args := bookArgs(b.ChartAccount, b.Filter, after)
	args["limit"] = limit + 1
	if after != nil {
		args["from"] = after.Day
	}
	rows, err := postgres.All[bookRow](ctx, tx, `
		SELECT t.id, m.line, t.day, t.at, t.kind, t.cause_id, t.order_id, o.number AS order_number,
			coalesce(CASE WHEN @structures THEN s.name ELSE c.name END, '') AS party,
			CASE WHEN side.debited THEN m.amount_cents ELSE 0 END AS debit_cents, CASE WHEN side.debited THEN 0 ELSE m.amount_cents END AS credit_cents
		`+withParties+` AND t.day BETWEEN @from AND @to AND (@first OR (t.at, t.id, m.line) > (@at, @id, @line))
		ORDER BY t.day, t.at, t.id, m.line LIMIT @limit`, args)
	if err != nil {
		return fmt.Errorf("list account: %w", err)
	}
	return b.fill(ctx, tx, rows, limit, balance)
}

func bookArgs(account ChartAccount, f Filter, after *BookKey) postgres.Args {
	if after == nil {
		after = &BookKey{}
	}
	accounts, kinds := sourcesOf(f.Account)
	return postgres.Args{"accounts": accounts, "kinds": kinds, "siret": f.SIRET, "structures": account.Party == OfStructure, "order": f.Order,
		"from": f.From, "to": f.To, "at": after.At, "id": after.ID, "line": after.Line, "first": after.ID == uuid.Nil}
}

// sumBook sums the account before the period, during it, and up to the key.
func sumBook(ctx context.Context, tx *postgres.Tx, account ChartAccount, f Filter, after *BookKey) (bookSums, error) {
	args := bookArgs(account, f, after)
	// A result account starts every year from nothing.
	args["since"] = time.Date(1, 1, 1, 0, 0, 0, 0, time.UTC)
	if account.Result {
		args["since"] = time.Date(f.From.Year(), 1, 1, 0, 0, 0, 0, time.UTC)
	}
	sums, err := postgres.One[bookSums](ctx, tx, `
		SELECT coalesce(sum(signed) FILTER (WHERE day < @from), 0)::bigint AS opening_cents,
			coalesce(sum(amount) FILTER (WHERE day >= @from AND debited), 0)::bigint AS debit_cents,
			coalesce(sum(amount) FILTER (WHERE day >= @from AND NOT debited), 0)::bigint AS credit_cents,
			coalesce(sum(signed) FILTER (WHERE day >= @from AND NOT @first AND (at, id, line) <= (@at, @id, @line)), 0)::bigint AS seen_cents
		FROM (SELECT t.day, t.at, t.id, m.line, side.debited, m.amount_cents AS amount, CASE WHEN side.debited THEN m.amount_cents ELSE -m.amount_cents END AS signed `+
		ofAccount+` AND t.day BETWEEN @since AND @to) AS all_of_it`, args)
	if err != nil {
		return bookSums{}, fmt.Errorf("sum account: %w", err)
	}
	return sums, nil
}

func (b *Book) fill(ctx context.Context, tx *postgres.Tx, rows []bookRow, limit int, balance money.Cents) error {
	if b.More = len(rows) > limit; b.More {
		rows = rows[:limit]
	}
	causes := make([]uuid.UUID, len(rows))
	for i, r := range rows {
		causes[i] = r.CauseID
	}
	pieces, err := piecesOf(ctx, tx, causes)
	if err != nil {
		return err
	}
	for _, r := range rows {
		balance += money.Cents(r.DebitCents - r.CreditCents)
		line := BookLine{BookKey: BookKey{r.Day, r.At, r.ID, r.Line}, OrderID: r.OrderID, OrderNumber: r.OrderNumber, Kind: ledger.Kind(r.Kind), CauseID: r.CauseID,
			Piece: pieces[r.CauseID], Debit: money.Cents(r.DebitCents), Credit: money.Cents(r.CreditCents), Balance: balance}
		if b.ChartAccount.Party != Nobody {
			line.Party = r.Party
		}
		b.Lines = append(b.Lines, line)
	}
	return nil
}

// Lookup finds an account of the chart by its number.
func Lookup(number string) (ChartAccount, bool) {
	for _, a := range chart {
		if a.Number == number {
			return a, true
		}
	}
	return ChartAccount{}, false
}
