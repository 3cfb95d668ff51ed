package public

import (
	"net/http"

	"github.com/go-chi/chi/v5"

	"passnum/internal/fault"
	"passnum/internal/structure"
	"passnum/web/httpx"
	"passnum/web/ui"
	"passnum/web/urls"
)

// ReportHandlers lets visitors say that something is wrong on a place's page,
// without an account and without telling who they are.
type ReportHandlers struct{ Structures *structure.Service }

// Routes mounts the screens at the root of the site.
func (h *ReportHandlers) Routes(r chi.Router) {
	r.Method(http.MethodGet, urls.PublicPlaces()+"/{id}/signaler", httpx.Handler(h.form))
	r.Method(http.MethodPost, urls.PublicPlaces()+"/{id}/signaler", httpx.Handler(h.send))
}

// reportView is the form, or the thanks once it was sent.
type reportView struct {
	Place  structure.KnownPlace
	Lead   string
	Kinds  []ui.Option
	Form   structure.ReportForm
	Errors ui.Errors
	Sent   bool
}

func (h *ReportHandlers) place(r *http.Request) (reportView, error) {
	id, err := httpx.PathUUID(r, "id")
	if err != nil {
		return reportView{}, err
	}
	p, err := h.Structures.PublicPlace(r.Context(), id)
	v := reportView{Place: p, Lead: p.Name + ", " + p.Address()}
	return v, err
}

func (h *ReportHandlers) render(w http.ResponseWriter, r *http.Request, code int, v reportView) error {
	options := make([]ui.Option, len(structure.ReportKinds))
	for i, k := range structure.ReportKinds {
		options[i] = ui.Option{Value: k.Code, Label: k.Label}
	}
	v.Kinds = ui.Selected(options, v.Form.Kind)
	p := httpx.Page(r, "Signaler une erreur")
	p.NoIndex = true
	p.Errors = v.Errors
	p.Crumbs = []ui.Crumb{{Label: "Accueil", Href: urls.Home()}, {Label: "Lieux", Href: urls.PublicPlaces()}, {Label: v.Place.Name, Href: urls.PublicPlace(v.Place.ID)}, {Label: "Signaler une erreur"}}
	return httpx.Render(w, r, code, reportPage(p, v))
}

func (h *ReportHandlers) form(w http.ResponseWriter, r *http.Request) error {
	v, err := h.place(r)
	if err != nil {
		return err
	}
	v.Sent = r.URL.Query().Get("recu") == "oui"
	return h.render(w, r, http.StatusOK, v)
}

func (h *ReportHandlers) send(w http.ResponseWriter, r *http.Request) error {
	v, err := h.place(r)
	if err != nil {
		return err
	}
	values, err := httpx.Form(r)
	if err != nil {
		return err
	}
	v.Form = structure.ReportForm{Kind: values.Get("probleme"), Message: values.Get("message")}
	err = h.Structures.Report(r.Context(), httpx.Actor(r), v.Place.ID, v.Form)
	if refusal, ok := fault.ForForm(err); ok {
		v.Errors = ui.ErrorsFrom(refusal)
		return h.render(w, r, httpx.Status(refusal.Kind), v)
	}
	if err != nil {
		return err
	}
	return httpx.SeeOther(w, r, urls.With(urls.ReportPlace(v.Place.ID), "recu", "oui"))
}
