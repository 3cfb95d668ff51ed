package structure

import (
	"strings"
	"testing"
)

func TestReadHours(t *testing.T) {
	t.Parallel()
	cases := map[string]string{
		"Mo-Fr 09:00-12:00,14:00-18:30; Sa 09:00-12:00": "Lundi à vendredi : 9 h – 12 h et 14 h – 18 h 30 | Samedi : 9 h – 12 h",
		"Tu,Th 14:00-17:00":                             "Mardi et jeudi : 14 h – 17 h",
		"Mo-We, Fr 08:30-12:00":                         "Lundi à mercredi et vendredi : 8 h 30 – 12 h",
		"24/7":                                          "Tous les jours : jour et nuit",
		"Mo-Sa 10:00-19:00; PH off":                     "Lundi à samedi : 10 h – 19 h | Jours fériés : fermé",
		"Mo[1] 09:00-12:00":                             "",
		"lundi 9h":                                      "",
		"":                                              "",
	}
	for text, want := range cases {
		lines, ok := ReadHours(text)
		var said []string
		for _, l := range lines {
			said = append(said, l.Days+" : "+l.Times)
		}
		got := strings.ReplaceAll(strings.Join(said, " | "), "\u00a0", " ")
		if got != want || ok != (want != "") {
			t.Errorf("%q: %q, %v", text, got, ok)
		}
	}
}

func TestHoursThatAreRicherAreKept(t *testing.T) {
	t.Parallel()
	for text, refused := range map[string]bool{
		"": false, "Mo[1] 09:00-12:00": false, "Jul-Aug Mo-Fr 10:00-12:00": false, "ouvert le matin": true, "9h-12h": true,
	} {
		if (hoursSentence(text) != "") != refused {
			t.Errorf("%q: %q", text, hoursSentence(text))
		}
	}
}
