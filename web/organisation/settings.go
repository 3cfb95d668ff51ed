package organisation

import (
	"net/http"

	"github.com/go-chi/chi/v5"

	"passnum/internal/fault"
	"passnum/internal/identity"
	"passnum/internal/organisation"
	"passnum/web/httpx"
	"passnum/web/ui"
	palette "passnum/web/ui/theme"
	"passnum/web/urls"
)

// SettingsHandlers serves an organisation's settings to its members.
type SettingsHandlers struct {
	Organisations *organisation.Service
}

// Routes mounts the screens at the root of the site.
func (h *SettingsHandlers) Routes(r chi.Router) {
	r.Group(func(r chi.Router) {
		r.Use(httpx.Need(identity.TeamRead))
		get(r, urls.OrganisationSettings(), h.show)
	})
	r.Group(func(r chi.Router) {
		r.Use(httpx.Need(identity.OrganisationEdit))
		get(r, urls.OrganisationSettings("identite"), h.identityForm)
		post(r, urls.OrganisationSettings("identite"), h.saveIdentity)
		get(r, urls.OrganisationSettings("facturation"), h.billingForm)
		post(r, urls.OrganisationSettings("facturation"), h.saveBilling)
		get(r, urls.OrganisationSettings("apparence"), h.appearanceForm)
		post(r, urls.OrganisationSettings("apparence"), h.saveAppearance)
		get(r, urls.OrganisationSettings("demande"), h.requestForm)
		post(r, urls.OrganisationSettings("demande"), h.request)
	})
}

func get(r chi.Router, path string, h httpx.Handler) { r.Method(http.MethodGet, path, h) }

func post(r chi.Router, path string, h httpx.Handler) { r.Method(http.MethodPost, path, h) }

func (h *SettingsHandlers) show(w http.ResponseWriter, r *http.Request) error {
	actor := httpx.Actor(r)
	settings, err := h.Organisations.Settings(r.Context(), actor)
	if err != nil {
		return err
	}
	requests, err := h.Organisations.OwnRequests(r.Context(), actor)
	if err != nil {
		return err
	}
	page := httpx.Page(r, "Votre organisation")
	return httpx.Render(w, r, http.StatusOK, settingsPage(page, newSettingsView(settings, requests, actor.Can(identity.OrganisationEdit))))
}

// subPage is a page that changes one part of the settings.
func subPage(r *http.Request, title string, refusal *fault.Error) ui.Page {
	page := httpx.Page(r, title)
	page.Crumbs = []ui.Crumb{{Label: "Votre organisation", Href: urls.OrganisationSettings()}, {Label: title}}
	page.Errors = ui.ErrorsFrom(refusal)
	return page
}

// saved ends a change: back to the settings with a sentence.
func saved(w http.ResponseWriter, r *http.Request, sentence string) error {
	httpx.Flash(r, ui.Good, sentence)
	return httpx.SeeOther(w, r, urls.OrganisationSettings())
}

func (h *SettingsHandlers) identityForm(w http.ResponseWriter, r *http.Request) error {
	settings, err := h.Organisations.Settings(r.Context(), httpx.Actor(r))
	if err != nil {
		return err
	}
	return renderIdentity(w, r, http.StatusOK, settings.FormOf(), nil)
}

func renderIdentity(w http.ResponseWriter, r *http.Request, status int, form organisation.IdentityForm, refusal *fault.Error) error {
	return httpx.Render(w, r, status, identityPage(subPage(r, "Identité et adresse", refusal), form))
}

func (h *SettingsHandlers) saveIdentity(w http.ResponseWriter, r *http.Request) error {
	v, err := httpx.Form(r)
	if err != nil {
		return err
	}
	form := organisation.IdentityForm{Name: v.Get("organisation"), Address: ReadAddress(v), ContactName: v.Get("contact_nom"),
		ContactEmail: v.Get("contact_email"), ContactPhone: v.Get("telephone")}
	err = h.Organisations.SaveIdentity(r.Context(), httpx.Actor(r), form)
	if refusal, ok := fault.ForForm(err); ok {
		return renderIdentity(w, r, httpx.Status(refusal.Kind), form, refusal)
	}
	if err != nil {
		return err
	}
	return saved(w, r, "L’identité est enregistrée.")
}

func (h *SettingsHandlers) billingForm(w http.ResponseWriter, r *http.Request) error {
	settings, err := h.Organisations.Settings(r.Context(), httpx.Actor(r))
	if err != nil {
		return err
	}
	return renderBilling(w, r, http.StatusOK, settings.Billing, nil)
}

func renderBilling(w http.ResponseWriter, r *http.Request, status int, b organisation.Billing, refusal *fault.Error) error {
	return httpx.Render(w, r, status, billingPage(subPage(r, "Facturation", refusal), b))
}

func (h *SettingsHandlers) saveBilling(w http.ResponseWriter, r *http.Request) error {
	v, err := httpx.Form(r)
	if err != nil {
		return err
	}
	billing := ReadBilling(v)
	err = h.Organisations.SaveBilling(r.Context(), httpx.Actor(r), billing)
	if refusal, ok := fault.ForForm(err); ok {
		return renderBilling(w, r, httpx.Status(refusal.Kind), billing, refusal)
	}
	if err != nil {
		return err
	}
	return saved(w, r, "La facturation est enregistrée.")
}

func (h *SettingsHandlers) appearanceForm(w http.ResponseWriter, r *http.Request) error {
	return h.renderAppearance(w, r, http.StatusOK, nil, nil)
}

// renderAppearance shows the stored logo and the colour as typed, if any was.
func (h *SettingsHandlers) renderAppearance(w http.ResponseWriter, r *http.Request, status int, typed *string, refusal *fault.Error) error {
	settings, err := h.Organisations.Settings(r.Context(), httpx.Actor(r))
	if err != nil {
		return err
	}
	view := appearanceView{Colour: settings.Colour}
	if typed != nil {
		view.Colour = *typed
	}
	if settings.LogoID != nil {
		view.LogoURL = urls.Logo(*settings.LogoID)
	}
	if colours, err := palette.Derive(view.Colour); err == nil {
		view.Corrected, view.Strong = colours.Corrected, colours.Strong
	}
	return httpx.Render(w, r, status, appearancePage(subPage(r, "Logo et couleur", refusal), view))
}

func (h *SettingsHandlers) saveAppearance(w http.ResponseWriter, r *http.Request) error {
	v, err := httpx.Form(r)
	if refusal, ok := fault.ForForm(err); ok {
		return h.renderAppearance(w, r, httpx.Status(refusal.Kind), nil, refusal)
	}
	if err != nil {
		return err
	}
	logo, _, err := v.File("logo")
	if err != nil {
		return err
	}
	form := organisation.AppearanceForm{Colour: v.Get("couleur"), Logo: logo.Content, RemoveLogo: v.Bool("sans_logo")}
	err = h.Organisations.SaveAppearance(r.Context(), httpx.Actor(r), form)
	if refusal, ok := fault.ForForm(err); ok {
		return h.renderAppearance(w, r, httpx.Status(refusal.Kind), &form.Colour, refusal)
	}
	if err != nil {
		return err
	}
	return saved(w, r, "Le logo et la couleur sont enregistrés. Ils paraissent sur vos prochains documents.")
}

func (h *SettingsHandlers) requestForm(w http.ResponseWriter, r *http.Request) error {
	return h.renderRequest(w, r, http.StatusOK, "", "", nil)
}

func (h *SettingsHandlers) renderRequest(w http.ResponseWriter, r *http.Request, status int, capacity, message string, refusal *fault.Error) error {
	settings, err := h.Organisations.Settings(r.Context(), httpx.Actor(r))
	if err != nil {
		return err
	}
	view := requestView{Message: message}
	for _, c := range organisation.AllCapacities {
		if !settings.Has(c) {
			view.Options = append(view.Options, ui.Option{Value: string(c), Label: c.Promise(), Hint: c.Label(), Checked: string(c) == capacity})
		}
	}
	return httpx.Render(w, r, status, requestPage(subPage(r, "Demander une possibilité de plus", refusal), view))
}

func (h *SettingsHandlers) request(w http.ResponseWriter, r *http.Request) error {
	v, err := httpx.Form(r)
	if err != nil {
		return err
	}
	capacity, message := v.Get("capacite"), v.Get("message")
	err = h.Organisations.RequestCapacity(r.Context(), httpx.Actor(r), organisation.Capacity(capacity), message)
	if refusal, ok := fault.ForForm(err); ok {
		return h.renderRequest(w, r, httpx.Status(refusal.Kind), capacity, message, refusal)
	}
	if err != nil {
		return err
	}
	return saved(w, r, "Votre demande est envoyée. Nous répondons par courriel.")
}
