package redemption

import (
	"context"
	"fmt"
	"time"

	"github.com/google/uuid"

	"passnum/internal/identity"
	"passnum/internal/money"
	"passnum/internal/postgres"
	"passnum/internal/redemption/dispute"
)

// Filter narrows a list of takings; zero values do not.
type Filter struct {
	// From and To are Paris days, both included.
	From, To time.Time
	PlaceID  uuid.UUID
	Payment  Payment
}

// Cursor is where a page starts: after the last line of the one before. The
// zero Cursor is the start of the list.
type Cursor struct {
	At time.Time `json:"a"`
	ID uuid.UUID `json:"i"`
}

// Totals are the figures of a filtered list: chèques, and séances, which are
// what was done. Undone chèques are left out.
type Totals struct {
	Cheques int
	Seances int
	Amount  money.Cents
}

// Page is one page of takings, newest first.
type Page struct {
	Takings []Taking
	Totals  Totals
	Next    Cursor // zero on the last page
	// Disputed and DisputedAmount are the chèques that wait for the operator; only
	// Today tells them.
	Disputed       int
	DisputedAmount money.Cents
}

const pageSize = 50

// List reads a page of what the structure took. It answers
// identity.ErrForbidden.
func (s *Service) List(ctx context.Context, actor identity.Actor, filter Filter, after Cursor) (Page, error) {
	if err := mayRead(actor); err != nil {
		return Page{}, err
	}
	var page Page
	err := s.db.InOrganisation(ctx, actor, func(tx *postgres.Tx) (err error) {
		if page, err = listPage(ctx, tx, actor.OrganisationID, filter, after, pageSize); err != nil {
			return err
		}
		page.Totals, err = totals(ctx, tx, actor.OrganisationID, filter)
		return err
	})
	if err != nil {
		return Page{}, fmt.Errorf("list redemptions: %w", err)
	}
	return page, nil
}

// Export gives every taking of a filtered list to each, newest first, without
// holding them in memory. It stops at the first error, which it returns.
func (s *Service) Export(ctx context.Context, actor identity.Actor, filter Filter, each func(Taking) error) error {
	if err := mayRead(actor); err != nil {
		return err
	}
	const batch = 1000
	for after := (Cursor{}); ; {
		var page Page
		err := s.db.InOrganisation(ctx, actor, func(tx *postgres.Tx) (err error) {
			page, err = listPage(ctx, tx, actor.OrganisationID, filter, after, batch)
			return err
		})
		if err != nil {
			return fmt.Errorf("export redemptions: %w", err)
		}
		for _, t := range page.Takings {
			if err := each(t); err != nil {
				return err
			}
		}
		if after = page.Next; after.At.IsZero() {
			return nil
		}
	}
}

// Today is what the structure took today, newest first.
func (s *Service) Today(ctx context.Context, actor identity.Actor) (Page, error) {
	today := postgres.Day(s.db.Now())
	page, err := s.List(ctx, actor, Filter{From: today, To: today}, Cursor{})
	if err != nil {
		return Page{}, fmt.Errorf("today: %w", err)
	}
	err = s.db.InOrganisation(ctx, actor, func(tx *postgres.Tx) (err error) {
		page.Disputed, page.DisputedAmount, err = dispute.Waiting(ctx, tx, actor.OrganisationID)
		return err
	})
	if err != nil {
		return Page{}, fmt.Errorf("today: %w", err)
	}
	return page, nil
}

const filtered = `
	r.structure_id = @structure
	AND (@from::timestamptz IS NULL OR r.at >= @from) AND (@until::timestamptz IS NULL OR r.at < @until)
	AND (@place::uuid IS NULL OR r.place_id = @place)
	AND (@payment::text IS NULL OR @payment = CASE
		WHEN r.undone_at IS NOT NULL THEN 'annule'
		WHEN r.settlement_line_id IS NULL THEN 'a_payer'
		WHEN l.state = 'executee' THEN 'paye' ELSE 'en_paiement' END)`

func (f Filter) args(structure uuid.UUID) postgres.Args {
	args := postgres.Args{"structure": structure, "from": nil, "until": nil, "place": nil, "payment": nil}
	if !f.From.IsZero() {
		args["from"] = parisMidnight(f.From, 0)
	}
	if !f.To.IsZero() {
		args["until"] = parisMidnight(f.To, 1)
	}
	if f.PlaceID != uuid.Nil {
		args["place"] = f.PlaceID
	}
	if f.Payment != "" {
		args["payment"] = string(f.Payment)
	}
	return args
}

// parisMidnight is the start of the Paris day that t writes, days later.
func parisMidnight(t time.Time, days int) time.Time {
	return time.Date(t.Year(), t.Month(), t.Day()+days, 0, 0, 0, 0, postgres.Paris)
}

func listPage(ctx context.Context, tx *postgres.Tx, structure uuid.UUID, f Filter, after Cursor, size int) (Page, error) {
	args := f.args(structure)
	args["size"], args["at"], args["id"] = size+1, nil, nil
	if !after.At.IsZero() {
		args["at"], args["id"] = after.At, after.ID
	}
	rows, err := postgres.All[takingRow](ctx, tx, `SELECT `+takingColumns+takingJoins+`
		WHERE `+filtered+` AND (@at::timestamptz IS NULL OR (r.at, r.id) < (@at, @id::uuid))
		ORDER BY r.at DESC, r.id DESC LIMIT @size`, args)
	if err != nil {
		return Page{}, fmt.Errorf("read takings: %w", err)
	}
	page := Page{}
	if len(rows) > size {
		rows = rows[:size]
		page.Next = Cursor{At: rows[size-1].At, ID: rows[size-1].ID}
	}
	page.Takings = takings(rows, tx.Today())
	return page, nil
}

type totalsRow struct {
	Cheques     int
	Seances     int
	AmountCents int64
}

func totals(ctx context.Context, tx *postgres.Tx, structure uuid.UUID, f Filter) (Totals, error) {
	row, err := postgres.One[totalsRow](ctx, tx, `
		SELECT count(*) AS cheques, count(DISTINCT r.seance_id) AS seances, coalesce(sum(r.amount_cents), 0)::bigint AS amount_cents
		FROM redemptions r LEFT JOIN settlement_lines l ON l.id = r.settlement_line_id
		WHERE `+filtered+` AND r.undone_at IS NULL`, f.args(structure))
	if err != nil {
		return Totals{}, fmt.Errorf("sum takings: %w", err)
	}
	return Totals{Cheques: row.Cheques, Seances: row.Seances, Amount: money.Cents(row.AmountCents)}, nil
}
