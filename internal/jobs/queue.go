// Package jobs runs work outside requests. A job is enqueued in the caller's
// transaction, so it exists exactly when what it is about exists. It refuses
// secrets in arguments: a job carries identifiers only.
package jobs

import (
	"context"
	"fmt"
	"log/slog"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/riverqueue/river"
	"github.com/riverqueue/river/riverdriver/riverpgxv5"

	"passnum/internal/postgres"
)

// Queue takes jobs inside the caller's transaction.
type Queue interface {
	Enqueue(ctx context.Context, tx *postgres.Tx, args river.JobArgs) error
}

type queue struct{ client *river.Client[pgx.Tx] }

// NewQueue makes a queue that only inserts.
func NewQueue(pool *pgxpool.Pool) (Queue, error) {
	client, err := river.NewClient(riverpgxv5.New(pool), &river.Config{Schema: postgres.JobsSchema})
	if err != nil {
		return nil, fmt.Errorf("open job queue: %w", err)
	}
	return queue{client}, nil
}

// Enqueue adds a job that becomes visible when tx commits.
func (q queue) Enqueue(ctx context.Context, tx *postgres.Tx, args river.JobArgs) error {
	if _, err := q.client.InsertTx(ctx, tx.Tx, args, nil); err != nil {
		return fmt.Errorf("enqueue %s: %w", args.Kind(), err)
	}
	return nil
}

// Worker runs jobs until it is stopped.
type Worker struct{ client *river.Client[pgx.Tx] }

// NewWorker prepares a worker for the registered kinds and periodic jobs.
func NewWorker(pool *pgxpool.Pool, workers *river.Workers, periodic []*river.PeriodicJob, logger *slog.Logger) (*Worker, error) {
	client, err := river.NewClient(riverpgxv5.New(pool), &river.Config{
		Schema:            postgres.JobsSchema,
		Workers:           workers,
		PeriodicJobs:      periodic,
		Logger:            logger,
		JobTimeout:        time.Hour,
		FetchPollInterval: time.Second,
		Queues:            map[string]river.QueueConfig{river.QueueDefault: {MaxWorkers: 4}},
	})
	if err != nil {
		return nil, fmt.Errorf("prepare job worker: %w", err)
	}
	return &Worker{client}, nil
}

// Start begins fetching jobs; it returns at once.
func (w *Worker) Start(ctx context.Context) error { return w.client.Start(ctx) }

// Stop lets running jobs finish until ctx ends.
func (w *Worker) Stop(ctx context.Context) error { return w.client.Stop(ctx) }

// Events tells about jobs as they end; tests wait on it instead of sleeping.
func (w *Worker) Events(kinds ...river.EventKind) (<-chan *river.Event, func()) {
	return w.client.Subscribe(kinds...)
}

// Inline is a Queue that remembers jobs for a caller that runs them itself, as
// tests and the demo world do.
type Inline struct{ Waiting []river.JobArgs }

// Enqueue keeps the job.
func (q *Inline) Enqueue(_ context.Context, _ *postgres.Tx, args river.JobArgs) error {
	q.Waiting = append(q.Waiting, args)
	return nil
}
