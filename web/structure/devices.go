package structure

import (
	"context"
	"net/http"
	"strings"

	"github.com/go-chi/chi/v5"
	"github.com/google/uuid"

	"passnum/internal/fault"
	"passnum/internal/identity"
	"passnum/internal/redemption"
	"passnum/web/httpx"
	"passnum/web/ui"
	"passnum/web/ui/format"
	"passnum/web/urls"
)

// DeviceHandlers serves the tablets and phones that scan for the structure.
type DeviceHandlers struct {
	People      *identity.Service
	Redemptions *redemption.Service
}

// Routes mounts the screens under /structure.
func (h *DeviceHandlers) Routes(r chi.Router) {
	r.Group(func(r chi.Router) {
		r.Use(httpx.Need(identity.DeviceWrite))
		r.Method(http.MethodGet, "/appareils", httpx.Handler(h.list))
		r.Method(http.MethodGet, "/appareils/nouveau", httpx.Handler(h.form))
		r.Method(http.MethodPost, "/appareils/nouveau", httpx.Handler(h.add))
		r.Method(http.MethodPost, "/appareils/retirer-tout", httpx.Handler(h.revokeAll))
		r.Method(http.MethodPost, "/appareils/telephones/{id}/retirer", httpx.Handler(h.distrust))
		r.Method(http.MethodPost, "/appareils/telephones/{id}/rendre", httpx.Handler(h.trust))
		r.Method(http.MethodGet, "/appareils/{id}/code", httpx.Handler(h.ask))
		r.Method(http.MethodPost, "/appareils/{id}/code", httpx.Handler(h.code))
		r.Method(http.MethodGet, "/appareils/{id}/etat", httpx.Handler(h.state))
		r.Method(http.MethodPost, "/appareils/{id}/retirer", httpx.Handler(h.revoke))
	})
}

func devicesPage(r *http.Request, title string) ui.Page {
	page := httpx.Page(r, title)
	page.Active = "/structure"
	page.Crumbs = []ui.Crumb{{Label: "Notre structure", Href: "/structure"}, {Label: "Appareils", Href: urls.Devices()}, {Label: title}}
	return page
}

func (h *DeviceHandlers) list(w http.ResponseWriter, r *http.Request) error {
	list, err := h.People.Devices(r.Context(), httpx.Actor(r))
	if err != nil {
		return err
	}
	phones, err := h.Redemptions.LateDevices(r.Context(), httpx.Actor(r))
	if err != nil {
		return err
	}
	page := devicesPage(r, "Appareils")
	page.Crumbs = page.Crumbs[:1]
	page.Crumbs = append(page.Crumbs, ui.Crumb{Label: "Appareils"})
	return httpx.Render(w, r, http.StatusOK, devicesListPage(page, newDevicesView(list, phones)))
}

// deviceForm is the form of a new device, typed values kept.
type deviceForm struct {
	Name   string
	Places []ui.Option
}

func (h *DeviceHandlers) form(w http.ResponseWriter, r *http.Request) error {
	return h.renderForm(w, r, http.StatusOK, deviceForm{}, "", nil)
}

func (h *DeviceHandlers) renderForm(w http.ResponseWriter, r *http.Request, status int, form deviceForm, chosen string, refusal *fault.Error) error {
	desk, err := h.Redemptions.Desk(r.Context(), httpx.Actor(r), uuid.Nil)
	if err != nil {
		return err
	}
	if len(desk.Places) != 1 {
		form.Places = []ui.Option{{Label: "Choisissez un lieu"}}
	}
	for _, p := range desk.Places {
		form.Places = append(form.Places, ui.Option{Value: p.ID.String(), Label: p.Name + ", " + p.Town})
	}
	form.Places = ui.Selected(form.Places, chosen)
	page := devicesPage(r, "Associer un appareil")
	page.Errors = ui.ErrorsFrom(refusal)
	return httpx.Render(w, r, status, newDevicePage(page, form))
}

func (h *DeviceHandlers) add(w http.ResponseWriter, r *http.Request) error {
	form, err := httpx.Form(r)
	if err != nil {
		return err
	}
	place, _ := uuid.Parse(form.Get("place"))
	id, err := h.People.AddDevice(r.Context(), httpx.Actor(r), identity.NewDevice{Name: form.Get("name"), Place: place})
	if refusal, ok := fault.ForForm(err); ok {
		return h.renderForm(w, r, httpx.Status(refusal.Kind), deviceForm{Name: form.Get("name")}, form.Get("place"), refusal)
	}
	if err != nil {
		return err
	}
	return httpx.SeeOther(w, r, urls.Device(id, "code"))
}

// pairingView is a device waiting for its code; Code is empty until asked for.
type pairingView struct {
	ID                uuid.UUID
	Name, Place       string
	Code, Link, Until string
	Address           string // where the code is typed
	Done              bool
}

// ask shows the device and the button that makes its code: a page that can be
// reloaded must not make a secret.
func (h *DeviceHandlers) ask(w http.ResponseWriter, r *http.Request) error {
	return h.pairing(w, r, false)
}

func (h *DeviceHandlers) code(w http.ResponseWriter, r *http.Request) error {
	return h.pairing(w, r, true)
}

func (h *DeviceHandlers) pairing(w http.ResponseWriter, r *http.Request, reveal bool) error {
	id, err := httpx.PathUUID(r, "id")
	if err != nil {
		return err
	}
	device, err := h.People.Device(r.Context(), httpx.Actor(r), id)
	if err != nil {
		return err
	}
	view := pairingView{ID: id, Name: device.Name, Place: device.Place, Done: device.PairedAt != nil}
	if reveal && !view.Done {
		pairing, err := h.People.PairingCode(r.Context(), httpx.Actor(r), id)
		if err != nil {
			return err
		}
		view.Code, view.Link, view.Until = pairing.Code, pairing.Link, format.Time(pairing.Until)
		address, _, _ := strings.Cut(pairing.Link, "#")
		view.Address = strings.TrimPrefix(strings.TrimPrefix(address, "https://"), "http://")
	}
	page := devicesPage(r, device.Name)
	w.Header().Set("Cache-Control", "no-store")
	return httpx.Render(w, r, http.StatusOK, pairingPage(page, view))
}

// state is the fragment that says when the device has used its code.
func (h *DeviceHandlers) state(w http.ResponseWriter, r *http.Request) error {
	id, err := httpx.PathUUID(r, "id")
	if err != nil {
		return err
	}
	device, err := h.People.Device(r.Context(), httpx.Actor(r), id)
	if err != nil {
		return err
	}
	return httpx.Render(w, r, http.StatusOK, pairingState(pairingView{ID: id, Name: device.Name, Done: device.PairedAt != nil}))
}

func (h *DeviceHandlers) revoke(w http.ResponseWriter, r *http.Request) error {
	id, err := httpx.PathUUID(r, "id")
	if err != nil {
		return err
	}
	if err := h.People.RevokeDevice(r.Context(), httpx.Actor(r), id); err != nil {
		return err
	}
	httpx.Flash(r, ui.Good, "L’appareil est retiré : il ne peut plus rien encaisser.")
	return httpx.SeeOther(w, r, urls.Devices())
}

func (h *DeviceHandlers) revokeAll(w http.ResponseWriter, r *http.Request) error {
	n, err := h.People.RevokeDevices(r.Context(), httpx.Actor(r))
	if err != nil {
		return err
	}
	httpx.Flash(r, ui.Good, format.Count(n, "appareil est retiré", "appareils sont retirés")+".")
	return httpx.SeeOther(w, r, urls.Devices())
}

// distrust stops believing what a lost phone scanned without network.
func (h *DeviceHandlers) distrust(w http.ResponseWriter, r *http.Request) error {
	return h.believe(w, r, h.Redemptions.RevokeLateDevice, "Le téléphone est retiré : ce qu’il enverra encore ouvrira un litige.")
}

func (h *DeviceHandlers) trust(w http.ResponseWriter, r *http.Request) error {
	return h.believe(w, r, h.Redemptions.RestoreLateDevice, "Le téléphone peut de nouveau envoyer des chèques scannés sans réseau.")
}

func (h *DeviceHandlers) believe(w http.ResponseWriter, r *http.Request, act func(context.Context, identity.Actor, uuid.UUID) error, done string) error {
	id, err := httpx.PathUUID(r, "id")
	if err != nil {
		return err
	}
	if err := act(r.Context(), httpx.Actor(r), id); err != nil {
		return err
	}
	httpx.Flash(r, ui.Good, done)
	return httpx.SeeOther(w, r, urls.Devices())
}
