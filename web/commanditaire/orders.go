package commanditaire

import (
	"context"
	"encoding/hex"
	"fmt"
	"net/http"

	"github.com/a-h/templ"
	"github.com/go-chi/chi/v5"
	"github.com/google/uuid"

	"passnum/internal/fault"
	"passnum/internal/identity"
	"passnum/internal/order"
	"passnum/web/httpx"
	"passnum/web/orderui"
	"passnum/web/ui"
	"passnum/web/urls"
)

// Figures draws what became of an order's chèques, for its page.
type Figures interface {
	// Overview is the figures of every order; nil before the first.
	Overview(ctx context.Context, actor identity.Actor) (templ.Component, error)
	Figures(ctx context.Context, actor identity.Actor, o order.Order) (Usage, error)
}

// Usage is what the order's page shows of its chèques: the figures across it,
// the chart beside the timeline. Nil components are not shown.
type Usage struct{ Cards, Chart templ.Component }

// OrderHandlers shows the home and the orders of a commanditaire, and what it
// co-funds.
type OrderHandlers struct {
	Orders *order.Service
	// Figures may be nil: the page then shows what was bought and paid.
	Figures Figures
	// Endings may be nil: nothing is then said of what ends soon.
	Endings Endings
}

// Endings draws what ends soon: on the first page, and on an order's.
type Endings interface {
	Commanditaire(r *http.Request) (templ.Component, error)
	Order(r *http.Request, id uuid.UUID) (templ.Component, error)
}

// Routes mounts the screens under /commanditaire.
func (h *OrderHandlers) Routes(r chi.Router) {
	get := func(path string, f httpx.Handler) { r.Method(http.MethodGet, path, f) }
	post := func(path string, f httpx.Handler) { r.Method(http.MethodPost, path, f) }
	get("/", h.home)
	get("/financements", h.funded)
	get("/financements.csv", h.fundedSheet)
	get("/commandes", h.list)
	get("/commandes.csv", h.sheet)
	get("/commandes/nouvelle", h.newForm)
	post("/commandes/nouvelle", h.create)
	get("/commandes/organisations", h.partners)
	get("/commandes/{id}", h.show)
	get("/commandes/{id}/documents/{document}", h.document)
	get("/commandes/{id}/modifier", h.editForm)
	post("/commandes/{id}/modifier", h.save)
	get("/commandes/{id}/verifier", h.check)
	post("/commandes/{id}/devis", h.requestQuote)
	post("/commandes/{id}/reprendre", h.reopen)
	get("/commandes/{id}/signer", h.signForm)
	post("/commandes/{id}/signer", h.sign)
	get("/commandes/{id}/bat", h.proof)
	post("/commandes/{id}/bat", h.judgeProof)
	post("/commandes/{id}/livraison", h.confirmDelivery)
	get("/commandes/{id}/annuler", h.cancelForm)
	post("/commandes/{id}/annuler", h.cancel)
	h.paperRoutes(r)
}

// read finds the order of the address, for its readers.
func (h *OrderHandlers) read(r *http.Request) (order.Order, error) {
	id, err := httpx.PathUUID(r, "id")
	if err != nil {
		return order.Order{}, err
	}
	return h.Orders.Order(r.Context(), httpx.Actor(r), id)
}

// readOwn is read for pages that only the one who ordered may open.
func (h *OrderHandlers) readOwn(r *http.Request, p identity.Permission) (order.Order, error) {
	if err := httpx.Actor(r).May(p); err != nil {
		return order.Order{}, err
	}
	o, err := h.read(r)
	if err == nil && o.CommanditaireID != httpx.Actor(r).OrganisationID {
		return order.Order{}, order.ErrNotFound
	}
	return o, err
}

func orderPage(r *http.Request, o order.Order, title string) ui.Page {
	page := httpx.Page(r, title)
	label := o.Number
	if label == "" {
		label = "Brouillon"
	}
	page.Crumbs = []ui.Crumb{{Label: "Commandes", Href: urls.Orders()}, {Label: label, Href: urls.Order(o.ID)}, {Label: title}}
	return page
}

func (h *OrderHandlers) show(w http.ResponseWriter, r *http.Request) error {
	o, err := h.read(r)
	if err != nil {
		return err
	}
	actor := httpx.Actor(r)
	v := newOrderView(o, actor)
	if len(o.Cofunders) > 0 {
		if v.Positions, err = h.Orders.Positions(r.Context(), actor, o.ID); err != nil {
			return err
		}
	}
	if lines, err := h.Orders.Journal(r.Context(), actor, o.ID); err == nil {
		v.Journal = orderui.Journal(lines)
	}
	if h.Figures != nil && o.State.Reached(order.Making) {
		if v.Usage, err = h.Figures.Figures(r.Context(), actor, o); err != nil {
			return fmt.Errorf("draw figures: %w", err)
		}
	}
	if h.Endings != nil && o.State.Reached(order.Active) {
		if v.Ending, err = h.Endings.Order(r, o.ID); err != nil {
			return fmt.Errorf("draw ending: %w", err)
		}
	}
	page := httpx.Page(r, o.Name())
	page.Crumbs = v.Crumbs
	if v.QuotePrinting {
		page.RefreshSeconds = 3
	}
	return httpx.Render(w, r, http.StatusOK, showPage(page, v))
}

func (h *OrderHandlers) document(w http.ResponseWriter, r *http.Request) error {
	o, err := h.read(r)
	if err != nil {
		return err
	}
	id, err := httpx.PathUUID(r, "document")
	if err != nil {
		return err
	}
	f, err := h.Orders.File(r.Context(), httpx.Actor(r), o.ID, id)
	if err != nil {
		return err
	}
	return httpx.Inline(w, f.Name, f.MediaType, f.Content)
}

func (h *OrderHandlers) requestQuote(w http.ResponseWriter, r *http.Request) error {
	return h.act(w, r, "Votre devis est demandé. Relisez-le, puis signez-le.", func(id uuid.UUID) error {
		return h.Orders.RequestQuote(r.Context(), httpx.Actor(r), id)
	})
}

func (h *OrderHandlers) reopen(w http.ResponseWriter, r *http.Request) error {
	return h.act(w, r, "La commande est de nouveau un brouillon\u00a0: vous pouvez la modifier.", func(id uuid.UUID) error {
		return h.Orders.Reopen(r.Context(), httpx.Actor(r), id)
	})
}

func (h *OrderHandlers) confirmDelivery(w http.ResponseWriter, r *http.Request) error {
	return h.act(w, r, "La livraison est confirmée. Les chèques seront actifs quand les fonds seront reçus.", func(id uuid.UUID) error {
		return h.Orders.ConfirmDelivery(r.Context(), httpx.Actor(r), id, "")
	})
}

// act runs a one-button act and shows the order again. What is missing for a
// quote is told on the page that checks it.
func (h *OrderHandlers) act(w http.ResponseWriter, r *http.Request, done string, act func(uuid.UUID) error) error {
	id, err := httpx.PathUUID(r, "id")
	if err != nil {
		return err
	}
	err = act(id)
	if fault.Is(err, fault.KindInvalid) {
		return httpx.SeeOther(w, r, urls.Order(id, "verifier"))
	}
	if err != nil {
		return err
	}
	httpx.Flash(r, ui.Good, done)
	return httpx.SeeOther(w, r, urls.Order(id))
}

func (h *OrderHandlers) check(w http.ResponseWriter, r *http.Request) error {
	o, err := h.readOwn(r, identity.OrderRead)
	if err != nil {
		return err
	}
	if !o.State.Editable() {
		return httpx.SeeOther(w, r, urls.Order(o.ID))
	}
	v := checkView{Order: o, MayAsk: httpx.Actor(r).Can(identity.OrderWrite)}
	v.Problems, err = h.problems(r, o)
	if err != nil {
		return err
	}
	return httpx.Render(w, r, http.StatusOK, checkPage(orderPage(r, o, "Vérifier la commande"), v))
}

func (h *OrderHandlers) problems(r *http.Request, o order.Order) ([]fault.FieldError, error) {
	err := h.Orders.Check(r.Context(), httpx.Actor(r), o.ID)
	if f, ok := fault.As(err); ok && f.Kind == fault.KindInvalid {
		return f.Fields, nil
	}
	return nil, err
}

func (h *OrderHandlers) proof(w http.ResponseWriter, r *http.Request) error {
	return h.proofPage(w, r, http.StatusOK, "", nil)
}

func (h *OrderHandlers) proofPage(w http.ResponseWriter, r *http.Request, status int, reason string, refusal *fault.Error) error {
	o, err := h.readOwn(r, identity.OrderRead)
	if err != nil {
		return err
	}
	proof, ok := o.Latest(order.DocumentProof)
	if !ok || (o.State != order.ProofProposed && refusal == nil) {
		return httpx.SeeOther(w, r, urls.Order(o.ID))
	}
	page := orderPage(r, o, "Bon à tirer")
	page.Errors = ui.ErrorsFrom(refusal)
	v := proofView{Order: o, Proof: proof, Fingerprint: hex.EncodeToString(proof.Hash), Reason: reason, MayJudge: httpx.Actor(r).Can(identity.OrderWrite)}
	return httpx.Render(w, r, status, proofTemplate(page, v))
}

func (h *OrderHandlers) judgeProof(w http.ResponseWriter, r *http.Request) error {
	id, err := httpx.PathUUID(r, "id")
	if err != nil {
		return err
	}
	form, err := httpx.Form(r)
	if err != nil {
		return err
	}
	done := "Le bon à tirer est validé. L’opérateur peut lancer la fabrication."
	if form.Get("avis") == "refuser" {
		done = "Votre demande de correction est transmise à l’opérateur."
		err = h.Orders.RefuseProof(r.Context(), httpx.Actor(r), id, form.Get("motif"))
	} else {
		err = h.Orders.ApproveProof(r.Context(), httpx.Actor(r), id, form.Get("empreinte"))
	}
	if f, ok := fault.ForForm(err); ok {
		return h.proofPage(w, r, httpx.Status(f.Kind), form.Get("motif"), f)
	}
	if err != nil {
		return err
	}
	httpx.Flash(r, ui.Good, done)
	return httpx.SeeOther(w, r, urls.Order(id))
}

func (h *OrderHandlers) cancelForm(w http.ResponseWriter, r *http.Request) error {
	return h.cancelPage(w, r, http.StatusOK, "", nil)
}

func (h *OrderHandlers) cancelPage(w http.ResponseWriter, r *http.Request, status int, reason string, refusal *fault.Error) error {
	o, err := h.readOwn(r, identity.OrderWrite)
	if err != nil {
		return err
	}
	page := orderPage(r, o, "Annuler la commande")
	page.Errors = ui.ErrorsFrom(refusal)
	return httpx.Render(w, r, status, cancelTemplate(page, o, reason))
}

func (h *OrderHandlers) cancel(w http.ResponseWriter, r *http.Request) error {
	id, err := httpx.PathUUID(r, "id")
	if err != nil {
		return err
	}
	form, err := httpx.Form(r)
	if err != nil {
		return err
	}
	err = h.Orders.Cancel(r.Context(), httpx.Actor(r), id, form.Get("motif"))
	if f, ok := fault.ForForm(err); ok {
		return h.cancelPage(w, r, httpx.Status(f.Kind), form.Get("motif"), f)
	}
	if err != nil {
		return err
	}
	httpx.Flash(r, ui.Good, "La commande est annulée.")
	return httpx.SeeOther(w, r, urls.Order(id))
}
