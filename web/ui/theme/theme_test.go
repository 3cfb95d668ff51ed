package theme

import (
	"errors"
	"strings"
	"testing"
)

func TestEveryColourStaysLegible(t *testing.T) {
	t.Parallel()
	for r := 0; r <= 255; r += 51 {
		for g := 0; g <= 255; g += 51 {
			for b := 0; b <= 255; b += 51 {
				assertLegible(t, colour{uint8(r), uint8(g), uint8(b)}.String())
			}
		}
	}
}

func assertLegible(t *testing.T, chosen string) {
	t.Helper()
	theme, err := Derive(chosen)
	if err != nil {
		t.Fatal(err)
	}
	for _, pair := range [][2]string{
		{theme.Strong, "#ffffff"}, {theme.Strong, "#fbf8f2"}, {theme.Strong, theme.Soft},
		{theme.On, theme.Strong}, {theme.Deep, theme.Soft}, {"#ffffff", theme.Deep}, {"#1b2529", theme.Soft},
	} {
		a, errA := parse(pair[0])
		b, errB := parse(pair[1])
		if errA != nil || errB != nil || contrast(a, b) < MinContrast {
			t.Errorf("%s: %s on %s is %.2f, want at least %.1f", chosen, pair[0], pair[1], contrast(a, b), MinContrast)
		}
	}
}

func TestDeriveKeepsALegibleColour(t *testing.T) {
	t.Parallel()
	theme, err := Derive("#0B5A56")
	if err != nil || theme.Strong != "#0b5a56" || theme.Corrected || theme.On != "#ffffff" {
		t.Errorf("Derive = %+v, %v", theme, err)
	}
	yellow, err := Derive("#FFD400")
	if err != nil || !yellow.Corrected || yellow.Brand != "#ffd400" {
		t.Errorf("Derive = %+v, %v", yellow, err)
	}
	if theme.Hash() == yellow.Hash() || !strings.Contains(theme.CSS(), "--brand-strong:#0b5a56;") {
		t.Errorf("style sheet %q", theme.CSS())
	}
}

func TestDeriveRefuses(t *testing.T) {
	t.Parallel()
	for _, typed := range []string{"", "teal", "#fff", "#12345", "#12345g", "0b5a56", "#0b5a56;}"} {
		if _, err := Derive(typed); !errors.Is(err, ErrColour) {
			t.Errorf("Derive(%q) = %v, want ErrColour", typed, err)
		}
	}
}
