package sepa

import (
	"regexp"
	"strings"
)

// Address is a postal address in the fields that banks have required since
// November 2026. It is whole, or empty.
type Address struct{ Street, Building, PostalCode, Town, Country string }

// Where banks cut the fields of an address.
const (
	maxStreet   = 70
	maxBuilding = 16
	maxTown     = 35
)

var (
	postalCode = regexp.MustCompile(`^[0-9]{5}$`)
	// « 12 », « 12 bis », « 12-14 », « 3 B », then the street.
	numbered = regexp.MustCompile(`^([0-9]+(?:[-/][0-9]+)? ?(?:bis|ter|quater|[A-Za-z])?),? +(.+)$`)
)

// SplitAddress tells the building's number from the street, for an address in
// France. What is not a whole address gives an empty one: a bank refuses half.
func SplitAddress(street, code, town string) Address {
	street, town, code = Latin(street), Latin(town), strings.TrimSpace(code)
	if street == "" || town == "" || !postalCode.MatchString(code) || len(town) > maxTown {
		return Address{}
	}
	a := Address{Street: street, PostalCode: code, Town: town, Country: "FR"}
	if m := numbered.FindStringSubmatch(street); m != nil && len(m[1]) <= maxBuilding {
		a.Building, a.Street = m[1], m[2]
	}
	if len(a.Street) > maxStreet {
		return Address{}
	}
	return a
}

func (a Address) whole() bool {
	return a == Address{} || a.Street != "" && len(a.Street) <= maxStreet && len(a.Building) <= maxBuilding &&
		postalCode.MatchString(a.PostalCode) && a.Town != "" && len(a.Town) <= maxTown && a.Country == "FR" &&
		Latin(a.Street) == a.Street && Latin(a.Building) == a.Building && Latin(a.Town) == a.Town
}

func (a Address) xml() *postalAddress {
	if a == (Address{}) {
		return nil
	}
	return &postalAddress{StrtNm: a.Street, BldgNb: a.Building, PstCd: a.PostalCode, TwnNm: a.Town, Ctry: a.Country}
}
