// Package identifier reads the numbers that name bodies and bank accounts in
// France as people type them: SIREN, SIRET, RNA, VAT number, IBAN, BIC, and the
// postal address. Each Parse function answers a *fault.Error whose sentence
// says exactly what is wrong. It refuses to ask any outside service: a number
// that passes is well formed, not proven to exist. A refusal never quotes what
// was typed, because an IBAN must not end in a log.
package identifier

import (
	"fmt"
	"strings"

	"passnum/internal/fault"
)

// nbsp holds a sign to its word in French.
const nbsp = "\u00a0"

func invalid(format string, args ...any) *fault.Error {
	return fault.New(fault.KindInvalid, fmt.Sprintf(format, args...))
}

// separators are what people put between groups of digits; they carry nothing.
var separators = strings.NewReplacer(
	" ", "", "\t", "", "\n", "", "\r", "", nbsp, "", "\u202f", "", "\u2009", "", "\u200b", "",
	"-", "", "‑", "", "–", "", ".", "", "/", "", "_", "",
)

// squeeze drops separators and raises the case.
func squeeze(typed string) string { return strings.ToUpper(separators.Replace(typed)) }

func onlyDigits(s string) bool {
	return strings.IndexFunc(s, func(r rune) bool { return r < '0' || r > '9' }) < 0
}

func onlyLettersAndDigits(s string) bool {
	return strings.IndexFunc(s, func(r rune) bool {
		return (r < '0' || r > '9') && (r < 'A' || r > 'Z')
	}) < 0
}

// checkDigits refuses a number that is empty, holds a letter or has not the
// wanted length; name comes with its article, « Le SIRET ».
func checkDigits(s, name string, want int) error {
	switch {
	case s == "":
		return invalid("%s est vide.", name)
	case !onlyDigits(s):
		return invalid("%s ne contient que des chiffres%s: enlevez les lettres et les signes.", name, nbsp)
	}
	return checkLength(s, name, want, "chiffres")
}

func checkLength(s, name string, want int, unit string) error {
	n := len([]rune(s))
	switch {
	case n < want:
		return invalid("%s compte %d %s%s; vous en avez saisi %d%s: il en manque %d.", name, want, unit, nbsp, n, nbsp, want-n)
	case n > want:
		return invalid("%s compte %d %s%s; vous en avez saisi %d%s: il y en a %d de trop.", name, want, unit, nbsp, n, nbsp, n-want)
	}
	return nil
}

// luhn reports whether the digits pass the Luhn check.
func luhn(digits string) bool {
	sum := 0
	for i := range len(digits) {
		d := int(digits[len(digits)-1-i] - '0')
		if i%2 == 1 {
			d *= 2
			if d > 9 {
				d -= 9
			}
		}
		sum += d
	}
	return sum%10 == 0
}

func digitSum(digits string) int {
	sum := 0
	for _, r := range digits {
		sum += int(r - '0')
	}
	return sum
}

// group writes s in groups of the given sizes, the last size repeating, joined
// by no-break spaces.
func group(s string, sizes ...int) string {
	var parts []string
	for i := 0; s != ""; i++ {
		size := min(sizes[min(i, len(sizes)-1)], len(s))
		parts = append(parts, s[:size])
		s = s[size:]
	}
	return strings.Join(parts, nbsp)
}
