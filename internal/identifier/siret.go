package identifier

import "strings"

// SIREN is the nine-digit number of a legal body.
type SIREN string

// SIRET is the fourteen-digit number of one establishment of a legal body.
type SIRET string

// laPoste is the one body whose establishments mostly fail the Luhn check.
const laPoste SIREN = "356000000"

// ParseSIREN reads a SIREN as typed.
func ParseSIREN(typed string) (SIREN, error) {
	s := squeeze(typed)
	if err := checkDigits(s, "Le numéro SIREN", 9); err != nil {
		return "", err
	}
	if isZero(s) || !luhn(s) {
		return "", invalid("Ce numéro SIREN n’existe pas%s: un de ses chiffres est faux ou deux sont inversés.", nbsp)
	}
	return SIREN(s), nil
}

// ParseSIRET reads a SIRET as typed; the establishments of La Poste are
// accepted by their own rule.
func ParseSIRET(typed string) (SIRET, error) {
	s := squeeze(typed)
	if onlyDigits(s) && len(s) == 9 {
		return "", invalid("Vous avez saisi un numéro SIREN (9 chiffres). Le SIRET en compte 14%s: ajoutez les 5 chiffres de l’établissement.", nbsp)
	}
	if err := checkDigits(s, "Le SIRET", 14); err != nil {
		return "", err
	}
	siret := SIRET(s)
	switch {
	case isZero(s):
		return "", invalid("Ce SIRET n’est fait que de zéros%s: saisissez celui de l’établissement.", nbsp)
	case siret.SIREN() == laPoste && digitSum(s)%5 == 0:
		return siret, nil
	case !luhn(s[:9]):
		return "", invalid("Ce SIRET n’existe pas%s: l’erreur est dans les 9 premiers chiffres (le SIREN).", nbsp)
	case !luhn(s):
		return "", invalid("Ce SIRET n’existe pas%s: l’erreur est dans les 5 derniers chiffres (l’établissement).", nbsp)
	}
	return siret, nil
}

// String gives the nine digits without spaces.
func (s SIREN) String() string { return string(s) }

// Grouped writes « 552 100 554 ».
func (s SIREN) Grouped() string { return group(string(s), 3) }

// VAT computes the French VAT number that belongs to the body, with the digit
// key that nearly all have.
func (s SIREN) VAT() VATNumber {
	return VATNumber("FR" + twoDigits(vatKey(s)) + string(s))
}

// String gives the fourteen digits without spaces.
func (s SIRET) String() string { return string(s) }

// Grouped writes « 552 100 554 00013 ».
func (s SIRET) Grouped() string { return group(string(s), 3, 3, 3, 5) }

// SIREN gives the legal body of the establishment.
func (s SIRET) SIREN() SIREN {
	if len(s) < 9 {
		return ""
	}
	return SIREN(s[:9])
}

func isZero(s string) bool { return strings.Trim(s, "0") == "" }
