package hours_test

import (
	"testing"

	"passnum/internal/hours"
)

func TestReadUnderstandsWhatPeopleType(t *testing.T) {
	t.Parallel()
	for typed, want := range map[string]string{
		"du lundi au vendredi 9 h – 12 h et 14 h – 18 h ; samedi 9h30-12h": "Mo-Fr 09:00-12:00,14:00-18:00; Sa 09:30-12:00",
		"lun.–ven. 9 h–12 h et 14 h–17 h":                                  "Mo-Fr 09:00-12:00,14:00-17:00",
		"lundi, mercredi, vendredi 9:30-12:30":                             "Mo,We,Fr 09:30-12:30",
		"Mardi de 14h à 18h, jeudi de 10h à 12h":                           "Tu 14:00-18:00; Th 10:00-12:00",
		"tous les jours 8h-20h":                                            "Mo-Su 08:00-20:00",
		"lundi fermé ; mar-sam 10h-19h":                                    "Mo off; Tu-Sa 10:00-19:00",
		"Mo-Fr 09:00-12:00":                                                "Mo-Fr 09:00-12:00",
		"Sa 09:00-12:00":                                                   "Sa 09:00-12:00",
		"sur rendez-vous":                                                  "sur rendez-vous",
		"lundi de 9h":                                                      "lundi de 9h",
		"":                                                                 "",
	} {
		if got := hours.Read(typed); got != want {
			t.Errorf("Read(%q) = %q, want %q", typed, got, want)
		}
	}
}

func TestWhatIsSaidIsReadBack(t *testing.T) {
	t.Parallel()
	for _, osm := range []string{"Mo-Fr 09:00-12:00,13:30-17:00", "Mo,We,Fr 09:30-12:30,14:00-17:30", "Tu-Sa 10:00-18:00; Su off", "We 14:00-18:00"} {
		if got := hours.Read(hours.Say(osm)); got != osm {
			t.Errorf("%q is said %q, read %q", osm, hours.Say(osm), got)
		}
	}
}

func TestSavingAFormChangesNothing(t *testing.T) {
	t.Parallel()
	for _, osm := range []string{"", "24/7", "Mo-Fr 09:00-12:00; PH off", "Su,PH 10:00-12:00", "Jul-Aug Mo 10:00-12:00", "Mo-Fr 09:00-12:00; SH off", "week 1-53/2 We 09:00-12:00", "Fr 20:00-02:00",
		"Mo 08:00-09:00,10:00-11:00,12:00-13:00", "Mo-Fr 9:00-12:00", `Mo-Fr 09:00-12:00 "sur rendez-vous"`, "2026 Dec 24 off; Mo-Fr 09:00-18:00", "09:00-18:00", "sur rendez-vous"} {
		if got := hours.Read(hours.Editable(osm)); got != osm {
			t.Errorf("%q is shown %q, and saved %q", osm, hours.Editable(osm), got)
		}
	}
	if shown := hours.Editable("Mo-Fr 09:00-12:00; PH off"); shown != "Du lundi au vendredi 9\u00a0h\u00a0–\u00a012\u00a0h\u00a0; Jours fériés fermé" {
		t.Errorf("%q", shown)
	}
}
