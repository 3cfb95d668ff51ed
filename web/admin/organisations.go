package admin

import (
	"encoding/json"
	"net/http"
	"strings"

	"github.com/go-chi/chi/v5"
	"github.com/google/uuid"

	"passnum/internal/audit"
	"passnum/internal/identity"
	"passnum/internal/order"
	"passnum/internal/organisation"
	"passnum/internal/reporting"
	"passnum/web/httpx"
	"passnum/web/ui"
	"passnum/web/ui/format"
	"passnum/web/urls"
)

// OrganisationHandlers shows the operator who asks to join, and who is there.
type OrganisationHandlers struct {
	Organisations *organisation.Service
	Reports       *reporting.Service
}

// Routes mounts the screens under /admin.
func (h *OrganisationHandlers) Routes(r chi.Router) {
	get := func(r chi.Router, path string, f httpx.Handler) { r.Method(http.MethodGet, path, f) }
	post := func(r chi.Router, path string, f httpx.Handler) { r.Method(http.MethodPost, path, f) }
	r.Group(func(r chi.Router) {
		r.Use(httpx.Need(identity.PlatformRead))
		get(r, "/demandes", h.requests)
		get(r, "/demandes/{id}", h.request)
		get(r, "/organisations", h.list)
		get(r, "/organisations/{id}", h.show)
	})
	r.Group(func(r chi.Router) {
		r.Use(httpx.Need(identity.PlatformDecide))
		post(r, "/demandes/{id}", h.decideRequest)
	})
}

// organisationsPerPage is how many organisations a page of the list shows.
const organisationsPerPage = 50

type organisationsView struct {
	Query, Capacity string
	Capacities      []ui.Option
	Rows            []ui.Row
	Empty           ui.EmptyArgs
	Pager           ui.Pagination
}

func (h *OrganisationHandlers) list(w http.ResponseWriter, r *http.Request) error {
	q := httpx.Query(r)
	after, afterID := q.Get("apres"), uuid.Nil
	if id, ok := q.UUID("apres_id"); ok {
		afterID = id
	}
	wanted := organisation.Wanted{Query: q.Get("q"), Capacity: organisation.Capacity(q.Get("role")), Limit: organisationsPerPage + 1, After: after, AfterID: afterID}
	found, err := h.Organisations.All(r.Context(), httpx.Actor(r), wanted)
	if err != nil {
		return err
	}
	return httpx.Render(w, r, http.StatusOK, organisationsPage(httpx.Page(r, "Organisations"), newOrganisationsView(wanted, found)))
}

func newOrganisationsView(wanted organisation.Wanted, found []organisation.Organisation) organisationsView {
	v := organisationsView{Query: wanted.Query, Capacity: string(wanted.Capacity),
		Empty: ui.EmptyArgs{Title: "Aucune organisation ne correspond", Body: "Essayez une partie du nom, ou le SIRET.", Action: "Tout afficher", ActionHref: urls.AdminOrganisations()}}
	v.Capacities = []ui.Option{{Value: "", Label: "Toutes"}}
	for _, c := range organisation.AllCapacities {
		v.Capacities = append(v.Capacities, ui.Option{Value: string(c), Label: c.Label()})
	}
	v.Capacities = ui.Selected(v.Capacities, v.Capacity)
	if len(found) > organisationsPerPage {
		found = found[:organisationsPerPage]
		last := found[len(found)-1]
		v.Pager.NextHref = urls.With(urls.AdminOrganisations(), "q", wanted.Query, "role", v.Capacity, "apres", last.Name, "apres_id", last.ID.String())
	}
	if wanted.After != "" {
		v.Pager.PrevHref = urls.With(urls.AdminOrganisations(), "q", wanted.Query, "role", v.Capacity)
	}
	for _, o := range found {
		v.Rows = append(v.Rows, ui.NewRow(
			ui.TwoLines(ui.Link(o.Name, urls.AdminOrganisation(o.ID)), o.Kind.Label()+" · "+o.Town),
			ui.Text(format.SIRET(o.SIRET)), capacityTags(o)))
	}
	return v
}

// capacityWords names what an organisation may do.
func capacityWords(o organisation.Organisation) []string {
	var words []string
	for _, c := range organisation.AllCapacities {
		if o.Has(c) {
			words = append(words, strings.ToLower(c.Label()))
		}
	}
	if o.IsObserver {
		words = append(words, "observateur")
	}
	return words
}

type organisationView struct {
	Title, Lead            string
	Tags                   []string
	Figures                []ui.Figure
	Identity               []ui.SummaryRow
	Requests, Members      []ui.Row
	Orders, Points, Places []ui.Row
	Journal                []ui.JournalEntry
	// StructureHref leads to the structure's file, if there is one.
	StructureHref string
}

func (h *OrganisationHandlers) show(w http.ResponseWriter, r *http.Request) error {
	actor := httpx.Actor(r)
	id, err := httpx.PathUUID(r, "id")
	if err != nil {
		return err
	}
	file, err := h.Organisations.File(r.Context(), actor, id)
	if err != nil {
		return err
	}
	held, err := h.Reports.Holdings(r.Context(), actor, id)
	if err != nil {
		return err
	}
	page := httpx.Page(r, file.Name)
	page.Crumbs = []ui.Crumb{{Label: "Organisations", Href: urls.AdminOrganisations()}, {Label: file.Name}}
	return httpx.Render(w, r, http.StatusOK, organisationPage(page, newOrganisationView(file, held)))
}

func newOrganisationView(f organisation.File, held reporting.Holdings) organisationView {
	v := organisationView{Title: f.Name, Lead: f.Kind.Label() + " · SIRET " + format.SIRET(f.SIRET) + " · " + f.Town, Tags: capacityWords(f.Organisation)}
	v.Figures = []ui.Figure{
		{Label: "Membres", Value: format.Number(len(f.Members))},
		{Label: "Commandes", Value: format.Number(len(held.Orders))},
		{Label: "Points de distribution", Value: format.Number(len(held.Points))},
		{Label: "Lieux", Value: format.Number(len(held.Places))},
	}
	v.Identity = identityRows(f.Settings)
	if f.IsStructure {
		v.StructureHref = urls.AdminStructure(f.ID)
	}
	for _, m := range f.Members {
		v.Members = append(v.Members, ui.NewRow(ui.TwoLines(ui.Text(m.Name), m.Email), ui.Text(m.Role.Label()), ui.Text(seen(m))))
	}
	for _, q := range f.Requests {
		v.Requests = append(v.Requests, ui.NewRow(ui.Link(q.Capacity.Promise(), urls.AdminRequest(q.ID)), ui.Text(format.Date(q.RequestedAt)), requestTag(q.State)))
	}
	for _, o := range held.Orders {
		v.Orders = append(v.Orders, ui.NewRow(ui.TwoLines(ui.Link(orderName(o), urls.AdminOrder(o.ID)), o.Title), ui.Number(o.Carnets), ui.Tag(ui.Neutral, order.State(o.State).Label())))
	}
	v.Points, v.Places = addressRows(held.Points, "ouvert", "fermé"), addressRows(held.Places, "affiché", "masqué")
	v.Journal = journalEntries(f.Journal)
	return v
}

func identityRows(s organisation.Settings) []ui.SummaryRow {
	billing := "La même adresse"
	if s.Billing.Street != "" {
		billing = s.Billing.Street + ", " + s.Billing.PostalCode + " " + s.Billing.Town
	}
	chorus := "Aucune exigence"
	if s.Billing.ServiceRequired {
		chorus = "Code service exigé"
		if s.Billing.ServiceCode != "" {
			chorus += " : " + s.Billing.ServiceCode
		}
	}
	if s.Billing.EngagementRequired {
		chorus += " ; numéro d’engagement exigé"
	}
	contact := strings.TrimSpace(s.ContactName + " " + s.ContactEmail + " " + s.FormOf().ContactPhone)
	return []ui.SummaryRow{
		{Key: "Adresse", Value: s.Address()}, {Key: "Contact", Value: contact}, {Key: "Facturation", Value: billing},
		{Key: "Chorus Pro", Value: chorus}, {Key: "Inscrite", Value: format.Date(s.CreatedAt)},
	}
}

func seen(m organisation.Member) string {
	if m.LastSignInAt == nil {
		return "jamais connecté"
	}
	return format.Date(*m.LastSignInAt)
}

func orderName(o reporting.HeldOrder) string {
	if o.Number == "" {
		return "Brouillon"
	}
	return o.Number
}

func addressRows(list []reporting.HeldAddress, yes, no string) []ui.Row {
	rows := make([]ui.Row, len(list))
	for i, a := range list {
		tag := ui.Tag(ui.Neutral, no)
		if a.Open {
			tag = ui.Tag(ui.Good, yes)
		}
		rows[i] = ui.NewRow(ui.Text(a.Name), ui.Text(a.Town), tag)
	}
	return rows
}

func journalEntries(lines []audit.Line) []ui.JournalEntry {
	entries := make([]ui.JournalEntry, len(lines))
	for i, l := range lines {
		who := l.ActorName
		if who == "" {
			who = "le système"
		}
		entries[i] = ui.JournalEntry{When: format.DateTime(l.At), Who: who, What: l.Act, Detail: aboutOf(l)}
	}
	return entries
}

// aboutOf is the step or the paper that an act of the journal is about.
func aboutOf(l audit.Line) string {
	var about struct {
		Step  string `json:"étape"`
		Paper string `json:"pièce"`
	}
	_ = json.Unmarshal(l.Detail, &about) // another act's detail says neither
	return about.Step + about.Paper
}
