package incident

import (
	"context"
	"errors"
	"time"

	"github.com/google/uuid"

	"passnum/internal/fault"
	"passnum/internal/identity"
	"passnum/internal/money"
	"passnum/internal/postgres"
)

// selectIncident reads incidents in any scope: what the scope may not see is
// empty.
const selectIncident = `
	SELECT i.commanditaire_id, i.id, i.order_id, i.structure_id, i.number, i.kind, i.redemption_id, i.cancels_id, i.amount_cents, i.reason, i.state, i.proposed_at, i.proposed_by, i.proposed_by_name,
		i.decided_at, i.decided_by_name, i.decision, i.recovered_on, g.name AS structure, c.name AS commanditaire, coalesce(o.number, '') AS order_number,
		coalesce(r.serial, '') AS serial, coalesce(r.rank, 0)::int AS rank, r.day AS redeemed_on,
		p.id AS origin_line_id, p.settlement_id AS origin_batch_id, coalesce(p.settlement_number, '') AS origin_number,
		i.settlement_line_id, l.settlement_id AS line_batch_id, coalesce(l.settlement_number, '') AS line_number, coalesce(l.state, '') AS line_state,
		coalesce(b.number, '') AS cancels_number, a.id AS cancelled_by_id, coalesce(a.number, '') AS cancelled_number, coalesce(a.state, '') AS cancelled_state
	FROM incidents i
	JOIN organisations g ON g.id = i.structure_id JOIN organisations c ON c.id = i.commanditaire_id
	LEFT JOIN orders o ON o.commanditaire_id = i.commanditaire_id AND o.id = i.order_id
	LEFT JOIN redemptions r ON r.commanditaire_id = i.commanditaire_id AND r.id = i.redemption_id
	LEFT JOIN settlement_lines p ON p.id = r.settlement_line_id
	LEFT JOIN settlement_lines l ON l.id = i.settlement_line_id
	LEFT JOIN incidents b ON b.commanditaire_id = i.commanditaire_id AND b.id = i.cancels_id
	LEFT JOIN incidents a ON a.commanditaire_id = i.commanditaire_id AND a.cancels_id = i.id AND a.state <> 'refuse' `

// Filter chooses incidents; its zero value chooses all.
type Filter struct {
	State   State
	Kind    Kind
	Search  string // a number, a structure, a serial, an order's number
	OrderID uuid.UUID
}

// Key is where a list of incidents continues.
type Key struct {
	At time.Time
	ID uuid.UUID
}

// Totals sum up a list, whatever its page.
type Totals struct {
	Incidents  int
	Proposed   int
	TakenCents money.Cents // decided, taken back from structures
	GivenCents money.Cents // decided, given to them
	OpenCents  money.Cents // decided, on no line yet
}

const filtered = `(@state = '' OR i.state = @state) AND (@kind = '' OR i.kind = @kind) AND (@order::uuid IS NULL OR i.order_id = @order)
	AND (@search = '' OR i.number ILIKE @search || '%' OR i.structure_id IN (SELECT id FROM organisations WHERE name ILIKE '%' || @search || '%')
		OR EXISTS (SELECT FROM redemptions x WHERE x.commanditaire_id = i.commanditaire_id AND x.id = i.redemption_id AND x.serial = upper(@search))
		OR EXISTS (SELECT FROM orders y WHERE y.commanditaire_id = i.commanditaire_id AND y.id = i.order_id AND y.number = @search))`

func (f Filter) args(more postgres.Args) postgres.Args {
	args := postgres.Args{"state": string(f.State), "kind": string(f.Kind), "search": f.Search, "order": (*uuid.UUID)(nil)}
	if f.OrderID != uuid.Nil {
		args["order"] = &f.OrderID
	}
	for name, value := range more {
		args[name] = value
	}
	return args
}

const pageSize = 50

// list reads a page of the incidents that the scope sees and that match, the
// newest first, and their totals.
func list(ctx context.Context, tx *postgres.Tx, mine string, f Filter, after Key, limit int) (found []Incident, totals Totals, err error) {
	var at *time.Time
	if !after.At.IsZero() {
		at = &after.At
	}
	found, err = postgres.All[Incident](ctx, tx, selectIncident+`WHERE `+mine+` AND `+filtered+` AND (@after::timestamptz IS NULL OR (i.proposed_at, i.id) < (@after, @last))
		ORDER BY i.proposed_at DESC, i.id DESC LIMIT @limit`, f.args(postgres.Args{"after": at, "last": after.ID, "limit": limit}))
	if err != nil {
		return nil, totals, err
	}
	totals, err = postgres.One[Totals](ctx, tx, `
		SELECT count(*)::int AS incidents, count(*) FILTER (WHERE i.state = 'propose')::int AS proposed,
			coalesce(-sum(i.amount_cents) FILTER (WHERE i.state = 'valide' AND i.amount_cents < 0), 0)::bigint AS taken_cents,
			coalesce(sum(i.amount_cents) FILTER (WHERE i.state = 'valide' AND i.amount_cents > 0), 0)::bigint AS given_cents,
			coalesce(sum(i.amount_cents) FILTER (WHERE i.state = 'valide' AND i.settlement_line_id IS NULL), 0)::bigint AS open_cents
		FROM incidents i WHERE `+mine+` AND `+filtered, f.args(nil))
	return found, totals, err
}

// All lists every incident for the operator.
func (s *Service) All(ctx context.Context, actor identity.Actor, f Filter, after Key) (found []Incident, totals Totals, more bool, err error) {
	if err := actor.May(identity.PlatformRead); err != nil {
		return nil, totals, false, err
	}
	err = s.db.InPlatform(ctx, actor, "incidents", func(tx *postgres.Tx) (err error) {
		found, totals, err = list(ctx, tx, "true", f, after, pageSize+1)
		return err
	})
	found, more = page(found)
	return found, totals, more, fault.Wrap(err, "list incidents")
}

func page(found []Incident) ([]Incident, bool) {
	if len(found) > pageSize {
		return found[:pageSize], true
	}
	return found, false
}

// Export gives the incidents that match, one by one, for a sheet.
func (s *Service) Export(ctx context.Context, actor identity.Actor, f Filter, each func(Incident) error) error {
	if err := actor.May(identity.PlatformRead); err != nil {
		return err
	}
	return s.export(each, func(after Key) (found []Incident, err error) {
		err = s.db.InPlatform(ctx, actor, "export des incidents", func(tx *postgres.Tx) (err error) {
			found, _, err = list(ctx, tx, "true", f, after, exportPage)
			return err
		})
		return found, err
	})
}

const exportPage = 1000

func (s *Service) export(each func(Incident) error, read func(Key) ([]Incident, error)) error {
	for after := (Key{}); ; {
		found, err := read(after)
		if err != nil {
			return fault.Wrap(err, "export incidents")
		}
		for _, i := range found {
			if err := each(i); err != nil {
				return err
			}
		}
		if len(found) < exportPage {
			return nil
		}
		last := found[len(found)-1]
		after = Key{At: last.ProposedAt, ID: last.ID}
	}
}

// One reads an incident for the operator; ErrNotFound.
func (s *Service) One(ctx context.Context, actor identity.Actor, id uuid.UUID) (Incident, error) {
	if err := actor.May(identity.PlatformRead); err != nil {
		return Incident{}, err
	}
	var i Incident
	err := s.db.InPlatform(ctx, actor, "incident", func(tx *postgres.Tx) (err error) {
		i, err = postgres.One[Incident](ctx, tx, selectIncident+`WHERE i.id = @id`, postgres.Args{"id": id})
		if errors.Is(err, postgres.ErrNoRow) {
			return ErrNotFound
		}
		return err
	})
	return i, fault.Wrap(err, "read incident")
}

// Balance is what a structure's corrections come to.
type Balance struct {
	OpenCents    money.Cents // decided corrections on no payment yet
	ChequesCents money.Cents // chèques on no payment yet
	PayableCents money.Cents // everything owed; negative when the structure owes
}

// Own lists the decided incidents of the actor's structure, the newest first, and
// what they come to.
func (s *Service) Own(ctx context.Context, actor identity.Actor, after Key) (found []Incident, b Balance, more bool, err error) {
	if err := actor.May(identity.PaymentRead); err != nil {
		return nil, b, false, err
	}
	err = s.db.InOrganisation(ctx, actor, func(tx *postgres.Tx) (err error) {
		me := `i.structure_id = current_setting('app.organisation_id')::uuid`
		if found, _, err = list(ctx, tx, me, Filter{State: Decided}, after, pageSize+1); err != nil {
			return err
		}
		b, err = postgres.One[Balance](ctx, tx, `
			SELECT (SELECT coalesce(sum(amount_cents), 0)::bigint FROM incidents WHERE structure_id = @me AND state = 'valide' AND settlement_line_id IS NULL) AS open_cents,
				(SELECT coalesce(sum(amount_cents), 0)::bigint FROM redemptions WHERE structure_id = @me AND undone_at IS NULL AND settlement_line_id IS NULL) AS cheques_cents,
				(SELECT coalesce(sum(CASE WHEN credit = 'payable' THEN amount_cents WHEN debit = 'payable' THEN -amount_cents ELSE 0 END), 0)::bigint
					FROM ledger_movements WHERE structure_id = @me) AS payable_cents`, postgres.Args{"me": actor.OrganisationID})
		return err
	})
	found, more = page(found)
	return found, b, more, fault.Wrap(err, "list own incidents")
}

// OfOrders lists the decided incidents of the orders of the actor's organisation,
// the newest first; one order's when order is not uuid.Nil.
func (s *Service) OfOrders(ctx context.Context, actor identity.Actor, order uuid.UUID, after Key) (found []Incident, totals Totals, more bool, err error) {
	if err := actor.May(identity.OrderRead); err != nil {
		return nil, totals, false, err
	}
	err = s.db.InOrganisation(ctx, actor, func(tx *postgres.Tx) (err error) {
		found, totals, err = list(ctx, tx, `i.commanditaire_id = current_setting('app.organisation_id')::uuid`, Filter{State: Decided, OrderID: order}, after, pageSize+1)
		return err
	})
	found, more = page(found)
	return found, totals, more, fault.Wrap(err, "list incidents of orders")
}
