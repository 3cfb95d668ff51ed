package admin

import (
	"net/http"

	"github.com/go-chi/chi/v5"
	"github.com/google/uuid"

	"passnum/internal/fault"
	"passnum/internal/identity"
	"passnum/internal/structure"
	"passnum/web/httpx"
	"passnum/web/reportui"
	"passnum/web/ui"
	"passnum/web/ui/format"
	"passnum/web/urls"
)

// ReportHandlers shows the operator the errors signalled on places that have no
// structure here or whose structure did not answer, and who says that a known
// place is its own.
type ReportHandlers struct{ Structures *structure.Service }

// Routes mounts the screens under /admin.
func (h *ReportHandlers) Routes(r chi.Router) {
	r.With(httpx.Need(identity.PlatformRead)).Method(http.MethodGet, "/structures/signalements", httpx.Handler(h.list))
	r.Group(func(r chi.Router) {
		r.Use(httpx.Need(identity.PlatformDecide))
		r.Method(http.MethodPost, "/structures/signalements/{id}", httpx.Handler(h.answer))
		r.Method(http.MethodPost, "/structures/signalements/rattachements/{id}", httpx.Handler(h.decide))
	})
}

const reportsShown = 20

type reportsView struct {
	Tabs   []ui.Tab
	Claims []claimCard
	Cards  []reportui.Card
	Empty  ui.EmptyArgs
	Pager  ui.Pagination
}

// claimCard is a structure that says a known place is its own.
type claimCard struct {
	structure.Claim
	Lead, Action, Structure string
	Decides                 bool
	Answer                  string
	Error                   string
}

// refused is an answer to be shown again as typed.
type refused struct {
	id     uuid.UUID
	form   structure.AnswerForm
	errors ui.Errors
}

func (h *ReportHandlers) list(w http.ResponseWriter, r *http.Request) error {
	return h.render(w, r, http.StatusOK, refused{})
}

func (h *ReportHandlers) render(w http.ResponseWriter, r *http.Request, code int, a refused) error {
	actor, all := httpx.Actor(r), httpx.Query(r).Get("voir") == "tous"
	q := structure.ReportSearch{Open: !all, Limit: reportsShown}
	httpx.Cursor(r, &q.After)
	list, more, err := h.Structures.LateReports(r.Context(), actor, q)
	if err != nil {
		return err
	}
	claims, err := h.Structures.WaitingClaims(r.Context(), actor)
	if err != nil {
		return err
	}
	v := reportsView{Empty: ui.EmptyArgs{Title: "Aucun signalement ne vous attend", Body: "Ceux des lieux sans structure, et ceux qu’une structure laisse sept jours sans réponse, arrivent ici."},
		Tabs: []ui.Tab{{Label: "À traiter", Href: urls.AdminReports(), Current: !all}, {Label: "Tous", Href: urls.With(urls.AdminReports(), "voir", "tous"), Current: all}}}
	decides := actor.Can(identity.PlatformDecide)
	for _, c := range claims {
		card := claimCard{Claim: c, Decides: decides, Action: urls.AdminClaim(c.ID), Structure: urls.AdminStructure(c.StructureID),
			Lead: "Demandé le " + format.Date(c.AskedAt) + " par " + c.AskedByName}
		if c.ID == a.id {
			card.Answer, card.Error = a.form.Answer, a.errors.For("reponse")
		}
		v.Claims = append(v.Claims, card)
	}
	for _, report := range list {
		card := reportui.New(report, urls.PublicPlace(report.PlaceID), urls.AdminReport(report.ID))
		if !decides {
			card.Action = ""
		}
		if report.ID == a.id {
			card.Form, card.Errors = a.form, a.errors
		}
		v.Cards = append(v.Cards, card)
	}
	if len(list) > 0 {
		v.Pager = httpx.Pager(r, more, list[len(list)-1].ID)
	}
	page := httpx.Page(r, "Signalements")
	page.Crumbs = []ui.Crumb{{Label: "Structures", Href: urls.AdminStructures()}, {Label: "Signalements"}}
	page.Errors = a.errors
	return httpx.Render(w, r, code, reportsPage(page, v))
}

func (h *ReportHandlers) answer(w http.ResponseWriter, r *http.Request) error {
	id, err := httpx.PathUUID(r, "id")
	if err != nil {
		return err
	}
	if _, err := h.Structures.LateReport(r.Context(), httpx.Actor(r), id); err != nil {
		return err
	}
	values, err := httpx.Form(r)
	if err != nil {
		return err
	}
	form := reportui.Read(values)
	err = h.Structures.AnswerLateReport(r.Context(), httpx.Actor(r), id, form)
	return h.settle(w, r, id, form, err, "Votre réponse est enregistrée.")
}

// decide gives a known place to the structure that asked for it, or says no.
func (h *ReportHandlers) decide(w http.ResponseWriter, r *http.Request) error {
	id, err := httpx.PathUUID(r, "id")
	if err != nil {
		return err
	}
	values, err := httpx.Form(r)
	if err != nil {
		return err
	}
	accept := values.Get("decision") == "accorder"
	form := structure.AnswerForm{Answer: values.Get("reponse")}
	err = h.Structures.DecideClaim(r.Context(), httpx.Actor(r), id, accept, form.Answer)
	sentence := map[bool]string{true: "Le lieu est rattaché à la structure, qui est prévenue.", false: "La structure est prévenue de votre refus."}[accept]
	return h.settle(w, r, id, form, err, sentence)
}

func (h *ReportHandlers) settle(w http.ResponseWriter, r *http.Request, id uuid.UUID, form structure.AnswerForm, err error, sentence string) error {
	if refusal, ok := fault.ForForm(err); ok {
		return h.render(w, r, httpx.Status(refusal.Kind), refused{id, form, ui.ErrorsFrom(refusal)})
	}
	if err != nil {
		return err
	}
	httpx.Flash(r, ui.Good, sentence)
	return httpx.SeeOther(w, r, urls.AdminReports())
}
