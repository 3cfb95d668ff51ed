package admin

import (
	"context"
	"net/http"
	"strings"
	"time"

	"github.com/a-h/templ"
	"github.com/go-chi/chi/v5"
	"github.com/google/uuid"

	"passnum/internal/fault"
	"passnum/internal/identity"
	"passnum/internal/money"
	"passnum/internal/order"
	"passnum/web/httpx"
	"passnum/web/orderui"
	"passnum/web/ui"
	"passnum/web/urls"
)

// OrderHandlers shows the orders to the operator, and its acts on them.
type OrderHandlers struct {
	Orders *order.Service
}

// Routes mounts the screens under /admin.
func (h *OrderHandlers) Routes(r chi.Router) {
	get := func(path string, f httpx.Handler) { r.Method(http.MethodGet, path, f) }
	post := func(path string, f httpx.Handler) { r.Method(http.MethodPost, path, f) }
	get("/commandes", h.list)
	get("/commandes/{id}", h.show)
	get("/commandes/{id}/documents/{document}", h.document)
	get("/commandes/{id}/avancement", h.progress)
	get("/commandes/{id}/colis/{papier}", h.paper)
	for name, act := range orderActs {
		post("/commandes/{id}/"+name, h.post(act))
	}
}

// orderAct is one thing the operator does to an order, from its page.
type orderAct struct {
	done string
	do   func(ctx context.Context, s *order.Service, actor identity.Actor, id uuid.UUID, form httpx.Values) error
}

var orderActs = map[string]orderAct{
	"frais": {"Le prix est changé. Un devis déjà demandé est refait\u00a0: il doit être relu avant signature.", func(ctx context.Context, s *order.Service, a identity.Actor, id uuid.UUID, f httpx.Values) error {
		return s.SetPricing(ctx, a, id, agreementFrom(f))
	}},
	"rendu": {"Le rendu est enregistré. Son montant est exigible et le commanditaire est prévenu.", func(ctx context.Context, s *order.Service, a identity.Actor, id uuid.UUID, f httpx.Values) error {
		milestone := milestoneID(f)
		return s.ReportMilestone(ctx, a, id, milestone, f.Get("rendu_"+milestone.String()))
	}},
	"versement": {"Le mode de versement est changé.", func(ctx context.Context, s *order.Service, a identity.Actor, id uuid.UUID, f httpx.Values) error {
		cofunder, _ := f.UUID("cofinanceur")
		return s.SetPaymentRoute(ctx, a, id, cofunder, f.Get("verse") == "direct")
	}},
	"cadrage": {"Le cadrage est enregistré. Préparez le bon à tirer.", func(ctx context.Context, s *order.Service, a identity.Actor, id uuid.UUID, f httpx.Values) error {
		return s.OpenCadrage(ctx, a, id, f.Get("note"))
	}},
	"habillage": {"L’habillage est changé.", func(ctx context.Context, s *order.Service, a identity.Actor, id uuid.UUID, f httpx.Values) error {
		return s.Dress(ctx, a, id, f.Get("message"), f.Get("couleur"))
	}},
	"bat": {"Le bon à tirer est proposé au commanditaire, prévenu par mail.", func(ctx context.Context, s *order.Service, a identity.Actor, id uuid.UUID, f httpx.Values) error {
		return s.ProposeProof(ctx, a, id, f.Get("note"))
	}},
	"reprise-bat": {"Le bon à tirer est repris. Préparez-en un nouveau.", func(ctx context.Context, s *order.Service, a identity.Actor, id uuid.UUID, f httpx.Values) error {
		return s.ReopenProof(ctx, a, id, f.Get("motif_bat"))
	}},
	"fabrication": {"La fabrication est lancée.", func(ctx context.Context, s *order.Service, a identity.Actor, id uuid.UUID, _ httpx.Values) error {
		return s.StartMinting(ctx, a, id)
	}},
	"arret": {"La fabrication s’arrête après le lot en cours. Les carnets déjà faits sont entiers.", func(ctx context.Context, s *order.Service, a identity.Actor, id uuid.UUID, _ httpx.Values) error {
		return s.CancelMinting(ctx, a, id)
	}},
	"expedition": {"L’expédition est enregistrée. Les points sont prévenus par mail.", func(ctx context.Context, s *order.Service, a identity.Actor, id uuid.UUID, f httpx.Values) error {
		return s.Ship(ctx, a, id, parcelTracking(f))
	}},
	"expedition-entiere": {"L’expédition est enregistrée. Le commanditaire confirmera la réception, puis répartira les carnets.", func(ctx context.Context, s *order.Service, a identity.Actor, id uuid.UUID, f httpx.Values) error {
		return s.ShipWhole(ctx, a, id, f.Get("suivi"))
	}},
	"fonds": {"Les fonds sont attestés.", func(ctx context.Context, s *order.Service, a identity.Actor, id uuid.UUID, f httpx.Values) error {
		return s.AttestFunds(ctx, a, id, fundingFrom(f))
	}},
	"activation": {"Les chèques sont actifs\u00a0: chaque carnet remis peut servir.", func(ctx context.Context, s *order.Service, a identity.Actor, id uuid.UUID, _ httpx.Values) error {
		return s.Activate(ctx, a, id)
	}},
	"tardifs": {"Les limites des scans sans réseau sont changées.", func(ctx context.Context, s *order.Service, a identity.Actor, id uuid.UUID, f httpx.Values) error {
		return s.SetLateTrust(ctx, a, id, lateTrustFrom(f))
	}},
	"annulation": {"La commande est annulée.", func(ctx context.Context, s *order.Service, a identity.Actor, id uuid.UUID, f httpx.Values) error {
		return s.CancelForOperator(ctx, a, id, f.Get("motif"))
	}},
}

// post runs an act; a refusal shows the page again with what was typed.
func (h *OrderHandlers) post(a orderAct) httpx.Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		id, err := httpx.PathUUID(r, "id")
		if err != nil {
			return err
		}
		form, err := httpx.Form(r)
		if err != nil {
			return err
		}
		err = a.do(r.Context(), h.Orders, httpx.Actor(r), id, form)
		if f, ok := fault.ForForm(err); ok {
			return h.page(w, r, id, httpx.Status(f.Kind), form, f)
		}
		if err != nil {
			return err
		}
		httpx.Flash(r, ui.Good, a.done)
		return httpx.SeeOther(w, r, urls.AdminOrder(id))
	}
}

func (h *OrderHandlers) show(w http.ResponseWriter, r *http.Request) error {
	id, err := httpx.PathUUID(r, "id")
	if err != nil {
		return err
	}
	return h.page(w, r, id, http.StatusOK, httpx.NewValues(nil), nil)
}

func (h *OrderHandlers) page(w http.ResponseWriter, r *http.Request, id uuid.UUID, status int, typed httpx.Values, refusal *fault.Error) error {
	actor := httpx.Actor(r)
	o, err := h.Orders.OrderForOperator(r.Context(), actor, id)
	if err != nil {
		return err
	}
	lines, err := h.Orders.JournalForOperator(r.Context(), actor, id)
	if err != nil {
		return err
	}
	run, began, err := h.Orders.Making(r.Context(), actor, id)
	if err != nil {
		return err
	}
	page := httpx.Page(r, o.Name())
	page.Crumbs = []ui.Crumb{{Label: "Commandes", Href: urls.AdminOrders()}, {Label: orderNumber(o.Number)}}
	page.Errors = ui.ErrorsFrom(refusal)
	v := newOrderView(o, actor, h.Orders.Today(), typed, page.Errors)
	if v.Positions, err = h.Orders.PositionsForOperator(r.Context(), actor, id); err != nil {
		return err
	}
	v.Journal = orderui.Journal(lines)
	if began {
		v.Progress = makingProgress(o, run, actor)
		v.Making, v.Stopped = run.Live(), !run.Live() && !o.Made()
	}
	if v.Making && refusal == nil {
		page.RefreshSeconds = 3
	}
	return httpx.Render(w, r, status, orderTemplate(page, v))
}

func orderNumber(number string) string {
	if number == "" {
		return "Brouillon"
	}
	return number
}

// progress streams the making of the carnets.
func (h *OrderHandlers) progress(w http.ResponseWriter, r *http.Request) error {
	id, err := httpx.PathUUID(r, "id")
	if err != nil {
		return err
	}
	actor := httpx.Actor(r)
	o, err := h.Orders.OrderForOperator(r.Context(), actor, id)
	if err != nil {
		return err
	}
	return httpx.Events(w, r, 500*time.Millisecond, func(ctx context.Context) (templ.Component, bool, error) {
		run, began, err := h.Orders.Making(ctx, actor, id)
		if err == nil && !began {
			err = httpx.ErrNotFound
		}
		if err != nil {
			return nil, false, err
		}
		return ui.ProgressBody(makingProgress(o, run, actor)), !run.Live(), nil
	})
}

func (h *OrderHandlers) document(w http.ResponseWriter, r *http.Request) error {
	id, err := httpx.PathUUID(r, "id")
	if err != nil {
		return err
	}
	document, err := httpx.PathUUID(r, "document")
	if err != nil {
		return err
	}
	f, err := h.Orders.FileForOperator(r.Context(), httpx.Actor(r), id, document)
	if err != nil {
		return err
	}
	return httpx.Inline(w, f.Name, f.MediaType, f.Content)
}

// paper answers a document that travels with the parcels.
func (h *OrderHandlers) paper(w http.ResponseWriter, r *http.Request) error {
	id, err := httpx.PathUUID(r, "id")
	if err != nil {
		return err
	}
	kind := order.Paper(strings.TrimSuffix(chi.URLParam(r, "papier"), ".pdf"))
	file, err := h.Orders.PaperForOperator(r.Context(), httpx.Actor(r), id, kind)
	if err != nil {
		return err
	}
	return httpx.Inline(w, file.Name, file.MediaType, file.Content)
}

// feeFrom reads « 4 » or « 4,5 » percent; an unreadable one is refused as negative.
func feeFrom(typed string) money.BasisPoints {
	c, err := money.Parse(strings.TrimSuffix(strings.TrimSpace(typed), "%"))
	if err != nil {
		return -1
	}
	return money.BasisPoints(c)
}

func parcelTracking(f httpx.Values) map[uuid.UUID]string {
	numbers := map[uuid.UUID]string{}
	for _, id := range f.UUIDs("colis") {
		numbers[id] = f.Get("suivi_" + id.String())
	}
	return numbers
}
