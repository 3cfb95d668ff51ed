package identity

import (
	"context"
	"time"

	"github.com/riverqueue/river"

	"passnum/internal/fault"
	"passnum/internal/postgres"
)

// Sweep is the daily job that forgets old failed tries.
type Sweep struct{}

// Kind names the job.
func (Sweep) Kind() string { return "identity_sweep" }

type sweeping struct {
	river.WorkerDefaults[Sweep]
	service *Service
}

// AddWorkers registers the daily job.
func (s *Service) AddWorkers(workers *river.Workers) {
	river.AddWorker(workers, &sweeping{service: s})
}

// Periodic says when the daily job runs.
func Periodic() []*river.PeriodicJob {
	return []*river.PeriodicJob{river.NewPeriodicJob(river.PeriodicInterval(24*time.Hour),
		func() (river.JobArgs, *river.InsertOpts) { return Sweep{}, nil }, nil)}
}

// Work forgets failed tries that weigh no more; they name addresses.
func (w *sweeping) Work(ctx context.Context, _ *river.Job[Sweep]) error {
	err := w.service.db.InPlatform(ctx, postgres.System{}, "ménage", func(tx *postgres.Tx) error {
		_, err := postgres.Do(ctx, tx, `DELETE FROM failed_tries WHERE window_start < @before`,
			postgres.Args{"before": tx.Now().Add(-24 * time.Hour)})
		return err
	})
	return fault.Wrap(err, "sweep failed tries")
}
