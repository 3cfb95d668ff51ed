// Package fold brings French text to a plain form that two people typing the
// same thing share: no accents, no case, no punctuation. It refuses to be used
// for display: what a person reads keeps its accents.
package fold

import "strings"

// Text lowers s, drops accents, opens ligatures and turns everything that is
// neither a letter nor a digit into one space: « L’Œuvre d’Étienne » becomes
// « l oeuvre d etienne ».
func Text(s string) string {
	var b strings.Builder
	b.Grow(len(s))
	pending := false
	for _, r := range s {
		plain := letter(r)
		if plain == "" {
			pending = pending || !combining(r)
			continue
		}
		if pending && b.Len() > 0 {
			b.WriteByte(' ')
		}
		pending = false
		b.WriteString(plain)
	}
	return b.String()
}

// Words cuts the plain form of s into words.
func Words(s string) []string { return strings.Fields(Text(s)) }

// Capitals is Text in capitals, as the last line of a postal address wants it.
func Capitals(s string) string { return strings.ToUpper(Text(s)) }

// MatchesAll reports whether each wanted word begins a word of text; both must
// already be in plain form.
func MatchesAll(text string, wanted []string) bool {
	for _, w := range wanted {
		if !beginsAWord(text, w) {
			return false
		}
	}
	return true
}

func beginsAWord(text, prefix string) bool {
	return strings.HasPrefix(text, prefix) || strings.Contains(text, " "+prefix)
}

// combining reports an accent sent apart from its letter, as macOS file names
// and some keyboards do; it must vanish rather than cut the word.
func combining(r rune) bool { return r >= 0x0300 && r <= 0x036F }

func letter(r rune) string {
	switch {
	case r >= 'a' && r <= 'z', r >= '0' && r <= '9':
		return string(r)
	case r >= 'A' && r <= 'Z':
		return string(r + 'a' - 'A')
	case r < 0x80:
		return ""
	}
	return accented[r]
}

var accented = table(map[string]string{
	"a": "àáâãäåÀÁÂÃÄÅ", "c": "çÇ", "e": "èéêëÈÉÊË", "i": "ìíîïÌÍÎÏ", "n": "ñÑ",
	"o": "òóôõöøÒÓÔÕÖØ", "u": "ùúûüÙÚÛÜ", "y": "ýÿÝŸ", "ae": "æÆ", "oe": "œŒ", "ss": "ß",
})

func table(families map[string]string) map[rune]string {
	m := make(map[rune]string)
	for plain, variants := range families {
		for _, r := range variants {
			m[r] = plain
		}
	}
	return m
}
