package french

import (
	"testing"
	"time"
)

func TestWords(t *testing.T) {
	t.Parallel()
	first := time.Date(2026, 12, 1, 0, 0, 0, 0, time.UTC)
	for want, got := range map[string]string{
		"1er\u00a0décembre\u00a02026":         Date(first),
		"4\u00a0décembre\u00a02026":           Date(first.AddDate(0, 0, 3)),
		"0\u00a0chèque":                       Count(0, "chèque", "chèques"),
		"1\u00a0carnet":                       Count(1, "carnet", "carnets"),
		"2\u202f000\u00a0chèques":             Count(2000, "chèque", "chèques"),
		"":                                    List(nil),
		"un":                                  List([]string{"un"}),
		"un, deux et trois":                   List([]string{"un", "deux", "trois"}),
		"Écarts ouverts":                      Capital("écarts ouverts"),
		"l’État":                              Small("L’État"),
		Capital("") + "vide" + Small(""):      "vide",
		Plural(-2, "une année", "des années"): "des années",
	} {
		if got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}
