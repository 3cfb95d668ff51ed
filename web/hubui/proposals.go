package hubui

import (
	"context"
	"net/http"

	"github.com/a-h/templ"
	"github.com/go-chi/chi/v5"
	"github.com/google/uuid"

	"passnum/internal/fault"
	"passnum/internal/identity"
	"passnum/internal/proposal"
	"passnum/web/httpx"
	"passnum/web/networkui"
	"passnum/web/ui"
	"passnum/web/ui/format"
	"passnum/web/urls"
)

// Side is who looks at proposals.
type Side struct {
	base     string // of its screens
	mounted  string // under its audience
	reads    identity.Permission
	receives bool // is proposed to
	counter  bool // has advisers among its people
	tabs     []ui.Tab
	title    string
	lead     string
}

// ForCommanditaire is who is proposed to, and invites.
func ForCommanditaire() Side {
	return Side{base: urls.Proposals(), mounted: "/structures/propositions", reads: identity.OrderRead, receives: true, tabs: networkui.CommanditaireTabs(urls.Proposals()),
		title: "Structures proposées", lead: "Vos guichets et vos hubs connaissent des lieux qui pourraient prendre vos chèques. Invitez-les\u00a0: vous suivez leur qualification ici."}
}

// ForCounter is a counter that proposes.
func ForCounter() Side {
	return Side{base: urls.CounterProposals(), mounted: "/propositions", reads: identity.Propose, counter: true,
		title: "Structures que vous proposez", lead: "Vous connaissez un lieu qui aide au numérique\u00a0? Proposez-le au commanditaire de vos carnets, qui l’invite."}
}

// ForHub is a hub that proposes and, when its delegation says so, invites.
func ForHub() Side {
	side := ForCounter()
	side.base, side.counter = urls.HubProposals(), false
	side.lead = "Proposez des structures aux commanditaires que vous suivez. Si la délégation le permet, vous les invitez vous-même."
	return side
}

// ProposalHandlers serves the proposals of one side.
type ProposalHandlers struct {
	Proposals *proposal.Service
	Side      Side
}

// Routes mounts the screens under the side's audience.
func (h *ProposalHandlers) Routes(r chi.Router) {
	get := func(r chi.Router, path string, f httpx.Handler) { r.Method(http.MethodGet, h.Side.mounted+path, f) }
	post := func(r chi.Router, path string, f httpx.Handler) { r.Method(http.MethodPost, h.Side.mounted+path, f) }
	r.Group(func(r chi.Router) {
		r.Use(httpx.Need(identity.Propose))
		get(r, "/nouvelle", h.form)
		post(r, "/nouvelle", h.propose)
	})
	r.Group(func(r chi.Router) {
		r.Use(httpx.Need(h.Side.reads))
		get(r, "", h.list)
		get(r, ".csv", h.csv)
		get(r, "/{id}", h.one)
		post(r, "/{id}/inviter", h.invite)
		post(r, "/{id}/ecarter", h.dismiss)
	})
}

const shown = 50

type listView struct {
	Side
	Proposes bool
	Stage    string
	Table    ui.TableArgs
	Pager    ui.Pagination
	CSV      string
}

func wantedOf(r *http.Request) proposal.Wanted {
	q := httpx.Query(r)
	w := proposal.Wanted{Stage: proposal.Stage(q.Get("etape")), Limit: shown + 1}
	if id, ok := q.UUID("apres"); ok {
		w.After = id
	}
	return w
}

func stageOptions(chosen string) []ui.Option {
	options := []ui.Option{{Value: "", Label: "Toutes"}}
	for _, s := range proposal.Stages {
		options = append(options, ui.Option{Value: string(s), Label: s.Label()})
	}
	return ui.Selected(options, chosen)
}

// reader is how the side's proposals are read.
func (h *ProposalHandlers) reader() func(context.Context, identity.Actor, proposal.Wanted) ([]proposal.Proposal, error) {
	if h.Side.receives {
		return h.Proposals.Received
	}
	return h.Proposals.Sent
}

func (h *ProposalHandlers) csv(w http.ResponseWriter, r *http.Request) error {
	return proposalsCSV(w, r, h.reader())
}

func (h *ProposalHandlers) list(w http.ResponseWriter, r *http.Request) error {
	actor, wanted := httpx.Actor(r), wantedOf(r)
	list, err := h.reader()(r.Context(), actor, wanted)
	if err != nil {
		return err
	}
	v := listView{Side: h.Side, Proposes: actor.Can(identity.Propose), Stage: string(wanted.Stage), CSV: urls.With(h.Side.base+".csv", "etape", string(wanted.Stage))}
	list, v.Pager = paged(list, h.Side.base, wanted)
	columns := ui.Columns("Structure", "Commanditaire", "Proposée le", "Où elle en est")
	if h.Side.receives {
		columns[1].Label = "Proposée par"
	}
	v.Table = ui.TableArgs{Caption: "Structures proposées", HideCaption: true, Columns: columns,
		Empty: ui.EmptyArgs{Title: "Aucune structure proposée", Body: "Une médiathèque, un tiers-lieu, une association qui aide au numérique\u00a0: tout peut commencer ici."}}
	for _, p := range list {
		other := ui.Text(p.Commanditaire)
		if h.Side.receives {
			other = ui.TwoLines(ui.Text(p.Proposer), adviser(p))
		}
		v.Table.Rows = append(v.Table.Rows, ui.NewRow(ui.TwoLines(ui.Link(p.Name, urls.ID(h.Side.base, p.ID)), p.Town), other, ui.Text(format.Date(p.ProposedAt)), stageTag(p)))
	}
	return httpx.Render(w, r, http.StatusOK, proposalsPage(httpx.Page(r, h.Side.title), v))
}

// paged cuts the one row more that tells whether there are others.
func paged(list []proposal.Proposal, base string, w proposal.Wanted) ([]proposal.Proposal, ui.Pagination) {
	var pager ui.Pagination
	if w.After != uuid.Nil {
		pager.PrevHref = urls.With(base, "etape", string(w.Stage))
	}
	if len(list) > shown {
		list = list[:shown]
		pager.NextHref = urls.With(base, "etape", string(w.Stage), "apres", list[shown-1].ID.String())
	}
	return list, pager
}

func adviser(p proposal.Proposal) string {
	if p.ByAdviser {
		return "par un conseiller numérique"
	}
	return ""
}

func stageTag(p proposal.Proposal) templ.Component {
	tone := map[proposal.Stage]ui.Tone{proposal.Proposed: ui.Warn, proposal.Invited: ui.Info, proposal.Registered: ui.Info, proposal.Qualified: ui.Good, proposal.Dismissed: ui.Neutral}[p.Stage]
	return ui.Tag(tone, p.Stage.Label())
}

type proposeView struct {
	Side
	Form    proposal.Form
	Targets []ui.Option
	Errors  ui.Errors
}

func (h *ProposalHandlers) form(w http.ResponseWriter, r *http.Request) error {
	return h.showForm(w, r, proposal.Form{}, nil)
}

func (h *ProposalHandlers) propose(w http.ResponseWriter, r *http.Request) error {
	v, err := httpx.Form(r)
	if err != nil {
		return err
	}
	form := proposal.Form{Name: v.Get("nom"), SIRET: v.Get("siret"), Commune: v.Get("commune"), CommuneCode: v.Get("commune_code"), ContactName: v.Get("contact"),
		ContactEmail: v.Get("courriel"), ContactPhone: v.Get("telephone"), Why: v.Get("pourquoi"), ByAdviser: v.Bool("conseiller")}
	form.CommanditaireID, _ = v.UUID("commanditaire")
	if h.Side.receives {
		form.CommanditaireID = httpx.Actor(r).OrganisationID
	}
	id, err := h.Proposals.Propose(r.Context(), httpx.Actor(r), form)
	return answered(err, func(refusal *fault.Error) error { return h.showForm(w, r, form, refusal) }, func() error {
		sentence := "Merci\u00a0! Le commanditaire est prévenu. Vous suivrez ici ce qu’il décide."
		if h.Side.receives {
			sentence = "C’est noté. Il reste à l’inviter."
		}
		httpx.Flash(r, ui.Good, sentence)
		return httpx.SeeOther(w, r, urls.ID(h.Side.base, id))
	})
}

func (h *ProposalHandlers) showForm(w http.ResponseWriter, r *http.Request, form proposal.Form, refusal *fault.Error) error {
	targets, err := h.Proposals.Targets(r.Context(), httpx.Actor(r))
	if err != nil {
		return err
	}
	page, status := formPage(r, ui.Crumb{Label: h.Side.title, Href: h.Side.base}, proposeLabel(h.Side.receives), refusal)
	v := proposeView{Side: h.Side, Form: form, Errors: page.Errors}
	for _, t := range targets {
		v.Targets = append(v.Targets, ui.Option{Value: t.ID.String(), Label: t.Name})
	}
	v.Targets = ui.Selected(v.Targets, form.CommanditaireID.String())
	return httpx.Render(w, r, status, proposePage(page, v))
}
