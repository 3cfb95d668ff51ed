package commanditaire

import (
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/a-h/templ"
	"github.com/google/uuid"

	"passnum/internal/fault"
	"passnum/internal/identity"
	"passnum/internal/order"
	"passnum/internal/print"
	"passnum/web/httpx"
	"passnum/web/ui"
	"passnum/web/urls"
)

// dressView is what is printed, as typed and as it would be.
type dressView struct {
	order.Dressing
	ID     uuid.UUID
	Colour string // as typed
	Errors ui.Errors
	// Shown is what the preview draws: the typed words when they can be printed.
	Shown order.Dressing
}

// previewWidth is enough for a chèque on a laptop; the large one is for reading
// every mention.
const (
	previewWidth = 1000
	largeWidth   = 2000
)

func (v dressView) picture(rank, width int) string {
	q := url.Values{"page": {strconv.Itoa(rank)}, "message": {v.Shown.Message}, "couleur": {v.Shown.Colour}, "largeur": {strconv.Itoa(width)}}
	if v.Shown.LogoID != nil {
		q.Set("logo_id", v.Shown.LogoID.String())
	}
	return urls.Order(v.ID, "habillage", "apercu.png") + "?" + q.Encode()
}

// Corrected is the colour that will be printed when the typed one is too light.
func (v dressView) Corrected() (string, bool) {
	if v.Errors.For("couleur") != "" || v.Colour == "" {
		return "", false
	}
	return print.Legible(v.Colour)
}

func (v dressView) ratio() string {
	return strings.Replace(fmt.Sprintf("%.1f", print.Contrast(v.Colour)), ".", ",", 1)
}

func (v dressView) typedColour() string {
	if v.Colour == "" {
		return print.HouseColour
	}
	return v.Colour
}

func (v dressView) logoID() string {
	if v.LogoID == nil {
		return ""
	}
	return v.LogoID.String()
}

// live are the attributes that draw the preview again while one types.
func (v dressView) live() templ.Attributes {
	return templ.Attributes{
		"hx-get": urls.Order(v.ID, "habillage", "apercu"), "hx-trigger": "input delay:400ms, change", "hx-target": "#apercu", "hx-swap": "outerHTML",
		"hx-include": "#message, #couleur, #logo_id, #sans_logo",
	}
}

func (v dressView) sent() templ.Attributes {
	return templ.Attributes{
		"hx-post": urls.Order(v.ID, "habillage", "apercu"), "hx-trigger": "change", "hx-target": "#apercu", "hx-swap": "outerHTML",
		"hx-encoding": "multipart/form-data", "hx-include": "#message, #couleur, #logo_id, #logo",
	}
}

func (h *OrderHandlers) dressForm(w http.ResponseWriter, r *http.Request) error {
	o, err := h.readOwn(r, identity.OrderRead)
	if err != nil {
		return err
	}
	worn := order.Dressing{Message: o.Message, Colour: o.Colour, LogoID: o.LogoID}
	return h.dressPage(w, r, http.StatusOK, o, dressView{ID: o.ID, Dressing: worn, Colour: o.Colour, Shown: worn})
}

func (h *OrderHandlers) dressPage(w http.ResponseWriter, r *http.Request, status int, o order.Order, v dressView) error {
	page := orderPage(r, o, "Habillage des carnets")
	page.Errors = v.Errors
	open := httpx.Actor(r).Can(identity.OrderWrite) && o.State.Dressable()
	return httpx.Render(w, r, status, dressTemplate(page, o, v, open))
}

// dress keeps what was chosen, or only shows it, as the button said.
func (h *OrderHandlers) dress(w http.ResponseWriter, r *http.Request) error {
	o, err := h.readOwn(r, identity.OrderWrite)
	if err != nil {
		return err
	}
	form, err := httpx.PictureForm(r)
	if err != nil {
		return err
	}
	v, err := h.readDress(r, o, form)
	if err != nil {
		return err
	}
	if v.Errors.Any() {
		return h.dressPage(w, r, http.StatusUnprocessableEntity, o, v)
	}
	if form.Get("ensuite") == "apercu" {
		return h.dressPage(w, r, http.StatusOK, o, v)
	}
	err = h.Orders.DressOwn(r.Context(), httpx.Actor(r), o.ID, v.Dressing)
	if f, ok := fault.ForForm(err); ok {
		v.Errors = ui.ErrorsFrom(f)
		return h.dressPage(w, r, httpx.Status(f.Kind), o, v)
	}
	if err != nil {
		return err
	}
	httpx.Flash(r, ui.Good, "L’habillage est enregistré. Le bon à tirer le montrera.")
	return httpx.SeeOther(w, r, urls.Order(o.ID, "habillage"))
}

// readDress reads the form, keeps a new logo to be looked at, and says what
// cannot be printed.
func (h *OrderHandlers) readDress(r *http.Request, o order.Order, form httpx.Values) (dressView, error) {
	v := dressView{ID: o.ID, Colour: form.Get("couleur")}
	v.Message, v.Dressing.Colour = form.Get("message"), v.Colour
	if id, ok := form.UUID("logo_id"); ok && !form.Bool("sans_logo") {
		v.LogoID = &id
	}
	var c fault.Collector
	logo, sent, err := form.File("logo")
	if err != nil {
		return v, err
	}
	if sent {
		id, err := h.Orders.TryLogo(r.Context(), httpx.Actor(r), o.ID, logo.Content)
		f, refused := fault.As(err)
		switch {
		case err == nil:
			v.LogoID = &id
		case refused && len(f.Fields) > 0:
			c.Add("logo", f.Fields[0].Sentence)
		default:
			return v, err
		}
	}
	v.Shown = v.Dressing
	for _, f := range v.Problems() {
		c.Add(f.Field, f.Sentence)
		if f.Field == "message" {
			v.Shown.Message = ""
		} else {
			v.Shown.Colour = ""
		}
	}
	if f, ok := fault.As(c.Err()); ok {
		v.Errors = ui.ErrorsFrom(f)
	}
	return v, nil
}

// livePreview answers the preview alone, while one types or chooses a file.
func (h *OrderHandlers) livePreview(w http.ResponseWriter, r *http.Request) error {
	o, err := h.readOwn(r, identity.OrderWrite)
	if err != nil {
		return err
	}
	form := httpx.Query(r)
	if r.Method == http.MethodPost {
		if form, err = httpx.PictureForm(r); err != nil {
			return err
		}
	}
	v, err := h.readDress(r, o, form)
	if err != nil {
		return err
	}
	return httpx.Render(w, r, http.StatusOK, dressPreview(v, true))
}

// preview draws a page of the specimen as the query dresses it.
func (h *OrderHandlers) preview(w http.ResponseWriter, r *http.Request) error {
	id, err := httpx.PathUUID(r, "id")
	if err != nil {
		return err
	}
	q := httpx.Query(r)
	d := order.Dressing{Message: q.Get("message"), Colour: q.Get("couleur")}
	if logo, ok := q.UUID("logo_id"); ok {
		d.LogoID = &logo
	}
	rank, width := 0, previewWidth
	if q.Get("page") == "1" {
		rank = 1
	}
	if q.Get("largeur") == strconv.Itoa(largeWidth) {
		width = largeWidth
	}
	picture, err := h.Orders.Picture(r.Context(), httpx.Actor(r), id, d, rank, width)
	if err != nil {
		return err
	}
	return httpx.Inline(w, "apercu.png", "image/png", picture)
}

func logoLabel(v dressView) string {
	if v.LogoID != nil {
		return "Remplacer le logo"
	}
	return "Logo"
}

func paperName(rank int) string {
	if rank == 0 {
		return "La couverture"
	}
	return "Un chèque"
}

// closedDress says why nothing changes any more, and what to do instead.
func closedDress(o order.Order) string {
	switch {
	case o.State == order.ProofProposed:
		return "Un bon à tirer attend votre avis. Pour changer quelque chose, demandez une correction sur sa page."
	case o.State.Reached(order.ProofApproved):
		return "Le bon à tirer est validé\u00a0: les carnets sont imprimés exactement comme lui."
	default:
		return "Voici ce qui est imprimé sur les carnets de cette commande."
	}
}
