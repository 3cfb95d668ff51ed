// Package organisation is the screens where an organisation says what it is:
// identity, billing, logo, colour, and what it asks to do. It refuses to show
// one organisation's settings to another.
package organisation

import (
	"passnum/internal/organisation"
	"passnum/web/httpx"
	"passnum/web/ui"
)

// ReadAddress reads what AddressFields asked.
func ReadAddress(v httpx.Values) organisation.AddressForm {
	return organisation.AddressForm{Street: v.Get("rue"), Complement: v.Get("complement"), PostalCode: v.Get("code_postal"),
		Commune: v.Get("commune"), CommuneCode: v.Get("commune_code")}
}

// ReadBilling reads what BillingFields asked.
func ReadBilling(v httpx.Values) organisation.Billing {
	return organisation.Billing{Name: v.Get("facturation_nom"), Street: v.Get("facturation_rue"), PostalCode: v.Get("facturation_code_postal"),
		Town: v.Get("facturation_ville"), ServiceRequired: v.Bool("chorus_service"), ServiceCode: v.Get("chorus_code_service"),
		EngagementRequired: v.Bool("chorus_engagement")}
}

// KindOptions are the kinds of organisations, for a select.
func KindOptions(chosen string) []ui.Option {
	options := []ui.Option{{Value: "", Label: "Choisissez"}}
	for _, k := range organisation.Kinds {
		options = append(options, ui.Option{Value: string(k), Label: k.Label()})
	}
	return ui.Selected(options, chosen)
}
