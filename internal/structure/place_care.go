package structure

import (
	"context"
	"time"

	"github.com/google/uuid"
	"github.com/riverqueue/river"

	"passnum/internal/fault"
	"passnum/internal/french"
	"passnum/internal/postgres"
)

// PlaceCare is the job that keeps places true: it asks structures to confirm
// them, hands forgotten reports to the operator, and forgets old ones.
type PlaceCare struct{}

// Kind names the job.
func (PlaceCare) Kind() string { return "structure_place_care" }

type placeCarer struct {
	river.WorkerDefaults[PlaceCare]
	service *Service
}

// Work takes care of places.
func (w *placeCarer) Work(ctx context.Context, _ *river.Job[PlaceCare]) error {
	return w.service.CareForPlaces(ctx)
}

func placeCarePeriodic() *river.PeriodicJob {
	const every = 6 * time.Hour
	return river.NewPeriodicJob(river.PeriodicInterval(every), func() (river.JobArgs, *river.InsertOpts) { return PlaceCare{}, nil }, &river.PeriodicJobOpts{RunOnStart: true})
}

// CareForPlaces asks for confirmations that are due, once each time, and hands
// to the operator what a structure left without an answer.
func (s *Service) CareForPlaces(ctx context.Context) error {
	for _, step := range []func(context.Context, *postgres.Tx) error{s.askConfirmations, s.escalateReports, forgetReports} {
		if err := s.db.InPlatform(ctx, postgres.System{}, "soin des lieux", func(tx *postgres.Tx) error { return step(ctx, tx) }); err != nil {
			return fault.Wrap(err, "care for places")
		}
	}
	return nil
}

type dueStructure struct {
	StructureID uuid.UUID
	Name        string
	Places      []string
}

func (s *Service) askConfirmations(ctx context.Context, tx *postgres.Tx) error {
	if s.SealPlaces == nil {
		return nil
	}
	list, err := postgres.All[dueStructure](ctx, tx, `
		WITH asked AS (
			UPDATE places SET confirm_asked_at = @now
			WHERE structure_id IS NOT NULL AND published AND confirmed_at < @due AND confirm_asked_at IS NULL
			RETURNING structure_id, structure_name, name
		)
		SELECT structure_id, min(structure_name) AS name, array_agg(name ORDER BY name) AS places FROM asked GROUP BY structure_id ORDER BY 1`,
		postgres.Args{"now": tx.Now(), "due": tx.Now().AddDate(0, -AskedAfter, 0)})
	if err != nil {
		return err
	}
	for _, d := range list {
		if err := s.tellPlaceTeam(ctx, tx, d.StructureID, s.confirmLetter(tx, d)); err != nil {
			return err
		}
	}
	return nil
}

func (s *Service) confirmLetter(tx *postgres.Tx, d dueStructure) letter {
	const named = 5
	places := d.Places
	if more := len(places) - named; more > 0 {
		places = append(places[:named:named], french.Count(more, "autre lieu", "autres lieux"))
	}
	return letter{
		subject: "Vos lieux sont-ils toujours justes\u00a0?",
		body: []string{
			"Voilà six mois que " + d.Name + " n’a pas relu ce qui est affiché de\u00a0: " + french.List(places) + ".",
			"Si rien n’a changé, un clic suffit. Sans réponse d’ici un mois, ces lieux seront marqués «\u00a0à confirmer\u00a0» pour le public.",
		},
		label: "C’est toujours juste", path: "/lieux-a-confirmer/" + s.SealPlaces(d.StructureID, tx.Now().Add(confirmLinkLife)),
	}
}

// tellPlaceTeam writes to those who keep a structure's places.
func (s *Service) tellPlaceTeam(ctx context.Context, tx *postgres.Tx, structure uuid.UUID, l letter) error {
	addresses, err := postgres.Values[string](ctx, tx, `
		SELECT a.email FROM memberships m JOIN accounts a ON a.id = m.account_id
		WHERE m.organisation_id = @id AND m.role IN ('responsable', 'gestionnaire') AND m.ended_at IS NULL AND a.disabled_at IS NULL ORDER BY a.email`,
		postgres.Args{"id": structure})
	if err != nil {
		return fault.Wrap(err, "read who keeps places")
	}
	for _, address := range addresses {
		if err := s.post(ctx, tx, address, l); err != nil {
			return err
		}
	}
	return nil
}

// patience is how long a structure has to answer a report.
const patience = 7 * 24 * time.Hour

// escalateReports hands over what has waited a week, and what concerns the
// places of nobody.
func (s *Service) escalateReports(ctx context.Context, tx *postgres.Tx) error {
	n, err := postgres.Do(ctx, tx, `
		UPDATE place_reports SET escalated_at = @now
		WHERE state = 'ouvert' AND escalated_at IS NULL AND (structure_id IS NULL OR reported_at < @late)`,
		postgres.Args{"now": tx.Now(), "late": tx.Now().Add(-patience)})
	if err != nil || n == 0 || s.OperatorEmail == "" {
		return err
	}
	return s.post(ctx, tx, s.OperatorEmail, letter{
		subject: "Des erreurs sont signalées sur des lieux",
		body:    []string{french.Count(int(n), "signalement attend", "signalements attendent") + " votre réponse\u00a0: le lieu n’a pas de structure ici, ou sa structure n’a pas répondu en sept jours."},
		label:   "Lire les signalements", path: "/admin/structures/signalements",
	})
}

// forgetReports forgets what was answered a year ago.
func forgetReports(ctx context.Context, tx *postgres.Tx) error {
	_, err := postgres.Do(ctx, tx, `DELETE FROM place_reports WHERE answered_at < @before`, postgres.Args{"before": tx.Now().AddDate(-1, 0, 0)})
	return err
}
