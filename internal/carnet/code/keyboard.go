package code

import "strings"

// A scanner set for a US keyboard presses the keys of a US layout; the
// computer reads them as its own. Each layout undoes one such reading.
type layout map[rune]rune

// What the key of each US symbol types on an AZERTY keyboard, for the symbols
// a code or the address of a site can hold.
const (
	usLetters     = "aqwzAQWZ"
	azertyLetters = "qazwQAZW"

	usSigns      = "1234567890-/.:,mM?_"
	windowsSigns = `&é"'(-è_çà)!:M;,?§°`
	macSigns     = `&é"'(§è!çà)=:M;,?+°`

	// Linux with capital lock on.
	usCapitals     = "2790"
	azertyCapitals = "ÉÈÇÀ"

	// Windows with capital lock on: digits come out as digits, signs shifted.
	usLocked     = "-//..::MM"
	azertyLocked = "°§!/:mM?,"
)

var layouts = []layout{
	nil, // as typed
	newLayout(azertyLetters+windowsSigns+azertyCapitals, usLetters+usSigns+usCapitals),
	newLayout(azertyLetters+azertyLocked, usLetters+usLocked),
	newLayout(azertyLetters+macSigns, usLetters+usSigns),
}

func newLayout(typed, meant string) layout {
	from, to := []rune(typed), []rune(meant)
	l := make(layout, len(from))
	for i, r := range from {
		l[r] = to[i]
	}
	return l
}

func (l layout) undo(text string) string {
	return strings.Map(func(r rune) rune {
		if meant, ok := l[r]; ok {
			return meant
		}
		return r
	}, text)
}
