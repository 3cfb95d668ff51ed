package commanditaire

import (
	"net/http"

	"github.com/go-chi/chi/v5"

	"passnum/internal/fault"
	"passnum/internal/order"
	"passnum/web/httpx"
)

// paperRoutes mounts what an order prints: its dress, its sheets, its kit and
// the papers of its parcels.
func (h *OrderHandlers) paperRoutes(r chi.Router) {
	get := func(path string, f httpx.Handler) { r.Method(http.MethodGet, "/commandes/{id}/"+path, f) }
	post := func(path string, f httpx.Handler) { r.Method(http.MethodPost, "/commandes/{id}/"+path, f) }
	get("remise", h.handOverRules)
	post("remise", h.saveHandOverRules)
	get("habillage", h.dressForm)
	post("habillage", h.dress)
	get("habillage/apercu", h.livePreview)
	post("habillage/apercu", h.livePreview)
	get("habillage/apercu.png", h.preview)
	get("impression", h.desk)
	post("impression", h.deskAct(h.choosePrinting))
	get("impression/essai.pdf", h.deskTest)
	post("impression/feuilles", h.sheets)
	post("impression/reprises", h.deskAct(h.askReprint))
	post("impression/reprises/{reprise}/accepter", h.deskAct(h.answerReprint(true)))
	post("impression/reprises/{reprise}/refuser", h.deskAct(h.answerReprint(false)))
	post("impression/reprises/{reprise}/feuilles", h.reprint)
	post("impression/envoi", h.deskAct(h.shipOwn))
	get("colis/{papier}", h.paper)
	get("kit", h.kit)
	get("kit/{piece}", h.kitFile)
}

func (h *OrderHandlers) deskTest(w http.ResponseWriter, r *http.Request) error {
	id, err := httpx.PathUUID(r, "id")
	if err != nil {
		return err
	}
	page, err := h.Orders.DeskTestPage(r.Context(), httpx.Actor(r), id)
	if err != nil {
		return err
	}
	return httpx.Inline(w, "page-essai.pdf", httpx.TypePDF, page)
}

// sheets sends carnets on A4 pages. They are cash: the answer is not stored by
// anything on its way, and is a POST because it happens once.
func (h *OrderHandlers) sheets(w http.ResponseWriter, r *http.Request) error {
	id, err := httpx.PathUUID(r, "id")
	if err != nil {
		return err
	}
	form, err := httpx.Form(r)
	if err != nil {
		return err
	}
	from, _ := form.Int("de")
	to, _ := form.Int("a")
	file, err := h.Orders.PrintSheets(r.Context(), httpx.Actor(r), id, order.Sheets{From: from, To: to, Tested: form.Bool("essai")})
	return h.sendSheets(w, r, form, file, err)
}

func (h *OrderHandlers) reprint(w http.ResponseWriter, r *http.Request) error {
	id, err := httpx.PathUUID(r, "id")
	if err != nil {
		return err
	}
	reprint, err := httpx.PathUUID(r, "reprise")
	if err != nil {
		return err
	}
	file, err := h.Orders.Reprint(r.Context(), httpx.Actor(r), id, reprint)
	return h.sendSheets(w, r, httpx.NewValues(nil), file, err)
}

func (h *OrderHandlers) sendSheets(w http.ResponseWriter, r *http.Request, form httpx.Values, file order.File, err error) error {
	if f, ok := fault.ForForm(err); ok {
		return h.deskPage(w, r, httpx.Status(f.Kind), form, f)
	}
	if err != nil {
		return err
	}
	return httpx.File(w, file.Name, file.MediaType, file.Content)
}
