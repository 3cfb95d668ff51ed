package admin

import (
	"context"
	"net/http"
	"strconv"
	"time"

	"github.com/a-h/templ"
	"github.com/go-chi/chi/v5"
	"github.com/google/uuid"

	"passnum/internal/continuity"
	"passnum/internal/fault"
	"passnum/internal/identity"
	"passnum/web/httpx"
	"passnum/web/ui"
	"passnum/web/urls"
)

// ContinuityHandlers prepares the operator's exit.
type ContinuityHandlers struct {
	Continuity *continuity.Service
}

// Routes mounts the screens under /admin.
func (h *ContinuityHandlers) Routes(r chi.Router) {
	r.Route("/continuite", func(r chi.Router) {
		r.Use(httpx.Need(identity.PlatformRead))
		r.Method(http.MethodGet, "/", httpx.Handler(h.show))
		r.Method(http.MethodPost, "/", httpx.Handler(h.ask))
		r.Method(http.MethodGet, "/{id}/avancement", httpx.Handler(h.progress))
		r.Method(http.MethodPost, "/{id}/decision", h.act(func(r *http.Request, a identity.Actor, id uuid.UUID, f httpx.Values) (string, error) {
			if f.Get("decision") != "oui" {
				return "La demande est refusée.", h.Continuity.Decide(r.Context(), a, id, false)
			}
			return "Le kit se prépare. Vous pouvez quitter cette page.", h.Continuity.Decide(r.Context(), a, id, true)
		}))
		r.Method(http.MethodPost, "/{id}/arret", h.act(func(r *http.Request, a identity.Actor, id uuid.UUID, _ httpx.Values) (string, error) {
			return "Le kit est arrêté. Rien n’en est gardé.", h.Continuity.Withdraw(r.Context(), a, id)
		}))
		r.Method(http.MethodPost, "/{id}/telecharger", httpx.Handler(h.download))
	})
}

func (h *ContinuityHandlers) show(w http.ResponseWriter, r *http.Request) error {
	return h.page(w, r, httpx.NewValues(nil), nil)
}

func (h *ContinuityHandlers) page(w http.ResponseWriter, r *http.Request, typed httpx.Values, refusal *fault.Error) error {
	st, err := h.Continuity.Status(r.Context(), httpx.Actor(r))
	if err != nil {
		return err
	}
	page := httpx.Page(r, "Continuité")
	page.Crumbs = []ui.Crumb{{Label: "Finances", Href: urls.AdminFinances()}, {Label: "Continuité"}}
	page.Errors = ui.ErrorsFrom(refusal)
	v := newContinuityView(st, httpx.Actor(r), typed, page.Errors)
	status := http.StatusOK
	if refusal != nil {
		status = httpx.Status(refusal.Kind)
	} else if v.Kit.State == continuity.Preparing {
		page.RefreshSeconds = 3
	}
	return httpx.Render(w, r, status, continuityTemplate(page, v))
}

func (h *ContinuityHandlers) ask(w http.ResponseWriter, r *http.Request) error {
	form, err := httpx.Form(r)
	if err != nil {
		return err
	}
	_, err = h.Continuity.Ask(r.Context(), httpx.Actor(r), continuity.Request{
		Reason: form.Get("motif"), Liquidator: form.Get("liquidateur"), Successor: form.Get("successeur"),
	})
	return h.done(w, r, form, "La demande est enregistrée. Une autre personne doit l’accorder sur cette page.", err)
}

// act runs an act on a kit; a refusal shows the page again.
func (h *ContinuityHandlers) act(do func(*http.Request, identity.Actor, uuid.UUID, httpx.Values) (string, error)) httpx.Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		id, err := httpx.PathUUID(r, "id")
		if err != nil {
			return err
		}
		form, err := httpx.Form(r)
		if err != nil {
			return err
		}
		done, err := do(r, httpx.Actor(r), id, form)
		return h.done(w, r, form, done, err)
	}
}

func (h *ContinuityHandlers) done(w http.ResponseWriter, r *http.Request, form httpx.Values, done string, err error) error {
	if f, ok := fault.ForForm(err); ok {
		return h.page(w, r, form, f)
	}
	if err != nil {
		return err
	}
	httpx.Flash(r, ui.Good, done)
	return httpx.SeeOther(w, r, urls.AdminContinuity())
}

// progress streams the making of the kit.
func (h *ContinuityHandlers) progress(w http.ResponseWriter, r *http.Request) error {
	id, err := httpx.PathUUID(r, "id")
	if err != nil {
		return err
	}
	actor := httpx.Actor(r)
	return httpx.Events(w, r, 500*time.Millisecond, func(ctx context.Context) (templ.Component, bool, error) {
		run, began, err := h.Continuity.Progress(ctx, actor, id)
		if err == nil && !began {
			err = httpx.ErrNotFound
		}
		if err != nil {
			return nil, false, err
		}
		return ui.ProgressBody(kitProgress(id, run)), !run.Live(), nil
	})
}

// download sends the kit: its one download is used up before the first byte.
func (h *ContinuityHandlers) download(w http.ResponseWriter, r *http.Request) error {
	id, err := httpx.PathUUID(r, "id")
	if err != nil {
		return err
	}
	kit, err := h.Continuity.Take(r.Context(), httpx.Actor(r), id)
	if f, ok := fault.ForForm(err); ok {
		return h.page(w, r, httpx.NewValues(nil), f)
	}
	if err != nil {
		return err
	}
	_ = http.NewResponseController(w).SetWriteDeadline(time.Now().Add(slowest)) // not every writer has one
	httpx.Attach(w, kit.Name, "application/octet-stream")
	w.Header().Set("Content-Length", strconv.FormatInt(kit.Size, 10))
	return kit.Send(r.Context(), w)
}
