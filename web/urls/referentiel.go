package urls

import "strconv"

// Referentiel is the public list of services.
func Referentiel() string { return "/referentiel" }

// ReferentielEntry is one service in the public list.
func ReferentielEntry(number int) string {
	return Referentiel() + "#service-" + strconv.Itoa(number)
}

// Communes answers the proposals of a commune field.
func Communes() string { return "/communes" }

// ProposeServices answers a field where one looks for a service.
func ProposeServices() string { return "/referentiel/proposer" }
