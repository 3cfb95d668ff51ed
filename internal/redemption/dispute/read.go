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

// Mine lists the disputes of the structure acted for. It answers
// identity.ErrForbidden.
func (s *Service) Mine(ctx context.Context, actor identity.Actor, filter Filter, after Cursor) (Page, error) {
	var page Page
	err := s.asStructure(ctx, actor, func(tx *postgres.Tx) (err error) {
		page, err = readPage(ctx, tx, filter, &actor.OrganisationID, after, pageSize)
		return err
	})
	if err != nil {
		return Page{}, fmt.Errorf("list disputes: %w", err)
	}
	return page, nil
}

// One reads a dispute of the structure acted for; ErrNotFound for another's.
func (s *Service) One(ctx context.Context, actor identity.Actor, id uuid.UUID) (Dispute, error) {
	var d Dispute
	err := s.asStructure(ctx, actor, func(tx *postgres.Tx) (err error) {
		d, err = readOne(ctx, tx, id, &actor.OrganisationID)
		return err
	})
	if err != nil {
		return Dispute{}, fmt.Errorf("read dispute: %w", err)
	}
	return d, nil
}

// All lists every structure's disputes for the operator.
func (s *Service) All(ctx context.Context, actor identity.Actor, filter Filter, after Cursor) (Page, error) {
	var page Page
	err := s.asOperator(ctx, actor, identity.PlatformRead, "liste des litiges", func(tx *postgres.Tx) (err error) {
		page, err = readPage(ctx, tx, filter, nil, after, pageSize)
		return err
	})
	if err != nil {
		return Page{}, fmt.Errorf("list disputes: %w", err)
	}
	return page, nil
}

// Any reads any dispute for the operator.
func (s *Service) Any(ctx context.Context, actor identity.Actor, id uuid.UUID) (Dispute, error) {
	var d Dispute
	err := s.asOperator(ctx, actor, identity.PlatformRead, "lecture d’un litige", func(tx *postgres.Tx) (err error) {
		d, err = readOne(ctx, tx, id, nil)
		return err
	})
	if err != nil {
		return Dispute{}, fmt.Errorf("read dispute: %w", err)
	}
	return d, nil
}

// ExportMine gives every dispute of a filtered list of the structure acted for
// to each, newest first. It stops at the first error, which it returns.
func (s *Service) ExportMine(ctx context.Context, actor identity.Actor, filter Filter, each func(Dispute) error) error {
	return export(each, func(after Cursor) (page Page, err error) {
		err = s.asStructure(ctx, actor, func(tx *postgres.Tx) (err error) {
			page, err = readPage(ctx, tx, filter, &actor.OrganisationID, after, exportSize)
			return err
		})
		return page, err
	})
}

// ExportAll is ExportMine for the operator: every structure's disputes.
func (s *Service) ExportAll(ctx context.Context, actor identity.Actor, filter Filter, each func(Dispute) error) error {
	return export(each, func(after Cursor) (page Page, err error) {
		err = s.asOperator(ctx, actor, identity.PlatformRead, "export des litiges", func(tx *postgres.Tx) (err error) {
			page, err = readPage(ctx, tx, filter, nil, after, exportSize)
			return err
		})
		return page, err
	})
}

const exportSize = 1000

func export(each func(Dispute) error, read func(after Cursor) (Page, error)) error {
	for after := (Cursor{}); ; {
		page, err := read(after)
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

const narrowed = `
	(@structure::uuid IS NULL OR d.structure_id = @structure)
	AND (@state::text IS NULL OR d.state = @state) AND (@request::uuid IS NULL OR d.request_id = @request)`

func readPage(ctx context.Context, tx *postgres.Tx, f Filter, structure *uuid.UUID, after Cursor, size int) (Page, error) {
	args := postgres.Args{"structure": structure, "state": nil, "request": nil, "at": nil, "id": nil, "size": size + 1}
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
	page.Open, page.Amount, err = waiting(ctx, tx, structure)
	return page, err
}

func waiting(ctx context.Context, tx *postgres.Tx, structure *uuid.UUID) (int, money.Cents, error) {
	type sums struct {
		Cheques int
		Cents   int64
	}
	w, err := postgres.One[sums](ctx, tx, `
		SELECT count(*)::int AS cheques, coalesce(sum(amount_cents), 0)::bigint AS cents FROM disputes
		WHERE state = 'ouvert' AND (@structure::uuid IS NULL OR structure_id = @structure)`, postgres.Args{"structure": structure})
	if err != nil {
		return 0, 0, fmt.Errorf("count disputes: %w", err)
	}
	return w.Cheques, money.Cents(w.Cents), nil
}

// Waiting counts the open disputes of a structure, in the caller's transaction.
func Waiting(ctx context.Context, tx *postgres.Tx, structure uuid.UUID) (int, money.Cents, error) {
	return waiting(ctx, tx, &structure)
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

func readOne(ctx context.Context, tx *postgres.Tx, id uuid.UUID, structure *uuid.UUID) (Dispute, error) {
	r, err := postgres.One[row](ctx, tx, columns+` WHERE d.id = @id AND (@structure::uuid IS NULL OR d.structure_id = @structure)`,
		postgres.Args{"id": id, "structure": structure})
	if errors.Is(err, postgres.ErrNoRow) {
		return Dispute{}, ErrNotFound
	}
	if err != nil {
		return Dispute{}, fmt.Errorf("find dispute: %w", err)
	}
	return r.dispute(), nil
}
