package programmeui

import (
	"net/http"

	"github.com/go-chi/chi/v5"
	"github.com/google/uuid"

	"passnum/internal/fault"
	"passnum/internal/identity"
	"passnum/internal/order"
	"passnum/internal/programme"
	"passnum/web/httpx"
	"passnum/web/ui"
	"passnum/web/urls"
)

// PartyHandlers shows the calls to those who fund and those who order.
type PartyHandlers struct{ Programmes *programme.Service }

// Routes mounts the screens under /commanditaire.
func (h *PartyHandlers) Routes(r chi.Router) {
	get := func(path string, f httpx.Handler) { r.Method(http.MethodGet, path, f) }
	post := func(path string, f httpx.Handler) { r.Method(http.MethodPost, path, f) }
	get("/programmes", h.list)
	get("/programmes/commandes/{order}", h.offers)
	post("/programmes/commandes/{order}/demande", h.ask)
	post("/programmes/commandes/{order}/retrait", h.withdraw)
	post("/programmes/commandes/{order}/public", h.declare)
	get("/programmes/{id}", h.show)
	get("/programmes/{id}/commandes.csv", h.sheet)
	post("/programmes/{id}/reponse", h.act(answer, "Votre réponse est enregistrée. Le commanditaire est prévenu."))
	post("/programmes/{id}/cloture", h.act(closeCall, "Le programme est clos."))
}

func crumbs(actor identity.Actor, rest ...ui.Crumb) []ui.Crumb {
	first := ui.Crumb{Label: "Finances", Href: urls.Finances()}
	if !actor.Can(identity.OrderRead) && actor.Capacities.Observer {
		return rest
	}
	return append([]ui.Crumb{first}, rest...)
}

func (h *PartyHandlers) list(w http.ResponseWriter, r *http.Request) error {
	actor := httpx.Actor(r)
	programmes, err := h.Programmes.List(r.Context(), actor)
	if err != nil {
		return err
	}
	page := httpx.Page(r, "Programmes")
	page.Crumbs = crumbs(actor, ui.Crumb{Label: "Programmes"})
	t := table(forParty, h.Programmes.Today(), programmes, func(p programme.Programme) bool { return p.FunderID == actor.OrganisationID },
		ui.EmptyArgs{Title: "Aucun programme pour l’instant", Body: "Quand un financeur ouvre un appel, il apparaît ici avec ses règles. Vous y rattachez une commande avant de signer son devis."})
	return httpx.Render(w, r, http.StatusOK, listPage(page, t, false))
}

func (h *PartyHandlers) show(w http.ResponseWriter, r *http.Request) error {
	id, err := httpx.PathUUID(r, "id")
	if err != nil {
		return err
	}
	return h.page(w, r, id, http.StatusOK, httpx.NewValues(nil), nil)
}

func (h *PartyHandlers) page(w http.ResponseWriter, r *http.Request, id uuid.UUID, status int, typed httpx.Values, refusal *fault.Error) error {
	actor := httpx.Actor(r)
	p, err := h.Programmes.Show(r.Context(), actor, id)
	if err != nil {
		return err
	}
	page := httpx.Page(r, p.Name)
	page.Crumbs = crumbs(actor, ui.Crumb{Label: "Programmes", Href: urls.Programmes()}, ui.Crumb{Label: p.Name})
	page.Errors = ui.ErrorsFrom(refusal)
	decides := p.Mine && actor.Can(identity.OrderSign)
	v := pageView{Page: p, audience: forParty, MayAnswer: decides, MayClose: decides && p.ClosedAt == nil, Opens: p.Open(h.Programmes.Today()), Typed: typed, Errors: page.Errors}
	return httpx.Render(w, r, status, showPage(page, v))
}

func (h *PartyHandlers) sheet(w http.ResponseWriter, r *http.Request) error {
	id, err := httpx.PathUUID(r, "id")
	if err != nil {
		return err
	}
	page, err := h.Programmes.Show(r.Context(), httpx.Actor(r), id)
	if err != nil {
		return err
	}
	return writeCSV(w, page)
}

func (h *PartyHandlers) act(do act, done string) httpx.Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		return submit(w, r, h.Programmes, do, done, forParty, h.page)
	}
}

// offersView is what each call would bring to an order.
type offersView struct {
	Order  order.Order
	Offers []programme.Offer
	Writes bool
	Typed  httpx.Values
	Errors ui.Errors
}

func (v offersView) typedOr(name, kept string) string {
	if v.Typed.Has(name) {
		return v.Typed.Get(name)
	}
	return kept
}

// open reports whether the order may still change who funds it.
func (v offersView) open() bool {
	return v.Writes && (v.Order.State == order.Draft || v.Order.State == order.Quoted)
}

func (h *PartyHandlers) offers(w http.ResponseWriter, r *http.Request) error {
	return h.offersPage(w, r, http.StatusOK, httpx.NewValues(nil), nil)
}

func (h *PartyHandlers) offersPage(w http.ResponseWriter, r *http.Request, status int, typed httpx.Values, refusal *fault.Error) error {
	id, err := httpx.PathUUID(r, "order")
	if err != nil {
		return err
	}
	actor := httpx.Actor(r)
	o, offers, err := h.Programmes.Offers(r.Context(), actor, id)
	if err != nil {
		return err
	}
	page := httpx.Page(r, "L’aide d’un programme")
	label := o.Number
	if label == "" {
		label = "Brouillon"
	}
	page.Crumbs = []ui.Crumb{{Label: "Commandes", Href: urls.Orders()}, {Label: label, Href: urls.Order(o.ID)}, {Label: "Programmes"}}
	page.Errors = ui.ErrorsFrom(refusal)
	v := offersView{Order: o, Offers: offers, Writes: actor.Can(identity.OrderWrite), Typed: typed, Errors: page.Errors}
	return httpx.Render(w, r, status, offersTemplate(page, v))
}

func (h *PartyHandlers) ask(w http.ResponseWriter, r *http.Request) error {
	return h.change(w, r, "La demande est envoyée. La somme est réservée, et le devis se signe après la réponse du financeur.", func(order, programme uuid.UUID, _ httpx.Values) error {
		return h.Programmes.Ask(r.Context(), httpx.Actor(r), programme, order)
	})
}

func (h *PartyHandlers) withdraw(w http.ResponseWriter, r *http.Request) error {
	return h.change(w, r, "La commande est détachée du programme.", func(order, programme uuid.UUID, _ httpx.Values) error {
		return h.Programmes.Withdraw(r.Context(), httpx.Actor(r), programme, order)
	})
}

func (h *PartyHandlers) declare(w http.ResponseWriter, r *http.Request) error {
	return h.change(w, r, "Le public atteint est déclaré. Le financeur le voit.", func(order, programme uuid.UUID, form httpx.Values) error {
		reached := percent(form.Get("atteint"))
		if form.Get("atteint") == "" {
			reached = -1
		}
		return h.Programmes.Declare(r.Context(), httpx.Actor(r), programme, order, reached, form.Get("precision"))
	})
}

func (h *PartyHandlers) change(w http.ResponseWriter, r *http.Request, done string, do func(order, programme uuid.UUID, form httpx.Values) error) error {
	id, err := httpx.PathUUID(r, "order")
	if err != nil {
		return err
	}
	form, err := httpx.Form(r)
	if err != nil {
		return err
	}
	call, _ := form.UUID("programme")
	err = do(id, call, form)
	if f, ok := fault.ForForm(err); ok {
		return h.offersPage(w, r, httpx.Status(f.Kind), form, f)
	}
	if err != nil {
		return err
	}
	httpx.Flash(r, ui.Good, done)
	return httpx.SeeOther(w, r, urls.OrderProgrammes(id))
}
