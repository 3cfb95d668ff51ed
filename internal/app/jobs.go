package app

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/riverqueue/river"

	"passnum/internal/continuity"
	"passnum/internal/custody"
	"passnum/internal/delegation"
	"passnum/internal/ending"
	"passnum/internal/identity"
	"passnum/internal/jobs"
	"passnum/internal/opposition"
	"passnum/internal/printing"
	"passnum/internal/qualification"
	"passnum/internal/qualification/document"
	"passnum/internal/reporting"
	"passnum/internal/reporting/opendata"
	"passnum/internal/reporting/proof"
	"passnum/internal/structure"
)

// jobDomain is a domain that has work to do outside requests.
type jobDomain interface {
	AddWorkers(workers *river.Workers)
}

func (a *App) newWorker() (*jobs.Worker, error) {
	workers := river.NewWorkers()
	s := a.services
	for _, domain := range []jobDomain{s.people, s.outbox, s.workshops, s.delegations, s.organisations, s.structures, s.files, s.papers, s.orders, s.invoices, s.printing, s.network, s.custody, s.oppositions, s.disputes, s.reporting, s.continuity, s.endings, s.proofs, s.census, s.openData, &sessionSweeper{db: a.db}} {
		domain.AddWorkers(workers)
	}
	return jobs.NewWorker(a.db.Pool(), workers, periodic(), a.log)
}

func periodic() []*river.PeriodicJob {
	return slices.Concat(identity.Periodic(), structure.Periodic(), delegation.Periodic(), qualification.Periodic(), document.Periodic(), opposition.Periodic(), printing.Periodic(), reporting.Periodic(), custody.Periodic(), continuity.Periodic(), ending.Periodic(), proof.Periodic(), opendata.Periodic(), sessionPeriodic())
}

// jobsPatience is how long running jobs may take to end when asked to stop;
// those that do not are taken up again by another worker.
const jobsPatience = 20 * time.Second

// Work runs jobs until ctx ends, then lets the running ones finish.
func (a *App) Work(ctx context.Context) error {
	stop, err := a.startJobs(ctx)
	if err != nil {
		return err
	}
	<-ctx.Done()
	return stop()
}

func (a *App) startJobs(ctx context.Context) (stop func() error, err error) {
	worker, err := a.newWorker()
	if err != nil {
		return nil, err
	}
	// The worker outlives ctx: it stops by finishing what it has begun.
	if err := worker.Start(context.WithoutCancel(ctx)); err != nil {
		return nil, fmt.Errorf("start jobs: %w", err)
	}
	return func() error {
		patience, cancel := context.WithTimeout(context.Background(), jobsPatience)
		defer cancel()
		if err := worker.Stop(patience); err != nil {
			return fmt.Errorf("stop jobs: %w", err)
		}
		return nil
	}, nil
}
