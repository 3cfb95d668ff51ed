package commanditaire

import (
	"net/http"
	"strconv"
	"strings"

	"github.com/go-chi/chi/v5"

	"passnum/internal/identity"
	"passnum/internal/order"
	"passnum/internal/print"
	"passnum/web/httpx"
	"passnum/web/urls"
)

// kitPiece is a poster or a flyer, ready to show.
type kitPiece struct {
	Title    string
	Use      string
	File     string
	Pictures []string
}

// kitWidth is how many pixels wide the pictures are.
const kitWidth = 600

// height keeps the page from jumping while pictures load; all pieces are ISO.
func (kitPiece) height() string { return "849" }

var kitWords = map[print.KitPiece][2]string{
	print.PosterA3: {"Affiche A3", "Pour un hall, une vitrine, un panneau."},
	print.PosterA4: {"Affiche A4", "Pour un guichet ou une porte."},
	print.FlyerA5:  {"Dépliant A5", "À donner ou à laisser sur un comptoir, recto verso."},
}

func (h *OrderHandlers) kit(w http.ResponseWriter, r *http.Request) error {
	o, err := h.readOwn(r, identity.OrderRead)
	if err != nil {
		return err
	}
	var pieces []kitPiece
	for _, piece := range order.KitPieces {
		words := kitWords[piece]
		p := kitPiece{Title: words[0], Use: words[1], File: urls.Order(o.ID, "kit", string(piece)+".pdf")}
		pages := 1
		if piece == print.FlyerA5 {
			pages = 2
		}
		for page := range pages {
			p.Pictures = append(p.Pictures, urls.Order(o.ID, "kit", string(piece)+".png")+"?page="+strconv.Itoa(page))
		}
		pieces = append(pieces, p)
	}
	return httpx.Render(w, r, http.StatusOK, kitTemplate(orderPage(r, o, "Kit de communication"), o, pieces))
}

// kitFile answers a piece to print, or its picture.
func (h *OrderHandlers) kitFile(w http.ResponseWriter, r *http.Request) error {
	id, err := httpx.PathUUID(r, "id")
	if err != nil {
		return err
	}
	name := chi.URLParam(r, "piece")
	if piece, isPicture := strings.CutSuffix(name, ".png"); isPicture {
		page, _ := httpx.Query(r).Int("page")
		picture, err := h.Orders.KitPicture(r.Context(), httpx.Actor(r), id, print.KitPiece(piece), page, kitWidth)
		if err != nil {
			return err
		}
		return httpx.Inline(w, name, "image/png", picture)
	}
	file, err := h.Orders.Kit(r.Context(), httpx.Actor(r), id, print.KitPiece(strings.TrimSuffix(name, ".pdf")))
	if err != nil {
		return err
	}
	return httpx.Inline(w, file.Name, file.MediaType, file.Content)
}

// paper answers a document that travels with the parcels.
func (h *OrderHandlers) paper(w http.ResponseWriter, r *http.Request) error {
	id, err := httpx.PathUUID(r, "id")
	if err != nil {
		return err
	}
	kind := order.Paper(strings.TrimSuffix(chi.URLParam(r, "papier"), ".pdf"))
	file, err := h.Orders.Paper(r.Context(), httpx.Actor(r), id, kind)
	if err != nil {
		return err
	}
	return httpx.Inline(w, file.Name, file.MediaType, file.Content)
}
