package aiguilleur

import (
	"net/http"

	"github.com/a-h/templ"

	"passnum/internal/distribution"
	"passnum/internal/fault"
	"passnum/internal/hours"
	"passnum/internal/identity"
	"passnum/web/httpx"
	"passnum/web/ui"
	"passnum/web/urls"
)

type pointsView struct {
	table  ui.TableArgs
	mayAdd bool
}

func (h *Handlers) points(w http.ResponseWriter, r *http.Request) error {
	points, err := h.Network.Points(r.Context(), httpx.Actor(r))
	if err != nil {
		return err
	}
	v := pointsView{mayAdd: pointMaker(r), table: ui.TableArgs{
		Caption: "Points de distribution", HideCaption: true,
		Columns: []ui.Column{{Label: "Point"}, {Label: "Référent"}, {Label: "Horaires"}, {Label: "État"}, {Label: "Actions", HideLabel: true}},
		Empty:   ui.EmptyArgs{Title: "Aucun point de distribution", Body: "Un point est une adresse où des carnets sont gardés et remis, et une personne qui en répond."},
	}}
	current, open, _ := h.counter(r, "")
	for _, p := range points {
		state := ui.Tag(ui.Good, "ouvert")
		if !p.Open() {
			state = ui.Tag(ui.Neutral, "fermé")
		} else if p.IsPublic {
			state = ui.Tag(ui.Good, "ouvert, affiché au public")
		}
		v.table.Rows = append(v.table.Rows, ui.NewRow(ui.TwoLines(pointName(p, v.mayAdd), p.Address()), ui.TwoLines(ui.Text(p.ReferentName), joined(p.Phone, p.ReferentEmail)),
			ui.Text(hours.Say(p.OpeningHours)), state, pointAct(p, p.ID == current.ID, len(open) > 1)))
	}
	return httpx.Render(w, r, http.StatusOK, pointsPage(httpx.Page(r, "Points de distribution"), v))
}

func pointName(p distribution.Point, mayEdit bool) templ.Component {
	if mayEdit && p.Open() {
		return ui.Link(p.Name, urls.Point(p.ID))
	}
	return ui.Text(p.Name)
}

func pointAct(p distribution.Point, current, several bool) templ.Component {
	switch {
	case !p.Open() || !several:
		return ui.Text("")
	case current:
		return ui.Tag(ui.Info, "vous êtes ici")
	default:
		return ui.PostButton(urls.Point(p.ID, "choisir"), ui.ButtonArgs{Label: "Travailler ici", Hidden: "au point " + p.Name, Kind: ui.Quiet})
	}
}

type pointView struct {
	title, action, button string
	form                  distribution.PointForm
	closeAction           string
}

func (h *Handlers) newPoint(w http.ResponseWriter, r *http.Request) error {
	return showPoint(w, r, newPointView(distribution.PointForm{}), nil)
}

func newPointView(form distribution.PointForm) pointView {
	return pointView{title: "Ajouter un point de distribution", action: urls.NewPoint(), button: "Ajouter le point", form: form}
}

func (h *Handlers) addPoint(w http.ResponseWriter, r *http.Request) error {
	form, err := readPoint(r)
	if err != nil {
		return err
	}
	point, err := h.Network.AddPoint(r.Context(), httpx.Actor(r), form)
	if refusal, ok := fault.ForForm(err); ok {
		return showPoint(w, r, newPointView(form), refusal)
	}
	if err != nil {
		return err
	}
	httpx.Flash(r, ui.Good, "Le point «\u00a0"+point.Name+"\u00a0» est ouvert.")
	return httpx.SeeOther(w, r, urls.Points())
}

func (h *Handlers) point(w http.ResponseWriter, r *http.Request) error {
	point, err := h.pathPoint(r)
	if err != nil {
		return err
	}
	return showPoint(w, r, editView(point, distribution.FormOf(point)), nil)
}

func (h *Handlers) pathPoint(r *http.Request) (distribution.Point, error) {
	id, err := httpx.PathUUID(r, "id")
	if err != nil {
		return distribution.Point{}, err
	}
	return h.Network.Point(r.Context(), httpx.Actor(r), id)
}

func editView(point distribution.Point, form distribution.PointForm) pointView {
	v := pointView{title: point.Name, action: urls.Point(point.ID), button: "Enregistrer", form: form}
	if point.Open() {
		v.closeAction = urls.Point(point.ID, "fermer")
	}
	return v
}

func (h *Handlers) editPoint(w http.ResponseWriter, r *http.Request) error {
	point, err := h.pathPoint(r)
	if err != nil {
		return err
	}
	form, err := readPoint(r)
	if err != nil {
		return err
	}
	err = h.Network.EditPoint(r.Context(), httpx.Actor(r), point.ID, form)
	if refusal, ok := fault.ForForm(err); ok {
		return showPoint(w, r, editView(point, form), refusal)
	}
	if err != nil {
		return err
	}
	httpx.Flash(r, ui.Good, "Le point «\u00a0"+form.Name+"\u00a0» est à jour.")
	return httpx.SeeOther(w, r, urls.Points())
}

func (h *Handlers) closePoint(w http.ResponseWriter, r *http.Request) error {
	point, err := h.pathPoint(r)
	if err != nil {
		return err
	}
	err = h.Network.ClosePoint(r.Context(), httpx.Actor(r), point.ID)
	if refusal, ok := fault.ForForm(err); ok {
		return showPoint(w, r, editView(point, distribution.FormOf(point)), refusal)
	}
	if err != nil {
		return err
	}
	httpx.Flash(r, ui.Good, "Le point «\u00a0"+point.Name+"\u00a0» est fermé.")
	return httpx.SeeOther(w, r, urls.Points())
}

func showPoint(w http.ResponseWriter, r *http.Request, v pointView, refusal *fault.Error) error {
	if err := httpx.Actor(r).May(identity.PointWrite); err != nil {
		return err
	}
	p := httpx.Page(r, v.title)
	p.Crumbs = []ui.Crumb{{Label: "Points de distribution", Href: urls.Points()}, {Label: v.title}}
	status := http.StatusOK
	if refusal != nil {
		p.Errors, status = ui.ErrorsFrom(refusal), httpx.Status(refusal.Kind)
	}
	return httpx.Render(w, r, status, pointPage(p, v))
}

func readPoint(r *http.Request) (distribution.PointForm, error) {
	form, err := httpx.Form(r)
	if err != nil {
		return distribution.PointForm{}, err
	}
	return distribution.PointForm{
		Name: form.Get("nom"), ReferentName: form.Get("referent"), ReferentEmail: form.Get("courriel"), Phone: form.Get("telephone"), Street: form.Get("rue"),
		Complement: form.Get("complement"), PostalCode: form.Get("code_postal"), Commune: form.Get("commune"), CommuneCode: form.Get("commune_code"), OpeningHours: form.Get("horaires"),
		IsPublic: form.Bool("public"), PublicNote: form.Get("avant_de_venir"),
	}, nil
}
