package identifier

import "regexp"

// RNA is the number of an association in the national register, « W » and nine
// characters.
type RNA string

var rnaPattern = regexp.MustCompile(`^W\d[0-9A-Z]\d{7}$`)

// ParseRNA reads an RNA number as typed.
func ParseRNA(typed string) (RNA, error) {
	s := squeeze(typed)
	switch {
	case s == "":
		return "", invalid("Le numéro RNA est vide.")
	case s[0] != 'W':
		return "", invalid("Un numéro RNA commence par la lettre W, comme W123456789.")
	}
	if err := checkLength(s, "Le numéro RNA", 10, "caractères"); err != nil {
		return "", err
	}
	if !rnaPattern.MatchString(s) {
		return "", invalid("Un numéro RNA est fait de la lettre W et de 9 chiffres, comme W123456789.")
	}
	return RNA(s), nil
}

// String gives the ten characters.
func (r RNA) String() string { return string(r) }
