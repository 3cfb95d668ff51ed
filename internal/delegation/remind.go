package delegation

import (
	"context"
	"time"

	"github.com/google/uuid"
	"github.com/riverqueue/river"

	"passnum/internal/fault"
	"passnum/internal/french"
	"passnum/internal/organisation"
	"passnum/internal/postgres"
)

// warned is how many days before the last one both sides are told.
const warned = 14

// EndSweep is the daily job that tells of delegations about to end.
type EndSweep struct{}

// Kind names the job.
func (EndSweep) Kind() string { return "delegation_ends" }

type endSweeper struct {
	river.WorkerDefaults[EndSweep]
	service *Service
}

// Work reminds.
func (w *endSweeper) Work(ctx context.Context, _ *river.Job[EndSweep]) error {
	_, err := w.service.Remind(ctx)
	return err
}

// AddWorkers registers this package's jobs.
func (s *Service) AddWorkers(workers *river.Workers) {
	river.AddWorker(workers, &endSweeper{service: s})
	river.AddWorker(workers, &askedTeller{service: s})
}

// Periodic lists this package's recurring jobs.
func Periodic() []*river.PeriodicJob {
	return []*river.PeriodicJob{river.NewPeriodicJob(river.PeriodicInterval(24*time.Hour),
		func() (river.JobArgs, *river.InsertOpts) { return EndSweep{}, nil }, &river.PeriodicJobOpts{RunOnStart: true})}
}

// Remind writes to both sides of the delegations that end within fourteen days,
// once for each last day, and returns how many delegations it told of. One that
// was given for less says enough by itself.
func (s *Service) Remind(ctx context.Context) (told int, err error) {
	err = s.db.InPlatform(ctx, postgres.System{}, "fins de délégations", func(tx *postgres.Tx) error {
		due, err := postgres.All[Delegation](ctx, tx, `SELECT `+ownColumns+ownFrom+`
			WHERE d.withdrawn_at IS NULL AND d.ends_on BETWEEN @today AND @soon AND d.reminded_for IS DISTINCT FROM d.ends_on
				AND d.ends_on - d.starts_on > @days AND d.ends_on - (d.created_at AT TIME ZONE 'Europe/Paris')::date > @days
			ORDER BY d.ends_on, d.id FOR UPDATE OF d`,
			postgres.Args{"today": tx.Today(), "soon": tx.Today().AddDate(0, 0, warned), "days": warned})
		if err != nil {
			return err
		}
		for _, d := range due {
			if err := s.remind(ctx, tx, d); err != nil {
				return err
			}
		}
		told = len(due)
		return nil
	})
	return told, fault.Wrap(err, "remind of ends of delegations")
}

func (s *Service) remind(ctx context.Context, tx *postgres.Tx, d Delegation) error {
	if _, err := postgres.Do(ctx, tx, `UPDATE delegations SET reminded_for = ends_on WHERE commanditaire_id = @commanditaire AND id = @id`,
		postgres.Args{"commanditaire": d.CommanditaireID, "id": d.ID}); err != nil {
		return err
	}
	subject := "La délégation de «\u00a0" + d.Name() + "\u00a0» finit le " + french.Date(d.EndsOn)
	for _, l := range []organisation.Letter{
		{To: d.CommanditaireID, Subject: subject, Label: "Voir la délégation", Path: "/commanditaire/structures/delegations/" + d.ID.String(),
			Body: []string{d.Hub + " ne suivra plus cette commande après ce jour. Vous pouvez prolonger la délégation\u00a0; sinon, il n’y a rien à faire."}},
		{To: d.HubID, Subject: subject, Label: "Ouvrir la commande", Path: "/hub/suivi/" + d.ID.String(),
			Body: []string{"Après ce jour, vous ne lirez plus cette commande de " + d.Commanditaire + ". Pour continuer, demandez-lui de prolonger la délégation."}},
	} {
		if err := organisation.Tell(ctx, tx, s.Queue, l); err != nil {
			return err
		}
	}
	return nil
}

// Asked is the job that tells the hubs who may answer that a structure asks to
// be agreed: the structure itself knows nothing of them.
type Asked struct {
	Commanditaire uuid.UUID `json:"commanditaire"`
	Structure     string    `json:"structure"`
}

// Kind names the job.
func (Asked) Kind() string { return "delegation_asked" }

type askedTeller struct {
	river.WorkerDefaults[Asked]
	service *Service
}

// Work tells.
func (w *askedTeller) Work(ctx context.Context, job *river.Job[Asked]) error {
	return w.service.TellAsked(ctx, job.Args)
}

// Announce has the hubs told, once the caller's transaction ends.
func (s *Service) Announce(ctx context.Context, tx *postgres.Tx, commanditaire uuid.UUID, structure string) error {
	return fault.Wrap(s.Queue.Enqueue(ctx, tx, Asked{commanditaire, structure}), "queue notice to hubs")
}

// TellAsked writes to each hub that may answer for the commanditaire today.
func (s *Service) TellAsked(ctx context.Context, a Asked) error {
	err := s.db.InPlatform(ctx, postgres.System{}, "demande d’affiliation aux hubs", func(tx *postgres.Tx) error {
		list, err := postgres.All[Delegation](ctx, tx, `SELECT DISTINCT ON (d.hub_id) `+ownColumns+ownFrom+`
			WHERE d.commanditaire_id = @commanditaire AND d.may_decide AND d.withdrawn_at IS NULL AND @today BETWEEN d.starts_on AND d.ends_on
			ORDER BY d.hub_id, d.ends_on DESC, d.id`, postgres.Args{"commanditaire": a.Commanditaire, "today": tx.Today()})
		if err != nil {
			return err
		}
		for _, d := range list {
			if err := organisation.Tell(ctx, tx, s.Queue, organisation.Letter{To: d.HubID, Subject: a.Structure + " demande à être agréée par " + d.Commanditaire,
				Body:  []string{"Vous pouvez lui répondre au nom de " + d.Commanditaire + "."},
				Label: "Répondre", Path: "/hub/suivi/" + d.ID.String() + "?vue=demandes"}); err != nil {
				return err
			}
		}
		return nil
	})
	return fault.Wrap(err, "tell hubs of a request")
}
