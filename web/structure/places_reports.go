package structure

import (
	"net/http"

	"github.com/google/uuid"

	"passnum/internal/fault"
	"passnum/internal/structure"
	"passnum/web/httpx"
	"passnum/web/reportui"
	"passnum/web/ui"
	"passnum/web/urls"
)

// reportsShown is how many reports a page lists.
const reportsShown = 20

type reportsView struct {
	Tabs  []ui.Tab
	Cards []reportui.Card
	Empty ui.EmptyArgs
	Pager ui.Pagination
}

// answered is an answer that was refused, to be shown again as typed.
type answered struct {
	id     uuid.UUID
	form   structure.AnswerForm
	errors ui.Errors
}

func (h *PlaceHandlers) reports(w http.ResponseWriter, r *http.Request) error {
	return h.renderReports(w, r, http.StatusOK, answered{})
}

func (h *PlaceHandlers) renderReports(w http.ResponseWriter, r *http.Request, code int, a answered) error {
	all := httpx.Query(r).Get("voir") == "tous"
	q := structure.ReportSearch{Open: !all, Limit: reportsShown}
	httpx.Cursor(r, &q.After)
	list, more, err := h.Structures.Reports(r.Context(), httpx.Actor(r), q)
	if err != nil {
		return err
	}
	v := reportsView{Empty: ui.EmptyArgs{Title: "Aucune erreur ne vous est signalée", Body: "Chaque page de lieu permet aux visiteurs de dire ce qui a changé."},
		Tabs: []ui.Tab{{Label: "À traiter", Href: urls.PlaceReports(), Current: !all}, {Label: "Tous", Href: urls.With(urls.PlaceReports(), "voir", "tous"), Current: all}}}
	for _, report := range list {
		card := reportui.New(report, urls.StructurePlace(report.PlaceID), urls.PlaceReport(report.ID))
		if report.ID == a.id {
			card.Form, card.Errors = a.form, a.errors
		}
		v.Cards = append(v.Cards, card)
	}
	if len(list) > 0 {
		v.Pager = httpx.Pager(r, more, list[len(list)-1].ID)
	}
	page := httpx.Page(r, "Erreurs signalées")
	page.Crumbs = placeCrumbs(ui.Crumb{Label: "Lieux", Href: urls.StructurePlaces()}, ui.Crumb{Label: "Erreurs signalées"})
	page.Errors = a.errors
	return httpx.Render(w, r, code, reportsPage(page, v))
}

func (h *PlaceHandlers) answerReport(w http.ResponseWriter, r *http.Request) error {
	id, err := httpx.PathUUID(r, "id")
	if err != nil {
		return err
	}
	if _, err := h.Structures.OwnReport(r.Context(), httpx.Actor(r), id); err != nil {
		return err
	}
	values, err := httpx.Form(r)
	if err != nil {
		return err
	}
	form := reportui.Read(values)
	err = h.Structures.AnswerReport(r.Context(), httpx.Actor(r), id, form)
	if refusal, ok := fault.ForForm(err); ok {
		return h.renderReports(w, r, httpx.Status(refusal.Kind), answered{id, form, ui.ErrorsFrom(refusal)})
	}
	if err != nil {
		return err
	}
	httpx.Flash(r, ui.Good, "Votre réponse est enregistrée. Merci.")
	return httpx.SeeOther(w, r, urls.PlaceReports())
}
