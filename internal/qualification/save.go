package qualification

import (
	"context"
	"errors"

	"passnum/internal/audit"
	"passnum/internal/fault"
	"passnum/internal/identity"
	"passnum/internal/organisation"
	"passnum/internal/postgres"
	"passnum/internal/structure"
)

// Saved tells what became of a save.
type Saved struct {
	// Waits says that a part of it waits for the operator.
	Waits bool
}

// stepState is a step as it stands while it is saved.
type stepState struct {
	dossier structure.Dossier
	body    organisation.Settings
	content answers // in force
	saved   bool    // at least once
}

// decided reports whether the operator has agreed to the file.
func (st stepState) decided() bool {
	return st.dossier.State == structure.Qualified || st.dossier.State == structure.Suspended
}

// frozen reports whether a field changes only with the operator's agreement.
func (st stepState) frozen(code, key string) bool {
	switch {
	case !sensitive(code):
		return false
	case st.decided(), key == "siret":
		return true
	default:
		b := st.body
		return key == "type" && (b.IsCommanditaire || b.IsAiguilleur || b.IsObserver || b.IsHub)
	}
}

// save keeps a new version of a step of the actor's own file. read checks what
// was typed, mirror writes elsewhere what takes effect. What is frozen waits.
// structure.ErrNoDossier, structure.ErrClosed.
func (s *Service) save(ctx context.Context, actor identity.Actor, code string,
	read func(context.Context, *postgres.Tx, stepState) (answers, error), mirror func(context.Context, *postgres.Tx, answers) error,
) (saved Saved, err error) {
	if err := actor.May(identity.StructureWrite); err != nil {
		return saved, err
	}
	err = s.db.InOrganisation(ctx, actor, func(tx *postgres.Tx) error {
		st, err := holdStep(ctx, tx, actor, code)
		if err != nil {
			return err
		}
		if !st.dossier.State.Open() && !st.decided() {
			return structure.ErrClosed
		}
		typed, err := read(ctx, tx, st)
		if err != nil {
			return err
		}
		// First: a refused file is not written as it is.
		if err := reopen(ctx, tx, st.dossier); err != nil {
			return err
		}
		if saved.Waits, err = s.keep(ctx, tx, actor, code, st, typed, mirror); err != nil {
			return err
		}
		return answerCorrections(ctx, tx, actor.OrganisationID, code)
	})
	return saved, fault.Wrap(err, "save step")
}

// holdStep reads a step to write it: nobody sends, decides or saves meanwhile.
func holdStep(ctx context.Context, tx *postgres.Tx, actor identity.Actor, code string) (stepState, error) {
	// One that was dequalified is read all the same, to say that it is closed.
	if _, err := structure.HoldState(ctx, tx, actor.OrganisationID); err != nil && !errors.Is(err, structure.ErrNoDossier) {
		return stepState{}, err
	}
	return readStep(ctx, tx, actor, code)
}

func readStep(ctx context.Context, tx *postgres.Tx, actor identity.Actor, code string) (st stepState, err error) {
	if st.dossier, err = structure.ReadDossier(ctx, tx, actor.OrganisationID); err != nil {
		return st, err
	}
	steps, err := inForce(ctx, tx, actor.OrganisationID)
	if err != nil {
		return st, err
	}
	if st.body, err = organisation.ReadSettings(ctx, tx, actor.OrganisationID); err != nil {
		return st, err
	}
	current, saved := steps[code]
	st.content, st.saved = over(current.Content, live(code, st.body)), saved
	return st, nil
}

// keep writes what takes effect now as one version, and what waits as another.
func (s *Service) keep(ctx context.Context, tx *postgres.Tx, actor identity.Actor, code string, st stepState, typed answers, mirror func(context.Context, *postgres.Tx, answers) error) (waits bool, err error) {
	effective := over(typed.keptIf(func(key string) bool { return !st.frozen(code, key) }), st.content.keptIf(func(key string) bool { return st.frozen(code, key) }))
	allFrozen := sensitive(code) && st.decided()
	if !allFrozen && (!st.saved || st.content.differs(effective)) {
		v := version{ID: postgres.NewID(), Step: code, Content: effective, Before: st.content}
		if err := insertVersion(ctx, tx, actor, actor.OrganisationID, v); err != nil {
			return false, err
		}
		if mirror != nil {
			if err := mirror(ctx, tx, effective); err != nil {
				return false, err
			}
		}
		if err := s.recordStep(ctx, tx, actor, "étape du dossier enregistrée", code); err != nil {
			return false, err
		}
	}
	if allFrozen {
		effective = st.content
	}
	return s.ask(ctx, tx, actor, code, effective, typed)
}

// ask makes what was typed wait for the operator, when it differs from what is
// in force and is not waiting already.
func (s *Service) ask(ctx context.Context, tx *postgres.Tx, actor identity.Actor, code string, now, typed answers) (bool, error) {
	if !now.differs(typed) {
		return false, nil
	}
	waiting, err := waitingVersions(ctx, tx, actor.OrganisationID)
	if err != nil {
		return false, err
	}
	for _, w := range waiting {
		if w.Step == code && !w.Content.differs(typed) {
			return true, nil
		}
	}
	v := version{ID: postgres.NewID(), Step: code, Content: typed, Before: now, Waiting: true}
	if err := insertVersion(ctx, tx, actor, actor.OrganisationID, v); err != nil {
		return false, err
	}
	if err := s.recordStep(ctx, tx, actor, "changement du dossier demandé", code); err != nil {
		return false, err
	}
	return true, s.tellAmended(ctx, tx, actor, code)
}

func (s *Service) recordStep(ctx context.Context, tx *postgres.Tx, actor identity.Actor, act, code string) error {
	return audit.Record(ctx, tx, actor, audit.Act{Name: act, SubjectKind: "structure", SubjectID: actor.OrganisationID,
		Detail: map[string]any{"étape": StepTitle(code)}})
}

// reopen makes a refused file a draft again, once something in it changes.
func reopen(ctx context.Context, tx *postgres.Tx, d structure.Dossier) error {
	_, err := postgres.Do(ctx, tx, `UPDATE structures SET state = 'brouillon' WHERE organisation_id = @id AND state = 'refusee'`, postgres.Args{"id": d.OrganisationID})
	return fault.Wrap(err, "reopen file")
}

// live is what a step says that the organisation says elsewhere too: its
// settings may have changed since the step was saved.
func live(code string, b organisation.Settings) answers {
	switch code {
	case StepBody:
		return answers{"siret": b.SIRET, "type": string(b.Kind), "rna": b.RNA}
	case StepContact:
		return answers{"organisation": b.Name, "presence": b.Address(), "contact_nom": b.ContactName, "contact_email": b.ContactEmail,
			"telephone": b.ContactPhone, "facturation": b.Billing.Line()}
	default:
		return nil
	}
}
