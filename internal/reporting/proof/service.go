package proof

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/google/uuid"
	"github.com/riverqueue/river"

	"passnum/internal/fault"
	"passnum/internal/identity"
	"passnum/internal/jobs"
	"passnum/internal/mail"
	"passnum/internal/outbox"
	"passnum/internal/postgres"
)

// Service makes proofs on demand and by itself, and tells the operator when one
// fails.
type Service struct {
	db       *postgres.DB
	queue    jobs.Queue
	operator string // whom to tell
	baseURL  string
}

// NewService makes a Service; operator is the address that a failed proof is
// written to, none when empty.
func NewService(db *postgres.DB, queue jobs.Queue, operator, baseURL string) *Service {
	return &Service{db: db, queue: queue, operator: operator, baseURL: baseURL}
}

// ErrNotFound is a proof that was never made.
var ErrNotFound = fault.New(fault.KindNotFound, "Cette preuve n’existe pas.")

// Job makes a proof; Scheduled keeps none when nothing happened since the last.
type Job struct {
	Choice    Choice `json:"choice"`
	Scheduled bool   `json:"scheduled"`
}

// Kind names the job.
func (Job) Kind() string { return "proof" }

// Ask has a proof made by a worker. Two asked at once are two proofs.
func (s *Service) Ask(ctx context.Context, actor identity.Actor, choice Choice) error {
	if err := actor.May(identity.PlatformRead); err != nil {
		return err
	}
	err := s.db.InPlatform(ctx, actor, "demande d’une preuve des comptes", func(tx *postgres.Tx) error {
		return s.queue.Enqueue(ctx, tx, Job{Choice: choice})
	})
	if err != nil {
		return fmt.Errorf("ask for a proof: %w", err)
	}
	return nil
}

// Overview is the last proofs and the last block of the chain.
type Overview struct {
	Proofs []Proof
	Seal   Seal
	Sealed bool
}

// Overview lists the last proofs, newest first.
func (s *Service) Overview(ctx context.Context, actor identity.Actor) (o Overview, err error) {
	if err := actor.May(identity.PlatformRead); err != nil {
		return o, err
	}
	err = s.db.InPlatform(ctx, actor, "preuves des comptes", func(tx *postgres.Tx) (err error) {
		if o.Proofs, err = Recent(ctx, tx, 50); err != nil {
			return err
		}
		o.Seal, o.Sealed, err = lastSeal(ctx, tx)
		return err
	})
	if err != nil {
		return o, fmt.Errorf("list proofs: %w", err)
	}
	return o, nil
}

// One reads a proof. ErrNotFound.
func (s *Service) One(ctx context.Context, actor identity.Actor, id uuid.UUID) (p Proof, err error) {
	if err := actor.May(identity.PlatformRead); err != nil {
		return p, err
	}
	err = s.db.InPlatform(ctx, actor, "preuve des comptes", func(tx *postgres.Tx) (err error) {
		p, err = postgres.One[Proof](ctx, tx, selectProof+` WHERE id = @id`, postgres.Args{"id": id})
		if errors.Is(err, postgres.ErrNoRow) {
			return ErrNotFound
		}
		return err
	})
	if err != nil {
		return p, fmt.Errorf("read proof: %w", err)
	}
	return p, nil
}

// Anchor is the last block of the chain, for anybody to note.
func (s *Service) Anchor(ctx context.Context) (Seal, bool, error) { return Latest(ctx, s.db) }

// Run does what a Job asks, and tells the operator when what was true no longer is.
func (s *Service) Run(ctx context.Context, job Job) error {
	before, _, err := s.last(ctx)
	if err != nil {
		return err
	}
	if job.Scheduled {
		idle, err := s.idle(ctx, before)
		if err != nil || idle {
			return err
		}
	}
	p, report, err := Prove(ctx, s.db, identity.Actor{}, Order{Choice: job.Choice})
	if err != nil {
		return err
	}
	if p.OK {
		return nil
	}
	for _, failed := range report.Failed() {
		slog.ErrorContext(ctx, "proof failed", "check", failed.Name, "offenders", len(failed.Offenders))
	}
	if !before.OK && before.ID != uuid.Nil {
		return nil // they know
	}
	return s.alert(ctx, p, report)
}

func (s *Service) last(ctx context.Context) (p Proof, any bool, err error) {
	err = s.db.InPlatform(ctx, postgres.System{}, "", func(tx *postgres.Tx) error {
		recent, err := Recent(ctx, tx, 1)
		if len(recent) > 0 {
			p, any = recent[0], true
		}
		return err
	})
	return p, any, err
}

// idle reports whether a fresh good proof already covers everything final.
func (s *Service) idle(ctx context.Context, last Proof) (idle bool, err error) {
	if !last.OK {
		return false, nil
	}
	err = s.db.InPlatform(ctx, postgres.System{}, "", func(tx *postgres.Tx) error {
		whole, any, err := lastGood(ctx, tx, true)
		if err != nil || !any || tx.Now().Sub(whole.At) > fresh {
			return err
		}
		edited, err := edits(ctx, tx)
		if err != nil || edited != last.Edits {
			return err
		}
		moved, err := postgres.Value[bool](ctx, tx, fmt.Sprintf(`
			SELECT EXISTS (SELECT 1 FROM ledger_transactions WHERE stamp >= %[1]d) OR EXISTS (SELECT 1 FROM redemptions WHERE stamp >= %[1]d)`, last.ToStamp), nil)
		idle = err == nil && !moved
		return err
	})
	if err != nil {
		return false, fmt.Errorf("look for changes: %w", err)
	}
	return idle, nil
}

func (s *Service) alert(ctx context.Context, p Proof, report Report) error {
	if s.operator == "" {
		return nil
	}
	paragraphs := []string{"Une preuve des comptes vient d’échouer. N’approuvez aucun paiement avant d’avoir compris pourquoi."}
	for _, failed := range report.Failed() {
		paragraphs = append(paragraphs, failed.Name+"\u00a0: "+failed.Question)
	}
	m := mail.Render("Les comptes ne concordent plus", "Bonjour,", paragraphs,
		&mail.Action{Label: "Voir la preuve", URL: s.baseURL + "/admin/preuves/" + p.ID.String()}, "")
	m.To = s.operator
	err := s.db.InPlatform(ctx, postgres.System{}, "", func(tx *postgres.Tx) error { return outbox.Post(ctx, tx, s.queue, m) })
	if err != nil {
		return fmt.Errorf("tell about a failed proof: %w", err)
	}
	return nil
}

type worker struct {
	river.WorkerDefaults[Job]
	service *Service
}

// Work makes the proof.
func (w *worker) Work(ctx context.Context, job *river.Job[Job]) error {
	return w.service.Run(ctx, job.Args)
}

// SealJob seals what is final.
type SealJob struct{}

// Kind names the job.
func (SealJob) Kind() string { return "seal" }

type sealer struct {
	river.WorkerDefaults[SealJob]
	db *postgres.DB
}

// Work seals.
func (w *sealer) Work(ctx context.Context, _ *river.Job[SealJob]) error {
	_, _, err := Append(ctx, w.db)
	return err
}

// AddWorkers registers this package's jobs.
func (s *Service) AddWorkers(workers *river.Workers) {
	river.AddWorker(workers, &worker{service: s})
	river.AddWorker(workers, &sealer{db: s.db})
}

// Periodic says when the past is sealed and the accounts proven.
func Periodic() []*river.PeriodicJob {
	return []*river.PeriodicJob{
		river.NewPeriodicJob(river.PeriodicInterval(time.Minute), func() (river.JobArgs, *river.InsertOpts) { return SealJob{}, nil }, nil),
		river.NewPeriodicJob(river.PeriodicInterval(5*time.Minute), func() (river.JobArgs, *river.InsertOpts) { return Job{Scheduled: true}, nil }, nil),
	}
}
