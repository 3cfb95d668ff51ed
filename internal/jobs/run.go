package jobs

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"

	"passnum/internal/fault"
	"passnum/internal/postgres"
)

// State is where a long piece of work stands.
type State string

// The states of a run.
const (
	Waiting   State = "en_attente"
	Running   State = "en_cours"
	Done      State = "termine"
	Cancelled State = "annule"
	Failed    State = "echec"
)

// Run is the visible progress of a long piece of work.
type Run struct {
	ID             uuid.UUID
	OrganisationID uuid.UUID
	Kind           string
	SubjectID      uuid.UUID
	State          State
	Done           int64
	Total          int64
	Message        string
	CreatedAt      time.Time
	UpdatedAt      time.Time
}

// Live reports whether the work has not ended.
func (r Run) Live() bool { return r.State == Waiting || r.State == Running }

// ErrAlreadyRunning refuses to start the same work twice at once.
var ErrAlreadyRunning = fault.New(fault.KindConflict, "Ce travail est déjà en cours. Suivez son avancement sur cette page.")

// Start records a new run in the caller's transaction; ErrAlreadyRunning when
// the same kind of work is live for the subject.
func Start(ctx context.Context, tx *postgres.Tx, run Run) (uuid.UUID, error) {
	id := postgres.NewID()
	_, err := postgres.Do(ctx, tx, `
		INSERT INTO job_runs (id, organisation_id, kind, subject_id, state, total, created_at, updated_at)
		VALUES (@id, @organisation, @kind, @subject, 'en_attente', @total, @now, @now)`,
		postgres.Args{"id": id, "organisation": run.OrganisationID, "kind": run.Kind, "subject": run.SubjectID, "total": run.Total, "now": tx.Now()})
	if postgres.Constraint(err) == "job_runs_one_live" {
		return uuid.Nil, ErrAlreadyRunning
	}
	if err != nil {
		return uuid.Nil, fmt.Errorf("start run: %w", err)
	}
	return id, nil
}

// Report tells how far a run is; a cancelled run stays cancelled.
func Report(ctx context.Context, db *postgres.DB, id uuid.UUID, done, total int64, message string) error {
	return update(ctx, db, `UPDATE job_runs SET state = 'en_cours', done = @done, total = @total, message = @message, updated_at = @now
		WHERE id = @id AND state IN ('en_attente', 'en_cours')`,
		postgres.Args{"id": id, "done": done, "total": total, "message": message})
}

// Finish ends a live run.
func Finish(ctx context.Context, db *postgres.DB, id uuid.UUID, state State, message string) error {
	return update(ctx, db, `UPDATE job_runs SET state = @state, message = @message, updated_at = @now
		WHERE id = @id AND state IN ('en_attente', 'en_cours')`,
		postgres.Args{"id": id, "state": string(state), "message": message})
}

// IsCancelled reports whether somebody asked the run to stop.
func IsCancelled(ctx context.Context, db *postgres.DB, id uuid.UUID) (bool, error) {
	var state string
	err := db.InPlatform(ctx, postgres.System{}, "suivi d'un travail", func(tx *postgres.Tx) (err error) {
		state, err = postgres.Value[string](ctx, tx, `SELECT state FROM job_runs WHERE id = @id`, postgres.Args{"id": id})
		return err
	})
	if err != nil {
		return false, fmt.Errorf("read run: %w", err)
	}
	return State(state) == Cancelled, nil
}

// Cancel asks a live run to stop, in the caller's transaction.
func Cancel(ctx context.Context, tx *postgres.Tx, id uuid.UUID) error {
	_, err := postgres.Do(ctx, tx, `UPDATE job_runs SET state = 'annule', updated_at = @now
		WHERE id = @id AND state IN ('en_attente', 'en_cours')`, postgres.Args{"id": id, "now": tx.Now()})
	if err != nil {
		return fmt.Errorf("cancel run: %w", err)
	}
	return nil
}

// Latest is the newest run of a kind for a subject, and whether there is one.
func Latest(ctx context.Context, tx *postgres.Tx, kind string, subject uuid.UUID) (Run, bool, error) {
	run, err := postgres.One[Run](ctx, tx, `
		SELECT id, organisation_id, kind, subject_id, state, done, total, message, created_at, updated_at
		FROM job_runs WHERE kind = @kind AND subject_id = @subject ORDER BY created_at DESC, id DESC LIMIT 1`,
		postgres.Args{"kind": kind, "subject": subject})
	if errors.Is(err, postgres.ErrNoRow) {
		return Run{}, false, nil
	}
	if err != nil {
		return Run{}, false, fmt.Errorf("read run: %w", err)
	}
	return run, true, nil
}

func update(ctx context.Context, db *postgres.DB, sql string, args postgres.Args) error {
	err := db.InPlatform(ctx, postgres.System{}, "avancement d'un travail", func(tx *postgres.Tx) error {
		args["now"] = tx.Now()
		_, err := postgres.Do(ctx, tx, sql, args)
		return err
	})
	if err != nil {
		return fmt.Errorf("report run: %w", err)
	}
	return nil
}
