package tongue_test

import (
	"fmt"
	"math"
	"reflect"
	"strings"
	"testing"
	"time"

	"passnum/internal/referentiel"
	"passnum/internal/tongue"
)

// TestEveryLanguageSaysEverything walks every field of every language.
func TestEveryLanguageSaysEverything(t *testing.T) {
	t.Parallel()
	french := reflect.ValueOf(*tongue.All[0])
	for _, w := range tongue.All {
		walk(t, w.Code, reflect.ValueOf(*w), french)
	}
}

func walk(t *testing.T, path string, v, french reflect.Value) {
	t.Helper()
	switch v.Kind() {
	case reflect.Struct:
		for i := range v.NumField() {
			walk(t, path+"."+v.Type().Field(i).Name, v.Field(i), french.Field(i))
		}
	case reflect.Array:
		for i := range v.Len() {
			walk(t, fmt.Sprintf("%s[%d]", path, i), v.Index(i), french.Index(i))
		}
	case reflect.String:
		if strings.TrimSpace(v.String()) == "" {
			t.Errorf("%s says nothing", path)
		}
		if a, b := strings.Count(v.String(), "%"), strings.Count(french.String(), "%"); a != b {
			t.Errorf("%s has %d holes, the French %d", path, a, b)
		}
	default:
		t.Fatalf("%s: %s", path, v.Kind())
	}
}

func TestTheReferentielIsCovered(t *testing.T) {
	t.Parallel()
	for _, w := range tongue.All {
		for _, c := range referentiel.Load().Categories() {
			if w.Category(c.Code).Name == "" || w.Level(c.Level).Means == "" {
				t.Errorf("%s lacks %s", w.Code, c.Code)
			}
		}
		for _, f := range referentiel.Families {
			if w.Family(string(f)) == "" {
				t.Errorf("%s lacks %s", w.Code, f)
			}
		}
	}
}

func TestHoursDatesDistances(t *testing.T) {
	t.Parallel()
	day := time.Date(2026, 12, 1, 0, 0, 0, 0, time.UTC)
	for code, want := range map[string][]string{
		"fr": {"du lundi au mercredi et vendredi\u00a0: 9\u00a0h\u00a0–\u00a012\u00a0h et 14\u00a0h\u00a0–\u00a017\u00a0h\u00a030", "dimanche\u00a0: fermé", "1er\u00a0décembre\u00a02026", "à 3,2\u00a0km", "à 400\u00a0m"},
		"en": {"Monday to Wednesday and Friday: 9:00–12:00 and 14:00–17:30", "Sunday: closed", "1\u00a0December\u00a02026", "3.2\u00a0km away", "400\u00a0m away"},
		"ar": {"من الاثنين إلى الأربعاء والجمعة: من 9:00 إلى 12:00 ومن 14:00 إلى 17:30", "الأحد: مغلق", "1 ديسمبر 2026", "على بُعد 3,2 كم", "على بُعد 400 م"},
		"uk": {"понеділок – середа та п’ятниця: 9:00–12:00 та 14:00–17:30", "неділя: зачинено", "1\u00a0грудня 2026\u00a0року", "за 3,2\u00a0км", "за 400\u00a0м"},
	} {
		w, _ := tongue.For(code)
		lines, ok := w.Hours("Mo-We,Fr 09:00-12:00,14:00-17:30; Su off")
		got := append(lines, w.Day(day), w.Distance(3.2, false), w.Distance(0.4, true))
		if !ok || !reflect.DeepEqual(got, want) {
			t.Errorf("%s: %q, want %q", code, got, want)
		}
		if _, ok := w.Hours("sur rendez-vous"); ok {
			t.Errorf("%s reads what it cannot", code)
		}
		if w.Distance(math.Inf(1), false) != "" || w.Distance(0, true) != w.SameTown {
			t.Errorf("%s tells distances it does not know", code)
		}
	}
	if _, ok := tongue.For("xx"); ok {
		t.Error("an unknown language is found")
	}
}
