package commanditaire

import (
	"net/http"

	"github.com/a-h/templ"
	"github.com/go-chi/chi/v5"

	"passnum/internal/distribution"
	"passnum/internal/fault"
	"passnum/internal/identity"
	"passnum/internal/training"
	"passnum/web/conventionui"
	"passnum/web/httpx"
	"passnum/web/ui"
	"passnum/web/ui/format"
	"passnum/web/urls"
)

// NetworkHandlers shows a commanditaire the points that hand its carnets over,
// and the conventions that attach them.
type NetworkHandlers struct {
	Network  *distribution.Service
	Training *training.Service
}

// Routes mounts the screens under /commanditaire.
func (h *NetworkHandlers) Routes(r chi.Router) {
	conventions := h.screens()
	r.Group(func(r chi.Router) {
		r.Use(httpx.Need(identity.OrderRead))
		r.Method(http.MethodGet, "/conventions", httpx.Handler(h.list))
		r.Method(http.MethodGet, "/conventions/{id}", httpx.Handler(conventions.Show))
		r.Method(http.MethodGet, "/conventions/{id}/pdf", httpx.Handler(conventions.PDF))
		r.Method(http.MethodPost, "/conventions/{id}/signer", httpx.Handler(conventions.Sign))
		r.Method(http.MethodGet, "/points", httpx.Handler(h.points))
	})
	r.Group(func(r chi.Router) {
		r.Use(httpx.Need(identity.ConventionWrite))
		r.Method(http.MethodGet, "/conventions/nouvelle", httpx.Handler(h.newForm))
		r.Method(http.MethodPost, "/conventions/nouvelle", httpx.Handler(h.propose))
		r.Method(http.MethodGet, "/conventions/aiguilleurs", httpx.Handler(h.partners))
		r.Method(http.MethodPost, "/conventions/{id}/terminer", httpx.Handler(h.end))
	})
}

func (h *NetworkHandlers) screens() *conventionui.Screens {
	return &conventionui.Screens{Network: h.Network, Links: conventionui.Links{List: urls.Conventions(), Of: urls.Convention, Ends: true}}
}

func (h *NetworkHandlers) list(w http.ResponseWriter, r *http.Request) error {
	actor := httpx.Actor(r)
	table, err := h.screens().Mine(r, func(c distribution.Convention) bool { return c.CommanditaireID == actor.OrganisationID },
		ui.EmptyArgs{Title: "Aucune convention", Body: "Pour confier des carnets à une mairie, un CCAS ou une association, proposez-lui une convention de mandat."})
	if err != nil {
		return err
	}
	var action templ.Component
	if actor.Can(identity.ConventionWrite) {
		action = ui.Button(ui.ButtonArgs{Label: "Proposer une convention", Href: urls.NewConvention(), Icon: "plus"})
	}
	return httpx.Render(w, r, http.StatusOK, conventionui.ListPage(httpx.Page(r, "Conventions de mandat"),
		"Elles donnent mandat à des aiguilleurs de remettre vos carnets. Aucun carnet n’entre en stock avant les deux signatures.", action, table))
}

func (h *NetworkHandlers) end(w http.ResponseWriter, r *http.Request) error {
	id, err := httpx.PathUUID(r, "id")
	if err != nil {
		return err
	}
	err = h.Network.End(r.Context(), httpx.Actor(r), id)
	if refusal, ok := fault.ForForm(err); ok {
		return h.screens().Refused(w, r, distribution.Signing{}, refusal)
	}
	if err != nil {
		return err
	}
	httpx.Flash(r, ui.Good, "La convention est terminée.")
	return httpx.SeeOther(w, r, urls.Convention(id))
}

type proposalView struct {
	name, chosen    string
	start, end, why string
	candidates      []ui.Option // when what was typed names several
}

func (h *NetworkHandlers) newForm(w http.ResponseWriter, r *http.Request) error {
	today := h.Network.Day()
	return h.showProposal(w, r, proposalView{start: format.Typed(today), end: format.Typed(today.AddDate(2, 0, -1))}, nil)
}

func (h *NetworkHandlers) showProposal(w http.ResponseWriter, r *http.Request, v proposalView, refusal *fault.Error) error {
	p := httpx.Page(r, "Proposer une convention")
	p.Crumbs = []ui.Crumb{{Label: "Conventions", Href: urls.Conventions()}, {Label: "Proposer"}}
	status := http.StatusOK
	if refusal != nil {
		p.Errors, status = ui.ErrorsFrom(refusal), httpx.Status(refusal.Kind)
	}
	return httpx.Render(w, r, status, proposalPage(p, v))
}

func (h *NetworkHandlers) propose(w http.ResponseWriter, r *http.Request) error {
	form, err := httpx.Form(r)
	if err != nil {
		return err
	}
	v := proposalView{name: form.Get("aiguilleur"), chosen: form.Get("aiguilleur_id"), start: form.Get("debut"), end: form.Get("fin"), why: form.Get("objet")}
	proposal := distribution.Proposal{Purpose: v.why}
	proposal.StartsOn, _ = form.Date("debut")
	proposal.EndsOn, _ = form.Date("fin")
	proposal.AiguilleurID, _ = form.UUID("aiguilleur_id")
	if v.chosen == "" && v.name != "" {
		if err := h.resolve(r, &v, &proposal); err != nil {
			return err
		}
	}
	c, err := h.Network.Propose(r.Context(), httpx.Actor(r), proposal)
	if refusal, ok := fault.ForForm(err); ok {
		return h.showProposal(w, r, v, refusal)
	}
	if err != nil {
		return err
	}
	httpx.Flash(r, ui.Good, "La convention "+c.Number+" est proposée à "+c.Aiguilleur+". Signez-la pour votre organisation.")
	return httpx.SeeOther(w, r, urls.Convention(c.ID))
}

// resolve finds the aiguilleur that was typed without JavaScript, or the
// candidates to choose among.
func (h *NetworkHandlers) resolve(r *http.Request, v *proposalView, p *distribution.Proposal) error {
	found, err := h.Network.SearchAiguilleurs(r.Context(), httpx.Actor(r), v.name)
	if err != nil {
		return err
	}
	if len(found) == 1 {
		p.AiguilleurID = found[0].ID
		return nil
	}
	for _, d := range found {
		v.candidates = append(v.candidates, ui.Option{Value: d.ID.String(), Label: d.Name, Hint: d.Town + " · SIRET " + format.SIRET(d.Siret)})
	}
	return nil
}

// partners answers the proposals of the aiguilleur field.
func (h *NetworkHandlers) partners(w http.ResponseWriter, r *http.Request) error {
	found, err := h.Network.SearchAiguilleurs(r.Context(), httpx.Actor(r), httpx.Query(r).Get("q"))
	if err != nil {
		return err
	}
	options := make([]ui.ComboboxOption, len(found))
	for i, d := range found {
		options[i] = ui.ComboboxOption{Value: d.ID.String(), Label: d.Name, Detail: d.Town + ", SIRET " + format.SIRET(d.Siret)}
	}
	return httpx.Render(w, r, http.StatusOK, ui.ComboboxOptions(options))
}
