package structure

import (
	"context"
	"net/http"
	"slices"

	"github.com/a-h/templ"

	"passnum/internal/fault"
	"passnum/internal/identifier"
	"passnum/internal/organisation"
	"passnum/internal/qualification"
	"passnum/web/httpx"
	orgscreens "passnum/web/organisation"
	"passnum/web/ui"
	"passnum/web/urls"
)

type bodyView struct {
	stepView
	Form  qualification.BodyForm
	Asked string // the SIRET to look up
	// KnownHref asks to join the organisation that has the SIRET typed.
	KnownHref string
}

func (h *Handlers) bodyForm(w http.ResponseWriter, r *http.Request) error {
	return h.renderBody(w, r, http.StatusOK, nil, nil)
}

func (h *Handlers) renderBody(w http.ResponseWriter, r *http.Request, code int, typed *qualification.BodyForm, refusal *fault.Error) error {
	page, step, o, err := h.open(r, bodyPage, refusal)
	if err != nil {
		return err
	}
	c := o.Content
	v := bodyView{stepView: step, Asked: o.Body.SIRET, Form: qualification.BodyForm{SIRET: identifier.SIRET(c["siret"]).Grouped(), Kind: c["type"], RNA: c["rna"],
		WithoutRNA: c["sans_rna"] == "oui", LegalName: c["representant_nom"], LegalRole: c["representant_qualite"], LegalEmail: c["representant_courriel"]}}
	if typed != nil {
		v.Form = *typed
	} else if asked := httpx.Query(r).Get("annuaire"); asked != "" {
		v.Asked = asked
		v.Notice = h.fillBody(r.Context(), asked, &v.Form)
	}
	if refusal != nil && known(refusal, v.Form.SIRET) {
		v.KnownHref = urls.With(urls.JoinKnown(), "siret", v.Form.SIRET)
	}
	return httpx.Render(w, r, code, bodyStep(page, v))
}

// known reports whether a refusal is about a number that somebody has, and not
// one that nobody may have.
func known(refusal *fault.Error, siret string) bool {
	_, err := identifier.ParseSIRET(siret)
	return err == nil && slices.ContainsFunc(refusal.Fields, func(f fault.FieldError) bool { return f.Field == "siret" })
}

func (h *Handlers) saveBody(w http.ResponseWriter, r *http.Request) error {
	v, err := httpx.Form(r)
	if err != nil {
		return err
	}
	form := qualification.BodyForm{SIRET: v.Get("siret"), Kind: v.Get("type"), RNA: v.Get("rna"), WithoutRNA: v.Bool("sans_rna"),
		LegalName: v.Get("representant_nom"), LegalRole: v.Get("representant_qualite"), LegalEmail: v.Get("representant_courriel")}
	saved, err := h.Files.SaveBody(r.Context(), httpx.Actor(r), form)
	return h.kept(w, r, saved, err, "L’organisation est enregistrée.", urls.Qualification(), func(refusal *fault.Error) error {
		return h.renderBody(w, r, httpx.Status(refusal.Kind), &form, refusal)
	})
}

// fillBody fills the form in with what the register knows of a SIRET.
func (h *Handlers) fillBody(ctx context.Context, typed string, form *qualification.BodyForm) templ.Component {
	siret, err := identifier.ParseSIRET(typed)
	if refusal, ok := fault.ForForm(err); ok {
		return orgscreens.Said(ui.Warn, "Ce SIRET n’est pas complet", refusal.Sentence)
	}
	body, err := h.Registry.Find(ctx, siret.String())
	if err != nil {
		return orgscreens.LookedUp(body, err)
	}
	form.SIRET, form.RNA = siret.Grouped(), body.RNA
	if organisation.Kind(body.Kind).Known() {
		form.Kind = body.Kind
	}
	return orgscreens.LookedUp(body, nil)
}

type contactView struct {
	stepView
	Form qualification.ContactForm
}

func (h *Handlers) contactForm(w http.ResponseWriter, r *http.Request) error {
	return h.renderContact(w, r, http.StatusOK, nil, nil)
}

func (h *Handlers) renderContact(w http.ResponseWriter, r *http.Request, code int, typed *qualification.ContactForm, refusal *fault.Error) error {
	page, step, o, err := h.open(r, contactPage, refusal)
	if err != nil {
		return err
	}
	c := o.Content
	v := contactView{step, qualification.ContactForm{Identity: o.Body.FormOf(), Billing: o.Body.Billing, Website: c["site"],
		Delivery: qualification.DeliveryForm{Name: c["livraison_nom"], Street: c["livraison_rue"], PostalCode: c["livraison_code_postal"], Town: c["livraison_ville"]}}}
	if typed != nil {
		v.Form = *typed
	} else if httpx.Query(r).Bool("annuaire") {
		body, err := h.Registry.Find(r.Context(), o.Body.SIRET)
		v.Notice = orgscreens.LookedUp(body, err)
		if err == nil {
			v.Form.Identity.Address = organisation.AddressForm{Street: body.Street, PostalCode: body.PostalCode, Commune: body.Town, CommuneCode: body.Insee}
		}
	}
	return httpx.Render(w, r, code, contactStep(page, v))
}

func (h *Handlers) saveContact(w http.ResponseWriter, r *http.Request) error {
	v, err := httpx.Form(r)
	if err != nil {
		return err
	}
	form := qualification.ContactForm{Website: v.Get("site"), Billing: orgscreens.ReadBilling(v),
		Identity: organisation.IdentityForm{Name: v.Get("organisation"), Address: orgscreens.ReadAddress(v), ContactName: v.Get("contact_nom"),
			ContactEmail: v.Get("contact_email"), ContactPhone: v.Get("telephone")},
		Delivery: qualification.DeliveryForm{Name: v.Get("livraison_nom"), Street: v.Get("livraison_rue"), PostalCode: v.Get("livraison_code_postal"), Town: v.Get("livraison_ville")}}
	saved, err := h.Files.SaveContact(r.Context(), httpx.Actor(r), form)
	return h.kept(w, r, saved, err, "Les coordonnées sont enregistrées.", urls.Qualification(), func(refusal *fault.Error) error {
		return h.renderContact(w, r, httpx.Status(refusal.Kind), &form, refusal)
	})
}
