package identifier

import (
	"log/slog"
	"strings"
)

// IBAN is a bank account number of the SEPA zone. It masks itself in structured
// logs; screens that need not show it whole use Masked.
type IBAN string

// sepaLengths gives the length of an IBAN in each country of the SEPA zone. A
// payer may not demand a French account (Regulation 260/2012, article 9), so
// all of them are accepted.
var sepaLengths = map[string]int{
	"AD": 24, "AL": 28, "AT": 20, "BE": 16, "BG": 22, "CH": 21, "CY": 28, "CZ": 24, "DE": 22,
	"DK": 18, "EE": 20, "ES": 24, "FI": 18, "FR": 27, "GB": 22, "GI": 23, "GR": 27, "HR": 21,
	"HU": 28, "IE": 22, "IS": 26, "IT": 27, "LI": 21, "LT": 20, "LU": 20, "LV": 21, "MC": 27,
	"MD": 24, "ME": 22, "MK": 19, "MT": 31, "NL": 18, "NO": 15, "PL": 28, "PT": 25, "RO": 24,
	"RS": 22, "SE": 24, "SI": 19, "SK": 24, "SM": 27, "VA": 22,
}

// ParseIBAN reads an IBAN as typed: length of its country, mod 97 check, and,
// for a French account, the RIB key inside it.
func ParseIBAN(typed string) (IBAN, error) {
	s := squeeze(typed)
	switch {
	case s == "":
		return "", invalid("L’IBAN est vide.")
	case !onlyLettersAndDigits(s):
		return "", invalid("Un IBAN n’est fait que de lettres et de chiffres.")
	case len(s) == 23 && onlyDigits(s[:10]):
		return "", invalid("Vous avez saisi un RIB. L’IBAN commence par deux lettres, comme FR76%s; il figure sur le même document.", nbsp)
	case len(s) < 2 || !startsWithCountry(s):
		return "", invalid("Un IBAN commence par deux lettres, comme FR76.")
	}
	want, ok := sepaLengths[s[:2]]
	if !ok {
		return "", invalid("Cet IBAN vient d’un pays hors de la zone SEPA (%s)%s: nous ne pouvons pas y faire de virement.", s[:2], nbsp)
	}
	if err := checkLength(s, ibanName(s[:2]), want, "caractères"); err != nil {
		return "", err
	}
	if !onlyDigits(s[2:4]) || mod97(s[4:]+s[:4]) != 1 {
		return "", invalid("La clé de cet IBAN est fausse%s: un caractère est faux ou deux sont inversés.", nbsp)
	}
	if iban := IBAN(s); iban.hasRIB() && !ribKeyHolds(s[4:]) {
		return "", invalid("La clé RIB de cet IBAN (ses 2 derniers chiffres) est fausse%s: vérifiez le numéro de compte.", nbsp)
	}
	return IBAN(s), nil
}

func startsWithCountry(s string) bool {
	return s[0] >= 'A' && s[0] <= 'Z' && s[1] >= 'A' && s[1] <= 'Z'
}

func ibanName(country string) string {
	if country == "FR" {
		return "Un IBAN français"
	}
	return "Un IBAN de ce pays (" + country + ")"
}

// String gives the IBAN whole, without spaces, as a payment file wants it.
func (i IBAN) String() string { return string(i) }

// Grouped writes the IBAN whole in groups of four.
func (i IBAN) Grouped() string { return group(string(i), 4) }

// Country gives the two letters of the account's country.
func (i IBAN) Country() string { return string(i)[:min(2, len(i))] }

// French reports whether the account is held in France.
func (i IBAN) French() bool { return i.Country() == "FR" }

// Last4 gives the last four characters, enough to recognise an account.
func (i IBAN) Last4() string { return string(i)[max(0, len(i)-4):] }

// Masked writes « FR•• •••• 2606 »: the country and the last four characters.
func (i IBAN) Masked() string {
	if i == "" {
		return ""
	}
	return i.Country() + "••" + nbsp + "••••" + nbsp + i.Last4()
}

// LogValue keeps the account number out of logs.
func (i IBAN) LogValue() slog.Value { return slog.StringValue(i.Masked()) }

// hasRIB reports whether the account number has the French layout; Monaco's
// banks use it too.
func (i IBAN) hasRIB() bool { return i.French() || i.Country() == "MC" }

// mod97 computes the remainder digit by digit, letters counting 10 to 35, so
// that no big number is needed.
func mod97(s string) int {
	rest := 0
	for _, r := range s {
		if r >= 'A' {
			rest = (rest*100 + int(r-'A') + 10) % 97
			continue
		}
		rest = (rest*10 + int(r-'0')) % 97
	}
	return rest
}

// ribKeyHolds checks the key of a 23-character RIB: bank 5, branch 5, account
// 11, key 2.
func ribKeyHolds(rib string) bool {
	digits := strings.Map(ribDigit, rib)
	if !onlyDigits(rib[:10]) || !onlyDigits(rib[21:]) {
		return false
	}
	bank, branch, account := mod97(digits[:5]), mod97(digits[5:10]), mod97(digits[10:21])
	key := 97 - (89*bank+15*branch+3*account)%97
	return digits[21:] == twoDigits(key)
}

// ribDigit turns the letters of an account number into digits, as the RIB key
// wants: A to I are 1 to 9, J to R are 1 to 9, S to Z are 2 to 9.
func ribDigit(r rune) rune {
	switch {
	case r >= 'A' && r <= 'I':
		return r - 'A' + '1'
	case r >= 'J' && r <= 'R':
		return r - 'J' + '1'
	case r >= 'S' && r <= 'Z':
		return r - 'S' + '2'
	}
	return r
}
