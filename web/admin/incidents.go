package admin

import (
	"net/http"

	"github.com/go-chi/chi/v5"
	"github.com/google/uuid"

	"passnum/internal/fault"
	"passnum/internal/identity"
	"passnum/internal/incident"
	"passnum/web/httpx"
	"passnum/web/incidentui"
	"passnum/web/ui"
	"passnum/web/ui/format"
	"passnum/web/urls"
)

// IncidentHandlers shows the corrections made after payments: one person
// proposes, another decides.
type IncidentHandlers struct{ Incidents *incident.Service }

// Routes mounts the screens under /admin.
func (h *IncidentHandlers) Routes(r chi.Router) {
	r.Group(func(r chi.Router) {
		r.Use(httpx.Need(identity.PlatformRead))
		r.Method(http.MethodGet, "/incidents", httpx.Handler(h.list))
		r.Method(http.MethodGet, "/incidents.csv", httpx.Handler(h.export))
		r.Method(http.MethodGet, "/incidents/{id}", httpx.Handler(h.show))
	})
	r.Group(func(r chi.Router) {
		r.Use(httpx.Need(identity.PlatformPayments))
		r.Method(http.MethodGet, "/incidents/nouveau", httpx.Handler(h.start))
		r.Method(http.MethodPost, "/incidents/nouveau", httpx.Handler(h.propose))
		r.Method(http.MethodPost, "/incidents/{id}/accepter", httpx.Handler(h.accept))
		r.Method(http.MethodPost, "/incidents/{id}/refuser", httpx.Handler(h.refuse))
		r.Method(http.MethodPost, "/incidents/{id}/annuler", httpx.Handler(h.cancel))
	})
}

type incidentsView struct {
	Figures []ui.Figure
	States  []ui.Option
	Kinds   []ui.Option
	Search  string
	Reset   string
	Export  string
	Table   ui.TableArgs
	Pager   ui.Pagination
	Starts  bool
}

func (h *IncidentHandlers) list(w http.ResponseWriter, r *http.Request) error {
	query, after, actor := httpx.Query(r), incident.Key{}, httpx.Actor(r)
	httpx.Cursor(r, &after)
	filter := incidentui.ReadFilter(query)
	found, totals, more, err := h.Incidents.All(r.Context(), actor, filter, after)
	if err != nil {
		return err
	}
	page := httpx.Page(r, "Incidents")
	page.Crumbs = []ui.Crumb{{Label: "Finances", Href: urls.AdminFinances()}, {Label: "Incidents"}}
	v := incidentsView{
		Figures: []ui.Figure{
			{Label: "À décider", Value: format.Number(totals.Proposed), Note: "par une autre personne"},
			{Label: "Repris aux structures", Value: totals.TakenCents.String(), Note: "rendus aux commanditaires"},
			{Label: "Versés aux structures", Value: totals.GivenCents.String(), Note: "gestes, annulations, remboursements"},
			{Label: "Pas encore sur un relevé", Value: totals.OpenCents.String(), Note: "au prochain paiement"},
		},
		States: incidentui.StateOptions(filter.State), Kinds: incidentui.KindOptions(filter.Kind), Search: filter.Search, Starts: actor.Can(identity.PlatformPayments),
		Table: incidentui.Table(found, incidentui.ForOperator), Export: incidentui.SheetOf(urls.AdminIncidentsCSV(), filter),
	}
	if len(found) > 0 {
		last := found[len(found)-1]
		v.Pager = httpx.Pager(r, more, incident.Key{At: last.ProposedAt, ID: last.ID})
	}
	if filter != (incident.Filter{}) {
		v.Reset = urls.AdminIncidents()
		v.Table.Empty = ui.EmptyArgs{Title: "Aucun incident ne correspond", Action: "Tout afficher", ActionHref: urls.AdminIncidents()}
	}
	return httpx.Render(w, r, http.StatusOK, incidentsPage(page, v))
}

func (h *IncidentHandlers) export(w http.ResponseWriter, r *http.Request) error {
	actor, filter := httpx.Actor(r), incidentui.ReadFilter(httpx.Query(r))
	return incidentui.WriteSheet(w, func(each func(incident.Incident) error) error {
		return h.Incidents.Export(r.Context(), actor, filter, each)
	})
}

type incidentView struct {
	incident.Incident
	Facts     []ui.SummaryRow
	Effects   []string
	Steps     []ui.Step
	Decides   bool
	Mine      bool
	Cancels   bool
	Decision  string
	Reason    string
	Suspend   string
	Cancelled string
	Errors    ui.Errors
}

func (h *IncidentHandlers) show(w http.ResponseWriter, r *http.Request) error {
	id, err := httpx.PathUUID(r, "id")
	if err != nil {
		return err
	}
	return h.render(w, r, http.StatusOK, id, httpx.Values{}, nil)
}

func (h *IncidentHandlers) render(w http.ResponseWriter, r *http.Request, code int, id uuid.UUID, typed httpx.Values, refusal *fault.Error) error {
	actor := httpx.Actor(r)
	i, err := h.Incidents.One(r.Context(), actor, id)
	if err != nil {
		return err
	}
	page := httpx.Page(r, "Incident "+i.Number)
	page.Crumbs = []ui.Crumb{{Label: "Finances", Href: urls.AdminFinances()}, {Label: "Incidents", Href: urls.AdminIncidents()}, {Label: i.Number}}
	page.Errors = ui.ErrorsFrom(refusal)
	pays := actor.Can(identity.PlatformPayments)
	v := incidentView{Incident: i, Facts: incidentui.Facts(i, incidentui.ForOperator), Effects: incidentui.Effects(i), Steps: incidentui.History(i),
		Mine: i.ProposedBy == actor.AccountID, Decides: pays && i.State == incident.Proposed, Cancels: pays && i.Cancellable(),
		Decision: typed.Get("decision"), Reason: typed.Get("motif"), Errors: page.Errors}
	if i.Kind == incident.Fraud {
		v.Suspend = urls.AdminStructure(i.StructureID)
	}
	if i.CancelledByID != nil {
		v.Cancelled = urls.AdminIncident(*i.CancelledByID)
	}
	return httpx.Render(w, r, code, incidentPage(page, v))
}

func (h *IncidentHandlers) accept(w http.ResponseWriter, r *http.Request) error {
	return h.act(w, r, "L’incident est décidé. Il figurera sur le prochain relevé de la structure, qui est prévenue.", func(id uuid.UUID, form httpx.Values) (uuid.UUID, error) {
		return id, h.Incidents.Accept(r.Context(), httpx.Actor(r), id, form.Get("decision"))
	})
}

func (h *IncidentHandlers) refuse(w http.ResponseWriter, r *http.Request) error {
	return h.act(w, r, "L’incident est refusé\u00a0: rien ne change.", func(id uuid.UUID, form httpx.Values) (uuid.UUID, error) {
		return id, h.Incidents.Refuse(r.Context(), httpx.Actor(r), id, form.Get("decision"))
	})
}

func (h *IncidentHandlers) cancel(w http.ResponseWriter, r *http.Request) error {
	return h.act(w, r, "L’annulation est proposée. Une autre personne doit la décider.", func(id uuid.UUID, form httpx.Values) (uuid.UUID, error) {
		return h.Incidents.Cancel(r.Context(), httpx.Actor(r), id, form.Get("motif"))
	})
}

func (h *IncidentHandlers) act(w http.ResponseWriter, r *http.Request, said string, do func(uuid.UUID, httpx.Values) (uuid.UUID, error)) error {
	id, err := httpx.PathUUID(r, "id")
	if err != nil {
		return err
	}
	form, err := httpx.Form(r)
	if err != nil {
		return err
	}
	next, err := do(id, form)
	if refusal, ok := fault.ForForm(err); ok {
		return h.render(w, r, httpx.Status(refusal.Kind), id, form, refusal)
	}
	if err != nil {
		return err
	}
	httpx.Flash(r, ui.Good, said)
	return httpx.SeeOther(w, r, urls.AdminIncident(next))
}
