package public

import (
	"errors"
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

// tile answers a square. A service that is down is told at once, so that the
// page draws its outline.
func (h *TileHandlers) tile(w http.ResponseWriter, r *http.Request) {
	address, ok := tileAddress(r)
	if !ok {
		http.NotFound(w, r)
		return
	}
	tile, err := h.Tiles.Tile(r.Context(), address)
	switch {
	case errors.Is(err, tiles.ErrOutside):
		w.Header().Set("Cache-Control", "public, max-age=86400")
		http.NotFound(w, r)
	case err != nil:
		w.Header().Set("Cache-Control", "no-store")
		http.Error(w, http.StatusText(http.StatusServiceUnavailable), http.StatusServiceUnavailable)
	default:
		w.Header().Set("Content-Type", tile.MediaType)
		w.Header().Set("Content-Length", strconv.Itoa(len(tile.Body)))
		w.Header().Set("Cache-Control", "public, max-age=604800")
		_, _ = w.Write(tile.Body)
	}
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
