package distribution

import (
	"context"

	"github.com/google/uuid"

	"passnum/internal/fault"
	"passnum/internal/identity"
	"passnum/internal/postgres"
)

// StartedCarnet is a carnet of which a counter gave some chèques and keeps the
// others: still in its stock, though « injecté » in the figures.
type StartedCarnet struct {
	Serial string
	Left   []int
}

type startedRow struct {
	CommanditaireID uuid.UUID
	OrderID         uuid.UUID
	Serial          string
	Out             []int
}

// StartedCarnets lists those of one of the organisation's own points.
func (s *Service) StartedCarnets(ctx context.Context, actor identity.Actor, point uuid.UUID) ([]StartedCarnet, error) {
	if err := actor.May(identity.StockRead); err != nil {
		return nil, err
	}
	var list []StartedCarnet
	err := s.db.InOrganisation(ctx, actor, func(tx *postgres.Tx) (err error) {
		list, err = startedCarnets(ctx, tx, actor, point)
		return err
	})
	return list, fault.Wrap(err, "list started carnets")
}

func startedCarnets(ctx context.Context, tx *postgres.Tx, actor identity.Actor, point uuid.UUID) ([]StartedCarnet, error) {
	rows, err := postgres.All[startedRow](ctx, tx, `
		SELECT k.commanditaire_id, k.order_id, k.serial,
			ARRAY(SELECT o.rank FROM handover_cheques o WHERE o.commanditaire_id = k.commanditaire_id AND o.carnet_id = k.id ORDER BY o.rank) AS out
		FROM (
			SELECT DISTINCT h.commanditaire_id, h.carnet_id FROM handovers h
			WHERE h.aiguilleur_id = @me AND h.point_id = @point AND h.ranks IS NOT NULL AND h.undone_at IS NULL
		) AS p
		JOIN carnets k ON k.commanditaire_id = p.commanditaire_id AND k.id = p.carnet_id
		WHERE k.state = 'remis' AND k.aiguilleur_id = @me AND k.point_id = @point AND k.accepted_until >= @today
		ORDER BY k.serial`, postgres.Args{"me": actor.OrganisationID, "point": point, "today": tx.Today()})
	if err != nil {
		return nil, err
	}
	terms := map[uuid.UUID]Terms{}
	var list []StartedCarnet
	for _, r := range rows {
		t, known := terms[r.OrderID]
		if !known {
			if t, err = termsOf(ctx, tx, r.CommanditaireID, r.OrderID); err != nil {
				return nil, err
			}
			terms[r.OrderID] = t
		}
		if left := ranksLeft(t.Cheques, r.Out); len(left) > 0 {
			list = append(list, StartedCarnet{r.Serial, left})
		}
	}
	return list, nil
}
