package dispute

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"

	"passnum/internal/carnet"
	"passnum/internal/identity"
	"passnum/internal/money"
	"passnum/internal/postgres"
)

// Filter narrows a list; zero values do not.
type Filter struct {
	State     State
	RequestID uuid.UUID // the disputes of one claim
}

// Cursor is where a page starts: after the last line of the one before.
type Cursor struct {
	At time.Time `json:"a"`
	ID uuid.UUID `json:"i"`
}

// Page is one page of disputes, newest first. Open counts all those that wait,
// whatever the filter.
type Page struct {
	Disputes []Dispute
	Open     int
	Amount   money.Cents // of those that wait
	Next     Cursor      // zero on the last page
}

const pageSize = 50

// Side is who reads: the structure that redeemed, the commanditaire whose chèques
// they are, or the operator.
type Side int

// The sides of a dispute.
const (
	ForStructure Side = iota
	ForCommanditaire
	ForOperator
)

// reach narrows what is read to the organisation acted for, on its side.
type reach struct{ structure, commanditaire *uuid.UUID }

// List lists the disputes of a side. It answers identity.ErrForbidden.
func (s *Service) List(ctx context.Context, actor identity.Actor, side Side, filter Filter, after Cursor) (Page, error) {
	var page Page
	err := s.read(ctx, actor, side, "liste des litiges", func(tx *postgres.Tx, of reach) (err error) {
		page, err = readPage(ctx, tx, filter, of, after, pageSize)
		return err
	})
	if err != nil {
		return Page{}, fmt.Errorf("list disputes: %w", err)
	}
	return page, nil
}

// One reads a dispute of a side; ErrNotFound for another's.
func (s *Service) One(ctx context.Context, actor identity.Actor, side Side, id uuid.UUID) (Dispute, error) {
	var d Dispute
	err := s.read(ctx, actor, side, "lecture d’un litige", func(tx *postgres.Tx, of reach) (err error) {
		d, err = readOne(ctx, tx, id, of)
		return err
	})
	if err != nil {
		return Dispute{}, fmt.Errorf("read dispute: %w", err)
	}
	return d, nil
}

const exportSize = 1000

// Export gives every dispute of a side's filtered list to each, newest first. It
// stops at the first error, which it returns.
func (s *Service) Export(ctx context.Context, actor identity.Actor, side Side, filter Filter, each func(Dispute) error) error {
	for after := (Cursor{}); ; {
		var page Page
		err := s.read(ctx, actor, side, "export des litiges", func(tx *postgres.Tx, of reach) (err error) {
			page, err = readPage(ctx, tx, filter, of, after, exportSize)
			return err
		})
		if err != nil {
			return fmt.Errorf("export disputes: %w", err)
		}
		for _, d := range page.Disputes {
			if err := each(d); err != nil {
				return err
			}
		}
		if after = page.Next; after.At.IsZero() {
			return nil
		}
	}
}

// read runs fn for a side, with what it may see.
func (s *Service) read(ctx context.Context, actor identity.Actor, side Side, reason string, fn func(*postgres.Tx, reach) error) error {
	mine := &actor.OrganisationID
	switch side {
	case ForOperator:
		return s.asOperator(ctx, actor, identity.PlatformRead, reason, func(tx *postgres.Tx) error { return fn(tx, reach{}) })
	case ForCommanditaire:
		if err := actor.May(identity.OrderRead); err != nil {
			return err
		}
		return s.db.InOrganisation(ctx, actor, func(tx *postgres.Tx) error { return fn(tx, reach{commanditaire: mine}) })
	default:
		return s.asStructure(ctx, actor, func(tx *postgres.Tx) error { return fn(tx, reach{structure: mine}) })
	}
}

// asStructure runs fn for who redeems or follows payments in a structure.
func (s *Service) asStructure(ctx context.Context, actor identity.Actor, fn func(*postgres.Tx) error) error {
	if !actor.Can(identity.PaymentRead) {
		if err := actor.May(identity.Redeem); err != nil {
			return err
		}
	}
	return s.db.InOrganisation(ctx, actor, fn)
}

func (s *Service) asOperator(ctx context.Context, actor identity.Actor, p identity.Permission, reason string, fn func(*postgres.Tx) error) error {
	if err := actor.May(p); err != nil {
		return err
	}
	return s.db.InPlatform(ctx, actor, reason, fn)
}

const columns = `
	SELECT d.id, d.commanditaire_id, coalesce(c.name, '') AS commanditaire, d.structure_id, coalesce(g.name, '') AS structure, d.request_id,
		d.order_id, coalesce(n.number, '') AS order_number, d.serial, d.rank, d.amount_cents AS amount, d.reason, d.message, d.judged_on,
		d.scanned_at, d.received_at, d.clock_seconds, d.device_id, coalesce(p.name, '') AS place, d.account_name AS by, d.mode, d.entries,
		coalesce(d.duration_minutes, 0) AS duration_minutes, d.price_cents AS price, d.first_visit, d.explanation, d.explained_at,
		d.explained_by_name AS explained_by, d.state, d.decided_at, d.decided_by_name AS decided_by, d.decision, r.seance_id,
		coalesce(dispute_obstacle(d.commanditaire_id, d.id), '') AS obstacle,
		(SELECT count(*) FROM disputes w WHERE w.structure_id = d.structure_id AND w.request_id = d.request_id AND w.reason = d.reason
			AND w.state = 'ouvert' AND w.id <> d.id)::int AS siblings
	FROM disputes d
	LEFT JOIN organisations c ON c.id = d.commanditaire_id
	LEFT JOIN organisations g ON g.id = d.structure_id
	LEFT JOIN order_numbers n ON n.commanditaire_id = d.commanditaire_id AND n.order_id = d.order_id
	LEFT JOIN places p ON p.id = d.place_id
	LEFT JOIN redemptions r ON r.commanditaire_id = d.commanditaire_id AND r.id = d.redemption_id`

type row struct {
	ID              uuid.UUID
	CommanditaireID uuid.UUID
	Commanditaire   string
	StructureID     uuid.UUID
	Structure       string
	RequestID       uuid.UUID
	OrderID         uuid.UUID
	OrderNumber     string
	Serial          string
	Rank            int
	Amount          int64
	Reason          string
	Message         string
	JudgedOn        time.Time
	ScannedAt       time.Time
	ReceivedAt      time.Time
	ClockSeconds    int
	DeviceID        uuid.UUID
	Place           string
	By              string
	Mode            string
	Entries         []int16
	DurationMinutes int
	Price           *int64
	FirstVisit      *bool
	Explanation     string
	ExplainedAt     *time.Time
	ExplainedBy     string
	State           string
	DecidedAt       *time.Time
	DecidedBy       string
	Decision        string
	SeanceID        *uuid.UUID
	Obstacle        string
	Siblings        int
}

func (r row) dispute() Dispute {
	d := Dispute{
		ID: r.ID, CommanditaireID: r.CommanditaireID, Commanditaire: r.Commanditaire, StructureID: r.StructureID, Structure: r.Structure,
		RequestID: r.RequestID, OrderID: r.OrderID, OrderNumber: r.OrderNumber, Serial: r.Serial, Rank: r.Rank, Amount: money.Cents(r.Amount),
		Reason: carnet.Reason(r.Reason), Message: r.Message, JudgedOn: r.JudgedOn, ScannedAt: r.ScannedAt, ReceivedAt: r.ReceivedAt,
		ClockOff: time.Duration(r.ClockSeconds) * time.Second, DeviceID: r.DeviceID, Place: r.Place, By: r.By, Mode: r.Mode,
		DurationMinutes: r.DurationMinutes, Price: (*money.Cents)(r.Price), FirstVisit: r.FirstVisit, Explanation: r.Explanation,
		ExplainedAt: r.ExplainedAt, ExplainedBy: r.ExplainedBy, State: State(r.State), DecidedAt: r.DecidedAt, DecidedBy: r.DecidedBy,
		Decision: r.Decision, SeanceID: r.SeanceID, Obstacle: carnet.Reason(r.Obstacle), Siblings: r.Siblings,
	}
	for _, n := range r.Entries {
		d.Entries = append(d.Entries, int(n))
	}
	return d
}

const within = `
	(@structure::uuid IS NULL OR d.structure_id = @structure) AND (@commanditaire::uuid IS NULL OR d.commanditaire_id = @commanditaire)`

const narrowed = within + `
	AND (@state::text IS NULL OR d.state = @state) AND (@request::uuid IS NULL OR d.request_id = @request)`

func readPage(ctx context.Context, tx *postgres.Tx, f Filter, of reach, after Cursor, size int) (Page, error) {
	args := postgres.Args{"structure": of.structure, "commanditaire": of.commanditaire, "state": nil, "request": nil, "at": nil, "id": nil, "size": size + 1}
	if f.State != "" {
		args["state"] = string(f.State)
	}
	if f.RequestID != uuid.Nil {
		args["request"] = f.RequestID
	}
	if !after.At.IsZero() {
		args["at"], args["id"] = after.At, after.ID
	}
	rows, err := postgres.All[row](ctx, tx, columns+` WHERE `+narrowed+` AND (@at::timestamptz IS NULL OR (d.received_at, d.id) < (@at, @id::uuid))
		ORDER BY d.received_at DESC, d.id DESC LIMIT @size`, args)
	if err != nil {
		return Page{}, fmt.Errorf("read disputes: %w", err)
	}
	var page Page
	if len(rows) > size {
		rows = rows[:size]
		page.Next = Cursor{At: rows[size-1].ReceivedAt, ID: rows[size-1].ID}
	}
	for _, r := range rows {
		page.Disputes = append(page.Disputes, r.dispute())
	}
	page.Open, page.Amount, err = waiting(ctx, tx, of)
	return page, err
}

func waiting(ctx context.Context, tx *postgres.Tx, of reach) (int, money.Cents, error) {
	type sums struct {
		Cheques int
		Cents   int64
	}
	w, err := postgres.One[sums](ctx, tx, `
		SELECT count(*)::int AS cheques, coalesce(sum(amount_cents), 0)::bigint AS cents FROM disputes d
		WHERE d.state = 'ouvert' AND `+within, postgres.Args{"structure": of.structure, "commanditaire": of.commanditaire})
	if err != nil {
		return 0, 0, fmt.Errorf("count disputes: %w", err)
	}
	return w.Cheques, money.Cents(w.Cents), nil
}

// Waiting counts the open disputes of a structure, in the caller's transaction.
func Waiting(ctx context.Context, tx *postgres.Tx, structure uuid.UUID) (int, money.Cents, error) {
	return waiting(ctx, tx, reach{structure: &structure})
}

// StatesOf tells where disputes stand, in the caller's transaction.
func StatesOf(ctx context.Context, tx *postgres.Tx, ids []uuid.UUID) (map[uuid.UUID]State, error) {
	type line struct {
		ID    uuid.UUID
		State string
	}
	lines, err := postgres.All[line](ctx, tx, `SELECT id, state FROM disputes WHERE id = ANY (@ids)`, postgres.Args{"ids": ids})
	if err != nil {
		return nil, fmt.Errorf("read disputes: %w", err)
	}
	states := make(map[uuid.UUID]State, len(lines))
	for _, l := range lines {
		states[l.ID] = State(l.State)
	}
	return states, nil
}

func readOne(ctx context.Context, tx *postgres.Tx, id uuid.UUID, of reach) (Dispute, error) {
	r, err := postgres.One[row](ctx, tx, columns+` WHERE d.id = @id AND `+within,
		postgres.Args{"id": id, "structure": of.structure, "commanditaire": of.commanditaire})
	if errors.Is(err, postgres.ErrNoRow) {
		return Dispute{}, ErrNotFound
	}
	if err != nil {
		return Dispute{}, fmt.Errorf("find dispute: %w", err)
	}
	return r.dispute(), nil
}
