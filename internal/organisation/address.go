package organisation

import (
	"regexp"
	"strings"
	"unicode/utf8"

	"passnum/internal/fault"
	"passnum/internal/territory"
)

// AddressForm is an address as typed; comments give the names of the fields.
type AddressForm struct {
	Street      string // rue
	Complement  string // complement
	PostalCode  string // code_postal, needed where the commune has several
	Commune     string // commune, as typed
	CommuneCode string // commune_code, INSEE
}

// Address is an address whose commune is known.
type Address struct {
	Street, Complement, PostalCode, Town, Insee string
}

// longestLine is what sorting machines read of a line.
const longestLine = 38

// Read checks the address and resolves its commune; refusals go to c.
func (f AddressForm) Read(places *territory.Index, c *fault.Collector) Address {
	a := Address{Street: clean(f.Street), Complement: clean(f.Complement)}
	c.Check(a.Street != "", "rue", "Indiquez le numéro et la rue, ou le lieu-dit.")
	c.Check(utf8.RuneCountInString(a.Street) <= longestLine, "rue", "Abrégez cette ligne\u00a0: la poste n’en lit que 38 caractères.")
	c.Check(utf8.RuneCountInString(a.Complement) <= longestLine, "complement", "Abrégez cette ligne\u00a0: la poste n’en lit que 38 caractères.")
	commune, err := places.Resolve(f.CommuneCode, f.Commune)
	if err != nil {
		c.Refuse("commune", err)
		return a
	}
	a.Town, a.Insee = commune.Name, commune.Code
	a.PostalCode = postalCode(commune, f.PostalCode, c)
	return a
}

func postalCode(commune territory.Commune, typed string, c *fault.Collector) string {
	typed = strings.ReplaceAll(clean(typed), " ", "")
	switch {
	case commune.HasPostalCode(typed):
		return typed
	case typed == "" && len(commune.PostalCodes) <= 1:
		return strings.Join(commune.PostalCodes, "")
	case typed == "":
		c.Add("code_postal", commune.Name+" a plusieurs codes postaux\u00a0: indiquez le vôtre.")
	case cedex.MatchString(typed) && len(commune.PostalCodes) > 0 && typed[:2] == commune.PostalCodes[0][:2]:
		// Large receivers of mail have a postal code of their own (Cedex).
		return typed
	default:
		c.Add("code_postal", "Ce code postal n’est pas celui de "+commune.Name+".")
	}
	return ""
}

var cedex = regexp.MustCompile(`^\d{5}$`)

func addressLine(complement, street, postalCode, town string) string {
	var parts []string
	for _, part := range []string{complement, street, strings.TrimSpace(postalCode + " " + town)} {
		if part != "" {
			parts = append(parts, part)
		}
	}
	return strings.Join(parts, ", ")
}

// clean trims and brings repeated spaces to one.
func clean(s string) string { return strings.Join(strings.Fields(s), " ") }
