package qualification

import (
	"context"
	"net/url"
	"regexp"
	"strings"

	"passnum/internal/fault"
	"passnum/internal/identity"
	"passnum/internal/organisation"
	"passnum/internal/postgres"
	"passnum/internal/structure"
)

// ContactForm is where the organisation is and how it is reached, as typed;
// comments give the names of the fields.
type ContactForm struct {
	Identity organisation.IdentityForm
	Billing  organisation.Billing
	Website  string // site
	Delivery DeliveryForm
}

// DeliveryForm is where what we post goes; empty for the organisation's own
// address.
type DeliveryForm struct {
	Name       string // livraison_nom
	Street     string // livraison_rue
	PostalCode string // livraison_code_postal
	Town       string // livraison_ville
}

// SaveContact keeps the name, the addresses and the contact, here and in the
// organisation's settings. structure.ErrClosed, or refused fields.
func (s *Service) SaveContact(ctx context.Context, actor identity.Actor, form ContactForm) (Saved, error) {
	var described organisation.Description
	read := func(context.Context, *postgres.Tx, stepState) (answers, error) {
		var c fault.Collector
		described = organisation.ReadDescription(s.Communes, form.Identity, form.Billing, &c)
		content := answers{"site": website(form.Website, &c), "livraison_nom": line(form.Delivery.Name), "livraison_rue": line(form.Delivery.Street),
			"livraison_code_postal": line(form.Delivery.PostalCode), "livraison_ville": line(form.Delivery.Town), "livraison": form.Delivery.read(&c)}
		return over(content, live(StepContact, described.Settings())), c.Err()
	}
	mirror := func(ctx context.Context, tx *postgres.Tx, _ answers) error {
		renamed, err := organisation.Describe(ctx, tx, actor.OrganisationID, described)
		if err != nil || !renamed {
			return err
		}
		return structure.Rename(ctx, tx, actor.OrganisationID, described.Name)
	}
	return s.save(ctx, actor, StepContact, read, mirror)
}

var fiveDigits = regexp.MustCompile(`^\d{5}$`)

// read checks an address that is whole or empty, and gives it in one line.
func (f DeliveryForm) read(c *fault.Collector) string {
	street, code, town := line(f.Street), strings.ReplaceAll(line(f.PostalCode), " ", ""), line(f.Town)
	if street+code+town == "" {
		return ""
	}
	c.Check(street != "", "livraison_rue", "Indiquez le numéro et la rue, ou laissez toute l’adresse vide.")
	c.Check(fiveDigits.MatchString(code), "livraison_code_postal", "Le code postal compte 5\u00a0chiffres, comme 23000.")
	c.Check(town != "", "livraison_ville", "Indiquez la ville.")
	parts := []string{street, code + " " + town}
	if name := line(f.Name); name != "" {
		parts = append([]string{name}, parts...)
	}
	return strings.Join(parts, ", ")
}

func website(typed string, c *fault.Collector) string {
	typed = strings.TrimSpace(typed)
	if typed == "" {
		return ""
	}
	if !strings.Contains(typed, "://") {
		typed = "https://" + typed
	}
	u, err := url.Parse(typed)
	ok := err == nil && (u.Scheme == "https" || u.Scheme == "http") && strings.Contains(u.Host, ".") && len(typed) <= 300
	c.Check(ok, "site", "Cette adresse de site n’est pas complète. Elle ressemble à www.exemple.fr.")
	return typed
}
