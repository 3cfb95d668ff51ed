package commanditaire

import (
	"net/http"
	"strings"

	"github.com/google/uuid"

	"passnum/internal/fault"
	"passnum/internal/identity"
	"passnum/internal/order"
	"passnum/web/httpx"
	"passnum/web/ui"
	"passnum/web/urls"
)

// formView is the form of a new or a saved draft.
type formView struct {
	orderForm
	Action  string
	Cancel  string
	Heading string
	Dress   string // where the preview is; empty before the draft is kept
	Points  []order.Point
	Errors  ui.Errors
}

func (h *OrderHandlers) newForm(w http.ResponseWriter, r *http.Request) error {
	if err := httpx.Actor(r).May(identity.OrderWrite); err != nil {
		return err
	}
	page := httpx.Page(r, "Commander des carnets")
	page.Crumbs = []ui.Crumb{{Label: "Commandes", Href: urls.Orders()}, {Label: "Nouvelle commande"}}
	return h.formPage(w, r, http.StatusOK, page, urls.NewOrder(), urls.Orders(), formOf(order.Blank(h.Orders.Today())))
}

func (h *OrderHandlers) editForm(w http.ResponseWriter, r *http.Request) error {
	o, err := h.readOwn(r, identity.OrderWrite)
	if err != nil {
		return err
	}
	if !o.State.Editable() {
		return httpx.SeeOther(w, r, urls.Order(o.ID))
	}
	return h.formPage(w, r, http.StatusOK, orderPage(r, o, "Modifier la commande"), urls.Order(o.ID, "modifier"), urls.Order(o.ID), formOf(o.Specification))
}

func (h *OrderHandlers) formPage(w http.ResponseWriter, r *http.Request, status int, page ui.Page, action, cancel string, f orderForm) error {
	points, err := h.Orders.Points(r.Context(), httpx.Actor(r))
	if err != nil {
		return err
	}
	v := formView{orderForm: f, Action: action, Cancel: cancel, Heading: page.Title, Points: points, Errors: page.Errors}
	if kept, ok := strings.CutSuffix(action, "/modifier"); ok {
		v.Dress = kept + "/habillage"
	}
	return httpx.Render(w, r, status, formTemplate(page, v))
}

func (h *OrderHandlers) create(w http.ResponseWriter, r *http.Request) error {
	actor := httpx.Actor(r)
	return h.submit(w, r, httpx.Page(r, "Commander des carnets"), urls.NewOrder(), urls.Orders(), func(s order.Specification) (uuid.UUID, error) {
		return h.Orders.Create(r.Context(), actor, s)
	})
}

func (h *OrderHandlers) save(w http.ResponseWriter, r *http.Request) error {
	o, err := h.readOwn(r, identity.OrderWrite)
	if err != nil {
		return err
	}
	return h.submit(w, r, orderPage(r, o, "Modifier la commande"), urls.Order(o.ID, "modifier"), urls.Order(o.ID), func(s order.Specification) (uuid.UUID, error) {
		s.LogoID = o.LogoID
		return o.ID, h.Orders.Save(r.Context(), httpx.Actor(r), o.ID, s)
	})
}

// submit keeps the draft, then shows it or checks it, as the button said.
func (h *OrderHandlers) submit(w http.ResponseWriter, r *http.Request, page ui.Page, action, cancel string, keep func(order.Specification) (uuid.UUID, error)) error {
	points, err := h.Orders.Points(r.Context(), httpx.Actor(r))
	if err != nil {
		return err
	}
	values, err := httpx.Form(r)
	if err != nil {
		return err
	}
	form := readForm(values, points)
	id, err := h.keep(r, values, &form, keep)
	if f, ok := fault.ForForm(err); ok {
		page.Errors = ui.ErrorsFrom(f)
		return h.formPage(w, r, httpx.Status(f.Kind), page, action, cancel, form)
	}
	if err != nil {
		return err
	}
	if values.Get("ensuite") == "verifier" {
		return httpx.SeeOther(w, r, urls.Order(id, "verifier"))
	}
	httpx.Flash(r, ui.Good, "Le brouillon est enregistré.")
	return httpx.SeeOther(w, r, urls.Order(id, "modifier"))
}

func (h *OrderHandlers) keep(r *http.Request, values httpx.Values, form *orderForm, keep func(order.Specification) (uuid.UUID, error)) (uuid.UUID, error) {
	actor := httpx.Actor(r)
	var unread fault.Collector
	spec, err := form.specification(&unread, func(q string) ([]order.Partner, error) {
		return h.Orders.Partners(r.Context(), actor, q)
	})
	if err != nil {
		return uuid.Nil, err
	}
	logo, sent, err := values.File("logo")
	if err != nil {
		return uuid.Nil, err
	}
	if sent {
		if f, refused := fault.As(order.CheckLogo(logo.Content)); refused {
			unread.Add("logo", f.Fields[0].Sentence)
		}
	}
	if err := unread.Err(); err != nil {
		return uuid.Nil, withDomain(err, spec)
	}
	id, err := keep(spec)
	if err == nil && sent {
		err = h.Orders.AddLogo(r.Context(), actor, id, logo.Name, logo.Content)
	}
	return id, err
}

// withDomain adds what the domain would refuse, so that every problem is told
// at once.
func withDomain(err error, spec order.Specification) error {
	f, _ := fault.As(err)
	all := append([]fault.FieldError{}, f.Fields...)
	if more, ok := fault.As(spec.Storable()); ok {
		all = append(all, more.Fields...)
	}
	return fault.Invalid(all...)
}
