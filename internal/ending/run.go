package ending

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"
	"github.com/riverqueue/river"

	"passnum/internal/carnet"
	"passnum/internal/fault"
	"passnum/internal/identity"
	"passnum/internal/ledger"
	"passnum/internal/postgres"
)

// RunArgs is the job that does the steps that are due.
type RunArgs struct{}

// Kind names the job.
func (RunArgs) Kind() string { return "ending_run" }

// Periodic lists this package's recurring jobs. The calendar counts in days; the
// job passes every hour, so that a day begins early and a stop is caught up soon.
func Periodic() []*river.PeriodicJob {
	return []*river.PeriodicJob{river.NewPeriodicJob(river.PeriodicInterval(time.Hour),
		func() (river.JobArgs, *river.InsertOpts) { return RunArgs{}, nil }, &river.PeriodicJobOpts{RunOnStart: true})}
}

type worker struct {
	river.WorkerDefaults[RunArgs]
	service *Service
}

// Work does what is due.
func (w *worker) Work(ctx context.Context, _ *river.Job[RunArgs]) error { return w.service.Run(ctx) }

// AddWorkers registers this package's jobs.
func (s *Service) AddWorkers(workers *river.Workers) {
	river.AddWorker(workers, &worker{service: s})
}

// Run does every step that is due and not done, of every order, in the order of
// their dates: days without a run are caught up. Running twice, or two at once,
// does nothing more. What fails for one order does not keep the others waiting.
func (s *Service) Run(ctx context.Context) error {
	var ids []uuid.UUID
	err := s.db.InPlatform(ctx, postgres.System{}, "", func(tx *postgres.Tx) (err error) {
		ids, err = postgres.Values[uuid.UUID](ctx, tx, `
			SELECT id FROM orders WHERE state = 'active' AND (validity = 'remise' OR valid_until <= @horizon) ORDER BY valid_until, id`,
			postgres.Args{"horizon": tx.Today().AddDate(0, 0, earlyDays)})
		return err
	})
	if err != nil {
		return fmt.Errorf("find orders that end: %w", err)
	}
	var failed []error
	for _, id := range ids {
		if err := s.runOne(ctx, id); err != nil {
			failed = append(failed, fmt.Errorf("end order %s: %w", id, err))
		}
	}
	return errors.Join(failed...)
}

func (s *Service) runOne(ctx context.Context, id uuid.UUID) error {
	draw := false
	err := s.db.InPlatform(ctx, postgres.System{}, "", func(tx *postgres.Tx) error {
		o, err := lock(ctx, tx, id)
		if err != nil || o.State != "active" {
			return err
		}
		if o.ClosingAt != nil {
			return s.recallStatement(ctx, tx, o)
		}
		if err := s.catchUp(ctx, tx, o); err != nil {
			return err
		}
		draw = !tx.Today().Before(DayOf(o.ValidUntil, Statement))
		return nil
	})
	if err != nil || !draw {
		return err
	}
	err = s.drawDue(ctx, id)
	if fault.Is(err, fault.KindConflict) {
		return nil // a dispute is open: it will be drawn once it is settled
	}
	return err
}

// catchUp does the steps due before the statement, which has a transaction of
// its own.
func (s *Service) catchUp(ctx context.Context, tx *postgres.Tx, o purchase) error {
	today := tx.Today()
	done, err := doneSteps(ctx, tx, o)
	if err != nil {
		return err
	}
	if err := expire(ctx, tx, o); err != nil {
		return err
	}
	for _, d := range due(o.ValidUntil, today) {
		if _, ok := done[d.Step]; ok || d.Step == Statement {
			continue
		}
		_, answered := done[answers[d.Step]]
		if err := s.perform(ctx, tx, o, d, answered); err != nil {
			return err
		}
	}
	return s.recall(ctx, tx, o, done)
}

// perform writes a step with what was counted that day, and tells whom it
// concerns when that still makes sense and nobody answered already.
func (s *Service) perform(ctx context.Context, tx *postgres.Tx, o purchase, d Dated, answered bool) error {
	counters, err := count(ctx, tx, o)
	if err != nil {
		return err
	}
	var facts any = counters
	if d.Step == Expiry {
		gone, err := expired(ctx, tx, o)
		if err != nil {
			return err
		}
		facts = gone
	}
	wrote, err := note(ctx, tx, o, d.Step, d.Day, identity.Actor{}, "", facts)
	if err != nil || !wrote || answered || !worthTelling(d.Step, o.ValidUntil, tx.Today()) {
		return err
	}
	return s.tell(ctx, tx, o, d.Step, counters)
}

// Lapsed is what left circulation, net of what scans made in time brought back.
type Lapsed struct {
	Cheques int   `json:"cheques"`
	Cents   int64 `json:"centimes"`
}

func expired(ctx context.Context, tx *postgres.Tx, o purchase) (Lapsed, error) {
	l, err := postgres.One[Lapsed](ctx, tx, `SELECT coalesce(sum(cheques), 0)::int AS cheques, coalesce(sum(amount_cents), 0)::bigint AS cents
		FROM expiries WHERE commanditaire_id = @commanditaire AND order_id = @order`, o.args())
	if err != nil {
		return l, fmt.Errorf("sum expiries: %w", err)
	}
	return l, nil
}

// expire takes out of circulation exactly what has passed its last day, in the
// chèques and in the ledger. With validities counted from the hand-over, each
// carnet has its own day.
func expire(ctx context.Context, tx *postgres.Tx, o purchase) error {
	today := tx.Today()
	if o.Validity != "remise" && !today.After(o.last()) {
		return nil
	}
	gone, err := carnet.Expire(ctx, tx, o.CommanditaireID, o.ID, o.last())
	if err != nil || gone.Cheques == 0 {
		return err
	}
	id := postgres.NewID()
	_, err = postgres.Do(ctx, tx, `
		INSERT INTO expiries (commanditaire_id, id, order_id, cause_id, day, at, cheques, amount_cents)
		VALUES (@commanditaire, @id, @order, @id, @today, @now, @cheques, @cents)`,
		o.with(postgres.Args{"id": id, "today": today, "now": tx.Now(), "cheques": gone.Cheques, "cents": int64(gone.Cents)}))
	if err != nil {
		return fmt.Errorf("write expiry: %w", err)
	}
	return ledger.Post(ctx, tx, ledger.Transaction{
		CommanditaireID: o.CommanditaireID, OrderID: o.ID, Kind: ledger.Expiry, CauseID: id,
		Movements: []ledger.Movement{{Debit: ledger.Circulation, Credit: ledger.Expired, Amount: gone.Cents}},
	})
}
