package aiguilleur

import (
	"net/http"

	"passnum/internal/distribution"
	"passnum/internal/fault"
	"passnum/web/conventionui"
	"passnum/web/httpx"
	"passnum/web/ui"
	"passnum/web/urls"
)

var conventionLinks = conventionui.Links{List: urls.CounterConventions(), Of: urls.CounterConvention}

func (h *Handlers) conventions(w http.ResponseWriter, r *http.Request) error {
	actor := httpx.Actor(r)
	list, err := h.Network.Conventions(r.Context(), actor)
	if err != nil {
		return err
	}
	var ours []distribution.Convention
	for _, c := range list {
		if c.AiguilleurID == actor.OrganisationID {
			ours = append(ours, c)
		}
	}
	table := conventionui.Table(ours, actor, h.Network.Day(), conventionLinks,
		ui.EmptyArgs{Title: "Aucune convention", Body: "Un commanditaire qui veut vous confier des carnets vous en propose une. Vous la signez ici."})
	return httpx.Render(w, r, http.StatusOK, conventionui.ListPage(httpx.Page(r, "Conventions"), "Elles vous donnent mandat de remettre les carnets d’un commanditaire.", nil, table))
}

func (h *Handlers) convention(w http.ResponseWriter, r *http.Request) error {
	return h.showConvention(w, r, distribution.Signing{}, nil)
}

func (h *Handlers) showConvention(w http.ResponseWriter, r *http.Request, typed distribution.Signing, refusal *fault.Error) error {
	id, err := httpx.PathUUID(r, "id")
	if err != nil {
		return err
	}
	c, err := h.Network.Convention(r.Context(), httpx.Actor(r), id)
	if err != nil {
		return err
	}
	p := httpx.Page(r, "Convention "+c.Number)
	p.Crumbs = []ui.Crumb{{Label: "Conventions", Href: urls.CounterConventions()}, {Label: c.Number}}
	v := conventionui.NewView(c, httpx.Actor(r), h.Network.Day(), conventionLinks)
	v.End = "" // the commanditaire ends it from its own space
	status := http.StatusOK
	if refusal != nil {
		p.Errors, status = ui.ErrorsFrom(refusal), httpx.Status(refusal.Kind)
		v.Name, v.Role, v.Agree = typed.Name, typed.Title, typed.Agree
	}
	return httpx.Render(w, r, status, conventionui.Page(p, v))
}

func (h *Handlers) signConvention(w http.ResponseWriter, r *http.Request) error {
	id, err := httpx.PathUUID(r, "id")
	if err != nil {
		return err
	}
	form, err := httpx.Form(r)
	if err != nil {
		return err
	}
	typed := distribution.Signing{Name: form.Get("nom"), Title: form.Get("qualite"), Agree: form.Bool("accord")}
	_, err = h.Network.Sign(r.Context(), httpx.Actor(r), id, typed)
	if refusal, ok := fault.ForForm(err); ok {
		return h.showConvention(w, r, typed, refusal)
	}
	if err != nil {
		return err
	}
	httpx.Flash(r, ui.Good, "La convention est signée pour votre organisation.")
	return httpx.SeeOther(w, r, urls.CounterConvention(id))
}

func (h *Handlers) conventionPDF(w http.ResponseWriter, r *http.Request) error {
	id, err := httpx.PathUUID(r, "id")
	if err != nil {
		return err
	}
	document, err := h.Network.ConventionPDF(r.Context(), httpx.Actor(r), id)
	if err != nil {
		return err
	}
	return httpx.Inline(w, document.Name, httpx.TypePDF, document.Content)
}
