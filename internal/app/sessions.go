package app

import (
	"context"
	"fmt"
	"time"

	"github.com/riverqueue/river"

	"passnum/internal/postgres"
)

// sessionSweep is the hourly job that deletes sessions that have ended. Sessions
// belong to the login role, so no domain can reach them.
type sessionSweep struct{}

// Kind names the job.
func (sessionSweep) Kind() string { return "session_sweep" }

type sessionSweeper struct {
	river.WorkerDefaults[sessionSweep]
	db *postgres.DB
}

// AddWorkers registers the job.
func (s *sessionSweeper) AddWorkers(workers *river.Workers) { river.AddWorker(workers, s) }

// Work deletes what has expired, once no request that had read it can be under way.
func (s *sessionSweeper) Work(ctx context.Context, _ *river.Job[sessionSweep]) error {
	if _, err := s.db.Pool().Exec(ctx, "DELETE FROM sessions WHERE expiry < now() - interval '1 hour'"); err != nil {
		return fmt.Errorf("delete ended sessions: %w", err)
	}
	return nil
}

func sessionPeriodic() []*river.PeriodicJob {
	return []*river.PeriodicJob{river.NewPeriodicJob(river.PeriodicInterval(time.Hour),
		func() (river.JobArgs, *river.InsertOpts) { return sessionSweep{}, nil }, nil)}
}
