package hours_test

import (
	"reflect"
	"testing"

	"passnum/internal/hours"
)

func TestRules(t *testing.T) {
	t.Parallel()
	got, ok := hours.Rules("Mo,We-Fr 09:00-12:00,14:00-17:30; Sa off; PH off")
	want := []hours.Rule{
		{Days: []hours.DayRange{{From: 0, To: 0}, {From: 2, To: 4}}, Times: []hours.TimeRange{{From: "9:00", To: "12:00"}, {From: "14:00", To: "17:30"}}},
		{Days: []hours.DayRange{{From: 5, To: 5}}, Closed: true},
		{Days: []hours.DayRange{{From: 7, To: 7}}, Closed: true},
	}
	if !ok || !reflect.DeepEqual(got, want) {
		t.Errorf("%+v, %v", got, ok)
	}
	if got, ok := hours.Rules("24/7"); !ok || !got[0].Always {
		t.Errorf("%+v", got)
	}
	for _, text := range []string{"", "sur rendez-vous", "Mo 9h-12h", "Mo-Xx 09:00-12:00", "Mo 09:00+"} {
		if _, ok := hours.Rules(text); ok {
			t.Errorf("%q is read", text)
		}
	}
}
