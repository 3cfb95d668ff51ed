package money

import "testing"

func TestString(t *testing.T) {
	t.Parallel()
	for cents, want := range map[Cents]string{
		0:           "0,00\u00a0€",
		5:           "0,05\u00a0€",
		123456:      "1\u202f234,56\u00a0€",
		-1000:       "−10,00\u00a0€",
		10000000000: "100\u202f000\u202f000,00\u00a0€",
	} {
		if got := cents.String(); got != want {
			t.Errorf("Cents(%d).String() = %q, want %q", cents, got, want)
		}
	}
}

func TestParse(t *testing.T) {
	t.Parallel()
	for typed, want := range map[string]Cents{"10": 1000, "1 234,5": 123450, "0,07 €": 7, " 12.30 ": 1230} {
		if got, err := Parse(typed); err != nil || got != want {
			t.Errorf("Parse(%q) = %d, %v; want %d", typed, got, err, want)
		}
	}
	for _, typed := range []string{"", "dix", "-1", "1,234", "1.2.3", "99999999999"} {
		if got, err := Parse(typed); err == nil {
			t.Errorf("Parse(%q) = %d, want a refusal", typed, got)
		}
	}
}

func TestRate(t *testing.T) {
	t.Parallel()
	if got := BasisPoints(400).Of(2000050); got != 80002 {
		t.Errorf("4 %% of 20 000,50 € = %d cents, want 80002", got)
	}
	if got := BasisPoints(550).String(); got != "5,5\u00a0%" {
		t.Errorf("rate = %q", got)
	}
}
