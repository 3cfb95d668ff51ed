// Package conventionui draws a convention de mandat, the same for the
// commanditaire and for the aiguilleur who sign it.
package conventionui

import (
	"time"

	"github.com/a-h/templ"
	"github.com/google/uuid"

	"passnum/internal/distribution"
	"passnum/internal/identity"
	"passnum/web/ui"
	"passnum/web/ui/format"
)

// Links are the addresses of one side's space.
type Links struct {
	List string
	Of   func(id uuid.UUID, act ...string) string
	Ends bool // the commanditaire ends it from its own space, and only there
}

// View is a convention as one side reads it.
type View struct {
	Title, Lead string
	Tag         templ.Component
	Facts       []ui.SummaryRow
	Steps       []ui.Step
	PDF         string
	Sign        string // address of the signature; empty when it is not to be given
	Waiting     string // what the reader waits for, when it cannot act
	End         string // address of the end; empty when it is not the reader's
	EndTitle    string
	EndText     string
	Name, Role  string // typed
	Agree       bool
}

// NewView prepares a convention for the actor's side.
func NewView(c distribution.Convention, actor identity.Actor, today time.Time, links Links) View {
	state := c.State(today)
	mine, theirs := c.BySide(actor.OrganisationID), c.BySide(other(c, actor.OrganisationID))
	v := View{
		Title: "Convention " + c.Number, Lead: c.Commanditaire + " confie ses carnets à " + c.Aiguilleur, Tag: Tag(state), PDF: links.Of(c.ID, "pdf"), Name: actor.Name,
		Facts: []ui.SummaryRow{
			{Key: "Commanditaire", Value: c.Commanditaire}, {Key: "Aiguilleur", Value: c.Aiguilleur},
			{Key: "Durée", Value: "du " + format.Date(c.StartsOn) + " au " + format.Date(c.EndsOn)},
		},
	}
	if c.Purpose != "" {
		v.Facts = append(v.Facts, ui.SummaryRow{Key: "Objet", Value: c.Purpose})
	}
	v.Steps = steps(c)
	if state == distribution.ConventionEnded {
		return v
	}
	switch {
	case mine == nil && actor.Can(identity.ConventionSign):
		v.Sign = links.Of(c.ID, "signer")
	case mine == nil:
		v.Waiting = "Elle attend la signature d’une personne habilitée de votre organisation."
	case theirs == nil:
		v.Waiting = "Vous avez signé. L’autre partie doit encore signer."
	}
	if links.Ends && actor.OrganisationID == c.CommanditaireID && actor.Can(identity.ConventionWrite) {
		v.End, v.EndTitle = links.Of(c.ID, "terminer"), "Terminer la convention"
		v.EndText = "Plus aucun carnet n’entrera dans le stock de l’aiguilleur. Il doit vous rendre ceux qu’il détient encore."
		if !c.Signed() {
			v.EndTitle, v.EndText = "Retirer la proposition", "L’aiguilleur ne pourra plus la signer."
		}
	}
	return v
}

func other(c distribution.Convention, me uuid.UUID) uuid.UUID {
	if me == c.CommanditaireID {
		return c.AiguilleurID
	}
	return c.CommanditaireID
}

func steps(c distribution.Convention) []ui.Step {
	list := []ui.Step{{Label: "Proposée", Date: format.Date(c.ProposedAt), State: ui.Done}}
	for _, side := range []struct {
		of, by string
		given  *distribution.Signature
	}{{"du commanditaire", "le commanditaire", c.BySide(c.CommanditaireID)}, {"de l’aiguilleur", "l’aiguilleur", c.BySide(c.AiguilleurID)}} {
		step := ui.Step{Label: "Signature " + side.of, State: ui.Current}
		if side.given != nil {
			step = ui.Step{Label: "Signée par " + side.by, Date: format.DateTime(side.given.At), Note: side.given.Name + ", " + side.given.Title, State: ui.Done}
		}
		list = append(list, step)
	}
	if c.EndedAt != nil {
		list = append(list, ui.Step{Label: "Terminée", Date: format.Date(*c.EndedAt), State: ui.Done})
	}
	return list
}

// Tag is a convention's state word.
func Tag(state distribution.ConventionState) templ.Component {
	tone := map[distribution.ConventionState]ui.Tone{
		distribution.ConventionProposed: ui.Warn, distribution.ConventionSigned: ui.Info, distribution.ConventionRunning: ui.Good,
	}[state]
	return ui.Tag(tone, state.Label())
}

// Table lists conventions for one side.
func Table(list []distribution.Convention, actor identity.Actor, today time.Time, links Links, empty ui.EmptyArgs) ui.TableArgs {
	table := ui.TableArgs{Caption: "Conventions", HideCaption: true, Columns: ui.Columns("Convention", "Avec", "Durée", "État"), Empty: empty}
	for _, c := range list {
		with := c.Commanditaire
		if actor.OrganisationID == c.CommanditaireID {
			with = c.Aiguilleur
		}
		table.Rows = append(table.Rows, ui.NewRow(ui.Link(c.Number, links.Of(c.ID)), ui.Text(with),
			ui.Text("du "+format.Date(c.StartsOn)+" au "+format.Date(c.EndsOn)), Tag(c.State(today))))
	}
	return table
}
