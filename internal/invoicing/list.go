package invoicing

import (
	"context"
	"fmt"
	"time"

	"github.com/google/uuid"

	"passnum/internal/fault"
	"passnum/internal/identity"
	"passnum/internal/money"
	"passnum/internal/postgres"
)

// State is what became of a document's sums.
type State string

// The states of a document, as a list filters them.
const (
	ToPay     State = "a_payer"
	Partly    State = "partielle"
	Late      State = "retard"
	Paid      State = "payee"
	Cancelled State = "annulee"
	Given     State = "avoir"
)

// States lists them in the order a filter offers them.
var States = []State{ToPay, Partly, Late, Paid, Cancelled, Given}

// Label is the state in French.
func (s State) Label() string {
	return map[State]string{ToPay: "à payer", Partly: "payée en partie", Late: "en retard", Paid: "payée", Cancelled: "annulée", Given: "avoir"}[s]
}

// Known reports whether the state exists.
func (s State) Known() bool { return s.Label() != "" }

// Row is a document in a list.
type Row struct {
	Document
	OrderNumber string
	Credited    money.Cents // by avoirs
	Due         money.Cents // still to be paid
	State       State
	Sending     Sending // how far it went towards its buyer
}

// PaidSum is what was received on a facture.
func (r Row) PaidSum() money.Cents {
	if r.Kind == Credit {
		return 0
	}
	return r.Total - r.Credited - r.Due
}

// Side is whose documents a list shows.
type Side int

// The sides of a list.
const (
	Orders     Side = iota // about orders
	Structures             // of downstream fees
	Everything
)

// Filter narrows a list; zero values do not.
type Filter struct {
	Side    Side
	State   State
	Year    int
	BuyerID uuid.UUID
	OrderID uuid.UUID
	Number  string // or its beginning
	After   *Key
}

// Key is where the next page starts.
type Key struct {
	On time.Time
	ID uuid.UUID
}

// PageSize is how many documents a page of a list shows.
const PageSize = 50

// rows reads a document with what became of it.
const rows = `
	SELECT ` + documentColumns + `, coalesce(o.number, '') AS order_number, coalesce(b.credited, 0)::bigint AS credited,
		coalesce(b.face_due + b.fees_due + b.vat_due, 0)::bigint AS due,
		CASE
			WHEN i.kind = 'avoir' THEN 'avoir'
			WHEN b.credited >= i.total_cents THEN 'annulee'
			WHEN b.face_due + b.fees_due + b.vat_due = 0 THEN 'payee'
			WHEN i.due_on < @today THEN 'retard'
			WHEN b.face_due + b.fees_due + b.vat_due < i.total_cents - b.credited THEN 'partielle'
			ELSE 'a_payer' END AS state,
		coalesce((SELECT e.kind FROM invoice_events e WHERE e.buyer_id = i.buyer_id AND e.invoice_id = i.id AND e.kind <> 'relance' ORDER BY e.at DESC, e.id DESC LIMIT 1), '') AS sending
	FROM invoices i LEFT JOIN balance b ON b.id = i.id LEFT JOIN orders o ON o.commanditaire_id = i.commanditaire_id AND o.id = i.order_id`

const filtered = `WITH ` + balances + `, listed AS (` + rows + `)
	SELECT * FROM listed i
	WHERE (@side = 2 OR (i.order_id IS NULL) = (@side = 1)) AND (@state = '' OR i.state = @state) AND (@year = 0 OR extract(year FROM i.issued_on) = @year)
		AND (@buyer::uuid IS NULL OR i.buyer_id = @buyer) AND (@order::uuid IS NULL OR i.order_id = @order) AND (@number = '' OR i.number LIKE @number || '%')`

func (f Filter) args(tx *postgres.Tx) postgres.Args {
	return postgres.Args{"today": tx.Today(), "side": int(f.Side), "state": string(f.State), "year": f.Year, "buyer": orNil(f.BuyerID), "order": orNil(f.OrderID), "number": f.Number}
}

func orNil(id uuid.UUID) *uuid.UUID {
	if id == uuid.Nil {
		return nil
	}
	return &id
}

func list(ctx context.Context, tx *postgres.Tx, f Filter) (page []Row, more bool, err error) {
	args := f.args(tx)
	args["limit"] = PageSize + 1
	after := Key{}
	if f.After != nil {
		after = *f.After
	}
	args["after"], args["after_on"], args["after_id"] = f.After != nil, after.On, after.ID
	page, err = postgres.All[Row](ctx, tx, filtered+` AND (NOT @after OR (i.issued_on, i.id) < (@after_on::date, @after_id::uuid)) ORDER BY i.issued_on DESC, i.id DESC LIMIT @limit`, args)
	if err != nil {
		return nil, false, fmt.Errorf("list invoices: %w", err)
	}
	if len(page) > PageSize {
		return page[:PageSize], true, nil
	}
	return page, false, nil
}

// each reads every document of a filter, in the order of issue.
func each(ctx context.Context, tx *postgres.Tx, f Filter) ([]Row, error) {
	all, err := postgres.All[Row](ctx, tx, filtered+` ORDER BY i.issued_at, i.id`, f.args(tx))
	if err != nil {
		return nil, fmt.Errorf("list invoices: %w", err)
	}
	return all, nil
}

// List is a page of the operator's documents, the newest first.
func (s *Service) List(ctx context.Context, actor identity.Actor, f Filter) (page []Row, more bool, err error) {
	if err := actor.May(identity.PlatformRead); err != nil {
		return nil, false, err
	}
	err = s.db.InPlatform(ctx, actor, "suivi des factures", func(tx *postgres.Tx) (err error) {
		page, more, err = list(ctx, tx, f)
		return err
	})
	return page, more, fault.Wrap(err, "list invoices")
}

// Mine is a page of the documents that concern the actor's organisation.
func (s *Service) Mine(ctx context.Context, actor identity.Actor, f Filter) (page []Row, more bool, err error) {
	if !reads(actor) {
		return nil, false, identity.ErrForbidden
	}
	err = s.db.InOrganisation(ctx, actor, func(tx *postgres.Tx) (err error) {
		page, more, err = list(ctx, tx, f)
		return err
	})
	return page, more, fault.Wrap(err, "list invoices")
}

// Summary is the figures above a list.
type Summary struct {
	Issued   money.Cents // factures of this year, less avoirs
	Due      money.Cents
	DueCount int
	Late     money.Cents
	LateN    int
}

func summarise(ctx context.Context, tx *postgres.Tx, side Side) (Summary, error) {
	sum, err := postgres.One[Summary](ctx, tx, `WITH `+balances+`, listed AS (`+rows+`)
		SELECT coalesce(sum(CASE kind WHEN 'avoir' THEN -total ELSE total END) FILTER (WHERE extract(year FROM issued_on) = extract(year FROM @today::date)), 0)::bigint AS issued,
			coalesce(sum(due), 0)::bigint AS due, count(*) FILTER (WHERE due > 0)::int AS due_count,
			coalesce(sum(due) FILTER (WHERE state = 'retard'), 0)::bigint AS late, count(*) FILTER (WHERE state = 'retard')::int AS late_n
		FROM listed WHERE @side = 2 OR (order_id IS NULL) = (@side = 1)`, postgres.Args{"today": tx.Today(), "side": int(side)})
	if err != nil {
		return sum, fmt.Errorf("sum invoices: %w", err)
	}
	return sum, nil
}

// Summary is the operator's figures.
func (s *Service) Summary(ctx context.Context, actor identity.Actor, side Side) (sum Summary, err error) {
	if err := actor.May(identity.PlatformRead); err != nil {
		return sum, err
	}
	err = s.db.InPlatform(ctx, actor, "suivi des factures", func(tx *postgres.Tx) (err error) {
		sum, err = summarise(ctx, tx, side)
		return err
	})
	return sum, fault.Wrap(err, "sum invoices")
}

// MySummary is the figures of the actor's organisation.
func (s *Service) MySummary(ctx context.Context, actor identity.Actor, side Side) (sum Summary, err error) {
	if !reads(actor) {
		return sum, identity.ErrForbidden
	}
	err = s.db.InOrganisation(ctx, actor, func(tx *postgres.Tx) (err error) {
		sum, err = summarise(ctx, tx, side)
		return err
	})
	return sum, fault.Wrap(err, "sum invoices")
}

// Buyer is an organisation that was billed, for a filter.
type Buyer struct {
	ID   uuid.UUID
	Name string
}

// Buyers lists who was billed, and the years in which documents were issued.
func (s *Service) Buyers(ctx context.Context, actor identity.Actor) (buyers []Buyer, years []int, err error) {
	if err := actor.May(identity.PlatformRead); err != nil {
		return nil, nil, err
	}
	err = s.db.InPlatform(ctx, actor, "suivi des factures", func(tx *postgres.Tx) (err error) {
		if buyers, err = postgres.All[Buyer](ctx, tx, `SELECT id, name FROM organisations g WHERE EXISTS (SELECT FROM invoices WHERE buyer_id = g.id AND order_id IS NOT NULL) ORDER BY name`, nil); err != nil {
			return err
		}
		years, err = postgres.Values[int](ctx, tx, `SELECT DISTINCT year::int FROM invoices ORDER BY 1 DESC`, nil)
		return err
	})
	return buyers, years, fault.Wrap(err, "list buyers")
}
