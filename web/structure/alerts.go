package structure

import (
	"net/http"

	"passnum/internal/identity"
	"passnum/internal/settlement"
	"passnum/internal/structure"
	"passnum/internal/workshop"
	"passnum/web/httpx"
	"passnum/web/ui/format"
	"passnum/web/urls"
)

// alertView is something that keeps money from arriving, and where to mend it.
type alertView struct{ Title, Body, Link, Href string }

// addAlerts puts on top of the home what is about the structure's account.
func (h *Handlers) addAlerts(r *http.Request, v *homeView) error {
	actor := httpx.Actor(r)
	v.Keeps = actor.Can(identity.StructureWrite)
	accounts, err := h.Structures.Accounts(r.Context(), actor)
	if err != nil {
		return err
	}
	if waiting, ok := structure.Pending(accounts); ok && waiting.Waiting() {
		v.Waiting = newWaitingView(waiting, actor.AccountID, h.Structures.Clock())
	}
	if current, ok := structure.InForce(accounts); ok && current.MatchHolds() {
		alert := alertView{Title: "Vos paiements sont retenus", Body: "La banque ne reconnaît pas le titulaire de votre compte."}
		if v.Keeps {
			alert.Link, alert.Href = "Corriger le titulaire", urls.Qualification("banque")
		}
		v.Alerts = append(v.Alerts, alert)
	}
	if err := h.addReviewAlerts(r, v); err != nil {
		return err
	}
	if h.Payments == nil || !v.Reads {
		return nil
	}
	returned, err := h.Payments.OwnReturns(r.Context(), actor)
	for _, line := range returned {
		v.Alerts = append(v.Alerts, returnAlert(line, v.Keeps))
	}
	return err
}

// returnAlert tells a structure why a transfer came back, and what to do.
func returnAlert(r settlement.ReturnedLine, keeps bool) alertView {
	reason := settlement.ReasonOf(r.ReturnCode)
	a := alertView{Title: "Un virement de " + r.AmountCents.String() + " est revenu", Link: "Voir le paiement", Href: urls.StructurePayment(r.Root())}
	if r.State == settlement.Rejected {
		a.Title = "Un virement de " + r.AmountCents.String() + " a été refusé par la banque"
	}
	a.Body = "Paiement " + r.SettlementNumber + ", le " + format.Date(*r.ReturnedOn) + "\u00a0: " + reason.Label + ". "
	switch {
	case r.Step() == settlement.Repaying:
		a.Body += "Il repart avec le prochain paiement."
	case r.Step() == settlement.ToRepay || reason.Structure == "":
		a.Body += "Vous n’avez rien à faire\u00a0: il sera payé de nouveau."
	default:
		a.Body += reason.Structure
		if keeps && reason.Account {
			a.Link, a.Href = "Corriger le compte bancaire", urls.Qualification("banque")
		}
	}
	return a
}

// addVisitors adds what visitors signal and the next ateliers, for who keeps the
// places.
func (h *Handlers) addVisitors(r *http.Request, v *homeView) error {
	actor := httpx.Actor(r)
	if actor.Can(identity.PlaceWrite) {
		open, err := h.Structures.OpenReports(r.Context(), actor)
		if err != nil {
			return err
		}
		if open > 0 {
			v.Alerts = append(v.Alerts, alertView{Title: format.Count(int(open), "erreur signalée sur vos lieux", "erreurs signalées sur vos lieux"),
				Body: "Sans réponse sous sept jours, un signalement passe à l’opérateur.", Link: "Lire et répondre", Href: urls.PlaceReports()})
		}
	}
	if h.Workshops == nil || !v.Qualified || !actor.Can(identity.WorkshopWrite) {
		return nil
	}
	list, _, err := h.Workshops.List(r.Context(), actor, workshop.Filter{}, workshop.Cursor{})
	for _, w := range list[:min(len(list), homeAteliers)] {
		v.Ateliers = append(v.Ateliers, workshopRow(w, h.Workshops.Now()))
	}
	return err
}

// homeAteliers is how many ateliers the home shows.
const homeAteliers = 3
