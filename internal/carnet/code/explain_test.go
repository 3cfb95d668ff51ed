package code

import (
	"strings"
	"testing"
)

func TestOneWrongSymbolIsLocatedExactly(t *testing.T) {
	t.Parallel()
	for _, c := range sample(40) {
		right := mustSpell(c.Clear())
		for at := range Length {
			for v := range radix {
				typed := right
				typed[at] = byte(v)
				if typed == right {
					continue
				}
				if got := locate(typed); got != (slip{kind: one, group: at/groupLen + 1}) {
					t.Fatalf("a wrong symbol at %d is told as %+v", at+1, got)
				}
			}
		}
	}
}

func TestInvertedNeighboursAreTold(t *testing.T) {
	t.Parallel()
	exact, vague := 0, 0
	for _, c := range sample(400) {
		right := mustSpell(c.Clear())
		for at := range Length - 1 {
			typed := right
			typed[at], typed[at+1] = typed[at+1], typed[at]
			if typed == right {
				continue
			}
			got := locate(typed)
			switch {
			case got.kind != swapped:
				t.Fatalf("an inversion at %d is told as %+v", at+1, got)
			case got.group == 0:
				vague++
			case got.group != at/groupLen+1 || (got.other != 0) != ((at+1)%groupLen == 0):
				t.Fatalf("an inversion at %d is placed in %+v", at+1, got)
			default:
				exact++
			}
		}
	}
	if exact < vague/2 || exact == 0 {
		t.Errorf("%d inversions placed, %d only told", exact, vague)
	}
}

func TestGroupsInEachOthersPlace(t *testing.T) {
	t.Parallel()
	told := 0
	for _, c := range sample(200) {
		g := strings.Fields(c.Grouped())
		switch got := locate(mustSpell(g[0] + g[2] + g[1] + g[3])); got.kind {
		case turned:
			if got.group != 2 || got.other != 3 {
				t.Fatalf("groups 2 and 3 inverted are told as %+v", got)
			}
			told++
		case one:
			t.Fatal("two groups inverted are told as one wrong symbol")
		}
	}
	if told < 80 { // neighbours may explain the same sums, and are told first
		t.Errorf("%d of 200 told", told)
	}
}

func TestExplain(t *testing.T) {
	t.Parallel()
	c := sample(1)[0]
	g := strings.Fields(c.Grouped())
	other := "2"
	if g[2][:1] == other {
		other = "3"
	}
	for typed, want := range map[string]string{
		strings.Join([]string{g[0], g[1], other + g[2][1:], g[3]}, " "): "Le 3e groupe contient une erreur.",
		"https://passnum.test/P/" + g[0] + g[1] + "2":                   "Ce code a 9 caractères",
		g[0] + " " + g[1][:3] + " " + g[2] + " " + g[3]:                 "Le 2e groupe en compte 3 au lieu de 4.",
		g[0] + "-" + g[1] + "-" + g[2] + "-" + g[3] + "2":               "Le 4e groupe en compte 5 au lieu de 4.",
		"0" + g[0][1:] + g[1] + g[2] + g[3]:                             "Le 1er groupe contient un signe qui n’existe pas",
		"0" + g[0][1:] + "O" + g[1][1:] + g[2] + g[3]:                   "Plusieurs groupes contiennent un signe",
		"2":                       "Ce code a 1 caractère\u00a0:",
		"":                        ErrMalformed.Sentence,
		"bonjour tout le monde":   ErrMalformed.Sentence,
		strings.Repeat("2", 5000): ErrMalformed.Sentence,
		"WIFI:S:x;;":              ErrWiFi.Sentence,
		"C26-014-001258":          ErrCarnetSerial.Sentence,
		c.Clear():                 "",
	} {
		if got := Explain(typed); !strings.Contains(got, want) || want == "" && got != "" {
			t.Errorf("Explain(%q) = %q, want %q", typed, got, want)
		}
	}
}

func TestTheHostOfAnAddressIsTold(t *testing.T) {
	t.Parallel()
	c := sample(1)[0]
	for typed, want := range map[string]string{
		c.Clear():                                       "",
		c.QR("pass.exemple.fr:8443"):                    "PASS.EXEMPLE.FR:8443",
		windows.Replace(c.QR("pass.exemple.fr")):        "PASS.EXEMPLE.FR",
		"http://Autre.exemple/dir/p/" + c.Clear() + "/": "AUTRE.EXEMPLE",
	} {
		if got, host, err := ParseAddress(typed); err != nil || got != c || host != want {
			t.Errorf("ParseAddress(%q) = %q, %v", typed, host, err)
		}
	}
}
