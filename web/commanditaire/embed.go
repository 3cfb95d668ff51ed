package commanditaire

import (
	"fmt"
	"net/http"

	"github.com/a-h/templ"
	"github.com/go-chi/chi/v5"

	"passnum/internal/fault"
	"passnum/internal/identity"
	"passnum/internal/reporting/finder"
	"passnum/web/httpx"
	"passnum/web/ui"
	"passnum/web/ui/format"
	"passnum/web/urls"
)

// EmbedHandlers gives a commanditaire the search of places for its own site.
type EmbedHandlers struct {
	Places  *finder.Service
	BaseURL string
}

// Routes mounts the screens under /commanditaire.
func (h *EmbedHandlers) Routes(r chi.Router) {
	r.With(httpx.Need(identity.OrderRead)).Method(http.MethodGet, "/structures/integrer", httpx.Handler(h.show))
	r.Group(func(r chi.Router) {
		r.Use(httpx.Need(identity.OrderWrite))
		r.Method(http.MethodPost, "/structures/integrer", httpx.Handler(h.add))
		r.Method(http.MethodPost, "/structures/integrer/{id}/retirer", httpx.Handler(h.remove))
	})
}

// embedView is the code to paste, and the sites that may show it.
type embedView struct {
	Code    string
	Preview string
	Typed   string
	Error   string
	Writes  bool
	Origins []finder.Origin
}

func (h *EmbedHandlers) show(w http.ResponseWriter, r *http.Request) error {
	return h.render(w, r, http.StatusOK, "", nil)
}

func (h *EmbedHandlers) render(w http.ResponseWriter, r *http.Request, status int, typed string, refusal *fault.Error) error {
	actor := httpx.Actor(r)
	site, err := h.Places.Site(r.Context(), actor)
	if err != nil {
		return err
	}
	p := httpx.Page(r, "Sur votre site")
	p.Errors = ui.ErrorsFrom(refusal)
	path := urls.With(urls.EmbeddedPlaces(), "pour", site.Slug)
	v := embedView{Preview: path, Typed: typed, Error: p.Errors.For("origine"), Writes: actor.Can(identity.OrderWrite), Origins: site.Origins,
		Code: fmt.Sprintf("<iframe src=\"%s%s\"\n  title=\"Lieux qui acceptent le Pass numérique\"\n  width=\"100%%\" height=\"900\" loading=\"lazy\"></iframe>", h.BaseURL, path)}
	return httpx.Render(w, r, status, embedPage(p, v))
}

func (h *EmbedHandlers) add(w http.ResponseWriter, r *http.Request) error {
	values, err := httpx.Form(r)
	if err != nil {
		return err
	}
	err = h.Places.AddOrigin(r.Context(), httpx.Actor(r), values.Get("origine"))
	if refusal, ok := fault.As(err); ok && refusal.Kind == fault.KindInvalid {
		return h.render(w, r, http.StatusUnprocessableEntity, values.Get("origine"), refusal)
	}
	if err != nil {
		return err
	}
	httpx.Flash(r, ui.Good, "Votre site peut maintenant montrer la recherche de lieux.")
	return httpx.SeeOther(w, r, urls.EmbedSettings())
}

func (h *EmbedHandlers) remove(w http.ResponseWriter, r *http.Request) error {
	id, err := httpx.PathUUID(r, "id")
	if err != nil {
		return err
	}
	if err := h.Places.RemoveOrigin(r.Context(), httpx.Actor(r), id); err != nil {
		return err
	}
	httpx.Flash(r, ui.Good, "Ce site ne montre plus la recherche de lieux.")
	return httpx.SeeOther(w, r, urls.EmbedSettings())
}

func (v embedView) columns() []ui.Column {
	columns := ui.Columns("Site", "Ajouté le")
	if v.Writes {
		columns = append(columns, ui.Column{Label: "Action", HideLabel: true})
	}
	return columns
}

func embedRows(v embedView) []ui.Row {
	var rows []ui.Row
	for _, o := range v.Origins {
		cells := []templ.Component{ui.Text(o.Origin), ui.TwoLines(ui.Text(format.Date(o.AddedAt)), o.AddedByName)}
		if v.Writes {
			cells = append(cells, ui.PostButton(urls.EmbedOrigin(o.ID.String()), ui.ButtonArgs{Label: "Retirer", Kind: ui.Quiet, Hidden: o.Origin}))
		}
		rows = append(rows, ui.NewRow(cells...))
	}
	return rows
}
