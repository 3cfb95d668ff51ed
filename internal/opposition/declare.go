package opposition

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/google/uuid"

	"passnum/internal/audit"
	"passnum/internal/carnet"
	"passnum/internal/fault"
	"passnum/internal/identity"
	"passnum/internal/ledger"
	"passnum/internal/money"
	"passnum/internal/order"
	"passnum/internal/postgres"
)

// Declaration is what somebody declares lost or stolen. Expected is how many
// carnets the preview said would be blocked.
type Declaration struct {
	Selection
	Cause    Cause
	Note     string
	Expected int
}

// longestNote bounds what people write.
const longestNote = 1000

func (d Declaration) check() error {
	var c fault.Collector
	c.Check(slices.Contains(Causes, d.Cause), "cause", "Dites s’il s’agit d’une perte, d’un vol ou d’autre chose.")
	c.Check(utf8.RuneCountInString(d.Note) <= longestNote, "note", "Raccourcissez\u00a0: 1\u202f000 signes au plus.")
	return c.Err()
}

// Declare stops carnets at once, up to Alone for one person, one order and one
// day; above, it waits for a second person and blocks nothing yet. It returns
// the refusals of Preview, and ErrChanged when the preview is no longer true.
func (s *Service) Declare(ctx context.Context, actor identity.Actor, by Origin, d Declaration) (Opposition, error) {
	var o Opposition
	err := s.act(ctx, actor, by, needed[by], "déclaration d’une opposition", func(tx *postgres.Tx) error {
		if err := d.check(); err != nil {
			return err
		}
		row, _, err := aim(ctx, tx, actor, by, d.Selection)
		if err != nil {
			return err
		}
		// The order's row makes declarations of one order follow each other: the sum
		// of a person's day is read after the last one.
		purchase, err := order.Lock(ctx, tx, row.CommanditaireID, row.OrderID)
		if err != nil {
			return err
		}
		p, err := preview(ctx, tx, actor, by, d.Selection)
		if err != nil {
			return err
		}
		if d.Expected != len(p.Targets) {
			return ErrChanged
		}
		if o, err = insert(ctx, tx, actor, by, d, p); err != nil {
			return err
		}
		if !p.TwoPeople {
			return s.enforce(ctx, tx, actor, &o, purchase)
		}
		return s.wait(ctx, tx, actor, o)
	})
	return o, fault.Wrap(err, "declare opposition")
}

// wait journals a declaration and asks for the second person.
func (s *Service) wait(ctx context.Context, tx *postgres.Tx, actor identity.Actor, o Opposition) error {
	err := record(ctx, tx, actor, o, "opposition déclarée", map[string]any{"numero": o.Number, "carnets": o.Carnets, "cause": o.Cause})
	if err != nil {
		return err
	}
	return s.notify(ctx, tx, EventDeclared, o)
}

func insert(ctx context.Context, tx *postgres.Tx, actor identity.Actor, by Origin, d Declaration, p Preview) (Opposition, error) {
	year := tx.Today().Year()
	number, err := postgres.Next(ctx, tx, "opposition", year)
	if err != nil {
		return Opposition{}, fmt.Errorf("number opposition: %w", err)
	}
	o := Opposition{
		CommanditaireID: p.CommanditaireID, Commanditaire: p.Commanditaire, ID: postgres.NewID(), Number: fmt.Sprintf("OPP-%d-%04d", year, number),
		OrderID: p.OrderID, OrderNumber: p.OrderNumber, OrderTitle: p.OrderTitle, Origin: by, Cause: d.Cause, Note: strings.TrimSpace(d.Note), State: Waiting,
		TwoPeople: p.TwoPeople, Carnets: len(p.Targets), DeclaredAt: tx.Now(), DeclaredBy: actor.AccountID, DeclaredByName: actor.Name,
		DeclaredFor: declaredFor(actor, by), DeclaredForName: actor.OrganisationName,
	}
	if by == ByOperator {
		o.DeclaredForName = "Opérateur"
	}
	if !o.TwoPeople {
		o.State = InForce
	}
	_, err = postgres.Do(ctx, tx, `
		INSERT INTO oppositions (commanditaire_id, id, order_id, number, counter_ids, origin, cause, note, state, carnets, two_people,
			declared_at, declared_by, declared_by_name, declared_for, declared_for_name)
		VALUES (@commanditaire, @id, @order, @number, @counters, @origin, @cause, @note, @state, @carnets, @two,
			@now, @by, @name, @for, @for_name)`,
		postgres.Args{"commanditaire": o.CommanditaireID, "id": o.ID, "order": o.OrderID, "number": o.Number, "counters": counters(p.Targets, actor, by),
			"origin": string(by), "cause": string(o.Cause), "note": o.Note, "state": string(o.State), "carnets": o.Carnets, "two": o.TwoPeople,
			"now": tx.Now(), "by": actor.AccountID, "name": actor.Name, "for": o.DeclaredFor, "for_name": o.DeclaredForName})
	if err != nil {
		return o, fmt.Errorf("insert opposition: %w", err)
	}
	return o, insertCarnets(ctx, tx, actor, by, o, p.Targets)
}

// counters are the organisations, besides the commanditaire, that the carnets
// concern: who held them and who declares.
func counters(targets []Target, actor identity.Actor, by Origin) []uuid.UUID {
	ids := []uuid.UUID{}
	if by == ByCounter {
		ids = append(ids, actor.OrganisationID)
	}
	for _, t := range targets {
		if t.AiguilleurID != nil && !slices.Contains(ids, *t.AiguilleurID) {
			ids = append(ids, *t.AiguilleurID)
		}
	}
	return ids
}

// insertCarnets writes the carnets aimed at, by who may read them: most often
// one group.
func insertCarnets(ctx context.Context, tx *postgres.Tx, actor identity.Actor, by Origin, o Opposition, targets []Target) error {
	groups := map[uuid.UUID][]Target{}
	for _, t := range targets {
		holder := uuid.Nil
		if t.AiguilleurID != nil {
			holder = *t.AiguilleurID
		}
		groups[holder] = append(groups[holder], t)
	}
	for _, group := range groups {
		ids, list, serials := make([]uuid.UUID, len(group)), make([]int32, len(group)), make([]string, len(group))
		for i, t := range group {
			ids[i], list[i], serials[i] = t.ID, int32(t.Number), t.Serial
		}
		_, err := postgres.Do(ctx, tx, `
			INSERT INTO opposition_carnets (commanditaire_id, opposition_id, carnet_id, counter_ids, number, serial)
			SELECT @commanditaire, @opposition, k.id, @counters, k.number, k.serial FROM unnest(@ids::uuid[], @numbers::int[], @serials::text[]) AS k (id, number, serial)`,
			postgres.Args{"commanditaire": o.CommanditaireID, "opposition": o.ID, "counters": counters(group[:1], actor, by), "ids": ids, "numbers": list, "serials": serials})
		if err != nil {
			return fmt.Errorf("insert carnets of opposition: %w", err)
		}
	}
	return nil
}

// enforce blocks the carnets of an opposition and takes their unspent value out
// of circulation. The caller holds the order's row.
func (s *Service) enforce(ctx context.Context, tx *postgres.Tx, actor identity.Actor, o *Opposition, purchase order.Order) error {
	ids, err := postgres.Values[uuid.UUID](ctx, tx, `SELECT carnet_id FROM opposition_carnets WHERE commanditaire_id = @commanditaire AND opposition_id = @id`, key(*o))
	if err != nil {
		return fmt.Errorf("read carnets of opposition: %w", err)
	}
	stopped, err := carnet.Block(ctx, tx, o.CommanditaireID, o.OrderID, ids, acting(actor), o.Number+" · "+o.Cause.Label())
	if err != nil {
		return err
	}
	if len(stopped) == 0 {
		return ErrNothing
	}
	if err := keepStopped(ctx, tx, *o, stopped); err != nil {
		return err
	}
	live := money.Cents(0)
	for _, c := range stopped {
		live += c.LiveCents
		o.Blocked++
		o.LiveCheques += c.LiveCheques
		o.SpentCheques += c.SpentCheques
	}
	o.LiveCents = live
	if err := withdraw(ctx, tx, actor, *o, purchase, live, o.ID); err != nil {
		return err
	}
	err = record(ctx, tx, actor, *o, "opposition", map[string]any{
		"numero": o.Number, "carnets": o.Blocked, "cheques_bloques": o.LiveCheques, "valeur": live.Decimal(), "cheques_deja_utilises": o.SpentCheques, "cause": o.Cause})
	if err != nil {
		return err
	}
	return s.notify(ctx, tx, EventBlocked, *o)
}

// acting is who acts, as custody writes it.
func acting(actor identity.Actor) carnet.By {
	return carnet.By{Account: actor.Account(), Name: actor.Name}
}

// withdraw moves face value from circulation back to the order's funds; cause is
// unique to the act.
func withdraw(ctx context.Context, tx *postgres.Tx, actor identity.Actor, o Opposition, purchase order.Order, cents money.Cents, cause uuid.UUID) error {
	moved, err := order.Withdraw(ctx, tx, purchase, cents)
	if err != nil || !moved {
		return err
	}
	return ledger.Post(ctx, tx, ledger.Transaction{
		CommanditaireID: o.CommanditaireID, OrderID: o.OrderID, Kind: ledger.Opposition, CauseID: cause, AccountID: actor.Account(),
		Movements: []ledger.Movement{{Debit: ledger.Circulation, Credit: ledger.Funds, Amount: cents}},
	})
}

func keepStopped(ctx context.Context, tx *postgres.Tx, o Opposition, stopped []carnet.Stopped) error {
	n := len(stopped)
	ids, before, live, spent := make([]uuid.UUID, n), make([]string, n), make([]int32, n), make([]int32, n)
	liveCents, spentCents := make([]int64, n), make([]int64, n)
	for i, c := range stopped {
		ids[i], before[i], live[i], spent[i] = c.ID, string(c.StateBefore), int32(c.LiveCheques), int32(c.SpentCheques)
		liveCents[i], spentCents[i] = int64(c.LiveCents), int64(c.SpentCents)
	}
	_, err := postgres.Do(ctx, tx, `
		UPDATE opposition_carnets p SET state_before = b.before, live_cheques = b.live, live_cents = b.live_cents, spent_cheques = b.spent, spent_cents = b.spent_cents
		FROM unnest(@ids::uuid[], @before::text[], @live::int[], @live_cents::bigint[], @spent::int[], @spent_cents::bigint[]) AS b (id, before, live, live_cents, spent, spent_cents)
		WHERE p.commanditaire_id = @commanditaire AND p.opposition_id = @opposition AND p.carnet_id = b.id`,
		postgres.Args{"commanditaire": o.CommanditaireID, "opposition": o.ID, "ids": ids, "before": before, "live": live, "live_cents": liveCents, "spent": spent, "spent_cents": spentCents})
	if err != nil {
		return fmt.Errorf("keep what was blocked: %w", err)
	}
	return nil
}

// record journals an act for everyone the opposition concerns.
func record(ctx context.Context, tx *postgres.Tx, actor identity.Actor, o Opposition, act string, detail map[string]any) error {
	parties, err := postgres.Value[[]uuid.UUID](ctx, tx, `SELECT counter_ids || commanditaire_id FROM oppositions WHERE commanditaire_id = @commanditaire AND id = @id`, key(o))
	if err != nil && !errors.Is(err, postgres.ErrNoRow) {
		return fmt.Errorf("read parties: %w", err)
	}
	return audit.Record(ctx, tx, actor, audit.Act{Name: act, SubjectKind: "opposition", SubjectID: o.ID, Parties: parties, Detail: detail})
}

func key(o Opposition) postgres.Args {
	return postgres.Args{"commanditaire": o.CommanditaireID, "id": o.ID}
}
