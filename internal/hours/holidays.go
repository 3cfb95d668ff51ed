package hours

import (
	"strings"
	"time"
)

// national are the holidays of every département that fall on the same day each
// year, by month and day (Code du travail, L3133-1).
var national = map[[2]int]string{
	{1, 1}: "jour de l’An", {5, 1}: "fête du Travail", {5, 8}: "8\u00a0mai", {7, 14}: "fête nationale",
	{8, 15}: "Assomption", {11, 1}: "Toussaint", {11, 11}: "11\u00a0novembre", {12, 25}: "Noël",
}

// local are those that some territories add, by the first characters of their
// communes' codes (L3134-13 in Alsace and Moselle, L3422-2 overseas).
var local = map[string]map[[2]int]string{
	"57": {{12, 26}: saintStephen}, "67": {{12, 26}: saintStephen}, "68": {{12, 26}: saintStephen},
	"971": {{5, 27}: abolition}, "972": {{5, 22}: abolition}, "973": {{6, 10}: abolition}, "974": {{12, 20}: abolition},
	"976": {{4, 27}: abolition}, "977": {{10, 9}: abolition}, "978": {{5, 28}: abolition},
}

const (
	saintStephen = "Saint-Étienne"
	abolition    = "abolition de l’esclavage"
)

// Holiday names the public holiday of a day in a commune; empty for none. The
// code is INSEE's; without one the holidays of the whole country are told.
func Holiday(day time.Time, insee string) string {
	year, month, date := day.Date()
	on := [2]int{int(month), date}
	if name := national[on]; name != "" {
		return name
	}
	if name := local[territoryOf(insee)][on]; name != "" {
		return name
	}
	after := int(time.Date(year, month, date, 0, 0, 0, 0, time.UTC).Sub(easter(year)).Hours() / 24)
	if after == -2 && local[territoryOf(insee)][[2]int{12, 26}] != "" {
		return "Vendredi saint"
	}
	return map[int]string{1: "lundi de Pâques", 39: "Ascension", 50: "lundi de Pentecôte"}[after]
}

// territoryOf is the département, or the overseas territory, of a commune's code.
func territoryOf(insee string) string {
	digits := 2
	if strings.HasPrefix(insee, "97") || strings.HasPrefix(insee, "98") {
		digits = 3
	}
	return insee[:min(len(insee), digits)]
}

// easter is Easter Sunday of a year (Meeus, Jones and Butcher).
func easter(year int) time.Time {
	a, b, c := year%19, year/100, year%100
	d, e := b/4, b%4
	f := (b + 8) / 25
	g := (b - f + 1) / 3
	h := (19*a + b - d - g + 15) % 30
	i, k := c/4, c%4
	l := (32 + 2*e + 2*i - h - k) % 7
	m := (a + 11*h + 22*l) / 451
	month := (h + l - 7*m + 114) / 31
	day := (h+l-7*m+114)%31 + 1
	return time.Date(year, time.Month(month), day, 0, 0, 0, 0, time.UTC)
}
