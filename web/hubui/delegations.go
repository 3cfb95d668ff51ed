package hubui

import (
	"net/http"
	"time"

	"github.com/a-h/templ"
	"github.com/go-chi/chi/v5"
	"github.com/google/uuid"

	"passnum/internal/delegation"
	"passnum/internal/fault"
	"passnum/internal/identity"
	"passnum/internal/order"
	"passnum/web/httpx"
	"passnum/web/networkui"
	"passnum/web/ui"
	"passnum/web/ui/format"
	"passnum/web/urls"
)

// DelegationHandlers lets a commanditaire entrust its orders.
type DelegationHandlers struct {
	Delegations *delegation.Service
	Orders      *order.Service
}

// Routes mounts the screens under /commanditaire.
func (h *DelegationHandlers) Routes(r chi.Router) {
	get := func(r chi.Router, path string, f httpx.Handler) {
		r.Method(http.MethodGet, "/structures/delegations"+path, f)
	}
	post := func(r chi.Router, path string, f httpx.Handler) {
		r.Method(http.MethodPost, "/structures/delegations"+path, f)
	}
	r.Group(func(r chi.Router) {
		r.Use(httpx.Need(identity.DelegationWrite))
		get(r, "/nouvelle", h.form)
		post(r, "/nouvelle", h.delegate)
		post(r, "/{id}", h.change)
		post(r, "/{id}/retirer", h.withdraw)
	})
	r.Group(func(r chi.Router) {
		r.Use(httpx.Need(identity.OrderRead))
		get(r, "", h.list)
		get(r, "/{id}", h.one)
	})
}

type delegationsView struct {
	Tabs   []ui.Tab
	Table  ui.TableArgs
	Writes bool
}

func (h *DelegationHandlers) list(w http.ResponseWriter, r *http.Request) error {
	list, err := h.Delegations.Given(r.Context(), httpx.Actor(r))
	if err != nil {
		return err
	}
	v := delegationsView{Tabs: networkui.CommanditaireTabs(urls.Delegations()), Writes: httpx.Actor(r).Can(identity.DelegationWrite), Table: ui.TableArgs{
		Caption: "Délégations", HideCaption: true, Columns: ui.Columns("Commande", "Confiée à", "Jusqu’au", "Elle peut", "État"),
		Empty: ui.EmptyArgs{Title: "Aucune délégation", Body: "Un hub territorial, ou qui vous assiste, peut animer vos points et vos structures là où vous n’avez personne. Il ne voit aucun montant."}}}
	for _, d := range list {
		v.Table.Rows = append(v.Table.Rows, ui.NewRow(ui.Link(d.Name(), urls.Delegation(d.ID)), ui.Text(d.Hub), ui.Text(format.Date(d.EndsOn)), ui.Text(rights(d)), stateTag(d.State(h.Delegations.Today()))))
	}
	return httpx.Render(w, r, http.StatusOK, delegationsPage(httpx.Page(r, "Délégations"), v))
}

// typed is a delegation as typed, so that a refusal loses nothing.
type typed struct {
	Order, Hub, Starts, Ends string
	Invite, Decide           bool
	Purpose                  string
}

func readTyped(v httpx.Values) (typed, delegation.Form) {
	t := typed{Order: v.Get("commande"), Hub: v.Get("hub"), Starts: v.Get("debut"), Ends: v.Get("fin"), Invite: v.Bool("inviter"), Decide: v.Bool("decider"), Purpose: v.Get("mission")}
	f := delegation.Form{MayInvite: t.Invite, MayDecide: t.Decide, Purpose: t.Purpose}
	f.HubID, _ = v.UUID("hub")
	f.StartsOn, f.EndsOn = dayOf(t.Starts), dayOf(t.Ends)
	return t, f
}

func dayOf(text string) time.Time {
	day, err := format.ParseDay(text)
	if err != nil {
		return time.Time{}
	}
	return day
}

type delegationForm struct {
	typed
	Action string
	Orders []ui.Option
	Hubs   []ui.Option
	Errors ui.Errors
}

func (h *DelegationHandlers) form(w http.ResponseWriter, r *http.Request) error {
	today := h.Delegations.Today()
	t := typed{Order: httpx.Query(r).Get("commande"), Starts: format.Typed(today), Ends: format.Typed(today.AddDate(1, 0, 0)), Decide: true, Invite: true}
	return h.showForm(w, r, t, nil)
}

func (h *DelegationHandlers) showForm(w http.ResponseWriter, r *http.Request, t typed, refusal *fault.Error) error {
	actor := httpx.Actor(r)
	hubs, err := h.Delegations.Hubs(r.Context(), actor)
	if err != nil {
		return err
	}
	orders, err := h.Orders.List(r.Context(), actor, order.Filter{Limit: 200})
	if err != nil {
		return err
	}
	page, status := formPage(r, ui.Crumb{Label: "Délégations", Href: urls.Delegations()}, "Déléguer une commande", refusal)
	v := delegationForm{typed: t, Action: urls.NewDelegation(), Errors: page.Errors}
	for _, o := range orders.Orders {
		if o.State != order.Cancelled && o.State != order.Closed {
			v.Orders = append(v.Orders, ui.Option{Value: o.ID.String(), Label: orNone(o.Title, "Commande "+o.Number)})
		}
	}
	for _, o := range hubs {
		v.Hubs = append(v.Hubs, ui.Option{Value: o.ID.String(), Label: o.Name, Hint: o.Town})
	}
	v.Orders, v.Hubs = ui.Selected(v.Orders, t.Order), ui.Selected(v.Hubs, t.Hub)
	return httpx.Render(w, r, status, newDelegationPage(page, v))
}

func (h *DelegationHandlers) delegate(w http.ResponseWriter, r *http.Request) error {
	v, err := httpx.Form(r)
	if err != nil {
		return err
	}
	t, form := readTyped(v)
	chosen, ok := v.UUID("commande")
	if !ok {
		chosen = uuid.Nil
	}
	id, err := h.Delegations.Delegate(r.Context(), httpx.Actor(r), chosen, form)
	return answered(err, func(refusal *fault.Error) error { return h.showForm(w, r, t, refusal) }, func() error {
		httpx.Flash(r, ui.Good, "C’est délégué. L’organisation est prévenue par courriel.")
		return httpx.SeeOther(w, r, urls.Delegation(id))
	})
}

type delegationView struct {
	delegation.Delegation
	Tag    templ.Component
	Rows   []ui.SummaryRow
	Sent   []ui.JournalEntry
	Writes bool
	Form   delegationForm
	Motive string
	Errors ui.Errors
}

func (h *DelegationHandlers) one(w http.ResponseWriter, r *http.Request) error {
	return h.showOne(w, r, nil, "", nil)
}

func (h *DelegationHandlers) showOne(w http.ResponseWriter, r *http.Request, again *typed, motive string, refusal *fault.Error) error {
	id, err := httpx.PathUUID(r, "id")
	if err != nil {
		return err
	}
	d, messages, err := h.Delegations.Own(r.Context(), httpx.Actor(r), id)
	if err != nil {
		return err
	}
	page, status := formPage(r, ui.Crumb{Label: "Délégations", Href: urls.Delegations()}, d.Name()+", confiée à "+d.Hub, refusal)
	t := typed{Starts: format.Typed(d.StartsOn), Ends: format.Typed(d.EndsOn), Invite: d.MayInvite, Decide: d.MayDecide, Purpose: d.Purpose}
	if again != nil {
		t = *again
	}
	v := delegationView{Delegation: d, Tag: stateTag(d.State(h.Delegations.Today())), Motive: motive, Errors: page.Errors,
		Writes: d.WithdrawnAt == nil && httpx.Actor(r).Can(identity.DelegationWrite), Form: delegationForm{typed: t, Action: urls.Delegation(d.ID), Errors: page.Errors}}
	v.Rows = []ui.SummaryRow{{Key: "Commande", Body: ui.Link(d.Name(), urls.Order(d.OrderID))}, {Key: "Confiée à", Value: d.Hub}, {Key: "Du", Value: format.Date(d.StartsOn)}, {Key: "Au", Value: format.Date(d.EndsOn)},
		{Key: "Elle peut", Value: rights(d)}, {Key: "Mission", Value: orNone(d.Purpose, "Non précisée")}, {Key: "Déléguée par", Value: d.CreatedByName + ", le " + format.Date(d.CreatedAt)}}
	if d.WithdrawnAt != nil {
		v.Rows = append(v.Rows, ui.SummaryRow{Key: "Retirée", Value: "le " + format.Date(*d.WithdrawnAt) + ", par " + d.WithdrawnByName + ". " + d.WithdrawnReason})
	}
	for _, m := range messages {
		v.Sent = append(v.Sent, ui.JournalEntry{When: format.DateTime(m.SentAt), Who: m.SentByName, What: m.Subject,
			Detail: m.Audience.Label() + "\u00a0: " + format.Count(m.Recipients, "destinataire", "destinataires") + ". " + m.Body})
	}
	return httpx.Render(w, r, status, delegationPage(page, v))
}

func (h *DelegationHandlers) change(w http.ResponseWriter, r *http.Request) error {
	id, err := httpx.PathUUID(r, "id")
	if err != nil {
		return err
	}
	v, err := httpx.Form(r)
	if err != nil {
		return err
	}
	t, form := readTyped(v)
	form.HubID = uuid.Nil
	err = h.Delegations.Change(r.Context(), httpx.Actor(r), id, form)
	return answered(err, func(refusal *fault.Error) error { return h.showOne(w, r, &t, "", refusal) }, func() error {
		httpx.Flash(r, ui.Good, "La délégation est changée.")
		return httpx.SeeOther(w, r, urls.Delegation(id))
	})
}

func (h *DelegationHandlers) withdraw(w http.ResponseWriter, r *http.Request) error {
	id, err := httpx.PathUUID(r, "id")
	if err != nil {
		return err
	}
	v, err := httpx.Form(r)
	if err != nil {
		return err
	}
	motive := v.Get("motif")
	err = h.Delegations.Withdraw(r.Context(), httpx.Actor(r), id, motive)
	return answered(err, func(refusal *fault.Error) error { return h.showOne(w, r, nil, motive, refusal) }, func() error {
		httpx.Flash(r, ui.Good, "La délégation est retirée\u00a0: l’organisation ne lit plus rien de cette commande.")
		return httpx.SeeOther(w, r, urls.Delegations())
	})
}
