package public

import (
	"fmt"
	"net/http"
	"time"

	"github.com/go-chi/chi/v5"

	"passnum/internal/reporting/proof"
	"passnum/web/httpx"
	"passnum/web/urls"
)

// AnchorHandlers publishes the last block of the sealed chain: whoever notes it
// can prove later that the past was not rewritten.
type AnchorHandlers struct {
	Proofs *proof.Service
}

// Routes mounts the file.
func (h *AnchorHandlers) Routes(r chi.Router) {
	r.Method(http.MethodGet, urls.Anchor(), httpx.Handler(h.show))
}

func (h *AnchorHandlers) show(w http.ResponseWriter, r *http.Request) error {
	seal, ok, err := h.Proofs.Anchor(r.Context())
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.Header().Set("Cache-Control", "public, max-age=60")
	if !ok {
		_, err = fmt.Fprintln(w, "aucun bloc scellé")
		return err
	}
	_, err = fmt.Fprintf(w, "%s %s\n", seal.Anchor(), seal.SealedAt.UTC().Format(time.RFC3339))
	return err
}
