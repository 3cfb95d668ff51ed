package organisation

import (
	"strings"

	"passnum/internal/organisation"
	"passnum/web/ui"
	"passnum/web/ui/format"
	"passnum/web/urls"
)

type appearanceView struct {
	Colour, LogoURL, Strong string
	// Corrected says that text is written in Strong instead of Colour.
	Corrected bool
}

type requestView struct {
	Options []ui.Option
	Message string
}

type settingsView struct {
	Name, Lead                     string
	Identity, Billing, Appearance  []ui.SummaryRow
	Capacities                     []ui.Task
	CanAsk, HasBilling, NothingYet bool
}

func newSettingsView(s organisation.Settings, requests []organisation.Request, edits bool) settingsView {
	href := func(part string) string {
		if edits {
			return urls.OrganisationSettings(part)
		}
		return ""
	}
	v := settingsView{Name: s.Name, Lead: s.Kind.Label() + " · SIRET " + format.SIRET(s.SIRET),
		HasBilling: s.IsCommanditaire || asked(requests, organisation.Commanditaire),
		NothingYet: !s.IsCommanditaire && !s.IsAiguilleur && !s.IsStructure && !s.IsObserver && !s.IsHub}
	v.Identity = []ui.SummaryRow{
		{Key: "Nom", Value: s.Name, ChangeHref: href("identite")},
		{Key: "Adresse", Value: s.Address(), ChangeHref: href("identite")},
		{Key: "Contact", Value: orNone(strings.Join(filled(s.ContactName, s.ContactEmail, s.FormOf().ContactPhone), " · ")), ChangeHref: href("identite")},
	}
	v.Billing = billingRows(s.Billing, href("facturation"))
	v.Appearance = []ui.SummaryRow{
		{Key: "Logo", Body: logoCell(s.LogoID), ChangeHref: href("apparence")},
		{Key: "Couleur", Body: colourCell(s.Colour), ChangeHref: href("apparence")},
	}
	for _, c := range organisation.AllCapacities {
		v.Capacities = append(v.Capacities, capacityTask(c, s, requests))
		v.CanAsk = v.CanAsk || (edits && !s.Has(c))
	}
	return v
}

func billingRows(b organisation.Billing, href string) []ui.SummaryRow {
	address := "La même que ci-dessus"
	if b.Street != "" {
		address = strings.Join(filled(b.Name, b.Street, b.PostalCode+" "+b.Town), ", ")
	}
	service := "Pas de code service"
	if b.ServiceRequired {
		service = "Code service exigé\u00a0: " + orNone(b.ServiceCode)
	}
	engagement := "Pas de numéro d’engagement"
	if b.EngagementRequired {
		engagement = "Numéro d’engagement exigé"
	}
	return []ui.SummaryRow{
		{Key: "Adresse de facturation", Value: address, ChangeHref: href},
		{Key: "Chorus Pro", Value: service + ". " + engagement + ".", ChangeHref: href},
	}
}

// capacityTask says where a capacity stands: granted, asked, refused, or never
// asked for.
func capacityTask(c organisation.Capacity, s organisation.Settings, requests []organisation.Request) ui.Task {
	task := ui.Task{Title: c.Promise(), Hint: c.Label()}
	if s.Has(c) {
		task.Status = ui.Tag(ui.Good, "acceptée")
		return task
	}
	for _, r := range requests { // newest first
		if r.Capacity != c {
			continue
		}
		task.Status = ui.Tag(ui.Warn, "en attente")
		task.Hint = "Demandée le " + format.Date(r.RequestedAt)
		if r.State == organisation.Refused {
			task.Status = ui.Tag(ui.Bad, "refusée")
			task.Hint = "Motif\u00a0: " + r.Reason
		}
		return task
	}
	task.Status = ui.Tag(ui.Neutral, "non\u00a0demandée")
	return task
}

func asked(requests []organisation.Request, c organisation.Capacity) bool {
	for _, r := range requests {
		if r.Capacity == c && r.State == organisation.Asked {
			return true
		}
	}
	return false
}

func filled(words ...string) []string {
	var kept []string
	for _, w := range words {
		if w != "" && w != " " {
			kept = append(kept, w)
		}
	}
	return kept
}

func orNone(s string) string {
	if s == "" {
		return "Non renseigné"
	}
	return s
}
