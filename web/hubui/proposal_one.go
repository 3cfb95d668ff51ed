package hubui

import (
	"cmp"
	"net/http"

	"passnum/internal/fault"
	"passnum/internal/identity"
	"passnum/internal/proposal"
	"passnum/web/httpx"
	"passnum/web/ui"
	"passnum/web/ui/format"
	"passnum/web/urls"
)

type oneView struct {
	Side
	proposal.Proposal
	Rows       []ui.SummaryRow
	Steps      []ui.Step
	Invites    bool
	MayDismiss bool
	Email      string
	Motive     string
	Errors     ui.Errors
}

func (h *ProposalHandlers) read(r *http.Request) (proposal.Proposal, error) {
	id, err := httpx.PathUUID(r, "id")
	if err != nil {
		return proposal.Proposal{}, err
	}
	p, err := h.Proposals.One(r.Context(), httpx.Actor(r), id)
	if mine := httpx.Actor(r).OrganisationID; err == nil && (h.Side.receives && p.CommanditaireID != mine || !h.Side.receives && p.ProposerID != mine) {
		err = proposal.ErrNotFound
	}
	return p, err
}

func (h *ProposalHandlers) one(w http.ResponseWriter, r *http.Request) error {
	p, err := h.read(r)
	if err != nil {
		return err
	}
	return h.show(w, r, p, "", "", nil)
}

func (h *ProposalHandlers) show(w http.ResponseWriter, r *http.Request, p proposal.Proposal, email, motive string, refusal *fault.Error) error {
	actor := httpx.Actor(r)
	page, status := formPage(r, ui.Crumb{Label: h.Side.title, Href: h.Side.base}, p.Name, refusal)
	open := p.Stage == proposal.Proposed || p.Stage == proposal.Invited
	v := oneView{Side: h.Side, Proposal: p, Rows: factsOf(p), Steps: stepsOf(p), Errors: page.Errors, Motive: motive, Email: cmp.Or(email, p.InvitedEmail, p.ContactEmail),
		Invites:    p.MayInvite && (h.Side.receives && actor.Can(identity.AgreementWrite) || !h.Side.receives && actor.Can(identity.HubWrite)),
		MayDismiss: open && h.Side.receives && actor.Can(identity.AgreementWrite)}
	return httpx.Render(w, r, status, proposalPage(page, v))
}

func (h *ProposalHandlers) invite(w http.ResponseWriter, r *http.Request) error {
	p, err := h.read(r)
	if err != nil {
		return err
	}
	form, err := httpx.Form(r)
	if err != nil {
		return err
	}
	email := form.Get("courriel")
	err = h.Proposals.Invite(r.Context(), httpx.Actor(r), p.ID, email)
	return answered(err, func(refusal *fault.Error) error { return h.show(w, r, p, email, "", refusal) }, func() error {
		httpx.Flash(r, ui.Good, "L’invitation est partie à "+email+".")
		return httpx.SeeOther(w, r, urls.ID(h.Side.base, p.ID))
	})
}

func (h *ProposalHandlers) dismiss(w http.ResponseWriter, r *http.Request) error {
	p, err := h.read(r)
	if err != nil {
		return err
	}
	form, err := httpx.Form(r)
	if err != nil {
		return err
	}
	motive := form.Get("motif")
	err = h.Proposals.Dismiss(r.Context(), httpx.Actor(r), p.ID, motive)
	return answered(err, func(refusal *fault.Error) error { return h.show(w, r, p, "", motive, refusal) }, func() error {
		httpx.Flash(r, ui.Good, "La proposition est écartée. Qui l’a faite reçoit votre motif.")
		return httpx.SeeOther(w, r, h.Side.base)
	})
}

func factsOf(p proposal.Proposal) []ui.SummaryRow {
	siret := ""
	if p.SIRET != "" {
		siret = format.SIRET(p.SIRET)
	}
	by := p.ProposedByName + ", " + p.Proposer
	if p.ByAdviser {
		by += " (conseiller numérique)"
	}
	return []ui.SummaryRow{{Key: "Commune", Value: p.Town}, {Key: "SIRET", Value: orNone(siret, "Pas connu")}, {Key: "Pourquoi", Value: p.Why},
		{Key: "Contact", Value: orNone(p.ContactName, "Pas connu")}, {Key: "Courriel", Value: orNone(p.ContactEmail, "Pas connu")}, {Key: "Téléphone", Value: orNone(p.ContactPhone, "Pas connu")},
		{Key: "Proposée par", Value: by}, {Key: "À", Value: p.Commanditaire}}
}

// stepsOf tells the way of a proposal; one that is dismissed ends there.
func stepsOf(p proposal.Proposal) []ui.Step {
	steps := []ui.Step{{Label: "Proposée", Date: format.Date(p.ProposedAt), State: ui.Done}}
	if p.Stage == proposal.Dismissed {
		return append(steps, ui.Step{Label: "Écartée", Date: format.Date(*p.DecidedAt), Note: p.Reason, State: ui.Current})
	}
	rank := map[proposal.Stage]int{proposal.Proposed: 0, proposal.Invited: 1, proposal.Registered: 2, proposal.Qualified: 3}[p.Stage]
	for i, step := range []ui.Step{{Label: "Invitée"}, {Label: "Inscrite sur Passnum"}, {Label: "Qualifiée\u00a0: elle peut prendre les chèques"}} {
		if i == 0 && rank > 1 && p.InvitedEmail == "" {
			continue // it registered by itself
		}
		step.State = ui.Next
		if i < rank {
			step.State = ui.Done
		} else if i == rank {
			step.State = ui.Current
		}
		if i == 0 && p.DecidedAt != nil {
			step.Date = format.Date(*p.DecidedAt)
		}
		if i == 1 && p.Organisation != nil {
			step.Note = *p.Organisation
			if p.RegisteredAt != nil {
				step.Date = format.Date(*p.RegisteredAt)
			}
		}
		steps = append(steps, step)
	}
	return steps
}
