package identifier

import (
	"strconv"
	"strings"
)

// VATNumber is a French VAT number: FR, a key of two characters, a SIREN.
type VATNumber string

// ParseVAT reads a French VAT number as typed. A key made of letters is
// accepted without a check: its rule is not published.
func ParseVAT(typed string) (VATNumber, error) {
	s := squeeze(typed)
	const name = "Le numéro de TVA"
	switch {
	case s == "":
		return "", invalid("%s est vide.", name)
	case !strings.HasPrefix(s, "FR"):
		return "", invalid("Ce numéro de TVA n’est pas français%s: il doit commencer par FR.", nbsp)
	}
	if err := checkLength(s, name, 13, "caractères"); err != nil {
		return "", err
	}
	if !onlyLettersAndDigits(s) || !onlyDigits(s[4:]) {
		return "", invalid("Un numéro de TVA français est fait de FR, de 2 caractères et des 9 chiffres du SIREN.")
	}
	siren, err := ParseSIREN(s[4:])
	if err != nil {
		return "", invalid("Les 9 derniers chiffres de ce numéro de TVA ne forment pas un numéro SIREN.")
	}
	if key := s[2:4]; onlyDigits(key) && key != twoDigits(vatKey(siren)) {
		return "", invalid("La clé de ce numéro de TVA (les 2 chiffres après FR) ne correspond pas au SIREN.")
	}
	return VATNumber(s), nil
}

// String gives the thirteen characters without spaces.
func (v VATNumber) String() string { return string(v) }

// Grouped writes « FR 83 552 100 554 ».
func (v VATNumber) Grouped() string { return group(string(v), 2, 2, 3) }

// SIREN gives the legal body behind the number.
func (v VATNumber) SIREN() SIREN {
	if len(v) != 13 {
		return ""
	}
	return SIREN(v[4:])
}

func vatKey(s SIREN) int {
	n, _ := strconv.Atoi(string(s))
	return (12 + 3*(n%97)) % 97
}

func twoDigits(n int) string {
	if n < 10 {
		return "0" + strconv.Itoa(n)
	}
	return strconv.Itoa(n)
}
