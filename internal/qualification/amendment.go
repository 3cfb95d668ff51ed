package qualification

import (
	"context"
	"errors"
	"strings"
	"time"

	"github.com/google/uuid"

	"passnum/internal/audit"
	"passnum/internal/fault"
	"passnum/internal/identity"
	"passnum/internal/organisation"
	"passnum/internal/postgres"
	"passnum/internal/structure"
)

// Amendment is a change to a step that waits for the operator.
type Amendment struct {
	ID     uuid.UUID
	Step   string
	Title  string
	Fields []Field // what changes only
	By     string
	At     time.Time
}

// What answering an amendment refuses.
var (
	// ErrNoAmendment hides amendments that do not exist, and those of others.
	ErrNoAmendment = fault.New(fault.KindNotFound, "Ce changement n’existe pas, ou ne concerne pas cette structure.")
	// ErrAnswered refuses to answer twice.
	ErrAnswered = fault.New(fault.KindConflict, "Ce changement a déjà reçu une réponse, ou un autre l’a remplacé. Rechargez la page.")
)

// amendmentsOf lists what waits of a file, the oldest first.
func amendmentsOf(ctx context.Context, tx *postgres.Tx, id uuid.UUID) ([]Amendment, error) {
	waiting, err := waitingVersions(ctx, tx, id)
	if err != nil {
		return nil, err
	}
	var list []Amendment
	for _, v := range waiting {
		list = append(list, v.amendment())
	}
	return list, nil
}

func (v version) amendment() Amendment {
	st, _ := stepOf(v.Step)
	return Amendment{ID: v.ID, Step: v.Step, Title: st.title, Fields: changed(st, v.Before, v.Content), By: v.SavedByName, At: v.SavedAt}
}

// AcceptAmendment makes a waiting change effective: the fields it changes, over
// the step as it stands now. ErrNoAmendment, ErrAnswered, or
// organisation.ErrKnown when its SIRET was taken meanwhile.
func (s *Service) AcceptAmendment(ctx context.Context, actor identity.Actor, structure, id uuid.UUID, reason string) error {
	return s.answer(ctx, actor, structure, id, "acceptee", strings.TrimSpace(reason))
}

// RefuseAmendment leaves the file as it is, and says why. ErrNoAmendment,
// ErrAnswered.
func (s *Service) RefuseAmendment(ctx context.Context, actor identity.Actor, structure, id uuid.UUID, reason string) error {
	return s.answer(ctx, actor, structure, id, "refusee", strings.TrimSpace(reason))
}

func (s *Service) answer(ctx context.Context, actor identity.Actor, structureID, id uuid.UUID, outcome, reason string) error {
	if err := actor.May(identity.PlatformDecide); err != nil {
		return err
	}
	act := map[string]string{"acceptee": "changement du dossier accepté", "refusee": "changement du dossier refusé"}[outcome]
	err := s.db.InPlatform(ctx, actor, act, func(tx *postgres.Tx) error {
		v, err := waitingVersion(ctx, tx, structureID, id)
		if err != nil {
			return err
		}
		if outcome == "refusee" && reason == "" {
			return fault.Field("motif", "Écrivez le motif\u00a0: la structure le recevra tel quel.")
		}
		if err := insertAnswer(ctx, tx, actor, structureID, id, outcome, reason); err != nil {
			return err
		}
		if outcome == "acceptee" {
			if err := apply(ctx, tx, structureID, v); err != nil {
				return err
			}
		}
		err = audit.Record(ctx, tx, actor, audit.Act{Name: act, SubjectKind: "structure", SubjectID: structureID, Parties: []uuid.UUID{structureID},
			Detail: map[string]any{"étape": StepTitle(v.Step), "motif": reason}})
		if err != nil {
			return err
		}
		return s.tellAnswered(ctx, tx, structureID, v, outcome, reason)
	})
	return fault.Wrap(err, act)
}

// WithdrawAmendment takes one's own waiting change back. ErrNoAmendment,
// ErrAnswered.
func (s *Service) WithdrawAmendment(ctx context.Context, actor identity.Actor, id uuid.UUID) error {
	if err := actor.May(identity.StructureWrite); err != nil {
		return err
	}
	err := s.db.InOrganisation(ctx, actor, func(tx *postgres.Tx) error {
		v, err := waitingVersion(ctx, tx, actor.OrganisationID, id)
		if err != nil {
			return err
		}
		if err := insertAnswer(ctx, tx, actor, actor.OrganisationID, id, "retiree", ""); err != nil {
			return err
		}
		return s.recordStep(ctx, tx, actor, "changement du dossier retiré", v.Step)
	})
	return fault.Wrap(err, "withdraw amendment")
}

// waitingVersion finds a change that waits; ErrNoAmendment, ErrAnswered.
func waitingVersion(ctx context.Context, tx *postgres.Tx, structure, id uuid.UUID) (version, error) {
	type row struct {
		version
		Open bool
	}
	v, err := postgres.One[row](ctx, tx, `SELECT `+versionColumns+`, (`+unanswered+`) AS open FROM file_versions v
		WHERE v.structure_id = @structure AND v.id = @id AND v.waiting`, postgres.Args{"structure": structure, "id": id})
	if errors.Is(err, postgres.ErrNoRow) {
		return version{}, ErrNoAmendment
	}
	if err == nil && !v.Open {
		return version{}, ErrAnswered
	}
	return v.version, fault.Wrap(err, "read amendment")
}

func insertAnswer(ctx context.Context, tx *postgres.Tx, actor identity.Actor, structure, id uuid.UUID, outcome, reason string) error {
	err := postgres.Must(ctx, tx, `
		INSERT INTO file_answers (structure_id, version_id, outcome, reason, answered_at, answered_by, answered_by_name)
		VALUES (@structure, @id, @outcome, @reason, @now, @by, @name)`,
		postgres.Args{"structure": structure, "id": id, "outcome": outcome, "reason": reason, "now": tx.Now(), "by": actor.Account(), "name": actor.Name})
	if postgres.Constraint(err) == "file_answers_once" {
		return ErrAnswered
	}
	return fault.Wrap(err, "answer amendment")
}

// apply writes the fields that a change changes over the step as it stands.
func apply(ctx context.Context, tx *postgres.Tx, id uuid.UUID, v version) error {
	steps, err := inForce(ctx, tx, id)
	if err != nil {
		return err
	}
	body, err := organisation.ReadSettings(ctx, tx, id)
	if err != nil {
		return err
	}
	now := over(steps[v.Step].Content, live(v.Step, body))
	after := over(now, v.asked())
	for key := range v.Before {
		if _, kept := v.Content[key]; !kept {
			delete(after, key)
		}
	}
	author := identity.Actor{Name: v.SavedByName}
	if err := insertVersion(ctx, tx, author, id, version{ID: postgres.NewID(), Step: v.Step, Content: after, Before: now}); err != nil {
		return err
	}
	if v.Step != StepBody {
		return nil
	}
	if err := organisation.SetNature(ctx, tx, id, organisation.Kind(after["type"]), after["rna"]); err != nil {
		return err
	}
	if after["siret"] == body.SIRET {
		return nil
	}
	if err := organisation.Renumber(ctx, tx, id, after["siret"]); err != nil {
		return err
	}
	return structure.Renumber(ctx, tx, id, after["siret"])
}
