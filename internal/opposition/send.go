package opposition

import (
	"context"
	"errors"
	"fmt"

	"github.com/google/uuid"

	"passnum/internal/carnet"
	"passnum/internal/fault"
	"passnum/internal/identity"
	"passnum/internal/postgres"
)

// shippable is following new carnets that the operator still holds.
type shippable struct{ From, To int }

// The new carnets of an opposition, and which of them the operator still holds.
const (
	atTheOperator = `carnet_replacements r JOIN carnets k ON k.commanditaire_id = r.commanditaire_id AND k.id = r.new_id`
	stillHeld     = `r.commanditaire_id = @commanditaire AND r.opposition_id = @id AND k.state = 'emis' AND k.aiguilleur_id IS NULL AND k.transfer_id IS NULL AND NOT k.reserve`
)

func unshipped(ctx context.Context, tx *postgres.Tx, o Opposition) ([]shippable, error) {
	list, err := postgres.All[shippable](ctx, tx, `
		SELECT min(number) AS "from", max(number) AS "to" FROM (
			SELECT k.number, k.number - row_number() OVER (ORDER BY k.number) AS run FROM `+atTheOperator+` WHERE `+stillHeld+`
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
	return fault.Wrap(err, "ship replacements")
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
	return points, fault.Wrap(err, "list points")
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
