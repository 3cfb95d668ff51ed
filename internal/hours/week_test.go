package hours

import "testing"

func TestAWeekComesBackAsItWas(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"":                              "",
		"Mo-Fr 09:00-12:00,14:00-18:00": "Mo-Fr 09:00-12:00,14:00-18:00",
		"Mo,We,Fr 9:30-12:30":           "Mo 09:30-12:30; We 09:30-12:30; Fr 09:30-12:30",
		"Mo-Fr 09:00-18:00; We off":     "Mo-Tu 09:00-18:00; Th-Fr 09:00-18:00",
		"Sa-Mo 10:00-12:00":             "Mo 10:00-12:00; Sa-Su 10:00-12:00",
	} {
		week, ok := WeekOf(text)
		if got := week.OSM(); got != want || !ok {
			t.Errorf("%q: %q, %v", text, got, ok)
		}
	}
	for _, richer := range []string{"24/7", "Mo-Fr 09:00-12:00; PH off", "Jul-Aug Mo 10:00-12:00", "Mo 08:00-09:00,10:00-11:00,12:00-13:00", "le matin", "Fr 20:00-02:00"} {
		if week, ok := WeekOf(richer); ok || week != (Week{}) {
			t.Errorf("%q fits a grid", richer)
		}
	}
}
