package organisation

import (
	"strings"

	"passnum/internal/fault"
)

// Billing is where invoices go and what Chorus Pro needs. An empty address
// means the organisation's own.
type Billing struct {
	Name               string // facturation_nom
	Street             string // facturation_rue
	PostalCode         string // facturation_code_postal
	Town               string // facturation_ville
	ServiceRequired    bool   // chorus_service
	ServiceCode        string // chorus_code_service
	EngagementRequired bool   // chorus_engagement
}

// check refuses half an address and a missing service code.
func (b *Billing) check(c *fault.Collector) {
	for _, part := range []*string{&b.Name, &b.Street, &b.PostalCode, &b.Town, &b.ServiceCode} {
		*part = clean(*part)
	}
	b.PostalCode = strings.ReplaceAll(b.PostalCode, " ", "")
	if b.Street+b.PostalCode+b.Town != "" {
		c.Check(b.Street != "", "facturation_rue", "Indiquez le numéro et la rue, ou laissez toute l’adresse vide.")
		c.Check(cedex.MatchString(b.PostalCode), "facturation_code_postal", "Le code postal compte 5\u00a0chiffres, comme 23000.")
		c.Check(b.Town != "", "facturation_ville", "Indiquez la ville.")
	}
	c.Check(len(b.ServiceCode) <= 100, "chorus_code_service", "Un code service compte 100 caractères au plus.")
	if !b.ServiceRequired {
		b.ServiceCode = ""
	}
}
