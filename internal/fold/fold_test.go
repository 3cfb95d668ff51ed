package fold

import "testing"

func TestText(t *testing.T) {
	t.Parallel()
	cases := map[string]string{
		"L’Œuvre d’Étienne":     "l oeuvre d etienne",
		"  Saint-Étienne ":      "saint etienne",
		"L'Haÿ-les-Roses":       "l hay les roses",
		"E\u0301tienne":         "etienne",
		"RSA…":                  "rsa",
		"":                      "",
		"électricité/gaz\u00a0": "electricite gaz",
	}
	for in, want := range cases {
		if got := Text(in); got != want {
			t.Errorf("Text(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestMatchesAll(t *testing.T) {
	t.Parallel()
	text := Text("Gérer ses droits d’assuré social en ligne")
	if !MatchesAll(text, Words("ASSURE ger")) {
		t.Error("prefixes in any order should match")
	}
	if MatchesAll(text, Words("rer")) {
		t.Error("the middle of a word should not match")
	}
}

func TestCapitals(t *testing.T) {
	t.Parallel()
	if got := Capitals("Saint-Étienne-de-Fursac"); got != "SAINT ETIENNE DE FURSAC" {
		t.Error(got)
	}
}
