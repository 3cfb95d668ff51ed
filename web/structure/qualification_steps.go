package structure

import (
	"net/http"

	"github.com/a-h/templ"

	"passnum/internal/fault"
	"passnum/internal/qualification"
	"passnum/web/httpx"
	"passnum/web/ui"
	"passnum/web/ui/format"
	"passnum/web/urls"
)

// stepView is what every step of the file shows around its own fields.
type stepView struct {
	Code, Title, Lead, Button string
	// Open shows the form; Asks says that what is saved waits for the operator.
	// Read says that there is nothing left to do here.
	Open, Asks, Read bool
	Waiting          *amendmentView
	Corrections      []flagView
	flags            map[string]string
	Notice           templ.Component
	// Aside stands above the form: a way to fill it in.
	Aside  templ.Component
	Errors ui.Errors
}

type flagView struct{ Label, Sentence, Href string }

// hint is a field's hint, under what the operator asks to correct in it.
func (v stepView) hint(field, usual string) string {
	sentence := v.flags[field]
	switch {
	case sentence == "":
		return usual
	case usual == "":
		return "À corriger\u00a0: " + sentence
	default:
		return "À corriger\u00a0: " + sentence + " — " + usual
	}
}

// stepPage is a step's page before its fields.
type stepPage struct {
	code, title, lead, button string
	sensitive                 bool
}

var (
	rolePage    = stepPage{qualification.StepRole, "Vous", "Qui remplit ce dossier, et avec l’accord de qui.", "Enregistrer votre rôle", false}
	bodyPage    = stepPage{qualification.StepBody, "Organisation", "Ce qu’est votre organisation en droit, et qui l’engage.", "Enregistrer l’organisation", true}
	contactPage = stepPage{qualification.StepContact, "Coordonnées", "Où vous êtes, où nous vous écrivons, où vont les factures.", "Enregistrer les coordonnées", false}
	judgedPage  = stepPage{qualification.StepEligibility, "Éligibilité", "Dix questions. Rien n’est caché\u00a0: chaque réponse dit ce qu’elle change, et le résultat est donné tout de suite.", "Enregistrer les réponses", true}
	offerPage   = stepPage{qualification.StepOffer, "Offre", "En quelques lignes. Les services eux-mêmes se choisissent lieu par lieu.", "Enregistrer l’offre", false}
	charterPage = stepPage{qualification.StepCharter, "Charte et conditions d’utilisation", "Ce que vous promettez aux personnes, et ce que nous nous devons.", "Accepter la charte et les conditions", false}
)

func (p stepPage) view(o qualification.Opened, errors ui.Errors) stepView {
	v := stepView{Code: p.code, Title: p.title, Lead: p.lead, Button: p.button, Open: o.Editable(), Asks: p.sensitive && o.Decided(), flags: map[string]string{}, Errors: errors}
	if v.Asks {
		v.Button = "Demander ce changement"
	}
	if o.Waiting != nil {
		waiting := newAmendment(*o.Waiting)
		v.Waiting = &waiting
	}
	for _, c := range o.Corrections {
		v.Corrections = append(v.Corrections, flagView{Label: c.Label, Sentence: c.Sentence, Href: "#" + c.Field})
		v.flags[c.Field] = c.Sentence
	}
	return v
}

// open reads a step and its page.
func (h *Handlers) open(r *http.Request, p stepPage, refusal *fault.Error) (ui.Page, stepView, qualification.Opened, error) {
	o, err := h.Files.Step(r.Context(), httpx.Actor(r), p.code)
	page := filePage(r, p.title, refusal)
	return page, p.view(o, page.Errors), o, err
}

// kept ends a save: back to the file, with a sentence; again shows the form
// with what was typed when it is refused.
func (h *Handlers) kept(w http.ResponseWriter, r *http.Request, saved qualification.Saved, err error, sentence, back string, again func(refusal *fault.Error) error) error {
	if refusal, ok := fault.ForForm(err); ok {
		return again(refusal)
	}
	if err != nil {
		return err
	}
	if saved.Waits {
		sentence = "C’est noté. Ce qui change votre identité ou votre éligibilité attend l’accord de l’opérateur\u00a0: rien ne change d’ici là."
	}
	httpx.Flash(r, ui.Good, sentence)
	return httpx.SeeOther(w, r, back)
}

type roleView struct {
	stepView
	Form qualification.RoleForm
}

func (h *Handlers) roleForm(w http.ResponseWriter, r *http.Request) error {
	return h.renderRole(w, r, http.StatusOK, nil, nil)
}

func (h *Handlers) renderRole(w http.ResponseWriter, r *http.Request, code int, typed *qualification.RoleForm, refusal *fault.Error) error {
	page, step, o, err := h.open(r, rolePage, refusal)
	if err != nil {
		return err
	}
	v := roleView{step, qualification.RoleForm{Quality: o.Content["qualite"], Function: o.Content["fonction"], Recognised: o.Content["reconnu"] == "oui"}}
	if typed != nil {
		v.Form = *typed
	}
	return httpx.Render(w, r, code, roleStep(page, v))
}

func (h *Handlers) saveRole(w http.ResponseWriter, r *http.Request) error {
	v, err := httpx.Form(r)
	if err != nil {
		return err
	}
	form := qualification.RoleForm{Quality: v.Get("qualite"), Function: v.Get("fonction"), Recognised: v.Bool("reconnu")}
	saved, err := h.Files.SaveRole(r.Context(), httpx.Actor(r), form)
	return h.kept(w, r, saved, err, "Votre rôle est enregistré.", urls.Qualification(), func(refusal *fault.Error) error {
		return h.renderRole(w, r, httpx.Status(refusal.Kind), &form, refusal)
	})
}

type offerView struct {
	stepView
	Form qualification.OfferForm
}

func (h *Handlers) offerForm(w http.ResponseWriter, r *http.Request) error {
	return h.renderOffer(w, r, http.StatusOK, nil, nil)
}

func (h *Handlers) renderOffer(w http.ResponseWriter, r *http.Request, code int, typed *qualification.OfferForm, refusal *fault.Error) error {
	page, step, o, err := h.open(r, offerPage, refusal)
	if err != nil {
		return err
	}
	v := offerView{step, qualification.OfferForm{Presentation: o.Content["presentation"], Modes: listed(o.Content["modes"]), Audiences: listed(o.Content["publics"]),
		Prices: o.Content["tarifs"], Left: o.Content["reste"]}}
	if !o.Saved {
		v.Form.Presentation = o.Presentation
	}
	if typed != nil {
		v.Form = *typed
	}
	return httpx.Render(w, r, code, offerStep(page, v))
}

func (h *Handlers) saveOffer(w http.ResponseWriter, r *http.Request) error {
	v, err := httpx.Form(r)
	if err != nil {
		return err
	}
	form := qualification.OfferForm{Presentation: v.Get("presentation"), Modes: v.All("modes"), Audiences: v.All("publics"), Prices: v.Get("tarifs"), Left: v.Get("reste")}
	saved, err := h.Files.SaveOffer(r.Context(), httpx.Actor(r), form)
	return h.kept(w, r, saved, err, "L’offre est enregistrée.", urls.Qualification(), func(refusal *fault.Error) error {
		return h.renderOffer(w, r, httpx.Status(refusal.Kind), &form, refusal)
	})
}

type charterView struct {
	stepView
	Charter, Terms text
	// Accepted says when today's texts were accepted; empty when they were not.
	Accepted string
}

type text struct {
	Version string
	Items   []ui.NumberedItem
}

func (h *Handlers) charterForm(w http.ResponseWriter, r *http.Request) error {
	return h.renderCharter(w, r, http.StatusOK, nil)
}

func (h *Handlers) renderCharter(w http.ResponseWriter, r *http.Request, code int, refusal *fault.Error) error {
	page, step, o, err := h.open(r, charterPage, refusal)
	if err != nil {
		return err
	}
	v := charterView{stepView: step, Charter: currentCharter(), Terms: currentTerms()}
	if o.Accepted() && o.AcceptedTerms() {
		v.Accepted = format.Date(*o.TermsAcceptedAt)
		v.Open, v.Read = false, true
	}
	return httpx.Render(w, r, code, charterStep(page, v))
}

func (h *Handlers) acceptCharter(w http.ResponseWriter, r *http.Request) error {
	v, err := httpx.Form(r)
	if err != nil {
		return err
	}
	err = h.Files.Commit(r.Context(), httpx.Actor(r), qualification.CommitmentForm{Charter: v.Get("version"), Accepted: v.Bool("accepte"),
		Terms: v.Get("version_cgu"), AcceptsTerms: v.Bool("accepte_cgu")})
	return h.kept(w, r, qualification.Saved{}, err, "La charte et les conditions sont acceptées.", urls.Qualification(), func(refusal *fault.Error) error {
		return h.renderCharter(w, r, httpx.Status(refusal.Kind), refusal)
	})
}
