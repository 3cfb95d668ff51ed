// Package outbox keeps mails with the change that causes them, in one
// transaction, and sends them afterwards. It refuses to send from a request.
package outbox

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"
	"github.com/riverqueue/river"

	"passnum/internal/fault"
	"passnum/internal/jobs"
	"passnum/internal/mail"
	"passnum/internal/postgres"
)

// Send is the job that sends one mail.
type Send struct {
	ID uuid.UUID `json:"id"`
}

// Kind names the job.
func (Send) Kind() string { return "mail_send" }

// Post keeps a message in the caller's transaction, to be sent once it commits.
func Post(ctx context.Context, tx *postgres.Tx, queue jobs.Queue, m mail.Message) error {
	id := postgres.NewID()
	_, err := postgres.Do(ctx, tx, `
		INSERT INTO mail_outbox (id, recipient, subject, body_text, body_html, created_at)
		VALUES (@id, @recipient, @subject, @text, @html, @now)`,
		postgres.Args{"id": id, "recipient": m.To, "subject": m.Subject, "text": m.Text, "html": m.HTML, "now": tx.Now()})
	if err != nil {
		return fmt.Errorf("keep mail: %w", err)
	}
	return queue.Enqueue(ctx, tx, Send{ID: id})
}

// Sender hands a message to a server.
type Sender interface {
	Send(ctx context.Context, m mail.Message) error
}

// Service sends what was posted, and shows it on demonstration installations.
type Service struct {
	db     *postgres.DB
	sender Sender
}

// NewService sends through sender; without one, messages stay in the mailbox
// page, whole.
func NewService(db *postgres.DB, sender Sender) *Service {
	return &Service{db: db, sender: sender}
}

// AddWorkers registers the job that sends.
func (s *Service) AddWorkers(workers *river.Workers) {
	river.AddWorker(workers, &sending{service: s})
}

type sending struct {
	river.WorkerDefaults[Send]
	service *Service
}

// Timeout leaves room for a slow server.
func (*sending) Timeout(*river.Job[Send]) time.Duration { return time.Minute }

// Work sends one mail; a refusal for good is not tried again.
func (w *sending) Work(ctx context.Context, job *river.Job[Send]) error {
	err := w.service.Deliver(ctx, job.Args.ID)
	if mail.Permanent(err) {
		return river.JobCancel(err)
	}
	return err
}

// Message is a mail in the outbox.
type Message struct {
	ID        uuid.UUID
	Recipient string
	Subject   string
	BodyText  string
	BodyHTML  string
	CreatedAt time.Time
	SentAt    *time.Time
	Attempts  int
	LastError string
}

// Deliver sends a message unless it has been. What was sent through a server is
// erased: it may hold a link that opens an account.
func (s *Service) Deliver(ctx context.Context, id uuid.UUID) error {
	m, err := s.Message(ctx, id)
	if err != nil || m.SentAt != nil {
		return err
	}
	var refused error
	if s.sender != nil {
		refused = s.sender.Send(ctx, mail.Message{ID: m.ID.String(), To: m.Recipient, Subject: m.Subject, Text: m.BodyText, HTML: m.BodyHTML})
	}
	err = s.db.InPlatform(ctx, postgres.System{}, "envoi d’un courriel", func(tx *postgres.Tx) error {
		if refused != nil {
			return postgres.Must(ctx, tx, `UPDATE mail_outbox SET attempts = attempts + 1, last_error = @error WHERE id = @id`,
				postgres.Args{"error": refused.Error(), "id": id})
		}
		return postgres.Must(ctx, tx, `
			UPDATE mail_outbox SET attempts = attempts + 1, last_error = '', sent_at = @now,
				body_text = CASE WHEN @keep THEN body_text ELSE '' END, body_html = CASE WHEN @keep THEN body_html ELSE '' END
			WHERE id = @id`, postgres.Args{"now": tx.Now(), "keep": s.sender == nil, "id": id})
	})
	if refused != nil {
		return refused
	}
	if err != nil {
		return fmt.Errorf("record mail: %w", err)
	}
	return nil
}

// ErrNoMessage is a message that does not exist.
var ErrNoMessage = fault.New(fault.KindNotFound, "Ce message n’existe pas.")

// Message reads one mail.
func (s *Service) Message(ctx context.Context, id uuid.UUID) (Message, error) {
	var m Message
	err := s.db.InPlatform(ctx, postgres.System{}, "lecture d’un courriel", func(tx *postgres.Tx) (err error) {
		m, err = postgres.One[Message](ctx, tx, `
			SELECT id, recipient, subject, body_text, body_html, created_at, sent_at, attempts, last_error
			FROM mail_outbox WHERE id = @id`, postgres.Args{"id": id})
		return err
	})
	if errors.Is(err, postgres.ErrNoRow) {
		return m, ErrNoMessage
	}
	if err != nil {
		return m, fmt.Errorf("read mail: %w", err)
	}
	return m, nil
}

// Latest lists the newest mails.
func (s *Service) Latest(ctx context.Context, limit int) ([]Message, error) {
	var list []Message
	err := s.db.InPlatform(ctx, postgres.System{}, "lecture des courriels", func(tx *postgres.Tx) (err error) {
		list, err = postgres.All[Message](ctx, tx, `
			SELECT id, recipient, subject, body_text, body_html, created_at, sent_at, attempts, last_error
			FROM mail_outbox ORDER BY created_at DESC, id DESC LIMIT @limit`, postgres.Args{"limit": limit})
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("list mails: %w", err)
	}
	return list, nil
}
