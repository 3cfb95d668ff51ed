package aiguilleur

import (
	"fmt"
	"regexp"
	"strings"
	"unicode/utf8"

	"passnum/internal/fault"
)

// address is what shows in an envelope's window, line by line. It is printed and
// forgotten: it has no place in a session, a table, a log or an address.
type address []string

// The post's norm for an address (NF Z 10-011).
const (
	addressLines = 6
	addressWidth = 38
)

var postalLine = regexp.MustCompile(`^\d{5}\s+\S`)

// readAddress reads an address typed one line below the other.
func readAddress(typed string) (address, error) {
	var lines address
	for line := range strings.Lines(typed) {
		if line = strings.Join(strings.Fields(line), " "); line != "" {
			lines = append(lines, line)
		}
	}
	refuse := func(sentence string) (address, error) { return nil, fault.Field("adresse", sentence) }
	switch {
	case len(lines) == 0:
		return refuse("Tapez l’adresse de la personne\u00a0: nom, rue, code postal et ville.")
	case len(lines) > addressLines:
		return refuse(fmt.Sprintf("Une adresse a %d lignes au plus.", addressLines))
	}
	postal := false
	for i, line := range lines {
		if utf8.RuneCountInString(line) > addressWidth {
			return refuse(fmt.Sprintf("La ligne %d est trop longue pour la fenêtre de l’enveloppe\u00a0: %d signes au plus. Abrégez-la.", i+1, addressWidth))
		}
		postal = postal || i > 0 && postalLine.MatchString(line)
	}
	if !postal {
		return refuse("Il manque la ligne du code postal et de la ville, par exemple «\u00a023000 GUÉRET\u00a0».")
	}
	return lines, nil
}
