package opposition

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"

	"passnum/internal/carnet"
	"passnum/internal/fault"
	"passnum/internal/identity"
	"passnum/internal/postgres"
)

// orders and organisations are read as far as the scope may: a counter reads
// neither an order nor its title, and finds their names in the counter's terms.
const selectOpposition = `
	SELECT o.commanditaire_id, g.name AS commanditaire, o.id, o.number, o.order_id, coalesce(c.number, t.order_number, '') AS order_number,
		coalesce(c.title, t.title, '') AS order_title, o.origin, o.cause, o.note, o.state, o.two_people, o.carnets, o.declared_at, o.declared_by,
		o.declared_by_name, o.declared_for, o.declared_for_name, o.decided_at, o.decided_by, o.decided_by_name,
		o.replacement_asked_at AS asked_at, o.replacement_asked_by_name AS asked_by_name,
		s.blocked, s.live_cheques, s.live_cents, s.spent_cheques, s.spent_cents, s.replaced, s.lifted_count
	FROM oppositions o JOIN organisations g ON g.id = o.commanditaire_id
	LEFT JOIN orders c ON c.commanditaire_id = o.commanditaire_id AND c.id = o.order_id
	%s
	CROSS JOIN LATERAL (
		SELECT count(*) FILTER (WHERE p.state_before IS NOT NULL AND p.lifted_at IS NULL)::int AS blocked,
			coalesce(sum(p.live_cheques) FILTER (WHERE p.lifted_at IS NULL), 0)::int AS live_cheques,
			coalesce(sum(p.live_cents) FILTER (WHERE p.lifted_at IS NULL), 0)::bigint AS live_cents,
			coalesce(sum(p.spent_cheques), 0)::int AS spent_cheques, coalesce(sum(p.spent_cents), 0)::bigint AS spent_cents,
			count(r.new_id)::int AS replaced, count(p.lifted_at)::int AS lifted_count
		FROM opposition_carnets p LEFT JOIN carnet_replacements r ON r.commanditaire_id = p.commanditaire_id AND r.old_id = p.carnet_id AND r.opposition_id = p.opposition_id
		WHERE p.commanditaire_id = o.commanditaire_id AND p.opposition_id = o.id
	) AS s`

// The counter's terms are a function of organisations; the platform needs none.
const (
	termsOfCounter = `LEFT JOIN LATERAL counter_terms(o.commanditaire_id, o.order_id) t ON c.id IS NULL`
	termsOfNobody  = `LEFT JOIN (SELECT NULL::text AS order_number, NULL::text AS title) t ON false`
)

func selecting(by Origin) string {
	if by == ByOperator {
		return fmt.Sprintf(selectOpposition, termsOfNobody)
	}
	return fmt.Sprintf(selectOpposition, termsOfCounter)
}

// find reads an opposition with the operator's reach.
func find(ctx context.Context, tx *postgres.Tx, id uuid.UUID) (Opposition, error) {
	return findBy(ctx, tx, ByOperator, id)
}

func findBy(ctx context.Context, tx *postgres.Tx, by Origin, id uuid.UUID) (Opposition, error) {
	o, err := postgres.One[Opposition](ctx, tx, selecting(by)+` WHERE o.id = @id`, postgres.Args{"id": id})
	if errors.Is(err, postgres.ErrNoRow) {
		return o, ErrNotFound
	}
	if err != nil {
		return o, fmt.Errorf("find opposition: %w", err)
	}
	return o, nil
}

func carnetsOf(ctx context.Context, tx *postgres.Tx, o Opposition) ([]Carnet, error) {
	list, err := postgres.All[Carnet](ctx, tx, `
		SELECT p.carnet_id AS id, p.number, p.serial, p.state_before, p.live_cheques, p.live_cents, p.spent_cheques, p.spent_cents, p.lifted_at,
			coalesce(r.new_serial, '') AS replacement, p.counter_ids
		FROM opposition_carnets p LEFT JOIN carnet_replacements r ON r.commanditaire_id = p.commanditaire_id AND r.old_id = p.carnet_id
		WHERE p.commanditaire_id = @commanditaire AND p.opposition_id = @id ORDER BY p.number`, key(o))
	if err != nil {
		return nil, fmt.Errorf("list carnets of opposition: %w", err)
	}
	return list, nil
}

// Detail is an opposition with all its parts.
type Detail struct {
	Opposition
	Holds        []Carnet
	Liftings     []Lifting
	Replacements []carnet.Replacement
	ToShip       int // new carnets that nobody holds yet
}

// Opposition reads one opposition, as far as the side may: a counter sees the
// carnets it held or declared.
func (s *Service) Opposition(ctx context.Context, actor identity.Actor, by Origin, id uuid.UUID) (Detail, error) {
	var d Detail
	err := s.read(ctx, actor, by, func(tx *postgres.Tx) (err error) {
		if d.Opposition, err = findBy(ctx, tx, by, id); err != nil {
			return err
		}
		if by == ByCommanditaire && d.CommanditaireID != actor.OrganisationID {
			return ErrNotFound
		}
		if d.Holds, err = carnetsOf(ctx, tx, d.Opposition); err != nil {
			return err
		}
		if d.Replacements, err = carnet.ReplacementsOf(ctx, tx, d.CommanditaireID, id); err != nil {
			return err
		}
		waiting, err := unshipped(ctx, tx, d.Opposition)
		for _, r := range waiting {
			d.ToShip += r.To - r.From + 1
		}
		if err != nil {
			return err
		}
		d.Liftings, err = liftings(ctx, tx, d.Opposition)
		return err
	})
	return d, fault.Wrap(err, "read opposition")
}

func liftings(ctx context.Context, tx *postgres.Tx, o Opposition) ([]Lifting, error) {
	list, err := postgres.All[Lifting](ctx, tx, `
		SELECT id, cardinality(carnet_ids) AS carnets, reason, state, two_people, asked_at, asked_by, asked_by_name, decided_at, decided_by_name
		FROM opposition_liftings WHERE commanditaire_id = @commanditaire AND opposition_id = @id ORDER BY asked_at, id`, key(o))
	if err != nil {
		return nil, fmt.Errorf("list liftings: %w", err)
	}
	return list, nil
}

// Filter narrows a list. Zero values do not.
type Filter struct {
	State  State
	Cause  Cause
	Order  uuid.UUID
	Serial string
	From   time.Time // declared from this day
	To     time.Time // to this day, included
	After  *Cursor
	Limit  int
}

// Cursor is where a list continues.
type Cursor struct {
	At time.Time
	ID uuid.UUID
}

// PageSize is how many oppositions a page of a list holds.
const PageSize = 30

// List answers the oppositions the side is a party to, newest first, and whether
// there are more. What waits for a second person comes with the rest.
func (s *Service) List(ctx context.Context, actor identity.Actor, by Origin, f Filter) (list []Opposition, more bool, err error) {
	if f.Limit <= 0 {
		f.Limit = PageSize
	}
	err = s.read(ctx, actor, by, func(tx *postgres.Tx) (err error) {
		list, err = postgres.All[Opposition](ctx, tx, selecting(by)+`
			WHERE (NOT @owner::boolean OR o.commanditaire_id = @organisation) AND (NOT @counter::boolean OR @organisation = ANY (o.counter_ids))
				AND (@state = '' OR o.state = @state) AND (@cause = '' OR o.cause = @cause)
				AND (@order = '00000000-0000-0000-0000-000000000000'::uuid OR o.order_id = @order)
				AND (@serial = '' OR EXISTS (SELECT 1 FROM opposition_carnets q WHERE q.commanditaire_id = o.commanditaire_id AND q.opposition_id = o.id AND q.serial = @serial))
				AND (@from::timestamptz IS NULL OR o.declared_at >= @from) AND (@to::timestamptz IS NULL OR o.declared_at < @to)
				AND (@after::timestamptz IS NULL OR (o.declared_at, o.id) < (@after, @after_id))
			ORDER BY o.declared_at DESC, o.id DESC LIMIT @limit`, f.args(actor, by))
		return err
	})
	if len(list) > f.Limit {
		list, more = list[:f.Limit], true
	}
	return list, more, fault.Wrap(err, "list oppositions")
}

func (f Filter) args(actor identity.Actor, by Origin) postgres.Args {
	args := postgres.Args{
		"owner": by == ByCommanditaire, "counter": by == ByCounter, "organisation": actor.OrganisationID,
		"state": string(f.State), "cause": string(f.Cause), "order": f.Order, "serial": f.Serial,
		"from": (*time.Time)(nil), "to": (*time.Time)(nil), "after": (*time.Time)(nil), "after_id": uuid.Nil, "limit": f.Limit + 1,
	}
	if !f.From.IsZero() {
		args["from"] = inParis(f.From)
	}
	if !f.To.IsZero() {
		args["to"] = inParis(f.To.AddDate(0, 0, 1))
	}
	if f.After != nil {
		args["after"], args["after_id"] = f.After.At, f.After.ID
	}
	return args
}

// inParis is the first moment of a day.
func inParis(day time.Time) time.Time {
	y, m, d := day.Date()
	return time.Date(y, m, d, 0, 0, 0, 0, postgres.Paris)
}

// Order is an order of the commanditaire whose carnets can be stopped.
type Order struct {
	ID     uuid.UUID
	Number string
	Title  string
	Minted int
}

// Orders lists the commanditaire's orders that have carnets.
func (s *Service) Orders(ctx context.Context, actor identity.Actor) ([]Order, error) {
	var list []Order
	err := s.read(ctx, actor, ByCommanditaire, func(tx *postgres.Tx) (err error) {
		list, err = postgres.All[Order](ctx, tx, `SELECT id, number, title, minted_carnets AS minted FROM orders
			WHERE commanditaire_id = @organisation AND minted_carnets > 0 ORDER BY created_at DESC, id`,
			postgres.Args{"organisation": actor.OrganisationID})
		return err
	})
	return list, fault.Wrap(err, "list orders")
}

// SpentCheque is a chèque that was spent before its carnet was blocked.
type SpentCheque struct {
	Serial    string
	Rank      int
	Amount    int64
	Day       time.Time
	Structure string
}

// Spent lists the chèques of an opposition's carnets that were spent, for the
// commanditaire and the operator, who are parties to what was paid.
func (s *Service) Spent(ctx context.Context, actor identity.Actor, by Origin, id uuid.UUID) ([]SpentCheque, error) {
	if by == ByCounter {
		return nil, identity.ErrForbidden
	}
	var list []SpentCheque
	err := s.read(ctx, actor, by, func(tx *postgres.Tx) (err error) {
		list, err = postgres.All[SpentCheque](ctx, tx, `
			SELECT r.serial, r.rank::int AS rank, r.amount_cents AS amount, r.day, g.name AS structure
			FROM opposition_carnets p
			JOIN redemptions r ON r.commanditaire_id = p.commanditaire_id AND r.carnet_id = p.carnet_id AND r.undone_at IS NULL
			JOIN organisations g ON g.id = r.structure_id
			JOIN cheques c ON c.commanditaire_id = r.commanditaire_id AND c.id = r.cheque_id
			WHERE p.opposition_id = @id AND p.spent_cheques > 0 AND (@operator::boolean OR p.commanditaire_id = @organisation)
			ORDER BY p.number, r.rank LIMIT 500`,
			postgres.Args{"id": id, "operator": by == ByOperator, "organisation": actor.OrganisationID})
		return err
	})
	return list, fault.Wrap(err, "list spent chèques")
}
