package account

import (
	"errors"
	"net/http"

	"github.com/a-h/templ"
	"github.com/go-chi/chi/v5"

	"passnum/internal/fault"
	"passnum/internal/identifier"
	"passnum/internal/organisation"
	"passnum/internal/registry"
	"passnum/web/httpx"
	orgscreens "passnum/web/organisation"
	"passnum/web/ui"
	"passnum/web/ui/format"
	"passnum/web/urls"
)

// JoinHandlers serves the way in for organisations that are not here yet, and
// for people whose organisation already is.
type JoinHandlers struct {
	Organisations *organisation.Service
	// Invitations may be nil: nobody is then invited to join.
	Invitations Invitations
	// Registry fills the form in from a SIRET; nil asks nobody.
	Registry *registry.Client
}

// Routes mounts the screens, at the root of the site.
func (h *JoinHandlers) Routes(r chi.Router) {
	get(r, urls.Join(), h.form)
	post(r, urls.Join(), h.join)
	get(r, urls.JoinKnown(), h.known)
	post(r, urls.JoinKnown(), h.ask)
	get(r, urls.JoinDone(), h.done)
}

type joinView struct {
	Form organisation.JoinForm
	// SignedIn keeps the person's account: nothing is asked of them.
	SignedIn bool
	// Found says what the register knows of the SIRET; nil when it was not asked.
	Found  templ.Component
	Errors ui.Errors
	// Invitation is the token of who was invited.
	Invitation string
}

func (v joinView) capacities() ui.Choices {
	options := make([]ui.Option, len(organisation.AllCapacities))
	for i, c := range organisation.AllCapacities {
		options[i] = ui.Option{Value: string(c), Label: c.Promise(), Hint: capacityHints[c]}
		if c == organisation.Commanditaire {
			options[i].Reveal = orgscreens.BillingFields(v.Form.Billing, v.Errors)
		}
	}
	return ui.Choices{Name: "capacites", Legend: "Que voulez-vous faire\u00a0?", HideLegend: true, Hint: "Plusieurs réponses possibles. Vous pourrez en ajouter plus tard.",
		Options: ui.Selected(options, v.Form.Capacities...), Error: v.Errors.For("capacites")}
}

var capacityHints = map[organisation.Capacity]string{
	organisation.Commanditaire: "Collectivité, opérateur public, fondation, entreprise\u00a0: vous êtes commanditaire.",
	organisation.Aiguilleur:    "Mairie, CCAS, France services, association\u00a0: vous êtes aiguilleur.",
	organisation.Structure:     "Tiers-lieu, médiathèque, association, espace numérique\u00a0: vous êtes structure.",
	organisation.Hub:           "Vous animez points et structures là où un commanditaire vous le délègue, sans manier d’argent.",
}

func (h *JoinHandlers) form(w http.ResponseWriter, r *http.Request) error {
	if token := httpx.Query(r).Get("invitation"); token != "" {
		return h.invited(w, r, token)
	}
	form, query := organisation.JoinForm{SIRET: httpx.Query(r).Get("siret")}, httpx.Query(r)
	siret, err := identifier.ParseSIRET(form.SIRET)
	if !query.Bool("annuaire") || err != nil {
		return renderJoin(w, r, http.StatusOK, form, nil, nil)
	}
	if _, err := h.Organisations.Find(r.Context(), siret.String()); err == nil {
		return httpx.SeeOther(w, r, urls.With(urls.JoinKnown(), "siret", siret.String()))
	}
	body, err := h.Registry.Find(r.Context(), siret.String())
	if err == nil {
		form.Name, form.Address = body.Name, organisation.AddressForm{Street: body.Street, PostalCode: body.PostalCode, Commune: body.Town, CommuneCode: body.Insee}
		if organisation.Kind(body.Kind).Known() {
			form.Kind = body.Kind
		}
	}
	return renderJoin(w, r, http.StatusOK, form, nil, orgscreens.LookedUp(body, err))
}

func renderJoin(w http.ResponseWriter, r *http.Request, status int, form organisation.JoinForm, refusal *fault.Error, found templ.Component) error {
	page := httpx.Page(r, "Rejoindre Passnum")
	page.Description = "Commander des carnets de Pass numérique, les remettre à un guichet, ou accompagner des personnes\u00a0: demandez à rejoindre Passnum."
	page.Errors = ui.ErrorsFrom(refusal)
	view := joinView{Form: form, SignedIn: httpx.Actor(r).SignedIn(), Errors: page.Errors, Found: found, Invitation: r.PostFormValue("invitation")}
	return httpx.Render(w, r, status, joinPage(page, view))
}

func (h *JoinHandlers) join(w http.ResponseWriter, r *http.Request) error {
	v, err := httpx.Form(r)
	if err != nil {
		return err
	}
	form := organisation.JoinForm{Person: v.Get("nom"), Email: v.Get("email"), Password: v.Raw("password"), SIRET: v.Get("siret"),
		Name: v.Get("organisation"), Kind: v.Get("type"), Address: orgscreens.ReadAddress(v), Capacities: v.All("capacites"),
		Billing: orgscreens.ReadBilling(v), ContactPhone: v.Get("telephone"), Message: v.Get("message")}
	joined, err := h.Organisations.Join(r.Context(), httpx.Actor(r), form)
	if errors.Is(err, organisation.ErrKnown) {
		return h.renderKnown(w, r, http.StatusConflict, organisation.AskForm{SIRET: form.SIRET, Person: form.Person, Email: form.Email, Message: form.Message}, nil)
	}
	if refusal, ok := fault.ForForm(err); ok {
		return renderJoin(w, r, httpx.Status(refusal.Kind), form, refusal, nil)
	}
	if err != nil {
		return err
	}
	if err := h.registered(r, v.Get("invitation"), joined); err != nil {
		return err
	}
	if err := enter(r, joined); err != nil {
		return err
	}
	return httpx.SeeOther(w, r, urls.JoinDone())
}

// enter opens the session of someone who has just joined, for their new
// organisation.
func enter(r *http.Request, joined organisation.Joined) error {
	if !httpx.Actor(r).SignedIn() {
		if err := httpx.SignIn(r, joined.AccountID); err != nil {
			return err
		}
	}
	return httpx.ActFor(r, joined.OrganisationID)
}

type knownView struct {
	Name, Town string
	Form       organisation.AskForm
	SignedIn   bool
	Errors     ui.Errors
}

// knownAs is the number that was typed, and where the organisation is unless it is
// kept.
func knownAs(v knownView) string {
	if v.Town == "" {
		return "SIRET " + format.SIRET(v.Form.SIRET)
	}
	return "SIRET " + format.SIRET(v.Form.SIRET) + " · " + v.Town
}

func (h *JoinHandlers) known(w http.ResponseWriter, r *http.Request) error {
	return h.renderKnown(w, r, http.StatusOK, organisation.AskForm{SIRET: httpx.Query(r).Get("siret")}, nil)
}

func (h *JoinHandlers) renderKnown(w http.ResponseWriter, r *http.Request, status int, form organisation.AskForm, refusal *fault.Error) error {
	found, err := h.Organisations.Find(r.Context(), form.SIRET)
	if fault.Is(err, fault.KindNotFound) {
		return httpx.SeeOther(w, r, urls.With(urls.Join(), "siret", form.SIRET))
	}
	if err != nil {
		return err
	}
	page := httpx.Page(r, "Cette organisation est déjà sur Passnum")
	page.Errors = ui.ErrorsFrom(refusal)
	page.NoIndex = true
	form.SIRET = found.SIRET
	if found.Hidden() {
		found.Name, found.Town = "Cette organisation", ""
	}
	view := knownView{Name: found.Name, Town: found.Town, Form: form, SignedIn: httpx.Actor(r).SignedIn(), Errors: page.Errors}
	return httpx.Render(w, r, status, knownPage(page, view))
}

func (h *JoinHandlers) ask(w http.ResponseWriter, r *http.Request) error {
	v, err := httpx.Form(r)
	if err != nil {
		return err
	}
	form := organisation.AskForm{SIRET: v.Get("siret"), Person: v.Get("nom"), Email: v.Get("email"), Message: v.Get("message")}
	_, err = h.Organisations.AskToJoin(r.Context(), httpx.Actor(r), form)
	if refusal, ok := fault.ForForm(err); ok {
		return h.renderKnown(w, r, httpx.Status(refusal.Kind), form, refusal)
	}
	if err != nil {
		return err
	}
	return httpx.SeeOther(w, r, urls.With(urls.JoinDone(), "a", "equipe"))
}

type doneView struct {
	Title, Lead string
	Steps       []ui.Step
	Next        templ.Component
}

func (h *JoinHandlers) done(w http.ResponseWriter, r *http.Request) error {
	view := doneView{
		Title: "Votre demande est reçue",
		Lead:  "Nous vous avons écrit pour le confirmer. Rien d’autre à faire pour l’instant.",
		Steps: []ui.Step{
			{Label: "Votre demande est reçue", State: ui.Done},
			{Label: "Nous la lisons", Note: "L’opérateur vérifie l’organisation et ce qu’elle demande.", State: ui.Current},
			{Label: "Vous recevez la réponse par courriel", Note: "Avec la première chose à faire, ou la raison d’un refus.", State: ui.Next},
		},
	}
	if httpx.Query(r).Get("a") == "equipe" {
		view.Title, view.Lead = "Votre demande est envoyée", "Nous avons écrit aux responsables de l’organisation."
		view.Steps = []ui.Step{
			{Label: "Les responsables sont prévenus", State: ui.Done},
			{Label: "L’un d’eux vous invite", Note: "Il choisit votre rôle dans l’équipe.", State: ui.Current},
			{Label: "Vous recevez l’invitation par courriel", Note: "Elle sert aussi à choisir votre mot de passe.", State: ui.Next},
		}
	} else if httpx.Actor(r).SignedIn() {
		view.Next = ui.Button(ui.ButtonArgs{Label: "Compléter votre organisation", Href: urls.OrganisationSettings(), Kind: ui.Secondary})
	}
	page := httpx.Page(r, view.Title)
	page.NoIndex = true
	return httpx.Render(w, r, http.StatusOK, joinDonePage(page, view))
}
