package organisation

import (
	"errors"

	"github.com/a-h/templ"

	"passnum/internal/registry"
	"passnum/web/ui"
)

// LookedUp says in one line what the register answered.
func LookedUp(body registry.Body, err error) templ.Component {
	switch {
	case errors.Is(err, registry.ErrOff), errors.Is(err, registry.ErrOut):
		return Said(ui.Info, "L’annuaire des entreprises ne répond pas", "Remplissez le formulaire à la main, rien d’autre ne change.")
	case errors.Is(err, registry.ErrHidden):
		return Said(ui.Info, "Cette organisation n’est pas diffusée par l’annuaire", "C’est son droit. Remplissez le formulaire à la main.")
	case errors.Is(err, registry.ErrUnknown):
		return Said(ui.Warn, "L’annuaire ne connaît pas ce SIRET", "Vérifiez-le. S’il est récent, remplissez le formulaire à la main.")
	case body.Closed:
		return Said(ui.Warn, body.Name+"\u00a0: établissement fermé", "L’annuaire dit que cet établissement a fermé. Utilisez le SIRET de celui qui agit aujourd’hui.")
	default:
		return Said(ui.Good, body.Name+", "+body.PostalCode+" "+body.Town, "Trouvé dans l’annuaire des entreprises. Vérifiez, complétez, puis enregistrez.")
	}
}
