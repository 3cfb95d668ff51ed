package opposition

import (
	"context"
	"fmt"
	"time"

	"github.com/google/uuid"
	"github.com/riverqueue/river"

	"passnum/internal/carnet"
	"passnum/internal/identity"
	"passnum/internal/order"
	"passnum/internal/postgres"
)

// SettleArgs is the job that blocks again the chèques whose redemption was undone
// after their carnet was blocked. Undoing reopens them and puts their value back
// in circulation; nobody can spend them meanwhile, since their carnet is blocked.
type SettleArgs struct{}

// Kind names the job.
func (SettleArgs) Kind() string { return "opposition_settle" }

// Periodic lists this package's recurring jobs.
func Periodic() []*river.PeriodicJob {
	return []*river.PeriodicJob{river.NewPeriodicJob(river.PeriodicInterval(10*time.Minute),
		func() (river.JobArgs, *river.InsertOpts) { return SettleArgs{}, nil }, &river.PeriodicJobOpts{RunOnStart: true})}
}

// undone is a chèque reopened in a blocked carnet, and the redemption that was
// undone: the cause, which happens once.
type undone struct {
	CommanditaireID uuid.UUID
	OppositionID    uuid.UUID
	CarnetID        uuid.UUID
	ChequeID        uuid.UUID
	RedemptionID    uuid.UUID
}

// SettleUndone blocks again what undone redemptions reopened in blocked carnets,
// and answers how many chèques.
func (s *Service) SettleUndone(ctx context.Context) (int, error) {
	var list []undone
	err := s.db.InPlatform(ctx, postgres.System{}, "", func(tx *postgres.Tx) (err error) {
		list, err = postgres.All[undone](ctx, tx, `
			SELECT p.commanditaire_id, p.opposition_id, p.carnet_id, c.id AS cheque_id, r.id AS redemption_id
			FROM opposition_carnets p
			JOIN cheques c ON c.commanditaire_id = p.commanditaire_id AND c.carnet_id = p.carnet_id AND c.state = 'actif'
			CROSS JOIN LATERAL (
				SELECT x.id FROM redemptions x WHERE x.commanditaire_id = c.commanditaire_id AND x.cheque_id = c.id AND x.undone_at IS NOT NULL
				ORDER BY x.undone_at DESC LIMIT 1
			) AS r
			WHERE p.state_before IS NOT NULL AND p.lifted_at IS NULL`, nil)
		return err
	})
	if err != nil {
		return 0, fmt.Errorf("find undone redemptions: %w", err)
	}
	for _, u := range list {
		if err := s.settleOne(ctx, u); err != nil {
			return 0, fmt.Errorf("settle undone redemption: %w", err)
		}
	}
	return len(list), nil
}

func (s *Service) settleOne(ctx context.Context, u undone) error {
	return s.db.InPlatform(ctx, postgres.System{}, "", func(tx *postgres.Tx) error {
		o, err := find(ctx, tx, u.OppositionID)
		if err != nil {
			return err
		}
		purchase, err := order.Lock(ctx, tx, u.CommanditaireID, o.OrderID)
		if err != nil {
			return err
		}
		cents, err := carnet.BlockCheque(ctx, tx, u.CommanditaireID, u.ChequeID)
		if err != nil || cents == 0 {
			return err
		}
		err = postgres.Must(ctx, tx, `
			UPDATE opposition_carnets SET live_cheques = live_cheques + 1, live_cents = live_cents + @cents,
				spent_cheques = greatest(spent_cheques - 1, 0), spent_cents = greatest(spent_cents - @cents, 0)
			WHERE commanditaire_id = @commanditaire AND opposition_id = @opposition AND carnet_id = @carnet AND lifted_at IS NULL`,
			postgres.Args{"cents": int64(cents), "commanditaire": u.CommanditaireID, "opposition": u.OppositionID, "carnet": u.CarnetID})
		if err != nil {
			return err
		}
		if err := withdraw(ctx, tx, identity.Actor{}, o, purchase, cents, u.RedemptionID); err != nil {
			return err
		}
		return record(ctx, tx, identity.Actor{Name: "Passnum"}, o, "opposition", map[string]any{"numero": o.Number, "cheques_bloques": 1, "valeur": cents.Decimal(), "motif": "encaissement annulé"})
	})
}
