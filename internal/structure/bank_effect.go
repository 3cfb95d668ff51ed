package structure

import (
	"context"
	"time"

	"github.com/google/uuid"
	"github.com/riverqueue/river"

	"passnum/internal/fault"
	"passnum/internal/identity"
	"passnum/internal/postgres"
)

// TakeEffect makes effective what may be for one structure (uuid.Nil for all):
// the changes that were confirmed and whose delay is over, and corrections. It
// returns how many.
func (s *Service) TakeEffect(ctx context.Context, structure uuid.UUID) (int, error) {
	var n int
	err := s.db.InPlatform(ctx, postgres.System{}, "", func(tx *postgres.Tx) (err error) {
		n, err = s.takeEffect(ctx, tx, structure)
		return err
	})
	return n, fault.Wrap(err, "make bank accounts effective")
}

func (s *Service) takeEffect(ctx context.Context, tx *postgres.Tx, structure uuid.UUID) (int, error) {
	due, err := postgres.All[Account](ctx, tx, `
		SELECT `+accountColumns+` FROM structure_bank_accounts b
		WHERE b.state = 'attente' AND b.held_until <= @now AND (b.kind = 'correction' OR b.kind = 'changement' AND b.confirmed_by IS NOT NULL)
			AND (@structure::uuid IS NULL OR b.structure_id = @structure) ORDER BY b.structure_id FOR UPDATE`,
		postgres.Args{"now": tx.Now(), "structure": orNil(structure)})
	if err != nil {
		return 0, err
	}
	for _, a := range due {
		if err := s.supersede(ctx, tx, a); err != nil {
			return 0, err
		}
	}
	return len(due), nil
}

func orNil(id uuid.UUID) *uuid.UUID {
	if id == uuid.Nil {
		return nil
	}
	return &id
}

// supersede puts an account in force instead of the one that was.
func (s *Service) supersede(ctx context.Context, tx *postgres.Tx, a Account) error {
	old, err := postgres.One[Account](ctx, tx, `
		UPDATE structure_bank_accounts b SET state = 'remplacee', ended_at = @now WHERE b.structure_id = @structure AND b.state = 'active' RETURNING `+accountColumns,
		postgres.Args{"now": tx.Now(), "structure": a.StructureID})
	if err != nil {
		return err
	}
	if err := enforce(ctx, tx, a, a.Kind == AccountCorrection && old.stillDoubtful(a.AccountHolder)); err != nil {
		return err
	}
	if err := recordAccount(ctx, tx, identity.Actor{}, a, "compte bancaire en vigueur", ""); err != nil {
		return err
	}
	return s.Queue.Enqueue(ctx, tx, AccountNotice{StructureID: a.StructureID, AccountID: a.ID, Event: accountEffective})
}

// enforce makes an account the one in force; doubtful when its holder's name is
// to be verified again.
func enforce(ctx context.Context, tx *postgres.Tx, a Account, doubtful bool) error {
	err := postgres.Must(ctx, tx, `
		UPDATE structure_bank_accounts SET state = 'active', effective_at = @now, vop_needed = @doubtful WHERE structure_id = @structure AND id = @id AND state = 'attente'`,
		postgres.Args{"now": tx.Now(), "doubtful": doubtful, "structure": a.StructureID, "id": a.ID})
	if err != nil {
		return err
	}
	return postgres.Must(ctx, tx, `UPDATE structures SET account_holder = @holder, iban = @iban, bic = @bic WHERE organisation_id = @structure`,
		postgres.Args{"holder": a.AccountHolder, "iban": a.IBAN.String(), "bic": a.BIC, "structure": a.StructureID})
}

// QualifyAccount puts in force the account of the file that actor qualifies,
// which somebody else declared; ErrSameHand otherwise.
func QualifyAccount(ctx context.Context, tx *postgres.Tx, actor identity.Actor, structure uuid.UUID) error {
	first, err := postgres.All[Account](ctx, tx, `
		UPDATE structure_bank_accounts b SET confirmed_at = @now, confirmed_by = @by, confirmed_by_name = @name, confirmed_as = 'operateur', confirmed_note = 'Dossier qualifié'
		WHERE b.structure_id = @structure AND b.state = 'attente' AND b.kind = 'premier' RETURNING `+accountColumns,
		postgres.Args{"now": tx.Now(), "by": actor.AccountID, "name": actor.Name, "structure": structure})
	if postgres.Constraint(err) == "structure_bank_accounts_four_eyes" {
		return ErrSameHand
	}
	if err != nil || len(first) == 0 {
		return err
	}
	return enforce(ctx, tx, first[0], false)
}

// AccountSweep is the job that makes effective the changes whose delay ended.
type AccountSweep struct{}

// Kind names the job.
func (AccountSweep) Kind() string { return "structure_accounts" }

type accountSweeper struct {
	river.WorkerDefaults[AccountSweep]
	service *Service
}

// Work makes effective what may be.
func (w *accountSweeper) Work(ctx context.Context, _ *river.Job[AccountSweep]) error {
	_, err := w.service.TakeEffect(ctx, uuid.Nil)
	return err
}

// AddWorkers registers this package's jobs.
func (s *Service) AddWorkers(workers *river.Workers) {
	river.AddWorker(workers, &accountSweeper{service: s})
	river.AddWorker(workers, &accountTeller{service: s})
	river.AddWorker(workers, &agreementSweeper{service: s})
	river.AddWorker(workers, &placeCarer{service: s})
	river.AddWorker(workers, &reportTeller{service: s})
	river.AddWorker(workers, &claimTeller{service: s})
}

// Periodic lists this package's recurring jobs.
func Periodic() []*river.PeriodicJob {
	return []*river.PeriodicJob{placeCarePeriodic(), agreementPeriodic(), river.NewPeriodicJob(river.PeriodicInterval(10*time.Minute),
		func() (river.JobArgs, *river.InsertOpts) { return AccountSweep{}, nil }, &river.PeriodicJobOpts{RunOnStart: true})}
}
