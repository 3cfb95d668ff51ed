package programme

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"

	"passnum/internal/fault"
	"passnum/internal/identity"
	"passnum/internal/money"
	"passnum/internal/order"
	"passnum/internal/postgres"
)

// The refusals of programmes.
var (
	// ErrNotFound hides programmes and requests that are not the reader's.
	ErrNotFound = fault.New(fault.KindNotFound, "Ce programme n’existe pas, ou il ne vous concerne pas.")
	// ErrAnswered refuses a second answer.
	ErrAnswered = fault.New(fault.KindConflict, "Cette demande a déjà reçu une réponse. Rechargez la page pour la voir.")
	// ErrEnvelope is the database's own refusal to promise more than there is.
	ErrEnvelope = fault.New(fault.KindConflict, "L’enveloppe ne suffit plus\u00a0: une autre demande vient de l’entamer. Rechargez la page pour voir ce qui reste.")
	// ErrAttached refuses to ask twice for the same order.
	ErrAttached = fault.New(fault.KindConflict, "Cette commande est déjà rattachée à ce programme.")
)

type row struct {
	ID, FunderID               uuid.UUID
	Funder, Name, Description  string
	Envelope, Committed        money.Cents
	Rate                       money.BasisPoints
	OrderCap, CommanditaireCap money.Cents
	LeastFace                  money.Cents
	OpensOn, ClosesOn          time.Time
	Kinds                      []string
	Direct                     bool
	TargetPublic               string
	Target                     money.BasisPoints
	CreatedAt                  time.Time
	CreatedByName              string
	ClosedAt                   *time.Time
	ClosedByName, ClosedReason string
}

const selectProgramme = `
	SELECT p.id, p.funder_id, g.name AS funder, p.name, p.description, p.envelope_cents AS envelope, p.committed_cents AS committed,
		p.rate_basis_points::bigint AS rate, coalesce(p.order_cap_cents, 0) AS order_cap, coalesce(p.commanditaire_cap_cents, 0) AS commanditaire_cap,
		p.least_face_cents AS least_face, p.opens_on, p.closes_on, p.kinds, p.direct, p.target_public, p.target_basis_points::bigint AS target,
		p.created_at, p.created_by_name, p.closed_at, p.closed_by_name, p.closed_reason
	FROM programmes p JOIN organisations g ON g.id = p.funder_id`

func (r row) programme() Programme {
	return Programme{ID: r.ID, Funder: r.Funder, Committed: r.Committed, CreatedAt: r.CreatedAt, CreatedByName: r.CreatedByName,
		ClosedAt: r.ClosedAt, ClosedByName: r.ClosedByName, ClosedReason: r.ClosedReason,
		Terms: Terms{FunderID: r.FunderID, Name: r.Name, Description: r.Description, Envelope: r.Envelope, Rate: r.Rate, OrderCap: r.OrderCap,
			CommanditaireCap: r.CommanditaireCap, LeastFace: r.LeastFace, OpensOn: r.OpensOn, ClosesOn: r.ClosesOn, Kinds: r.Kinds,
			Direct: r.Direct, TargetPublic: r.TargetPublic, Target: r.Target}}
}

// find reads a programme; lock takes its row, so that what is left cannot move.
func find(ctx context.Context, tx *postgres.Tx, id uuid.UUID, lock bool) (Programme, error) {
	sql := selectProgramme + ` WHERE p.id = @id`
	if lock {
		sql += ` FOR UPDATE OF p`
	}
	r, err := postgres.One[row](ctx, tx, sql, postgres.Args{"id": id})
	if errors.Is(err, postgres.ErrNoRow) {
		return Programme{}, ErrNotFound
	}
	if err != nil {
		return Programme{}, fmt.Errorf("read programme: %w", err)
	}
	return r.programme(), nil
}

// list reads programmes, the open ones first; where is a fixed condition.
func list(ctx context.Context, tx *postgres.Tx, where string, args postgres.Args) ([]Programme, error) {
	rows, err := postgres.All[row](ctx, tx, selectProgramme+` WHERE `+where+` ORDER BY p.closed_at IS NOT NULL, p.closes_on DESC, p.id`, args)
	if err != nil {
		return nil, fmt.Errorf("list programmes: %w", err)
	}
	programmes := make([]Programme, len(rows))
	for i, r := range rows {
		programmes[i] = r.programme()
	}
	return programmes, nil
}

func insert(ctx context.Context, tx *postgres.Tx, actor identity.Actor, id uuid.UUID, t Terms) error {
	_, err := postgres.Do(ctx, tx, `
		INSERT INTO programmes (id, funder_id, name, description, envelope_cents, rate_basis_points, order_cap_cents, commanditaire_cap_cents, least_face_cents,
			opens_on, closes_on, kinds, direct, target_public, target_basis_points, created_at, created_by, created_by_name)
		VALUES (@id, @funder, @name, @description, @envelope, @rate, nullif(@cap::bigint, 0), nullif(@total_cap::bigint, 0), @least,
			@opens, @closes, @kinds, @direct, @public, @target, @now, @by, @by_name)`,
		postgres.Args{"id": id, "funder": t.FunderID, "name": t.Name, "description": t.Description, "envelope": int64(t.Envelope), "rate": int64(t.Rate),
			"cap": int64(t.OrderCap), "total_cap": int64(t.CommanditaireCap), "least": int64(t.LeastFace), "opens": t.OpensOn, "closes": t.ClosesOn,
			"kinds": t.Kinds, "direct": t.Direct, "public": t.TargetPublic, "target": int64(t.Target), "now": tx.Now(), "by": actor.AccountID, "by_name": actor.Name})
	if err != nil {
		return fmt.Errorf("insert programme: %w", err)
	}
	return nil
}

const selectRequest = `
	SELECT a.id, a.commanditaire_id, g.name AS commanditaire, g.kind, a.order_id, coalesce(o.number, '') AS number, coalesce(o.title, '') AS title,
		coalesce(o.state, '') AS order_state, a.programme_id, a.funder_id, a.face_cents AS face, a.share_cents AS share, a.state, a.asked_at, a.asked_by_name,
		a.decided_at, a.decided_by_name, a.reason, a.reached_basis_points::bigint AS reached, a.reached_at, a.reached_note
	FROM programme_orders a JOIN organisations g ON g.id = a.commanditaire_id
	LEFT JOIN orders o ON o.commanditaire_id = a.commanditaire_id AND o.id = a.order_id`

// requests reads the requests that the scope sees, newest first; where is a
// fixed condition.
func requests(ctx context.Context, tx *postgres.Tx, where string, args postgres.Args) ([]Request, error) {
	list, err := postgres.All[Request](ctx, tx, selectRequest+` WHERE `+where+` ORDER BY a.asked_at DESC, a.id DESC`, args)
	if err != nil {
		return nil, fmt.Errorf("read requests: %w", err)
	}
	return list, nil
}

func oneRequest(ctx context.Context, tx *postgres.Tx, id uuid.UUID) (Request, error) {
	list, err := requests(ctx, tx, `a.id = @id`, postgres.Args{"id": id})
	if err != nil {
		return Request{}, err
	}
	if len(list) == 0 {
		return Request{}, ErrNotFound
	}
	return list[0], nil
}

// promised is what a programme already reserves for a commanditaire.
func promised(ctx context.Context, tx *postgres.Tx, programme, commanditaire uuid.UUID) (money.Cents, error) {
	sum, err := postgres.Value[int64](ctx, tx, `SELECT coalesce(sum(share_cents), 0)::bigint FROM programme_orders
		WHERE programme_id = @programme AND commanditaire_id = @commanditaire AND state IN ('demande', 'accepte')`,
		postgres.Args{"programme": programme, "commanditaire": commanditaire})
	if err != nil {
		return 0, fmt.Errorf("sum what was promised: %w", err)
	}
	return money.Cents(sum), nil
}

func insertRequest(ctx context.Context, tx *postgres.Tx, actor identity.Actor, p Programme, o order.Order, share money.Cents) (uuid.UUID, error) {
	id := postgres.NewID()
	_, err := postgres.Do(ctx, tx, `
		INSERT INTO programme_orders (commanditaire_id, id, order_id, programme_id, funder_id, face_cents, share_cents, asked_at, asked_by, asked_by_name)
		VALUES (@commanditaire, @id, @order, @programme, @funder, @face, @share, @now, @by, @name)`,
		postgres.Args{"commanditaire": o.CommanditaireID, "id": id, "order": o.ID, "programme": p.ID, "funder": p.FunderID, "face": int64(o.FaceTotal()),
			"share": int64(share), "now": tx.Now(), "by": actor.AccountID, "name": actor.Name})
	switch postgres.Constraint(err) {
	case "":
	case "programmes_within_envelope":
		return uuid.Nil, ErrEnvelope
	case "programme_orders_one_live":
		return uuid.Nil, ErrAttached
	}
	if err != nil {
		return uuid.Nil, fmt.Errorf("insert request: %w", err)
	}
	return id, nil
}

// settle moves a request on, guarded by the states it may leave.
func settle(ctx context.Context, tx *postgres.Tx, actor identity.Actor, r Request, to State, reason string, from ...string) error {
	n, err := postgres.Do(ctx, tx, `UPDATE programme_orders SET state = @to, decided_at = @now, decided_by_name = @name, reason = @reason
		WHERE commanditaire_id = @commanditaire AND id = @id AND state = ANY (@from)`,
		postgres.Args{"to": string(to), "now": tx.Now(), "name": actor.Name, "reason": reason, "commanditaire": r.CommanditaireID, "id": r.ID, "from": from})
	if err != nil {
		return fmt.Errorf("settle request: %w", err)
	}
	if n == 0 {
		return ErrAnswered
	}
	return nil
}
