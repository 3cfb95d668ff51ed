package public

import (
	"bytes"
	"errors"
	"image"
	"image/png"
	"net/http"
	"strconv"

	"github.com/go-chi/chi/v5"

	"passnum/internal/tiles"
	"passnum/web/urls"
)

// TileHandlers gives the squares of the background map under our own address.
// They need no session: mount them before it.
type TileHandlers struct{ Tiles *tiles.Source }

// Routes mounts the squares.
func (h *TileHandlers) Routes(r chi.Router) {
	r.Get(urls.Tile("{z}", "{x}", "{y}"), h.tile)
}

// noTile is told with the pictures below, for readers that see headers.
const noTile = "X-Tile"

// A square that does not come is a transparent picture, told by its width: an
// error would be one more complaint in the browser's console. map.js reads it.
var (
	downPicture  = blank(1) // the service does not answer: the page draws its outline
	emptyPicture = blank(2) // nothing is drawn there: the sea, another country
)

func blank(width int) []byte {
	var file bytes.Buffer
	_ = png.Encode(&file, image.NewNRGBA(image.Rect(0, 0, width, width))) // memory takes all
	return file.Bytes()
}

// tile answers a square, or what stands for it.
func (h *TileHandlers) tile(w http.ResponseWriter, r *http.Request) {
	address, ok := tileAddress(r)
	if !ok {
		http.NotFound(w, r)
		return
	}
	tile, err := h.Tiles.Tile(r.Context(), address)
	switch {
	case errors.Is(err, tiles.ErrOutside):
		w.Header().Set(noTile, "vide")
		w.Header().Set("Cache-Control", "public, max-age=86400")
		sendPicture(w, "image/png", emptyPicture)
	case err != nil:
		w.Header().Set(noTile, "absente")
		w.Header().Set("Cache-Control", "no-store")
		sendPicture(w, "image/png", downPicture)
	default:
		w.Header().Set("Cache-Control", "public, max-age=604800")
		sendPicture(w, tile.MediaType, tile.Body)
	}
}

func sendPicture(w http.ResponseWriter, mediaType string, body []byte) {
	w.Header().Set("Content-Type", mediaType)
	w.Header().Set("Content-Length", strconv.Itoa(len(body)))
	_, _ = w.Write(body) // a reader who left is not a failure
}

func tileAddress(r *http.Request) (a tiles.Address, ok bool) {
	for name, into := range map[string]*int{"z": &a.Z, "x": &a.X, "y": &a.Y} {
		number, err := strconv.Atoi(chi.URLParam(r, name))
		if err != nil {
			return a, false
		}
		*into = number
	}
	return a, true
}
