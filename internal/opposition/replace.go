package opposition

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"slices"

	"github.com/google/uuid"

	"passnum/internal/audit"
	"passnum/internal/carnet"
	"passnum/internal/fault"
	"passnum/internal/identity"
	"passnum/internal/ledger"
	"passnum/internal/money"
	"passnum/internal/order"
	"passnum/internal/postgres"
	"passnum/internal/print"
)

// The refusals of a replacement.
var (
	ErrNotMade       = fault.New(fault.KindConflict, "Les carnets de la commande ne sont pas tous fabriqués\u00a0: le remplacement se fait après.")
	ErrNothingToDo   = fault.New(fault.KindConflict, "Tous les carnets bloqués par cette opposition ont déjà leur remplaçant.")
	ErrNothingToShip = fault.New(fault.KindConflict, "Il n’y a aucun carnet de remplacement à expédier.")
	ErrPoint         = fault.Field("point", "Choisissez le point qui recevra les carnets.")
)

// Means tells how many new carnets an opposition may have, and why not more: a
// new carnet is whole, and the value that the order's oppositions released must
// cover it.
type Means struct {
	Missing int         // blocked carnets without a new one
	Covered int         // how many of them can be made now
	Worth   money.Cents // of one carnet
	Free    money.Cents // released by the order's oppositions and not used
	Counted bool        // false before the order is active: nothing circulates, all are covered
}

// Lacks is how much is missing to replace one more carnet; zero when nothing is.
func (m Means) Lacks() money.Cents {
	if !m.Counted || m.Covered >= m.Missing {
		return 0
	}
	return m.Worth*money.Cents(m.Covered+1) - m.Free
}

// Means answers what Replace would do.
func (s *Service) Means(ctx context.Context, actor identity.Actor, id uuid.UUID) (Means, error) {
	var m Means
	err := s.act(ctx, actor, ByOperator, identity.PlatformRead, "aperçu d’un remplacement", func(tx *postgres.Tx) error {
		o, purchase, err := s.take(ctx, tx, actor, ByOperator, id)
		if err != nil {
			return err
		}
		m, _, err = means(ctx, tx, o, purchase)
		return err
	})
	return m, wrap(err, "read means")
}

// means also answers the carnets to replace, those with the most unspent first.
func means(ctx context.Context, tx *postgres.Tx, o Opposition, purchase order.Order) (Means, []Carnet, error) {
	all, err := carnetsOf(ctx, tx, o)
	if err != nil {
		return Means{}, nil, err
	}
	var missing []Carnet
	for _, c := range all {
		if c.Blocked() && c.Replacement == "" && c.LiveCheques > 0 {
			missing = append(missing, c)
		}
	}
	slices.SortStableFunc(missing, func(a, b Carnet) int {
		return cmp.Or(cmp.Compare(b.LiveCents, a.LiveCents), cmp.Compare(a.Number, b.Number))
	})
	m := Means{Missing: len(missing), Covered: len(missing), Worth: purchase.Lot().Worth(), Counted: purchase.State == order.Active}
	if m.Counted {
		if m.Free, err = order.Opposed(ctx, tx, purchase); err != nil {
			return m, nil, err
		}
		m.Covered = min(m.Missing, int(m.Free/m.Worth))
	}
	return m, missing[:m.Covered], nil
}

// Replace makes a new carnet for each blocked one that the released value
// covers, and puts that value back in circulation. It answers how many.
func (s *Service) Replace(ctx context.Context, actor identity.Actor, id uuid.UUID) (made int, err error) {
	err = s.act(ctx, actor, ByOperator, identity.PlatformOrders, "remplacement de carnets", func(tx *postgres.Tx) error {
		o, purchase, err := s.take(ctx, tx, actor, ByOperator, id)
		if err != nil {
			return err
		}
		if o.State != InForce {
			return ErrNotInForce
		}
		m, old, err := means(ctx, tx, o, purchase)
		switch {
		case err != nil:
			return err
		case m.Missing == 0:
			return ErrNothingToDo
		case len(old) == 0:
			return errLacks(m)
		}
		made = len(old)
		return s.replace(ctx, tx, actor, o, purchase, old)
	})
	return made, wrap(err, "replace carnets")
}

func errLacks(m Means) error {
	return fault.New(fault.KindConflict, fmt.Sprintf("Un carnet neuf vaut %s et les oppositions de cette commande n’ont libéré que %s\u00a0: il manque %s. En attendant, un guichet peut remettre quelques chèques d’un carnet de son stock.", m.Worth, m.Free, m.Lacks()))
}

func (s *Service) replace(ctx context.Context, tx *postgres.Tx, actor identity.Actor, o Opposition, purchase order.Order, old []Carnet) error {
	list := make([]carnet.Replaced, len(old))
	for i, c := range old {
		list[i] = carnet.Replaced{ID: c.ID, Serial: c.Serial, CounterIDs: c.CounterIDs}
	}
	from, to, err := carnet.Replace(ctx, tx, s.Keys, purchase.Lot(), o.ID, list, actor.Account())
	if errors.Is(err, postgres.ErrNoRow) {
		return ErrNotMade
	}
	if err != nil {
		return err
	}
	value := purchase.Lot().Worth() * money.Cents(len(old))
	moved, err := order.Restore(ctx, tx, purchase, value)
	if err != nil {
		return err
	}
	if moved {
		err = ledger.Post(ctx, tx, ledger.Transaction{
			CommanditaireID: o.CommanditaireID, OrderID: o.OrderID, Kind: ledger.Replacement, CauseID: postgres.NewID(), AccountID: actor.Account(),
			Movements: []ledger.Movement{{Debit: ledger.Funds, Credit: ledger.Circulation, Amount: value}},
		})
		if err != nil {
			return err
		}
	}
	err = record(ctx, tx, actor, o, "remplacement de carnets", map[string]any{
		"numero": o.Number, "carnets": len(old), "de": carnet.Serial(o.OrderNumber, from), "a": carnet.Serial(o.OrderNumber, to), "valeur": value.Decimal()})
	if err != nil {
		return err
	}
	return s.notify(ctx, tx, EventReplaced, o)
}

// AskReplacement tells the operator that new carnets are wanted; asking twice
// changes nothing.
func (s *Service) AskReplacement(ctx context.Context, actor identity.Actor, id uuid.UUID) error {
	err := s.act(ctx, actor, ByCommanditaire, identity.OrderWrite, "demande de remplacement", func(tx *postgres.Tx) error {
		o, _, err := s.take(ctx, tx, actor, ByCommanditaire, id)
		if err != nil {
			return err
		}
		if !o.Replaceable() {
			return ErrNothingToDo
		}
		if o.AskedAt != nil {
			return nil
		}
		args := key(o)
		args["now"], args["name"] = tx.Now(), actor.Name
		err = postgres.Must(ctx, tx, `UPDATE oppositions SET replacement_asked_at = @now, replacement_asked_by_name = @name WHERE commanditaire_id = @commanditaire AND id = @id`, args)
		if err != nil {
			return fmt.Errorf("record request: %w", err)
		}
		if err := record(ctx, tx, actor, o, "demande de remplacement", map[string]any{"numero": o.Number}); err != nil {
			return err
		}
		return s.notify(ctx, tx, EventReplacementAsked, o)
	})
	return wrap(err, "ask replacement")
}

// Waiting to leave: new carnets that nobody holds yet, as ranges to ship.
type shippable struct{ From, To int }

func unshipped(ctx context.Context, tx *postgres.Tx, o Opposition) ([]shippable, error) {
	list, err := postgres.All[shippable](ctx, tx, `
		SELECT min(number) AS "from", max(number) AS "to" FROM (
			SELECT k.number, k.number - row_number() OVER (ORDER BY k.number) AS run
			FROM carnet_replacements r JOIN carnets k ON k.commanditaire_id = r.commanditaire_id AND k.id = r.new_id
			WHERE r.commanditaire_id = @commanditaire AND r.opposition_id = @id AND k.state = 'emis' AND k.aiguilleur_id IS NULL AND k.transfer_id IS NULL AND NOT k.reserve
		) AS runs GROUP BY run ORDER BY 1`, key(o))
	if err != nil {
		return nil, fmt.Errorf("find replacements to ship: %w", err)
	}
	return list, nil
}

// Ship sends the new carnets that nobody holds yet to a point: a transfer like
// any other, which the point receives.
func (s *Service) Ship(ctx context.Context, actor identity.Actor, id, point uuid.UUID, tracking string) error {
	err := s.act(ctx, actor, ByOperator, identity.PlatformOrders, "expédition de carnets de remplacement", func(tx *postgres.Tx) error {
		o, _, err := s.take(ctx, tx, actor, ByOperator, id)
		if err != nil {
			return err
		}
		ranges, err := unshipped(ctx, tx, o)
		if err != nil {
			return err
		}
		if len(ranges) == 0 {
			return ErrNothingToShip
		}
		seat, err := seatOf(ctx, tx, o, point)
		if err != nil {
			return err
		}
		d := carnet.Dispatch{CommanditaireID: o.CommanditaireID, ID: postgres.NewID(), Purpose: carnet.Transfer, From: carnet.OperatorSeat(), To: seat,
			Tracking: tracking, Note: "Carnets de remplacement, opposition " + o.Number, By: carnet.By{Account: actor.Account(), Name: actor.Name}}
		d.Key = d.ID.String()
		for _, r := range ranges {
			d.Ranges = append(d.Ranges, carnet.Range{CommanditaireID: o.CommanditaireID, OrderID: o.OrderID, From: r.From, To: r.To})
			d.OrderNumbers = append(d.OrderNumbers, o.OrderNumber)
		}
		number, err := carnet.Send(ctx, tx, d)
		if err != nil {
			return err
		}
		return record(ctx, tx, actor, o, "expédition de carnets de remplacement", map[string]any{"numero": o.Number, "transfert": number, "carnets": d.Count()})
	})
	return wrap(err, "ship replacements")
}

// Point is where replacements may go.
type Point struct {
	ID         uuid.UUID
	Name       string
	Aiguilleur string
}

// Points lists the open points of the counters that have a live convention with
// the opposition's commanditaire.
func (s *Service) Points(ctx context.Context, actor identity.Actor, id uuid.UUID) ([]Point, error) {
	var points []Point
	err := s.act(ctx, actor, ByOperator, identity.PlatformRead, "points d’un remplacement", func(tx *postgres.Tx) error {
		o, err := find(ctx, tx, id)
		if err != nil {
			return err
		}
		points, err = postgres.All[Point](ctx, tx, `SELECT p.id, p.name, g.name AS aiguilleur `+openPoints+` ORDER BY g.name, p.name`,
			postgres.Args{"commanditaire": o.CommanditaireID, "today": tx.Today()})
		return err
	})
	return points, wrap(err, "list points")
}

const openPoints = `FROM points p JOIN organisations g ON g.id = p.aiguilleur_id
	WHERE p.closed_at IS NULL AND (p.aiguilleur_id = @commanditaire OR EXISTS (
		SELECT 1 FROM conventions v WHERE v.commanditaire_id = @commanditaire AND v.aiguilleur_id = p.aiguilleur_id
			AND v.commanditaire_signed_at IS NOT NULL AND v.aiguilleur_signed_at IS NOT NULL AND v.ended_at IS NULL AND v.ends_on >= @today))`

func seatOf(ctx context.Context, tx *postgres.Tx, o Opposition, point uuid.UUID) (carnet.Seat, error) {
	type row struct {
		AiguilleurID uuid.UUID
		Name         string
	}
	found, err := postgres.One[row](ctx, tx, `SELECT p.aiguilleur_id, p.name `+openPoints+` AND p.id = @point`,
		postgres.Args{"commanditaire": o.CommanditaireID, "today": tx.Today(), "point": point})
	if errors.Is(err, postgres.ErrNoRow) {
		return carnet.Seat{}, ErrPoint
	}
	return carnet.PointSeat(found.AiguilleurID, point, found.Name), err
}

// WriteReplacements prints the new carnets of an opposition, up to
// print.MostCarnets. The pages are cash: every printing is journaled before the
// first byte.
func (s *Service) WriteReplacements(ctx context.Context, actor identity.Actor, id uuid.UUID, w io.Writer) error {
	var o Opposition
	var list []carnet.Replacement
	err := s.act(ctx, actor, ByOperator, identity.PlatformOrders, "impression de carnets de remplacement", func(tx *postgres.Tx) (err error) {
		if o, err = find(ctx, tx, id); err != nil {
			return err
		}
		if list, err = carnet.ReplacementsOf(ctx, tx, o.CommanditaireID, o.ID); err != nil {
			return err
		}
		if len(list) == 0 {
			return ErrNotFound
		}
		return audit.Record(ctx, tx, actor, audit.Act{Name: "impression", SubjectKind: "opposition", SubjectID: o.ID,
			Detail: map[string]any{"numero": o.Number, "de": list[0].NewSerial, "a": list[len(list)-1].NewSerial}})
	})
	if err != nil {
		return wrap(err, "print replacements")
	}
	first := list[0].NewNumber
	last := min(list[len(list)-1].NewNumber, first+print.MostCarnets-1)
	return wrap(s.Print.PrintRange(ctx, o.OrderID, first, last, w), "print replacements")
}
