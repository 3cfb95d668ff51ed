package structure

import (
	"net/http"

	"passnum/web/httpx"
	"passnum/web/ui/format"
	"passnum/web/urls"
)

// addReviewAlerts puts on top of the home what the operator asks or says, and the
// end of a qualification.
func (h *Handlers) addReviewAlerts(r *http.Request, v *homeView) error {
	if !v.Keeps {
		return nil
	}
	n, err := h.Files.Notices(r.Context(), httpx.Actor(r))
	if err != nil {
		return err
	}
	if n.Corrections > 0 && v.Qualified { // before, the file's own list says it
		v.Alerts = append(v.Alerts, alertView{Title: format.Count(n.Corrections, "correction est demandée", "corrections sont demandées") + " sur votre dossier",
			Body: "Chaque remarque est montrée en face de ce qui est à corriger.", Link: "Voir ce qui est à corriger", Href: urls.StructureMessages()})
	}
	if n.Unread > 0 {
		v.Alerts = append(v.Alerts, alertView{Title: "L’opérateur vous a écrit", Body: format.Count(n.Unread, "message n’est pas lu", "messages ne sont pas lus") + ".",
			Link: "Lire et répondre", Href: urls.StructureMessages()})
	}
	if n.ValidUntil == nil {
		return nil
	}
	renewal := alertView{Title: "Votre qualification se termine bientôt", Body: "Elle vaut jusqu’au " + format.Date(*n.ValidUntil) + ". Confirmez votre dossier pour qu’elle continue.",
		Link: "Renouveler la qualification", Href: urls.Renewal()}
	if n.Days < 0 {
		renewal.Title, renewal.Body = "Votre qualification est échue", "Elle s’est terminée le "+format.Date(*n.ValidUntil)+". Vous pouvez encore la renouveler en confirmant votre dossier."
	}
	v.Alerts = append(v.Alerts, renewal)
	return nil
}
