package conventionui

import (
	"net/http"

	"passnum/internal/distribution"
	"passnum/internal/fault"
	"passnum/web/httpx"
	"passnum/web/ui"
)

// Screens shows and has signed the conventions of one side: the commanditaire's
// or the aiguilleur's, as Links say.
type Screens struct {
	Network *distribution.Service
	Links   Links
}

// Mine lists the actor's conventions on the side that belongs says.
func (s *Screens) Mine(r *http.Request, belongs func(distribution.Convention) bool, empty ui.EmptyArgs) (ui.TableArgs, error) {
	actor := httpx.Actor(r)
	list, err := s.Network.Conventions(r.Context(), actor)
	if err != nil {
		return ui.TableArgs{}, err
	}
	var ours []distribution.Convention
	for _, c := range list {
		if belongs(c) {
			ours = append(ours, c)
		}
	}
	return Table(ours, actor, s.Network.Day(), s.Links, empty), nil
}

// Show answers one convention.
func (s *Screens) Show(w http.ResponseWriter, r *http.Request) error {
	return s.Refused(w, r, distribution.Signing{}, nil)
}

// Refused shows the convention again, with what was typed and why it was refused.
func (s *Screens) Refused(w http.ResponseWriter, r *http.Request, typed distribution.Signing, refusal *fault.Error) error {
	id, err := httpx.PathUUID(r, "id")
	if err != nil {
		return err
	}
	c, err := s.Network.Convention(r.Context(), httpx.Actor(r), id)
	if err != nil {
		return err
	}
	p := httpx.Page(r, "Convention "+c.Number)
	p.Crumbs = []ui.Crumb{{Label: "Conventions", Href: s.Links.List}, {Label: c.Number}}
	v := NewView(c, httpx.Actor(r), s.Network.Day(), s.Links)
	status := http.StatusOK
	if refusal != nil {
		p.Errors, status = ui.ErrorsFrom(refusal), httpx.Status(refusal.Kind)
		v.Name, v.Role, v.Agree = typed.Name, typed.Title, typed.Agree
	}
	return httpx.Render(w, r, status, Page(p, v))
}

// Sign signs for the actor's organisation.
func (s *Screens) Sign(w http.ResponseWriter, r *http.Request) error {
	id, err := httpx.PathUUID(r, "id")
	if err != nil {
		return err
	}
	form, err := httpx.Form(r)
	if err != nil {
		return err
	}
	typed := distribution.Signing{Name: form.Get("nom"), Title: form.Get("qualite"), Agree: form.Bool("accord")}
	_, err = s.Network.Sign(r.Context(), httpx.Actor(r), id, typed)
	if refusal, ok := fault.ForForm(err); ok {
		return s.Refused(w, r, typed, refusal)
	}
	if err != nil {
		return err
	}
	httpx.Flash(r, ui.Good, "La convention est signée pour votre organisation.")
	return httpx.SeeOther(w, r, s.Links.Of(id))
}

// PDF answers the paper.
func (s *Screens) PDF(w http.ResponseWriter, r *http.Request) error {
	id, err := httpx.PathUUID(r, "id")
	if err != nil {
		return err
	}
	document, err := s.Network.ConventionPDF(r.Context(), httpx.Actor(r), id)
	if err != nil {
		return err
	}
	return httpx.Inline(w, document.Name, httpx.TypePDF, document.Content)
}
