package identifier

import "regexp"

// BIC is the code of a bank, 8 or 11 characters.
type BIC string

var bicPattern = regexp.MustCompile(`^[A-Z0-9]{4}[A-Z]{2}[A-Z0-9]{2}([A-Z0-9]{3})?$`)

// ParseBIC reads a BIC as typed.
func ParseBIC(typed string) (BIC, error) {
	s := squeeze(typed)
	switch {
	case s == "":
		return "", invalid("Le BIC est vide.")
	case !onlyLettersAndDigits(s):
		return "", invalid("Un BIC n’est fait que de lettres et de chiffres.")
	case len(s) != 8 && len(s) != 11:
		return "", invalid("Un BIC compte 8 ou 11 caractères%s; vous en avez saisi %d.", nbsp, len(s))
	case !bicPattern.MatchString(s):
		return "", invalid("Ce BIC est mal formé%s: les caractères 5 et 6 sont les lettres du pays, comme FR.", nbsp)
	}
	return BIC(s), nil
}

// String gives the BIC without spaces.
func (b BIC) String() string { return string(b) }

// Country gives the two letters of the bank's country.
func (b BIC) Country() string {
	if len(b) < 6 {
		return ""
	}
	return string(b[4:6])
}
