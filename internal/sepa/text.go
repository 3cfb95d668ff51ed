package sepa

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

const (
	maxID         = 35
	maxName       = 70
	maxRemittance = 140
)

// What SEPA's Latin alphabet lacks and decomposition does not give.
var equivalents = strings.NewReplacer(
	"œ", "oe", "Œ", "OE", "æ", "ae", "Æ", "AE", "ß", "ss",
	"ø", "o", "Ø", "O", "ł", "l", "Ł", "L", "đ", "d", "Đ", "D",
	"&", " et ", "@", "(a)", "€", "EUR", "°", "o", "º", "o", "ª", "a", "…", "...",
	"’", "'", "‘", "'", "`", "'", `"`, "'", "«", " ", "»", " ", "“", "'", "”", "'",
	"‐", "-", "‑", "-", "–", "-", "—", "-", "−", "-", "_", "-",
	"·", ".", "•", ".", ";", ",", "!", ".",
)

// Latin rewrites a text in the characters that every SEPA bank takes: accents
// go, ligatures and signs are spelt out, what has no equivalent becomes a
// space, and spaces never double.
func Latin(text string) string {
	var b strings.Builder
	for _, r := range norm.NFD.String(equivalents.Replace(text)) {
		switch {
		case unicode.Is(unicode.Mn, r):
		case allowed(r):
			b.WriteRune(r)
		default:
			b.WriteByte(' ')
		}
	}
	return strings.Join(strings.Fields(b.String()), " ")
}

func allowed(r rune) bool {
	return r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' ||
		strings.ContainsRune(" /-?:().,'+", r)
}

// name is a Latin text cut where banks cut it.
func name(text string) string {
	latin := Latin(text)
	if len(latin) > maxName {
		latin = strings.TrimRight(latin[:maxName], " ")
	}
	return latin
}

// Nameable reports whether banks can be told this name: something of it is left
// in their alphabet. « Управление » leaves nothing, and no file could be written.
func Nameable(text string) bool { return Latin(text) != "" }
