package document

import (
	"context"
	"time"

	"github.com/riverqueue/river"

	"passnum/internal/fault"
	"passnum/internal/postgres"
)

// How long the content of a paper is kept (reliability: refused files, three
// months). What it was, who sent it and what was decided stay.
const (
	// afterRefusal is for a refused paper, and for every paper of a body whose file
	// was refused or that is no longer qualified.
	afterRefusal = "3 months"
	// afterChecking is for an identity, that is of no use once it was checked or its
	// body qualified.
	afterChecking = "3 months"
	// afterSilence is for a file that was never sent.
	afterSilence = "12 months"
)

// Purge empties the papers that were kept long enough, and says how many.
func (s *Service) Purge(ctx context.Context) (int64, error) {
	var emptied int64
	err := s.db.InPlatform(ctx, postgres.System{}, "effacement des pièces gardées assez longtemps", func(tx *postgres.Tx) (err error) {
		emptied, err = postgres.Do(ctx, tx, `
			UPDATE dossier_documents d SET content = NULL, purged_at = @now
			FROM structures s
			WHERE s.organisation_id = d.structure_id AND d.content IS NOT NULL AND (
				d.state = 'refuse' AND d.decided_at < @now::timestamptz - @refusal::interval
				OR d.kind = 'identite' AND d.state = 'accepte' AND d.decided_at < @now::timestamptz - @checking::interval
				OR d.kind = 'identite' AND s.state IN ('qualifiee', 'suspendue') AND greatest(s.qualified_at, d.uploaded_at) < @now::timestamptz - @checking::interval
				OR s.state IN ('refusee', 'dequalifiee') AND greatest(s.decided_at, d.uploaded_at) < @now::timestamptz - @refusal::interval
				OR s.state IN ('brouillon', 'corrections') AND d.uploaded_at < @now::timestamptz - @silence::interval)`,
			postgres.Args{"now": tx.Now(), "refusal": afterRefusal, "checking": afterChecking, "silence": afterSilence})
		return err
	})
	return emptied, fault.Wrap(err, "purge papers")
}

type purgeArgs struct{}

func (purgeArgs) Kind() string { return "document.purge" }

type purgeWorker struct {
	river.WorkerDefaults[purgeArgs]
	service *Service
}

func (w *purgeWorker) Work(ctx context.Context, _ *river.Job[purgeArgs]) error {
	_, err := w.service.Purge(ctx)
	return err
}

// AddWorkers registers the daily cleaning.
func (s *Service) AddWorkers(workers *river.Workers) {
	river.AddWorker(workers, &purgeWorker{service: s})
}

// Periodic is when it runs.
func Periodic() []*river.PeriodicJob {
	return []*river.PeriodicJob{river.NewPeriodicJob(river.PeriodicInterval(24*time.Hour),
		func() (river.JobArgs, *river.InsertOpts) { return purgeArgs{}, nil }, &river.PeriodicJobOpts{ID: purgeArgs{}.Kind(), RunOnStart: true})}
}
