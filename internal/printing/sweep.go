package printing

import (
	"context"
	"fmt"
	"time"

	"github.com/riverqueue/river"

	"passnum/internal/identity"
	"passnum/internal/postgres"
)

// Sweep is the hourly job that deletes packs nobody acknowledged in time.
type Sweep struct{}

// Kind names the job.
func (Sweep) Kind() string { return "print_sweep" }

// AddWorkers registers the jobs of printing.
func (s *Service) AddWorkers(w *river.Workers) {
	river.AddWorker(w, river.WorkFunc(s.workBuild))
	river.AddWorker(w, river.WorkFunc(func(ctx context.Context, _ *river.Job[Sweep]) error { return s.Expire(ctx) }))
}

// Periodic says when packs are looked at.
func Periodic() []*river.PeriodicJob {
	return []*river.PeriodicJob{river.NewPeriodicJob(river.PeriodicInterval(time.Hour),
		func() (river.JobArgs, *river.InsertOpts) { return Sweep{}, nil }, &river.PeriodicJobOpts{RunOnStart: true})}
}

// Expire deletes the content of packs that waited too long.
func (s *Service) Expire(ctx context.Context) error {
	err := s.db.InPlatform(ctx, postgres.System{}, "", func(tx *postgres.Tx) error {
		late, err := postgres.All[Pack](ctx, tx, selectPack+` WHERE state = 'pret' AND expires_at <= @now FOR UPDATE SKIP LOCKED`, postgres.Args{"now": tx.Now()})
		if err != nil {
			return err
		}
		for _, p := range late {
			if err := end(ctx, tx, p, Expired, ""); err != nil {
				return err
			}
			if err := record(ctx, tx, identity.Actor{}, p, "paquet d’impression effacé, faute d’accusé de réception", nil); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("expire print packs: %w", err)
	}
	return nil
}
