package admin

import (
	"net/http"

	"github.com/a-h/templ"

	"passnum/internal/fault"
	"passnum/internal/identity"
	"passnum/internal/organisation"
	"passnum/web/httpx"
	"passnum/web/ui"
	"passnum/web/ui/format"
	"passnum/web/urls"
)

func (h *OrganisationHandlers) requests(w http.ResponseWriter, r *http.Request) error {
	waiting, err := h.Organisations.Waiting(r.Context(), httpx.Actor(r))
	if err != nil {
		return err
	}
	now := h.Organisations.Now()
	rows := make([]ui.Row, len(waiting))
	for i, q := range waiting {
		rows[i] = ui.NewRow(ui.TwoLines(ui.Link(q.Name, urls.AdminRequest(q.ID)), q.Kind.Label()+" · "+q.Town),
			ui.Text(q.Capacity.Promise()), ui.Text(age(format.DaysBetween(q.RequestedAt, now))))
	}
	return httpx.Render(w, r, http.StatusOK, requestsPage(httpx.Page(r, "Demandes d’adhésion"), rows))
}

// age says how long something has waited.
func age(days int) string {
	switch days {
	case 0:
		return "aujourd’hui"
	case 1:
		return "hier"
	default:
		return "depuis " + format.Count(days, "jour", "jours")
	}
}

func requestTag(s organisation.RequestState) templ.Component {
	switch s {
	case organisation.Accepted:
		return ui.Tag(ui.Good, "acceptée")
	case organisation.Refused:
		return ui.Tag(ui.Bad, "refusée")
	default:
		return ui.Tag(ui.Warn, "en attente")
	}
}

// answerView is a question with its possible decisions and a reason.
type answerView struct {
	Action    string
	Decisions []ui.Option
	Reason    string
	// Seen names the version of what is decided.
	Seen   string
	Errors ui.Errors
}

type requestView struct {
	Title, Lead string
	Tag         templ.Component
	Rows        []ui.SummaryRow
	Decides     bool
	Answer      answerView
}

func (h *OrganisationHandlers) request(w http.ResponseWriter, r *http.Request) error {
	return h.renderRequest(w, r, http.StatusOK, "", "", nil)
}

func (h *OrganisationHandlers) renderRequest(w http.ResponseWriter, r *http.Request, code int, decision, reason string, refusal *fault.Error) error {
	id, err := httpx.PathUUID(r, "id")
	if err != nil {
		return err
	}
	q, err := h.Organisations.Request(r.Context(), httpx.Actor(r), id)
	if err != nil {
		return err
	}
	page := httpx.Page(r, q.Name)
	page.Crumbs = []ui.Crumb{{Label: "Demandes d’adhésion", Href: urls.AdminRequests()}, {Label: q.Name}}
	page.Errors = ui.ErrorsFrom(refusal)
	view := requestView{Title: q.Name, Lead: "Demande à\u00a0: " + q.Capacity.Promise(), Tag: requestTag(q.State), Rows: requestRows(q),
		Decides: q.State == organisation.Asked && httpx.Actor(r).Can(identity.PlatformDecide)}
	view.Answer = answerView{Action: urls.AdminRequest(id), Reason: reason, Errors: page.Errors, Decisions: ui.Selected([]ui.Option{
		{Value: "accepter", Label: "Accepter", Hint: "Effet immédiat. Les responsables reçoivent la première chose à faire."},
		{Value: "refuser", Label: "Refuser", Hint: "Les responsables reçoivent le motif et peuvent refaire une demande."},
	}, decision)}
	return httpx.Render(w, r, code, requestPage(page, view))
}

func requestRows(q organisation.Request) []ui.SummaryRow {
	rows := []ui.SummaryRow{
		{Key: "Organisation", Body: ui.Link(q.Name, urls.AdminOrganisation(q.OrganisationID))},
		{Key: "SIRET", Value: format.SIRET(q.SIRET)},
		{Key: "Nature", Value: q.Kind.Label() + ", à " + q.Town},
		{Key: "Demande", Value: q.Capacity.Label() + " : " + q.Capacity.Promise()},
		{Key: "Reçue le", Value: format.DateTime(q.RequestedAt)},
	}
	if q.Message != "" {
		rows = append(rows, ui.SummaryRow{Key: "Message", Value: q.Message})
	}
	if q.DecidedAt != nil {
		rows = append(rows, ui.SummaryRow{Key: "Réponse le", Value: format.DateTime(*q.DecidedAt)})
	}
	if q.Reason != "" {
		rows = append(rows, ui.SummaryRow{Key: "Motif", Value: q.Reason})
	}
	return rows
}

func (h *OrganisationHandlers) decideRequest(w http.ResponseWriter, r *http.Request) error {
	id, err := httpx.PathUUID(r, "id")
	if err != nil {
		return err
	}
	v, err := httpx.Form(r)
	if err != nil {
		return err
	}
	decision, reason := v.Get("decision"), v.Get("motif")
	if decision != "accepter" && decision != "refuser" {
		return h.renderRequest(w, r, http.StatusUnprocessableEntity, decision, reason, fault.Field("decision", "Choisissez une décision."))
	}
	q, err := h.Organisations.Decide(r.Context(), httpx.Actor(r), id, organisation.Decision{Accept: decision == "accepter", Reason: reason})
	if refusal, ok := fault.ForForm(err); ok {
		return h.renderRequest(w, r, httpx.Status(refusal.Kind), decision, reason, refusal)
	}
	if err != nil {
		return err
	}
	said := map[bool]string{true: "acceptée", false: "refusée"}[q.State == organisation.Accepted]
	httpx.Flash(r, ui.Good, "La demande de "+q.Name+" est "+said+". Ses responsables sont prévenus.")
	return httpx.SeeOther(w, r, urls.AdminRequests())
}
