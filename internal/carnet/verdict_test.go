package carnet

import (
	"strings"
	"testing"
	"time"
)

func day(y int, m time.Month, d int) time.Time { return time.Date(y, m, d, 0, 0, 0, 0, time.UTC) }

func good() Facts {
	until := day(2027, 1, 31)
	return Facts{
		Serial: "C26-014-000001", Rank: 1, FaceValue: 1000, ChequeState: "actif", CarnetState: "remis", OrderState: "active",
		AcceptedUntil: &until, Commanditaire: "Département de la Creuse", InTerritory: true, ServiceCovered: true, StructureAccepted: true,
	}
}

func TestVerdict(t *testing.T) {
	t.Parallel()
	today := day(2026, 11, 16)
	cases := []struct {
		name   string
		change func(*Facts)
		today  time.Time
		want   Reason
	}{
		{"good", func(*Facts) {}, today, Usable},
		{"last day of tolerance", func(*Facts) {}, day(2027, 1, 31), Usable},
		{"the day after", func(*Facts) {}, day(2027, 2, 1), Expired},
		{"used", func(f *Facts) { f.ChequeState = "utilise" }, today, AlreadyRedeemed},
		{"used then expired", func(f *Facts) { f.ChequeState = "utilise" }, day(2028, 1, 1), AlreadyRedeemed},
		{"blocked", func(f *Facts) { f.ChequeState = "bloque" }, today, Blocked},
		{"credited", func(f *Facts) { f.ChequeState = "credite" }, today, Expired},
		{"order delivered, not active", func(f *Facts) { f.OrderState, f.ChequeState = "livree", "inactif" }, today, NotActivated},
		{"not handed over", func(f *Facts) { f.ChequeState, f.CarnetState = "inactif", "stock" }, today, NotHandedOver},
		{"structure", func(f *Facts) { f.StructureAccepted = false }, today, StructureNotAccepted},
		{"territory", func(f *Facts) { f.InTerritory = false }, today, OutOfTerritory},
		{"service", func(f *Facts) { f.ServiceCovered = false }, today, ServiceNotCovered},
	}
	for _, c := range cases {
		f := good()
		c.change(&f)
		got := f.Verdict(c.today)
		if got != c.want {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
		if f.Message(got) == "" {
			t.Errorf("%s: no sentence", c.name)
		}
	}
}

func TestUsedHereSaysWhere(t *testing.T) {
	t.Parallel()
	f := good()
	at := time.Date(2026, 11, 4, 23, 30, 0, 0, time.UTC)
	f.ChequeState, f.UsedAt, f.UsedHere, f.UsedPlace = "utilise", &at, true, "Médiathèque de Guéret"
	if got := f.Message(AlreadyRedeemed); !strings.Contains(got, "5 novembre 2026, ici même (Médiathèque de Guéret)") {
		t.Errorf("message = %q", got)
	}
	f.UsedHere = false
	if got := f.Message(AlreadyRedeemed); strings.Contains(got, "Médiathèque") {
		t.Errorf("another structure's place is told: %q", got)
	}
}

func TestValidity(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		validity   Validity
		handedOver time.Time
		usable     time.Time
		accepted   time.Time
	}{
		{Validity{Until: day(2026, 12, 31)}, day(2026, 3, 2), day(2026, 12, 31), day(2027, 1, 31)},
		{Validity{Until: day(2027, 12, 31), Months: 12}, day(2026, 3, 2), day(2027, 3, 2), day(2027, 4, 2)},
		{Validity{Until: day(2026, 12, 31), Months: 12}, day(2026, 3, 2), day(2026, 12, 31), day(2027, 1, 31)},
		{Validity{Until: day(2030, 1, 1), Months: 3}, day(2027, 11, 30), day(2028, 2, 29), day(2028, 3, 31)},
		{Validity{Until: day(2027, 1, 30)}, day(2026, 3, 2), day(2027, 1, 30), day(2027, 2, 28)},
		{Validity{Until: day(2027, 2, 28)}, day(2026, 3, 2), day(2027, 2, 28), day(2027, 3, 31)},
	} {
		usable := c.validity.UsableUntil(c.handedOver)
		if !usable.Equal(c.usable) || !Tolerated(usable).Equal(c.accepted) {
			t.Errorf("%+v handed over %s: usable %s accepted %s", c.validity, c.handedOver.Format(time.DateOnly), usable.Format(time.DateOnly), Tolerated(usable).Format(time.DateOnly))
		}
	}
}

func TestParseSerial(t *testing.T) {
	t.Parallel()
	const want = "C26-014-001258"
	if got := Serial("2026-014", 1258); got != want {
		t.Fatalf("Serial = %q", got)
	}
	for _, typed := range []string{want, " c26-014-001258 ", "C26014001258", "26 014 001258", "Cé-)à&')àà&é(_", "cé§)à&')àà&é(!"} {
		got, err := ParseSerial(typed)
		if err != nil || got != want {
			t.Errorf("ParseSerial(%q) = %q, %v", typed, got, err)
		}
	}
	for _, typed := range []string{"", "bonjour", "C26-014", "7KR4 B2XN 93HD TVGC"} {
		if got, err := ParseSerial(typed); err == nil {
			t.Errorf("ParseSerial(%q) = %q, want a refusal", typed, got)
		}
	}
}
