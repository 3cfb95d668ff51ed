package censusui

import (
	"net/http"

	"github.com/go-chi/chi/v5"

	"passnum/internal/identity"
	"passnum/internal/reporting/opendata"
	"passnum/web/httpx"
	"passnum/web/ui"
	"passnum/web/urls"
)

// ChoiceHandlers lets a structure say what is published of its places.
type ChoiceHandlers struct{ Data *opendata.Service }

// Routes mounts the screens under /structure.
func (h *ChoiceHandlers) Routes(r chi.Router) {
	r.Group(func(r chi.Router) {
		r.Use(httpx.Need(identity.PlaceWrite))
		r.Method(http.MethodGet, "/lieux/donnees-ouvertes", httpx.Handler(h.show))
	})
	r.Group(func(r chi.Router) {
		r.Use(httpx.Need(identity.StructureWrite))
		r.Method(http.MethodPost, "/lieux/donnees-ouvertes", httpx.Handler(h.save))
	})
}

type choiceView struct {
	May     bool
	Options []ui.Option
}

func (h *ChoiceHandlers) show(w http.ResponseWriter, r *http.Request) error {
	c, err := h.Data.Choice(r.Context(), httpx.Actor(r))
	if err != nil {
		return err
	}
	p := httpx.Page(r, "Données ouvertes")
	p.Crumbs = []ui.Crumb{{Label: "Notre structure", Href: urls.Structure()}, {Label: "Lieux", Href: urls.StructurePlaces()}, {Label: "Données ouvertes"}}
	v := choiceView{May: httpx.Actor(r).Can(identity.StructureWrite), Options: []ui.Option{
		{Value: "lieux", Label: "Nos lieux", Hint: "Leur nom, leur adresse, leurs horaires, leurs services.", Checked: c.Listed},
		{Value: "telephone", Label: "Le téléphone de chaque lieu", Checked: c.Phone},
		{Value: "courriel", Label: "Le courriel de chaque lieu", Hint: "Jamais celui qui porte le nom du référent.", Checked: c.Email},
		{Value: "site", Label: "L’adresse du site", Checked: c.Website},
	}}
	return httpx.Render(w, r, http.StatusOK, choicePage(p, v))
}

func (h *ChoiceHandlers) save(w http.ResponseWriter, r *http.Request) error {
	form, err := httpx.Form(r)
	if err != nil {
		return err
	}
	var c opendata.Choice
	for _, part := range form.All("publier") {
		for name, field := range map[string]*bool{"lieux": &c.Listed, "telephone": &c.Phone, "courriel": &c.Email, "site": &c.Website} {
			if part == name {
				*field = true
			}
		}
	}
	if err := h.Data.Choose(r.Context(), httpx.Actor(r), c); err != nil {
		return err
	}
	httpx.Flash(r, ui.Good, "Votre choix est enregistré. Il vaut dès le prochain fichier, demain au plus tard.")
	return httpx.SeeOther(w, r, urls.StructureOpenData())
}
