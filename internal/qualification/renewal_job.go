package qualification

import (
	"context"
	"time"

	"github.com/google/uuid"
	"github.com/riverqueue/river"

	"passnum/internal/fault"
	"passnum/internal/french"
	"passnum/internal/postgres"
)

// RenewalSweep is the daily job that reminds of qualifications about to end.
type RenewalSweep struct{}

// Kind names the job.
func (RenewalSweep) Kind() string { return "qualification_renewals" }

type renewalSweeper struct {
	river.WorkerDefaults[RenewalSweep]
	service *Service
}

// Work reminds, and carries on what was confirmed.
func (w *renewalSweeper) Work(ctx context.Context, _ *river.Job[RenewalSweep]) error {
	if _, err := w.service.Renew(ctx, uuid.Nil); err != nil {
		return err
	}
	_, err := w.service.Remind(ctx)
	return err
}

// AddWorkers registers this package's jobs.
func (s *Service) AddWorkers(workers *river.Workers) {
	river.AddWorker(workers, &renewalSweeper{service: s})
}

// Periodic lists this package's recurring jobs.
func Periodic() []*river.PeriodicJob {
	return []*river.PeriodicJob{river.NewPeriodicJob(river.PeriodicInterval(24*time.Hour),
		func() (river.JobArgs, *river.InsertOpts) { return RenewalSweep{}, nil }, &river.PeriodicJobOpts{RunOnStart: true})}
}

// ending is a qualification about to end, or over.
type ending struct {
	StructureID uuid.UUID
	Name        string
	ValidUntil  time.Time
	First       bool // told 60 days before
	Last        bool // told 30 days before
	Overdue     bool // told once it was over
}

// Remind writes to the structures whose qualification ends within 60 days, again
// within 30, and to both sides once it is over. Nothing stops by itself: a
// person decides. It returns how many it wrote to; a reminder leaves once.
func (s *Service) Remind(ctx context.Context) (told int, err error) {
	err = s.db.InPlatform(ctx, postgres.System{}, "rappels de renouvellement", func(tx *postgres.Tx) error {
		due, err := postgres.All[ending](ctx, tx, `
			SELECT s.organisation_id AS structure_id, o.name, s.valid_until, r.first_told_at IS NOT NULL AS first, r.last_told_at IS NOT NULL AS last, r.overdue_told_at IS NOT NULL AS overdue
			FROM structures s JOIN organisations o ON o.id = s.organisation_id
			LEFT JOIN qualification_renewals r ON r.structure_id = s.organisation_id AND r.due_on = s.valid_until
			WHERE s.state = 'qualifiee' AND s.valid_until <= @soon AND r.confirmed_at IS NULL ORDER BY s.valid_until, s.organisation_id FOR UPDATE OF s`,
			postgres.Args{"soon": tx.Today().AddDate(0, 0, renewalOpens)})
		if err != nil {
			return err
		}
		for _, e := range due {
			done, err := s.remind(ctx, tx, e)
			if err != nil {
				return err
			}
			told += done
		}
		return nil
	})
	return told, fault.Wrap(err, "remind of renewals")
}

// remind writes the one reminder that is due, if any.
func (s *Service) remind(ctx context.Context, tx *postgres.Tx, e ending) (int, error) {
	days := int(e.ValidUntil.Sub(tx.Today()).Hours() / 24)
	over, pressing := days < 0, days <= renewalPresses
	if over && e.Overdue || !over && pressing && e.Last || !pressing && e.First {
		return 0, nil
	}
	_, err := postgres.Do(ctx, tx, `
		INSERT INTO qualification_renewals (structure_id, due_on, first_told_at, last_told_at, overdue_told_at)
		VALUES (@id, @due, @now, CASE WHEN @pressing THEN @now::timestamptz END, CASE WHEN @over THEN @now::timestamptz END)
		ON CONFLICT (structure_id, due_on) DO UPDATE SET first_told_at = coalesce(qualification_renewals.first_told_at, excluded.first_told_at),
			last_told_at = coalesce(qualification_renewals.last_told_at, excluded.last_told_at), overdue_told_at = excluded.overdue_told_at`,
		postgres.Args{"id": e.StructureID, "due": e.ValidUntil, "now": tx.Now(), "pressing": pressing, "over": over})
	if err != nil {
		return 0, fault.Wrap(err, "note reminder")
	}
	if over {
		err = s.tellOperator(ctx, tx, letter{subject: "Une qualification est échue", body: []string{"La qualification de " + e.Name + " s’est terminée le " + french.Date(e.ValidUntil) + ", sans être renouvelée."},
			label: "Lire le dossier", path: structurePath(e.StructureID)})
		if err != nil {
			return 0, err
		}
	}
	return 1, s.tellResponsables(ctx, tx, e.StructureID, reminder(e, days))
}

func reminder(e ending, days int) letter {
	l := letter{subject: "Votre qualification se termine bientôt", label: "Confirmer le dossier", path: "/structure/renouvellement",
		body: []string{"La qualification de " + e.Name + " vaut jusqu’au " + french.Date(e.ValidUntil) + ", dans " + french.Count(days, "jour", "jours") + ".",
			"Relisez votre dossier\u00a0: s’il est toujours exact, confirmez-le, et elle continue."}}
	if days < 0 {
		l.subject = "Votre qualification est échue"
		l.body = []string{"La qualification de " + e.Name + " s’est terminée le " + french.Date(e.ValidUntil) + ".",
			"Vous pouvez encore la renouveler en confirmant votre dossier. Sans réponse, l’opérateur peut suspendre votre structure."}
	}
	return l
}
