package public

import (
	"net/http"

	"github.com/go-chi/chi/v5"

	"passnum/web/httpx"
	"passnum/web/urls"
)

// SigningKeyHandlers publishes the key that checks continuity kits, so that
// anyone may keep it before it is needed.
type SigningKeyHandlers struct {
	// PublicKey is the key in PEM; an error when there is none.
	PublicKey func() ([]byte, error)
}

// Routes mounts the file.
func (h *SigningKeyHandlers) Routes(r chi.Router) {
	r.Method(http.MethodGet, urls.SigningKey(), httpx.Handler(func(w http.ResponseWriter, _ *http.Request) error {
		key, err := h.PublicKey()
		if err != nil {
			return httpx.ErrNotFound
		}
		return httpx.Inline(w, "passnum-cle.pem", "application/x-pem-file", key)
	}))
}
