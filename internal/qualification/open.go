package qualification

import (
	"context"

	"passnum/internal/fault"
	"passnum/internal/identity"
	"passnum/internal/organisation"
	"passnum/internal/postgres"
	"passnum/internal/structure"
)

// Opened is a step of a file as its form shows it.
type Opened struct {
	structure.Dossier
	// Content is what the step says, by field, under what Waiting would change in
	// it; Saved tells whether it ever was.
	Content map[string]string
	Saved   bool
	// Body is the organisation itself.
	Body organisation.Settings
	// Waiting is the change of this step that waits for the operator, if any.
	Waiting *Amendment
	// Corrections are those asked of this step and not answered yet.
	Corrections []Correction
}

// Editable reports whether the step may be saved.
func (o Opened) Editable() bool { return o.State.Open() || o.Decided() }

// Decided reports whether the operator has agreed to the file.
func (o Opened) Decided() bool {
	return o.State == structure.Qualified || o.State == structure.Suspended
}

// Step reads one step of the actor's own file; structure.ErrNoDossier.
func (s *Service) Step(ctx context.Context, actor identity.Actor, code string) (o Opened, err error) {
	if err := actor.May(identity.StructureWrite); err != nil {
		return o, err
	}
	err = s.db.InOrganisation(ctx, actor, func(tx *postgres.Tx) error {
		st, err := readStep(ctx, tx, actor, code)
		if err != nil {
			return err
		}
		o = Opened{Dossier: st.dossier, Content: st.content, Saved: st.saved, Body: st.body}
		return o.readWaiting(ctx, tx, code)
	})
	return o, fault.Wrap(err, "read step")
}

func (o *Opened) readWaiting(ctx context.Context, tx *postgres.Tx, code string) error {
	waiting, err := waitingVersions(ctx, tx, o.OrganisationID)
	if err != nil {
		return err
	}
	for _, v := range waiting {
		if v.Step == code {
			a := v.amendment()
			// What was asked already is asked again with what one changes now.
			o.Waiting, o.Content = &a, over(o.Content, v.asked())
		}
	}
	corrections, err := correctionsOf(ctx, tx, o.OrganisationID)
	for _, c := range corrections {
		if c.Step == code && c.Open() {
			o.Corrections = append(o.Corrections, c)
		}
	}
	return err
}
