package organisation

import (
	"context"
	"fmt"

	"github.com/google/uuid"
	"github.com/riverqueue/river"

	"passnum/internal/fault"
	"passnum/internal/jobs"
	"passnum/internal/mail"
	"passnum/internal/outbox"
	"passnum/internal/postgres"
)

// Letter is a job that mails an organisation what another one did. It runs as
// the operator, who alone knows everyone's address. It never holds a secret.
type Letter struct {
	To      uuid.UUID `json:"to"`
	Subject string    `json:"subject"`
	Body    []string  `json:"body"`
	Label   string    `json:"label"`
	Path    string    `json:"path"`
}

// Kind names the job.
func (Letter) Kind() string { return "organisation_letter" }

// Tell has a letter sent once the caller's transaction ends.
func Tell(ctx context.Context, tx *postgres.Tx, queue jobs.Queue, l Letter) error {
	return fault.Wrap(queue.Enqueue(ctx, tx, l), "queue letter")
}

type letterWorker struct {
	river.WorkerDefaults[Letter]
	service *Service
}

// Work sends, once.
func (w *letterWorker) Work(ctx context.Context, job *river.Job[Letter]) error {
	return w.service.Send(ctx, job.Args)
}

// AddWorkers registers this package's jobs.
func (s *Service) AddWorkers(workers *river.Workers) {
	river.AddWorker(workers, &letterWorker{service: s})
}

// Send mails a letter to an organisation's contact, else to its managers.
func (s *Service) Send(ctx context.Context, l Letter) error {
	err := s.db.InPlatform(ctx, postgres.System{}, "courrier à une organisation", func(tx *postgres.Tx) error {
		to, err := Contacts(ctx, tx, l.To)
		if err != nil {
			return fmt.Errorf("find contacts: %w", err)
		}
		for _, address := range to {
			m := mail.Render(l.Subject, "Bonjour,", l.Body, &mail.Action{Label: l.Label, URL: s.BaseURL + l.Path}, "")
			m.To = address
			if err := outbox.Post(ctx, tx, s.Queue, m); err != nil {
				return err
			}
		}
		return nil
	})
	return fault.Wrap(err, "send letter")
}
