package print

import (
	"strings"
	"time"

	"golang.org/x/text/unicode/norm"

	"passnum/internal/french"
	"passnum/internal/money"
)

const nbsp = "\u00a0"

func shortDate(t time.Time) string { return t.Format("02/01/2006") }

// clean makes a text safe for the embedded fonts: composed accents, because
// keyboards of some systems send them apart; no narrow no-break space, which
// the family lacks; nothing outside the basic plane, which the PDF library
// cannot encode.
func clean(s string) string {
	plain := true
	for i := 0; i < len(s) && plain; i++ {
		plain = s[i] >= ' ' && s[i] < 0x7F
	}
	if plain {
		return s
	}
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\u202f':
			return '\u00a0'
		case r == '\t', r == '\r':
			return ' '
		case r == '\n':
			return r
		case r < ' ', r == 0x7F, r > 0xFFFF, r == 0xFE0F, r == 0x200B:
			return -1
		}
		return r
	}, norm.NFC.String(s))
}

// glue forbids a line break where French typography does, in texts that people
// type with ordinary spaces.
var glue = strings.NewReplacer("« ", "«"+nbsp, " »", nbsp+"»", " :", nbsp+":", " ;", nbsp+";",
	" !", nbsp+"!", " ?", nbsp+"?", " €", nbsp+"€", " %", nbsp+"%", "n° ", "n°"+nbsp)

// euros writes « 10 € », or « 12,50 € » when there are cents.
func euros(c money.Cents) string {
	return strings.Replace(c.Plain(), ",00", "", 1)
}

// count writes « 1 chèque », « 1 200 chèques ».
func count(n int, one, many string) string {
	return number(n) + nbsp + french.Plural(n, one, many)
}

func number(n int) string { return clean(money.Count(int64(n))) }

// siret writes « 843 739 418 00015 »; what is not a SIRET is left as it came.
func siret(s string) string {
	if len(s) != 14 {
		return s
	}
	return s[:3] + nbsp + s[3:6] + nbsp + s[6:9] + nbsp + s[9:]
}

// keepTogether forbids a line break inside a phone number or a reference.
func keepTogether(s string) string { return strings.ReplaceAll(s, " ", nbsp) }
