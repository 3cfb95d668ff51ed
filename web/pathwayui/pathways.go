// Package pathwayui is the screens of parcours, the same for the operator and
// for a commanditaire. It refuses to let either see the other's drafts: the
// service knows whose list it is.
package pathwayui

import (
	"net/http"
	"strconv"

	"github.com/go-chi/chi/v5"

	"passnum/internal/fault"
	"passnum/internal/guidance"
	"passnum/internal/identity"
	"passnum/web/httpx"
	"passnum/web/ui"
	"passnum/web/urls"
)

// Handlers serves /parcours in the space of their owner.
type Handlers struct {
	Guidance *guidance.Service
	Owner    guidance.Owner
}

// Routes mounts the screens, without their prefix.
func (h *Handlers) Routes(r chi.Router) {
	read, write := identity.PlatformRead, identity.PlatformDecide
	if h.Owner == guidance.Commanditaires {
		read, write = identity.OrderRead, identity.OrderWrite
	}
	r.Group(func(r chi.Router) {
		r.Use(httpx.Need(write))
		r.Method(http.MethodGet, "/parcours/nouveau", httpx.Handler(h.blank))
		r.Method(http.MethodPost, "/parcours/nouveau", httpx.Handler(h.create))
		r.Method(http.MethodPost, "/parcours/{id}", httpx.Handler(h.edit))
		r.Method(http.MethodPost, "/parcours/{id}/archiver", h.shelve(true, "Le parcours est archivé. Les guichets ne le proposent plus. Les lettres déjà remises restent valables."))
		r.Method(http.MethodPost, "/parcours/{id}/remettre", h.shelve(false, "Le parcours est de nouveau proposé."))
		r.Method(http.MethodPost, "/parcours/{id}/dupliquer", httpx.Handler(h.duplicate))
	})
	r.Group(func(r chi.Router) {
		r.Use(httpx.Need(read))
		r.Method(http.MethodGet, "/parcours", httpx.Handler(h.list))
		r.Method(http.MethodGet, "/parcours/{id}", httpx.Handler(h.show))
	})
}

// address is the list's own address.
func (h *Handlers) address() string {
	if h.Owner == guidance.Commanditaires {
		return urls.ClientPathways()
	}
	return urls.OperatorPathways()
}

func (h *Handlers) writes(r *http.Request) bool { return h.Owner.MayWrite(httpx.Actor(r)) == nil }

func (h *Handlers) page(r *http.Request, title string) ui.Page {
	p := httpx.Page(r, title)
	if h.Owner == guidance.Commanditaires {
		p.Active, p.Crumbs = urls.Network(), []ui.Crumb{{Label: "Points", Href: urls.Network()}}
	} else {
		p.Active, p.Crumbs = urls.AdminStructures(), []ui.Crumb{{Label: "Structures", Href: urls.AdminStructures()}}
	}
	if r.URL.Path == h.address() {
		p.Crumbs = append(p.Crumbs, ui.Crumb{Label: title})
	} else {
		p.Crumbs = append(p.Crumbs, ui.Crumb{Label: "Parcours", Href: h.address()}, ui.Crumb{Label: title})
	}
	return p
}

func (h *Handlers) list(w http.ResponseWriter, r *http.Request) error {
	actor := httpx.Actor(r)
	own, err := h.Guidance.Pathways(r.Context(), h.Owner, actor)
	if err != nil {
		return err
	}
	v := h.newListView(own, h.writes(r))
	if h.Owner == guidance.Commanditaires {
		models, err := h.Guidance.Models(r.Context(), actor)
		if err != nil {
			return err
		}
		v.models = h.modelRows(models, v.writes)
	}
	return httpx.Render(w, r, http.StatusOK, listPage(h.page(r, "Parcours"), v))
}

func (h *Handlers) blank(w http.ResponseWriter, r *http.Request) error {
	return h.form(w, r, formView{title: "Nouveau parcours", action: urls.NewPathway(h.address()), form: guidance.Form{}.Padded()}, nil)
}

func (h *Handlers) create(w http.ResponseWriter, r *http.Request) error {
	values, err := httpx.Form(r)
	if err != nil {
		return err
	}
	form := readForm(values)
	p, err := h.Guidance.Create(r.Context(), h.Owner, httpx.Actor(r), form)
	if refusal, ok := fault.ForForm(err); ok {
		return h.form(w, r, formView{title: "Nouveau parcours", action: urls.NewPathway(h.address()), form: form.Padded()}, refusal)
	}
	if err != nil {
		return err
	}
	httpx.Flash(r, ui.Good, "Le parcours «\u00a0"+p.Title+"\u00a0» est créé. Les guichets peuvent le proposer.")
	return httpx.SeeOther(w, r, h.address())
}

func (h *Handlers) show(w http.ResponseWriter, r *http.Request) error {
	v, err := h.opened(r)
	if err != nil {
		return err
	}
	return h.form(w, r, v, nil)
}

// opened is a parcours' page, with its form filled.
func (h *Handlers) opened(r *http.Request) (formView, error) {
	root, err := httpx.PathUUID(r, "id")
	if err != nil {
		return formView{}, err
	}
	p, versions, err := h.Guidance.Pathway(r.Context(), h.Owner, httpx.Actor(r), root)
	if err != nil {
		return formView{}, err
	}
	v := formView{title: p.Title, action: urls.Pathway(h.address(), root), version: p.Version, form: guidance.FormOf(p), writes: h.writes(r), existing: true,
		archived: p.Archived(), versions: versionEntries(versions), shelveHref: urls.Pathway(h.address(), root, "archiver"), copyHref: urls.Pathway(h.address(), root, "dupliquer")}
	if v.archived {
		v.shelveHref = urls.Pathway(h.address(), root, "remettre")
	}
	for _, s := range p.Steps() {
		v.steps = append(v.steps, levelName(s.Level())+"\u00a0: "+s.Title())
	}
	return v, nil
}

func (h *Handlers) edit(w http.ResponseWriter, r *http.Request) error {
	values, err := httpx.Form(r)
	if err != nil {
		return err
	}
	v, err := h.opened(r)
	if err != nil {
		return err
	}
	root, _ := httpx.PathUUID(r, "id") // read above
	version, _ := strconv.Atoi(values.Get("version"))
	form := readForm(values)
	p, err := h.Guidance.Edit(r.Context(), h.Owner, httpx.Actor(r), root, version, form)
	if refusal, ok := fault.ForForm(err); ok {
		v.form, v.version = form.Padded(), version
		return h.form(w, r, v, refusal)
	}
	if err != nil {
		return err
	}
	httpx.Flash(r, ui.Good, "Le parcours est enregistré (version "+strconv.Itoa(p.Version)+"). Les carnets déjà remis gardent la leur.")
	return httpx.SeeOther(w, r, v.action)
}

func (h *Handlers) form(w http.ResponseWriter, r *http.Request, v formView, refusal *fault.Error) error {
	p := h.page(r, v.title)
	p.Errors = ui.ErrorsFrom(refusal)
	status := http.StatusOK
	if refusal != nil {
		status = httpx.Status(refusal.Kind)
	}
	v.writes = h.writes(r)
	return httpx.Render(w, r, status, formPage(p, v))
}

func (h *Handlers) shelve(archived bool, sentence string) httpx.Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		root, err := httpx.PathUUID(r, "id")
		if err != nil {
			return err
		}
		if err := h.Guidance.Archive(r.Context(), h.Owner, httpx.Actor(r), root, archived); err != nil {
			return err
		}
		httpx.Flash(r, ui.Good, sentence)
		return httpx.SeeOther(w, r, h.address())
	}
}

func (h *Handlers) duplicate(w http.ResponseWriter, r *http.Request) error {
	root, err := httpx.PathUUID(r, "id")
	if err != nil {
		return err
	}
	p, err := h.Guidance.Duplicate(r.Context(), h.Owner, httpx.Actor(r), root)
	if err != nil {
		return err
	}
	httpx.Flash(r, ui.Good, "Voici la copie. Changez son titre et ses étapes.")
	return httpx.SeeOther(w, r, urls.Pathway(h.address(), p.RootID))
}
