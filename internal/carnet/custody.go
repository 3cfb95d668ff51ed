package carnet

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"

	"passnum/internal/fault"
	"passnum/internal/postgres"
)

// State is where a carnet is in its life.
type State string

// The states of a carnet.
const (
	Issued     State = "emis" // made, at the operator's or on its way
	InStock    State = "stock"
	HandedOver State = "remis"
	Opposed    State = "bloque"
	Returned   State = "retourne"
	Outdated   State = "perime"
)

// Carnet is a booklet as custody sees it.
type Carnet struct {
	CommanditaireID uuid.UUID
	ID              uuid.UUID
	OrderID         uuid.UUID
	Number          int
	Serial          string
	State           State
	AiguilleurID    *uuid.UUID
	PointID         *uuid.UUID
	HandedOverAt    *time.Time
	PublicCategory  string
	UsableUntil     *time.Time
	AcceptedUntil   *time.Time
}

// HeldBy reports whether an organisation's counters hold, or held, the carnet.
func (c Carnet) HeldBy(organisation uuid.UUID) bool {
	return c.AiguilleurID != nil && *c.AiguilleurID == organisation
}

// ErrUnknown is a serial number that the scope does not see.
var ErrUnknown = fault.New(fault.KindNotFound, "Ce carnet n’existe pas, ou il n’est pas chez vous.")

const carnetColumns = `commanditaire_id, id, order_id, number, serial, state, aiguilleur_id, point_id, handed_over_at, public_category, usable_until, accepted_until`

// BySerial finds a carnet that the scope may see; ErrUnknown otherwise.
func BySerial(ctx context.Context, tx *postgres.Tx, serial string) (Carnet, error) {
	return found(postgres.One[Carnet](ctx, tx, `SELECT `+carnetColumns+` FROM carnets WHERE serial = @serial`, postgres.Args{"serial": serial}))
}

// LockSerial is BySerial that keeps other counters away until the transaction
// ends; two of them asking for one carnet are answered one after the other.
func LockSerial(ctx context.Context, tx *postgres.Tx, serial string) (Carnet, error) {
	return found(postgres.One[Carnet](ctx, tx, `SELECT `+carnetColumns+` FROM carnets WHERE serial = @serial FOR UPDATE`, postgres.Args{"serial": serial}))
}

func found(c Carnet, err error) (Carnet, error) {
	if errors.Is(err, postgres.ErrNoRow) {
		return c, ErrUnknown
	}
	if err != nil {
		return c, fmt.Errorf("find carnet: %w", err)
	}
	return c, nil
}

// StateOf tells the state of any carnet, whoever holds it, and nothing else of
// it; empty when no carnet bears the number.
func StateOf(ctx context.Context, tx *postgres.Tx, serial string) (State, error) {
	state, err := postgres.Value[*string](ctx, tx, `SELECT carnet_state(@serial)`, postgres.Args{"serial": serial})
	if err != nil {
		return "", fmt.Errorf("read carnet state: %w", err)
	}
	if state == nil {
		return "", nil
	}
	return State(*state), nil
}

// Holder is a point of distribution, with its organisation.
type Holder struct{ AiguilleurID, PointID uuid.UUID }

// Range is carnets of one order with following numbers, both ends included.
type Range struct {
	CommanditaireID uuid.UUID
	OrderID         uuid.UUID
	From, To        int
}

// Count is how many carnets the range holds.
func (r Range) Count() int { return r.To - r.From + 1 }

// The kinds of custody move.
const (
	moveShipped   = "expedition"
	moveReceived  = "reception"
	moveHandOver  = "remise"
	moveTakenBack = "annulation_remise"
)

// ErrRange refuses to move carnets that are not all where they should be.
var ErrRange = fault.New(fault.KindConflict, "Une partie de ces carnets n’est plus à l’endroit attendu. Rechargez la page.")

// ErrNotInStock refuses to give, or to take back, a carnet that has moved.
var ErrNotInStock = fault.New(fault.KindConflict, "Ce carnet n’est plus dans l’état attendu. Cherchez-le de nouveau.")

// Give hands a carnet over at its point. The first hand-over takes it out of the
// stock and sets the last day of all its chèques; the others, of the chèques that
// are left, change neither. ErrNotInStock when somebody else took it meanwhile.
// Open then makes the chèques themselves usable.
func Give(ctx context.Context, tx *postgres.Tx, c Carnet, usableUntil time.Time, category string, account *uuid.UUID) error {
	if c.State == HandedOver {
		return nil
	}
	n, err := postgres.Do(ctx, tx, `
		UPDATE carnets SET state = 'remis', handed_over_at = @now, usable_until = @usable, accepted_until = @accepted, public_category = @category
		WHERE commanditaire_id = @commanditaire AND id = @id AND state = 'stock'`,
		postgres.Args{"now": tx.Now(), "usable": usableUntil, "accepted": Tolerated(usableUntil), "category": category, "commanditaire": c.CommanditaireID, "id": c.ID})
	if err != nil {
		return fmt.Errorf("hand carnet over: %w", err)
	}
	if n != 1 {
		return ErrNotInStock
	}
	return moveOne(ctx, tx, moveHandOver, c, account)
}

// Open makes the chèques of a recorded hand-over usable; ErrNotInStock, and the
// caller's transaction must end, unless exactly so many were there to give.
func Open(ctx context.Context, tx *postgres.Tx, commanditaire, handOver uuid.UUID, cheques int) error {
	opened, err := postgres.Value[int](ctx, tx, `SELECT open_cheques(@commanditaire, @handover)`,
		postgres.Args{"commanditaire": commanditaire, "handover": handOver})
	if err != nil {
		return fmt.Errorf("open chèques: %w", err)
	}
	if opened != cheques {
		return ErrNotInStock
	}
	return nil
}

// TakeBack undoes a hand-over of a carnet: its chèques close, and the carnet
// returns to its point's stock when no other chèque of it is out. It returns
// false, and changes nothing, when a chèque of the hand-over was used.
func TakeBack(ctx context.Context, tx *postgres.Tx, c Carnet, handOver uuid.UUID, account *uuid.UUID) (bool, error) {
	closed, err := postgres.Value[bool](ctx, tx, `SELECT close_cheques(@commanditaire, @handover)`,
		postgres.Args{"commanditaire": c.CommanditaireID, "handover": handOver})
	if err != nil {
		return false, fmt.Errorf("close chèques: %w", err)
	}
	if !closed {
		return false, nil
	}
	if c.State != HandedOver {
		return false, ErrNotInStock
	}
	n, err := postgres.Do(ctx, tx, `
		UPDATE carnets SET state = 'stock', handed_over_at = NULL, usable_until = NULL, accepted_until = NULL, public_category = ''
		WHERE commanditaire_id = @commanditaire AND id = @id
			AND NOT EXISTS (SELECT 1 FROM handover_cheques o WHERE o.commanditaire_id = @commanditaire AND o.carnet_id = @id)`,
		postgres.Args{"commanditaire": c.CommanditaireID, "id": c.ID})
	if err != nil {
		return false, fmt.Errorf("take carnet back: %w", err)
	}
	if n == 0 {
		return true, nil
	}
	return true, moveOne(ctx, tx, moveTakenBack, c, account)
}

// RanksOut lists the chèques of a carnet that are in people's hands, in order.
func RanksOut(ctx context.Context, tx *postgres.Tx, c Carnet) ([]int, error) {
	ranks, err := postgres.Values[int](ctx, tx, `SELECT rank::int FROM handover_cheques WHERE commanditaire_id = @commanditaire AND carnet_id = @id ORDER BY rank`,
		postgres.Args{"commanditaire": c.CommanditaireID, "id": c.ID})
	if err != nil {
		return nil, fmt.Errorf("list ranks out: %w", err)
	}
	return ranks, nil
}

func moveOne(ctx context.Context, tx *postgres.Tx, kind string, c Carnet, account *uuid.UUID) error {
	one := Range{CommanditaireID: c.CommanditaireID, OrderID: c.OrderID, From: c.Number, To: c.Number}
	return move(ctx, tx, kind, one, Holder{AiguilleurID: *c.AiguilleurID, PointID: *c.PointID}, account, "")
}

func move(ctx context.Context, tx *postgres.Tx, kind string, r Range, holder Holder, account *uuid.UUID, note string) error {
	_, err := postgres.Do(ctx, tx, `
		INSERT INTO custody_moves (commanditaire_id, id, order_id, aiguilleur_id, point_id, kind, number_from, number_to, at, account_id, note)
		VALUES (@commanditaire, @id, @order, @aiguilleur, @point, @kind, @from, @to, @now, @account, @note)`,
		postgres.Args{"commanditaire": r.CommanditaireID, "id": postgres.NewID(), "order": r.OrderID, "aiguilleur": holder.AiguilleurID,
			"point": holder.PointID, "kind": kind, "from": r.From, "to": r.To, "now": tx.Now(), "account": account, "note": note})
	if err != nil {
		return fmt.Errorf("record custody: %w", err)
	}
	return nil
}
