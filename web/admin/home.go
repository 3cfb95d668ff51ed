package admin

import (
	"net/http"

	"github.com/go-chi/chi/v5"

	"passnum/internal/identity"
	"passnum/internal/reporting"
	"passnum/web/httpx"
	"passnum/web/ui"
)

// HomeHandlers shows what waits for the operator, and finds anything.
type HomeHandlers struct {
	Reports *reporting.Service
	// Others ask more of the operator, after what the reports know.
	Others []Asker
}

// Asker is a part of the product that says what it asks of the operator.
type Asker interface {
	Operator(r *http.Request) ([]ui.Task, error)
}

// Routes mounts the screens under /admin.
func (h *HomeHandlers) Routes(r chi.Router) {
	r.Group(func(r chi.Router) {
		r.Use(httpx.Need(identity.PlatformRead))
		r.Method(http.MethodGet, "/", httpx.Handler(h.home))
		r.Method(http.MethodGet, "/recherche", httpx.Handler(h.searchForm))
		r.Method(http.MethodPost, "/recherche", httpx.Handler(h.search))
		r.Method(http.MethodGet, "/carnets/{serial}", httpx.Handler(h.carnet))
		r.Method(http.MethodGet, "/cheques/{id}", httpx.Handler(h.cheque))
	})
}

func (h *HomeHandlers) home(w http.ResponseWriter, r *http.Request) error {
	desk, err := h.Reports.Desk(r.Context(), httpx.Actor(r))
	if err != nil {
		return err
	}
	v := newDeskView(desk)
	for _, other := range h.Others {
		tasks, err := other.Operator(r)
		if err != nil {
			return err
		}
		v.Tasks = append(v.Tasks, tasks...)
	}
	return httpx.Render(w, r, http.StatusOK, deskPage(httpx.Page(r, "À traiter"), v))
}
