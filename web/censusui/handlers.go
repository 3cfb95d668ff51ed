// Package censusui takes in files of places: the national ones for the
// operator, its own for a structure. It refuses to decide: what a line becomes
// is a use case of the census.
package censusui

import (
	"context"
	"errors"
	"io"
	"net/http"
	"time"

	"github.com/a-h/templ"
	"github.com/go-chi/chi/v5"
	"github.com/google/uuid"

	"passnum/internal/fault"
	"passnum/internal/identity"
	"passnum/internal/mednum"
	"passnum/internal/structure/census"
	"passnum/web/httpx"
	"passnum/web/networkui"
	"passnum/web/ui"
	"passnum/web/urls"
)

// Handlers shows files of places to one side.
type Handlers struct {
	Census *census.Service
	side   side
}

// side is what the two audiences see otherwise.
type side struct {
	own          bool
	home, mount  string
	title, lead  string
	read, write  identity.Permission
	crumbs       []ui.Crumb
	tabs         func() []ui.Tab
	explanations templ.Component
}

// ForOperator takes in national files.
func ForOperator(s *census.Service) *Handlers {
	return &Handlers{Census: s, side: side{home: urls.AdminCensus(), mount: "/structures/import", title: "Données nationales",
		lead: "Les lieux que les autres connaissent, au schéma national. Rien ne change avant que vous ayez relu.",
		read: identity.PlatformRead, write: identity.PlatformDecide, crumbs: []ui.Crumb{{Label: "Structures", Href: urls.AdminStructures()}},
		tabs: func() []ui.Tab { return networkui.OperatorTabs(urls.AdminCensus()) }, explanations: nationalHelp()}}
}

// ForStructure takes in a structure's own places.
func ForStructure(s *census.Service) *Handlers {
	return &Handlers{Census: s, side: side{own: true, home: urls.StructureCensus(), mount: "/lieux/importer", title: "Importer vos lieux",
		lead: "Tous vos lieux d’un coup, depuis un tableau. Rien ne change avant que vous ayez relu.",
		read: identity.PlaceWrite, write: identity.PlaceWrite,
		crumbs: []ui.Crumb{{Label: "Notre structure", Href: urls.Structure()}, {Label: "Lieux", Href: urls.StructurePlaces()}}, explanations: ownHelp()}}
}

// Routes mounts the screens, under /admin or under /structure.
func (h *Handlers) Routes(r chi.Router) {
	get := func(r chi.Router, path string, f httpx.Handler) { r.Method(http.MethodGet, h.side.mount+path, f) }
	post := func(r chi.Router, path string, f httpx.Handler) { r.Method(http.MethodPost, h.side.mount+path, f) }
	r.Group(func(r chi.Router) {
		r.Use(httpx.Need(h.side.read))
		get(r, "", h.list)
		get(r, "/{id}", h.show)
		get(r, "/{id}/rapport.csv", h.export)
		get(r, "/{id}/avancement", h.progress)
		if h.side.own {
			get(r, "/modele.csv", model)
		} else {
			get(r, "/choix", h.choices)
			get(r, "/{id}/manquants.csv", h.missing)
		}
	})
	r.Group(func(r chi.Router) {
		r.Use(httpx.Need(h.side.write))
		post(r, "", h.take)
		post(r, "/{id}/appliquer", h.act((*census.Service).Apply, "L’import commence. Vous pouvez quitter cette page."))
		post(r, "/{id}/abandonner", h.act((*census.Service).Drop, "Le fichier est abandonné. Rien n’a changé."))
		if !h.side.own {
			post(r, "/{id}/choix", h.choose)
			post(r, "/{id}/masquer", h.act((*census.Service).HideMissing, "Ces lieux ne sont plus montrés."))
			post(r, "/choix/{id}/oublier", h.forget)
		}
	})
}

func (h *Handlers) page(r *http.Request, title string, deeper bool) ui.Page {
	p := httpx.Page(r, title)
	p.Crumbs = append(p.Crumbs, h.side.crumbs...)
	if deeper {
		p.Crumbs = append(p.Crumbs, ui.Crumb{Label: h.side.title, Href: h.side.home})
	}
	p.Crumbs = append(p.Crumbs, ui.Crumb{Label: title})
	return p
}

func (h *Handlers) list(w http.ResponseWriter, r *http.Request) error { return h.showList(w, r, nil) }

// listed is how many files the list shows.
const listed = 20

func (h *Handlers) showList(w http.ResponseWriter, r *http.Request, refusal *fault.Error) error {
	reports, err := h.Census.Imports(r.Context(), httpx.Actor(r), listed)
	if err != nil {
		return err
	}
	p, status := h.page(r, h.side.title, false), http.StatusOK
	if refusal != nil {
		p.Errors, status = ui.ErrorsFrom(refusal), httpx.Status(refusal.Kind)
	}
	v := h.newListView(reports, httpx.Actor(r).Can(h.side.write))
	v.Error = p.Errors.For("fichier")
	return httpx.Render(w, r, status, listPage(p, v))
}

var errNoFile = fault.Field("fichier", "Choisissez le fichier CSV à importer.")

// take keeps the file and shows what its reading finds.
func (h *Handlers) take(w http.ResponseWriter, r *http.Request) error {
	id, err := h.receive(r)
	if refusal, ok := fault.ForForm(err); ok {
		_, _ = io.Copy(io.Discard, r.Body) // a browser shows our answer only once it has sent everything
		return h.showList(w, r, refusal)
	}
	if err != nil {
		return err
	}
	return httpx.SeeOther(w, r, urls.CensusFile(h.side.home, id))
}

func (h *Handlers) receive(r *http.Request) (uuid.UUID, error) {
	parts, err := r.MultipartReader()
	if err != nil {
		return uuid.Nil, errNoFile
	}
	for {
		part, err := parts.NextPart()
		if errors.Is(err, io.EOF) {
			return uuid.Nil, errNoFile
		}
		if err != nil {
			return uuid.Nil, fault.Field("fichier", "L’envoi du fichier a été interrompu. Recommencez.")
		}
		if part.FormName() != "fichier" || part.FileName() == "" {
			continue
		}
		content, err := io.ReadAll(io.LimitReader(part, mednum.Largest+1))
		if err != nil {
			return uuid.Nil, fault.Field("fichier", "L’envoi du fichier a été interrompu. Recommencez.")
		}
		return h.Census.Take(r.Context(), httpx.Actor(r), part.FileName(), content)
	}
}

func (h *Handlers) show(w http.ResponseWriter, r *http.Request) error {
	id, err := httpx.PathUUID(r, "id")
	if err != nil {
		return err
	}
	return h.showReport(w, r, id, nil)
}

// shown is how many lines a page holds.
const shown = 50

func (h *Handlers) showReport(w http.ResponseWriter, r *http.Request, id uuid.UUID, refusal *fault.Error) error {
	actor := httpx.Actor(r)
	report, err := h.Census.Report(r.Context(), actor, id)
	if err != nil {
		return err
	}
	f := readFilter(httpx.Query(r))
	httpx.Cursor(r, &f.After)
	f.Limit = shown
	lines, more, err := h.Census.Lines(r.Context(), actor, id, f)
	if err != nil {
		return err
	}
	p, status := h.page(r, report.FileName, true), http.StatusOK
	if refusal != nil {
		p.Errors, status = ui.ErrorsFrom(refusal), httpx.Status(refusal.Kind)
	} else if report.State.Live() {
		p.RefreshSeconds = 3
	}
	v := h.newReportView(report, lines, f, actor.Can(h.side.write))
	if v.Missing, err = h.missingOf(r, report); err != nil {
		return err
	}
	last := 0
	if len(lines) > 0 {
		last = lines[len(lines)-1].Line
	}
	v.Pager = httpx.Pager(r, more, last)
	return httpx.Render(w, r, status, reportPage(p, v))
}

func readFilter(q httpx.Values) census.Filter {
	f := census.Filter{Noted: q.Bool("remarques"), Accepts: q.Bool("pass"), Search: q.Get("q")}
	for _, o := range census.Outcomes {
		if string(o) == q.Get("suite") {
			f.Outcome = o
		}
	}
	return f
}

// progress streams how far the work is.
func (h *Handlers) progress(w http.ResponseWriter, r *http.Request) error {
	id, err := httpx.PathUUID(r, "id")
	if err != nil {
		return err
	}
	actor := httpx.Actor(r)
	return httpx.Events(w, r, 500*time.Millisecond, func(ctx context.Context) (templ.Component, bool, error) {
		report, err := h.Census.Report(ctx, actor, id)
		if err != nil {
			return nil, false, err
		}
		return ui.ProgressBody(h.progressOf(report)), !report.Run.Live(), nil
	})
}

func (h *Handlers) act(do func(*census.Service, context.Context, identity.Actor, uuid.UUID) error, sentence string) httpx.Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		id, err := httpx.PathUUID(r, "id")
		if err != nil {
			return err
		}
		err = do(h.Census, r.Context(), httpx.Actor(r), id)
		if refusal, ok := fault.ForForm(err); ok {
			return h.showReport(w, r, id, refusal)
		}
		if err != nil {
			return err
		}
		httpx.Flash(r, ui.Good, sentence)
		return httpx.SeeOther(w, r, urls.CensusFile(h.side.home, id))
	}
}
