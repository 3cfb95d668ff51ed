package qualification

import (
	"context"
	"strings"
	"time"

	"github.com/google/uuid"

	"passnum/internal/audit"
	"passnum/internal/fault"
	"passnum/internal/french"
	"passnum/internal/identity"
	"passnum/internal/postgres"
	"passnum/internal/structure"
)

// How long before its end a qualification may be confirmed, and is reminded.
const (
	renewalOpens   = 60 // days
	renewalPresses = 30
)

// Renewal is where a qualification stands in time.
type Renewal struct {
	State      structure.State
	ValidUntil *time.Time // nil: without end
	Days       int        // until then; negative when it is over
	Missing    []string   // what must be done before confirming, in French
}

// Due reports whether the qualification is to be confirmed now.
func (r Renewal) Due() bool {
	return r.ValidUntil != nil && r.Days <= renewalOpens && (r.State == structure.Qualified || r.State == structure.Suspended)
}

// ErrNotDue refuses to renew what is not about to end.
var ErrNotDue = fault.New(fault.KindConflict, "Il est trop tôt pour renouveler\u00a0: nous vous écrirons deux mois avant la fin.")

// Renewal reads the term of the actor's own qualification, and what its renewal
// still lacks.
func (s *Service) Renewal(ctx context.Context, actor identity.Actor) (r Renewal, err error) {
	if err := actor.May(identity.StructureWrite); err != nil {
		return r, err
	}
	err = s.db.InOrganisation(ctx, actor, func(tx *postgres.Tx) (err error) {
		if r, err = renewalOf(ctx, tx, actor.OrganisationID); err != nil {
			return err
		}
		r.Missing, err = s.renewalMissing(ctx, tx, actor.OrganisationID)
		return err
	})
	return r, fault.Wrap(err, "read renewal")
}

func renewalOf(ctx context.Context, tx *postgres.Tx, id uuid.UUID) (Renewal, error) {
	row, err := postgres.All[struct {
		State      structure.State
		ValidUntil *time.Time
	}](ctx, tx, `SELECT state, valid_until FROM structures WHERE organisation_id = @id`, postgres.Args{"id": id})
	if err != nil || len(row) == 0 {
		return Renewal{}, fault.Wrap(err, "read term of qualification")
	}
	r := Renewal{State: row[0].State, ValidUntil: row[0].ValidUntil}
	if r.ValidUntil != nil {
		r.Days = int(r.ValidUntil.Sub(tx.Today()).Hours() / 24)
	}
	return r, nil
}

// renewalMissing is what keeps a file from being confirmed as it is.
func (s *Service) renewalMissing(ctx context.Context, tx *postgres.Tx, id uuid.UUID) ([]string, error) {
	f, err := readFile(ctx, tx, id)
	if err != nil {
		return nil, err
	}
	missing := f.Missing()
	open, err := openCorrections(ctx, tx, id)
	if open > 0 {
		missing = append(missing, french.Count(open, "correction demandée", "corrections demandées"))
	}
	return missing, err
}

// ConfirmRenewal says that the file is still right. The qualification goes on at
// once, for as long as it was given; what is missing is refused with its list,
// ErrNotDue when it is too early.
func (s *Service) ConfirmRenewal(ctx context.Context, actor identity.Actor, sincere bool) error {
	if err := actor.May(identity.StructureWrite); err != nil {
		return err
	}
	err := s.db.InOrganisation(ctx, actor, func(tx *postgres.Tx) error {
		r, err := renewalOf(ctx, tx, actor.OrganisationID)
		if err != nil {
			return err
		}
		if !r.Due() {
			return ErrNotDue
		}
		missing, err := s.renewalMissing(ctx, tx, actor.OrganisationID)
		if err != nil {
			return err
		}
		if len(missing) > 0 {
			return fault.New(fault.KindConflict, "Avant de confirmer, il manque encore\u00a0: "+strings.Join(missing, ", ")+".")
		}
		if !sincere {
			return fault.Field("exact", "Cochez la case pour confirmer que le dossier est exact.")
		}
		_, err = postgres.Do(ctx, tx, `
			INSERT INTO qualification_renewals (structure_id, due_on, confirmed_at, confirmed_by, confirmed_by_name) VALUES (@id, @due, @now, @by, @name)
			ON CONFLICT (structure_id, due_on) DO UPDATE SET confirmed_at = excluded.confirmed_at, confirmed_by = excluded.confirmed_by, confirmed_by_name = excluded.confirmed_by_name
			WHERE qualification_renewals.confirmed_at IS NULL`,
			postgres.Args{"id": actor.OrganisationID, "due": *r.ValidUntil, "now": tx.Now(), "by": actor.AccountID, "name": actor.Name})
		if err != nil {
			return err
		}
		return audit.Record(ctx, tx, actor, audit.Act{Name: "dossier confirmé", SubjectKind: "structure", SubjectID: actor.OrganisationID})
	})
	if err == nil {
		// A crash between the two is mended by the daily job.
		_, err = s.Renew(ctx, actor.OrganisationID)
	}
	return fault.Wrap(err, "confirm renewal")
}

// Renew carries on the qualifications that were confirmed (one structure's, or
// everyone's for uuid.Nil) and returns how many. It runs as the installation: a
// structure writes its confirmation, never its term.
func (s *Service) Renew(ctx context.Context, id uuid.UUID) (n int, err error) {
	err = s.db.InPlatform(ctx, postgres.System{}, "renouvellement de qualifications", func(tx *postgres.Tx) error {
		confirmed, err := postgres.All[confirmation](ctx, tx, `
			UPDATE qualification_renewals r SET renewed_at = @now FROM structures s JOIN organisations o ON o.id = s.organisation_id
			WHERE s.organisation_id = r.structure_id AND s.valid_until = r.due_on AND r.confirmed_at IS NOT NULL AND r.renewed_at IS NULL
				AND s.state IN ('qualifiee', 'suspendue') AND (@id::uuid IS NULL OR r.structure_id = @id)
			RETURNING r.structure_id, o.name, r.due_on, r.confirmed_by_name,
				coalesce((SELECT d.months FROM qualification_decisions d WHERE d.structure_id = r.structure_id AND d.months > 0 ORDER BY d.id DESC LIMIT 1), @months)::int AS months`,
			postgres.Args{"now": tx.Now(), "id": orNobody(id), "months": DurationsInMonths[0]})
		if err != nil {
			return err
		}
		for _, c := range confirmed {
			if err := s.carryOn(ctx, tx, c); err != nil {
				return err
			}
		}
		n = len(confirmed)
		return nil
	})
	return n, fault.Wrap(err, "renew qualifications")
}

// confirmation is a qualification that its structure confirmed.
type confirmation struct {
	StructureID     uuid.UUID
	Name            string
	DueOn           time.Time
	ConfirmedByName string
	Months          int
}

func (s *Service) carryOn(ctx context.Context, tx *postgres.Tx, c confirmation) error {
	from := c.DueOn
	if today := tx.Today(); from.Before(today) {
		from = today
	}
	until := from.AddDate(0, c.Months, 0)
	if err := postgres.Must(ctx, tx, `UPDATE structures SET valid_until = @until WHERE organisation_id = @id AND valid_until = @due`,
		postgres.Args{"until": until, "id": c.StructureID, "due": c.DueOn}); err != nil {
		return err
	}
	v := decided{decision: Renewed, months: c.Months, until: &until, sentence: "Dossier confirmé par la structure."}
	if err := addDecision(ctx, tx, identity.Actor{Name: c.ConfirmedByName}, c.StructureID, v); err != nil {
		return err
	}
	return s.tellResponsables(ctx, tx, c.StructureID, letter{
		subject: "Votre qualification est renouvelée", body: []string{"La qualification de " + c.Name + " vaut jusqu’au " + french.Date(until) + "."},
		label: "Ouvrir votre espace", path: "/structure",
	})
}
