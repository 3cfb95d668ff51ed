package format

import (
	"strings"
	"testing"
	"time"
)

// plain lets the expectations below be read and typed.
func plain(s string) string { return strings.NewReplacer("\u00a0", " ", "\u202f", " ").Replace(s) }

func at(s string) time.Time {
	t, err := time.Parse(time.RFC3339, s)
	if err != nil {
		panic(err)
	}
	return t
}

func TestDates(t *testing.T) {
	t.Parallel()
	winter, summer := at("2026-11-04T13:30:00Z"), at("2026-06-30T22:05:00Z")
	for want, got := range map[string]string{
		"4 novembre 2026":           Date(winter),
		"1er juillet 2026":          Date(summer),
		"mercredi 4 novembre 2026":  LongDate(winter),
		"12 févr.":                  ShortDate(at("2026-02-12T12:00:00Z")),
		"1er juil.":                 ShortDate(summer),
		"12 févr. 2026":             MediumDate(at("2026-02-12T12:00:00Z")),
		"novembre 2026":             Month(winter),
		"nov.":                      ShortMonth(winter),
		"4 novembre 2026 à 14 h 30": DateTime(winter),
		"1er juillet 2026 à 0 h 05": DateTime(summer),
		"04/11/2026":                Typed(winter),
		"":                          Date(time.Time{}) + Time(time.Time{}) + Typed(time.Time{}),
	} {
		if plain(got) != want {
			t.Errorf("got %q, want %q", plain(got), want)
		}
	}
}

func TestParseDay(t *testing.T) {
	t.Parallel()
	for _, typed := range []string{"31/12/2026", " 31.12.2026", "31-12-26", "2026-12-31", "31 12 2026"} {
		got, err := ParseDay(typed)
		if err != nil || Typed(got) != "31/12/2026" {
			t.Errorf("ParseDay(%q) = %v, %v", typed, got, err)
		}
	}
	for _, typed := range []string{"", "31/02/2026", "demain", "12/31/2026"} {
		if got, err := ParseDay(typed); err == nil {
			t.Errorf("ParseDay(%q) = %v, want a refusal", typed, got)
		}
	}
}

func TestUntil(t *testing.T) {
	t.Parallel()
	now := at("2026-11-04T22:30:00Z")
	for when, want := range map[string]string{
		"2026-11-04T08:00:00Z": "aujourd’hui",
		"2026-11-04T23:30:00Z": "demain", // already the 5th in Paris
		"2026-11-16T08:00:00Z": "dans 12 jours",
		"2026-11-03T08:00:00Z": "hier",
		"2026-10-20T08:00:00Z": "il y a 15 jours",
	} {
		if got := plain(Until(at(when), now)); got != want {
			t.Errorf("Until(%s) = %q, want %q", when, got, want)
		}
	}
}

func TestNumbers(t *testing.T) {
	t.Parallel()
	for want, got := range map[string]string{
		"0 chèque":           Count(0, "chèque", "chèques"),
		"1 chèque":           Count(1, "chèque", "chèques"),
		"2 000 chèques":      Count(2000, "chèque", "chèques"),
		"63 %":               Percent(1258, 2000),
		"–":                  Percent(0, 0),
		"< 1 %":              Percent(1, 2000),
		"99 %":               Percent(1999, 2000),
		"a, b et c":          List([]string{"a", "b", "c"}),
		"seul":               List([]string{"seul"}),
		"d’Aubusson":         Of("Aubusson"),
		"de Guéret":          Of("Guéret"),
		"120 Ko":             Size(120_300),
		"1,4 Mo":             Size(1_400_000),
		"600 m":              Distance(580),
		"1,1 km":             Distance(1_090),
		"18 km":              Distance(17_800),
		"123 456 789 00012":  SIRET("12345678900012"),
		"FR76 3000 1007 94":  IBAN("FR763000100794"),
		"9 min":              Left(9*time.Minute + 20*time.Second),
		"moins d’une minute": Left(20 * time.Second),
	} {
		if plain(got) != want {
			t.Errorf("got %q, want %q", plain(got), want)
		}
	}
}
