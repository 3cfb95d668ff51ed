package distribution

import (
	"context"
	"fmt"

	"github.com/google/uuid"
	"github.com/riverqueue/river"

	"passnum/internal/fault"
	"passnum/internal/mail"
	"passnum/internal/organisation"
	"passnum/internal/postgres"
)

// Event is what a Notice is about.
type Event string

// The events that somebody elsewhere must learn.
const (
	EventConventionProposed Event = "convention_proposee"
	EventConventionSigned   Event = "convention_signee"
	EventConventionEnded    Event = "convention_terminee"
)

// Notice is a job that tells the other party what happened. It runs as the
// operator, who alone knows everyone's address and the whole order.
type Notice struct {
	Event           Event     `json:"event"`
	CommanditaireID uuid.UUID `json:"commanditaire_id"`
	SubjectID       uuid.UUID `json:"subject_id"`
	// By is the side that acted; the other one is told.
	By uuid.UUID `json:"by"`
}

// Kind names the job.
func (Notice) Kind() string { return "distribution_notice" }

func (s *Service) notify(ctx context.Context, tx *postgres.Tx, n Notice) error {
	return s.Queue.Enqueue(ctx, tx, n)
}

type noticeWorker struct {
	river.WorkerDefaults[Notice]
	service *Service
}

// Work tells, once.
func (w *noticeWorker) Work(ctx context.Context, job *river.Job[Notice]) error {
	return w.service.Tell(ctx, job.Args)
}

// AddWorkers registers this package's jobs.
func (s *Service) AddWorkers(workers *river.Workers) {
	river.AddWorker(workers, &noticeWorker{service: s})
}

// Tell does what a Notice asks: mails the other party.
func (s *Service) Tell(ctx context.Context, n Notice) error {
	err := s.db.InPlatform(ctx, postgres.System{}, "avis aux parties", func(tx *postgres.Tx) error {
		return s.tellConvention(ctx, tx, n)
	})
	return fault.Wrap(err, "tell "+string(n.Event))
}

func (s *Service) tellConvention(ctx context.Context, tx *postgres.Tx, n Notice) error {
	c, err := findConvention(ctx, tx, n.CommanditaireID, n.SubjectID)
	if err != nil {
		return err
	}
	to, from, path := c.AiguilleurID, c.Commanditaire, "/aiguilleur/conventions/"
	if n.Event == EventConventionSigned && n.By == c.AiguilleurID {
		to, from, path = c.CommanditaireID, c.Aiguilleur, "/commanditaire/conventions/"
	}
	subject, body, label := conventionWords(n.Event, c, from)
	return s.post(ctx, tx, to, subject, []string{body}, &mail.Action{Label: label, URL: s.BaseURL + path + c.ID.String()})
}

func conventionWords(event Event, c Convention, from string) (subject, body, label string) {
	switch {
	case event == EventConventionProposed:
		return from + " vous propose une convention de mandat",
			from + " vous propose de remettre ses carnets de chèques Pass numérique, du " + frenchDay(c.StartsOn) + " au " + frenchDay(c.EndsOn) +
				". La convention " + c.Number + " est à lire et à signer par une personne habilitée. Aucun carnet ne vous sera confié avant.", "Lire et signer la convention"
	case event == EventConventionEnded:
		return "Fin de la convention de mandat " + c.Number,
			from + " a mis fin à la convention " + c.Number + ". Aucun nouveau carnet n’entrera dans votre stock. Rendez les carnets que vous détenez encore.", "Voir la convention"
	case c.Signed():
		return "La convention de mandat " + c.Number + " est signée",
			from + " a signé la convention " + c.Number + ". Les deux parties ont signé\u00a0: des carnets peuvent être confiés aux points de distribution.", "Voir la convention signée"
	default:
		return from + " a signé la convention de mandat " + c.Number,
			from + " a signé la convention " + c.Number + ". Il manque votre signature.", "Lire et signer la convention"
	}
}

// post mails an organisation's contact, else its managers.
func (s *Service) post(ctx context.Context, tx *postgres.Tx, recipient uuid.UUID, subject string, paragraphs []string, action *mail.Action) error {
	to, err := organisation.Contacts(ctx, tx, recipient)
	if err != nil {
		return fmt.Errorf("find contacts: %w", err)
	}
	for _, address := range to {
		m := mail.Render(subject, "Bonjour,", paragraphs, action, s.Issuer.Name)
		m.To = address
		if err := s.Post(ctx, tx, m); err != nil {
			return err
		}
	}
	return nil
}
