package opposition

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/google/uuid"

	"passnum/internal/carnet"
	"passnum/internal/fault"
	"passnum/internal/identity"
	"passnum/internal/ledger"
	"passnum/internal/money"
	"passnum/internal/order"
	"passnum/internal/postgres"
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
	return m, fault.Wrap(err, "read means")
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
	return made, fault.Wrap(err, "replace carnets")
}

func errLacks(m Means) error {
	return fault.New(fault.KindConflict, fmt.Sprintf("Un carnet neuf vaut %s et les oppositions de cette commande n’ont libéré que %s\u00a0: il manque %s. En attendant, un guichet peut remettre quelques chèques d’un carnet de son stock.", m.Worth, m.Free, m.Lacks()))
}

func (s *Service) replace(ctx context.Context, tx *postgres.Tx, actor identity.Actor, o Opposition, purchase order.Order, old []Carnet) error {
	list := make([]carnet.Replaced, len(old))
	for i, c := range old {
		list[i] = carnet.Replaced{ID: c.ID, Serial: c.Serial, CounterIDs: c.CounterIDs}
	}
	from, to, err := carnet.Replace(ctx, tx, s.Keys, purchase.Lot(), o.ID, list, acting(actor))
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
	return fault.Wrap(err, "ask replacement")
}
