package public

import (
	"net/http"

	"github.com/go-chi/chi/v5"

	"passnum/internal/fault"
	"passnum/internal/identity"
	"passnum/web/httpx"
	"passnum/web/ui"
	"passnum/web/urls"
)

// DeviceHandlers pairs this browser, which nobody is signed in on, with a
// structure's device.
type DeviceHandlers struct {
	People *identity.Service
	Secure bool
}

// Routes mounts the screen at the root of the site.
func (h *DeviceHandlers) Routes(r chi.Router) {
	r.Method(http.MethodGet, urls.PairDevice(), httpx.Handler(h.form))
	r.Method(http.MethodPost, urls.PairDevice(), httpx.Handler(h.pair))
}

func (h *DeviceHandlers) form(w http.ResponseWriter, r *http.Request) error {
	return renderPairing(w, r, http.StatusOK, "", nil)
}

func renderPairing(w http.ResponseWriter, r *http.Request, status int, code string, refusal *fault.Error) error {
	page := httpx.Page(r, "Associer cet appareil")
	page.NoIndex = true
	page.Scripts = append(page.Scripts, "pairing.js")
	page.Errors = ui.ErrorsFrom(refusal)
	w.Header().Set("Cache-Control", "no-store")
	return httpx.Render(w, r, status, pairDevicePage(page, code))
}

func (h *DeviceHandlers) pair(w http.ResponseWriter, r *http.Request) error {
	form, err := httpx.Form(r)
	if err != nil {
		return err
	}
	secret, err := h.People.PairDevice(r.Context(), httpx.Actor(r), form.Get("code"))
	if refusal, ok := fault.ForForm(err); ok {
		return renderPairing(w, r, httpx.Status(refusal.Kind), form.Get("code"), refusal)
	}
	if err != nil {
		return err
	}
	httpx.KeepDevice(w, secret, h.Secure)
	return httpx.SeeOther(w, r, urls.Scanner())
}
