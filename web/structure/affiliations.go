package structure

import (
	"net/http"
	"slices"

	"github.com/a-h/templ"
	"github.com/go-chi/chi/v5"
	"github.com/google/uuid"

	"passnum/internal/fault"
	"passnum/internal/identity"
	"passnum/internal/structure"
	"passnum/web/httpx"
	"passnum/web/ui"
	"passnum/web/ui/format"
	"passnum/web/urls"
)

// AffiliationHandlers lets a structure ask commanditaires to be agreed, and leave
// them.
type AffiliationHandlers struct {
	Structures *structure.Service
}

// Routes mounts the screens under /structure.
func (h *AffiliationHandlers) Routes(r chi.Router) {
	r.Group(func(r chi.Router) {
		r.Use(httpx.Need(identity.AffiliationWrite))
		r.Method(http.MethodGet, "/affiliations", httpx.Handler(h.list))
		r.Method(http.MethodPost, "/affiliations/demandes/{id}/retirer", httpx.Handler(h.takeBack))
		r.Method(http.MethodGet, "/affiliations/{id}/demander", httpx.Handler(h.askForm))
		r.Method(http.MethodPost, "/affiliations/{id}/demander", httpx.Handler(h.ask))
		r.Method(http.MethodGet, "/affiliations/{id}/quitter", httpx.Handler(h.leaveForm))
		r.Method(http.MethodPost, "/affiliations/{id}/quitter", httpx.Handler(h.leave))
	})
}

// mostFound is how many commanditaires a search shows.
const mostFound = 30

type affiliationsView struct {
	Query string
	Own   ui.TableArgs
	Found ui.TableArgs
	More  bool
}

func (h *AffiliationHandlers) list(w http.ResponseWriter, r *http.Request) error {
	actor, q := httpx.Actor(r), httpx.Query(r)
	own, err := h.Structures.Affiliations(r.Context(), actor)
	if err != nil {
		return err
	}
	v := affiliationsView{Query: q.Get("q")}
	v.Own = affiliationTable("Vos affiliations", own, ui.EmptyArgs{Title: "Aucune affiliation pour l’instant",
		Body: "Les chèques des commandes ouvertes à tout le réseau n’en demandent pas. Pour ceux d’une commande réservée, demandez son agrément au commanditaire."})
	found, err := h.Structures.Commanditaires(r.Context(), actor, v.Query, mostFound+1)
	if err != nil {
		return err
	}
	v.More = len(found) > mostFound
	if v.Query == "" { // those above need not be told twice
		found = slices.DeleteFunc(found, func(a structure.Affiliation) bool {
			return a.AgreedAt != nil || a.RequestID != nil || a.EndReason != ""
		})
	}
	v.Found = affiliationTable("Commanditaires", found[:min(len(found), mostFound)], ui.EmptyArgs{Title: "Aucun commanditaire ne correspond", Body: "Essayez un autre nom."})
	page := httpx.Page(r, "Affiliations")
	page.Crumbs = placeCrumbs(ui.Crumb{Label: "Affiliations"})
	return httpx.Render(w, r, http.StatusOK, affiliationsPage(page, v))
}

func affiliationTable(caption string, list []structure.Affiliation, empty ui.EmptyArgs) ui.TableArgs {
	t := ui.TableArgs{Caption: caption, HideCaption: true, Columns: append(ui.Columns("Commanditaire", "État"), ui.Column{Label: "Action", HideLabel: true}), Empty: empty}
	for _, a := range list {
		t.Rows = append(t.Rows, ui.NewRow(ui.Text(a.Commanditaire), affiliationState(a), affiliationAct(a)))
	}
	return t
}

func affiliationState(a structure.Affiliation) templ.Component {
	switch {
	case a.AgreedAt != nil && a.EndsOn != nil:
		return ui.TwoLines(ui.Tag(ui.Warn, "prend fin"), "le "+format.Date(*a.EndsOn)+". "+a.EndReason)
	case a.AgreedAt != nil:
		return ui.TwoLines(ui.Tag(ui.Good, "agréée"), "depuis le "+format.Date(*a.AgreedAt))
	case a.Waiting():
		return ui.TwoLines(ui.Tag(ui.Info, "en attente"), "demandé le "+format.Date(*a.AskedAt))
	case a.Refusal != "":
		return ui.TwoLines(ui.Tag(ui.Bad, "refusée"), a.Refusal)
	case a.EndReason != "":
		return ui.TwoLines(ui.Tag(ui.Neutral, "terminée"), a.EndReason)
	default:
		return ui.Tag(ui.Neutral, "pas d’affiliation")
	}
}

func affiliationAct(a structure.Affiliation) templ.Component {
	switch {
	case a.AgreedAt != nil && a.EndsOn == nil:
		return ui.Button(ui.ButtonArgs{Label: "Quitter", Hidden: a.Commanditaire, Kind: ui.Quiet, Href: urls.Affiliation(a.CommanditaireID, "quitter")})
	case a.Waiting():
		return ui.PostButton(urls.AffiliationRequest(*a.RequestID, "retirer"), ui.ButtonArgs{Label: "Retirer la demande", Hidden: "à " + a.Commanditaire, Kind: ui.Quiet})
	default:
		return ui.Button(ui.ButtonArgs{Label: "Demander", Hidden: "une affiliation à " + a.Commanditaire, Kind: ui.Secondary, Href: urls.Affiliation(a.CommanditaireID, "demander")})
	}
}

func (h *AffiliationHandlers) takeBack(w http.ResponseWriter, r *http.Request) error {
	id, err := httpx.PathUUID(r, "id")
	if err != nil {
		return err
	}
	if err := h.Structures.TakeBackRequest(r.Context(), httpx.Actor(r), id); err != nil {
		return err
	}
	httpx.Flash(r, ui.Good, "La demande est retirée.")
	return httpx.SeeOther(w, r, urls.Affiliations())
}

// beside finds the actor's place beside the commanditaire of the address.
func (h *AffiliationHandlers) beside(r *http.Request) (structure.Affiliation, error) {
	id, err := httpx.PathUUID(r, "id")
	if err != nil {
		return structure.Affiliation{}, err
	}
	return h.Structures.Beside(r.Context(), httpx.Actor(r), id)
}

type affiliationView struct {
	ID      uuid.UUID
	Name    string
	Message string
	Until   string
	Reason  string
	Errors  ui.Errors
}

func (h *AffiliationHandlers) askForm(w http.ResponseWriter, r *http.Request) error {
	a, err := h.beside(r)
	if err != nil {
		return err
	}
	page, status := affiliationForm(r, "Demander une affiliation", nil)
	return httpx.Render(w, r, status, askAffiliationPage(page, affiliationView{ID: a.CommanditaireID, Name: a.Commanditaire}))
}

func affiliationForm(r *http.Request, title string, refusal *fault.Error) (ui.Page, int) {
	page := httpx.Page(r, title)
	page.Crumbs = placeCrumbs(ui.Crumb{Label: "Affiliations", Href: urls.Affiliations()}, ui.Crumb{Label: title})
	if refusal == nil {
		return page, http.StatusOK
	}
	page.Errors = ui.ErrorsFrom(refusal)
	return page, httpx.Status(refusal.Kind)
}

func (h *AffiliationHandlers) ask(w http.ResponseWriter, r *http.Request) error {
	a, err := h.beside(r)
	if err != nil {
		return err
	}
	form, err := httpx.Form(r)
	if err != nil {
		return err
	}
	v := affiliationView{ID: a.CommanditaireID, Name: a.Commanditaire, Message: form.Get("message")}
	err = h.Structures.Ask(r.Context(), httpx.Actor(r), a.CommanditaireID, v.Message)
	if refusal, ok := fault.ForForm(err); ok {
		page, status := affiliationForm(r, "Demander une affiliation", refusal)
		v.Errors = page.Errors
		return httpx.Render(w, r, status, askAffiliationPage(page, v))
	}
	if err != nil {
		return err
	}
	httpx.Flash(r, ui.Good, "Votre demande est envoyée. "+a.Commanditaire+" vous répond par courriel.")
	return httpx.SeeOther(w, r, urls.Affiliations())
}

func (h *AffiliationHandlers) leaveForm(w http.ResponseWriter, r *http.Request) error {
	a, err := h.agreed(r)
	if err != nil {
		return err
	}
	page, status := affiliationForm(r, "Quitter un commanditaire", nil)
	until := h.Structures.Today().AddDate(0, 0, structure.UsualNotice)
	return httpx.Render(w, r, status, leaveAffiliationPage(page, affiliationView{ID: a.CommanditaireID, Name: a.Commanditaire, Until: format.Typed(until)}))
}

func (h *AffiliationHandlers) agreed(r *http.Request) (structure.Affiliation, error) {
	a, err := h.beside(r)
	if err == nil && a.AgreedAt == nil {
		err = structure.ErrNoCommanditaire
	}
	return a, err
}

func (h *AffiliationHandlers) leave(w http.ResponseWriter, r *http.Request) error {
	a, err := h.agreed(r)
	if err != nil {
		return err
	}
	form, err := httpx.Form(r)
	if err != nil {
		return err
	}
	v := affiliationView{ID: a.CommanditaireID, Name: a.Commanditaire, Until: form.Get("jusquau"), Reason: form.Get("motif")}
	notice := structure.Notice{Reason: v.Reason}
	var refusal *fault.Error
	if notice.LastDay, err = format.ParseDay(v.Until); err != nil {
		refusal = fault.Field("jusquau", "Indiquez le dernier jour, par exemple 31/12/2026.")
	} else if err = h.Structures.Leave(r.Context(), httpx.Actor(r), a.CommanditaireID, notice); err != nil {
		var ok bool
		if refusal, ok = fault.ForForm(err); !ok {
			return err
		}
	}
	if refusal != nil {
		page, status := affiliationForm(r, "Quitter un commanditaire", refusal)
		v.Errors = page.Errors
		return httpx.Render(w, r, status, leaveAffiliationPage(page, v))
	}
	httpx.Flash(r, ui.Good, "C’est annoncé. "+a.Commanditaire+" est prévenu.")
	return httpx.SeeOther(w, r, urls.Affiliations())
}
