package dispute

import (
	"context"
	"fmt"
	"time"

	"github.com/google/uuid"
	"github.com/riverqueue/river"

	"passnum/internal/french"
	"passnum/internal/mail"
	"passnum/internal/money"
	"passnum/internal/outbox"
	"passnum/internal/postgres"
)

// TellOpened is the job that writes to a structure about the disputes it was not
// told of yet. A queue sent at once opens several: one mail tells them all.
type TellOpened struct {
	StructureID uuid.UUID `json:"structure_id"`
}

// Kind names the job.
func (TellOpened) Kind() string { return "disputes_opened" }

// InsertOpts waits for the rest of a queue to be answered.
func (TellOpened) InsertOpts() river.InsertOpts {
	return river.InsertOpts{ScheduledAt: time.Now().Add(time.Minute)}
}

// AddWorkers registers the job that tells.
func (s *Service) AddWorkers(workers *river.Workers) {
	river.AddWorker(workers, river.WorkFunc(func(ctx context.Context, job *river.Job[TellOpened]) error {
		return s.Tell(ctx, job.Args)
	}))
}

type opened struct {
	Cheques int
	Cents   int64
}

// Tell writes to a structure about its disputes that it was not told of, once.
func (s *Service) Tell(ctx context.Context, job TellOpened) error {
	err := s.db.InPlatform(ctx, postgres.System{}, "avis de litige", func(tx *postgres.Tx) error {
		found, err := postgres.One[opened](ctx, tx, `
			WITH told AS (UPDATE disputes SET told_at = @now WHERE structure_id = @structure AND told_at IS NULL RETURNING state, amount_cents)
			SELECT count(*)::int AS cheques, coalesce(sum(amount_cents), 0)::bigint AS cents FROM told WHERE state = 'ouvert'`,
			postgres.Args{"now": tx.Now(), "structure": job.StructureID})
		if err != nil || found.Cheques == 0 {
			return err
		}
		title := french.Count(found.Cheques, "chèque scanné sans réseau n’a pas été encaissé", "chèques scannés sans réseau n’ont pas été encaissés")
		return s.write(ctx, tx, job.StructureID, title, []string{
			title + ", pour " + money.Cents(found.Cents).String() + ". La raison est dite pour chacun.",
			"Un litige est ouvert\u00a0: vous pouvez expliquer ce qui s’est passé, ou le retirer. L’opérateur décide, puis vous écrit.",
		}, &mail.Action{Label: "Voir les litiges", URL: s.baseURL + "/mediateur/litiges"})
	})
	if err != nil {
		return fmt.Errorf("tell opened disputes: %w", err)
	}
	return nil
}

// tellDecided writes to the structure what the operator decided about a dispute
// and those settled with it.
func (s *Service) tellDecided(ctx context.Context, tx *postgres.Tx, d Dispute, cheques int) error {
	subject := "Litige rejeté\u00a0: " + french.Count(cheques, "chèque ne sera pas payé", "chèques ne seront pas payés")
	if d.State == Accepted {
		subject = "Litige accepté\u00a0: " + french.Count(cheques, "chèque est encaissé", "chèques sont encaissés")
	}
	about := fmt.Sprintf("Carnet %s, chèque n°\u00a0%d, scanné le %s.", d.Serial, d.Rank, d.ScannedAt.In(postgres.Paris).Format("02/01/2006"))
	if cheques > 1 {
		about += " La décision vaut pour " + french.Count(cheques, "chèque", "chèques") + " de la même séance."
	}
	return s.write(ctx, tx, d.StructureID, subject, []string{about, "Motif de l’opérateur\u00a0: " + d.Decision},
		&mail.Action{Label: "Voir le litige", URL: s.baseURL + "/mediateur/litiges/" + d.ID.String()})
}

// write mails the people who run a structure, in the caller's transaction.
func (s *Service) write(ctx context.Context, tx *postgres.Tx, structure uuid.UUID, subject string, paragraphs []string, action *mail.Action) error {
	if s.queue == nil {
		return nil
	}
	addresses, err := postgres.Values[string](ctx, tx, `
		SELECT a.email FROM memberships m JOIN accounts a ON a.id = m.account_id
		WHERE m.organisation_id = @structure AND m.role IN ('responsable', 'gestionnaire') AND m.ended_at IS NULL AND a.disabled_at IS NULL ORDER BY a.email`,
		postgres.Args{"structure": structure})
	if err != nil {
		return fmt.Errorf("read whom to tell: %w", err)
	}
	for _, to := range addresses {
		m := mail.Render(subject, "Bonjour,", paragraphs, action, "")
		m.To = to
		if err := outbox.Post(ctx, tx, s.queue, m); err != nil {
			return err
		}
	}
	return nil
}
