package territory

import (
	"encoding/json"
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"passnum/internal/fault"
)

func country(t testing.TB) *Index {
	t.Helper()
	ix, err := Load()
	if err != nil {
		t.Fatal(err)
	}
	return ix
}

func TestWholeCountry(t *testing.T) {
	t.Parallel()
	ix := country(t)
	var communes, arrondissements, alone int
	for _, c := range ix.communes {
		if c.Parent != "" {
			arrondissements++
			continue
		}
		communes++
		if c.EPCI == "" {
			alone++
		}
		if _, ok := ix.Region(c.Region); !ok {
			t.Fatalf("%s %s has no région", c.Code, c.Name)
		}
	}
	if communes != 34969 || arrondissements != 45 {
		t.Errorf("%d communes and %d arrondissements", communes, arrondissements)
	}
	if len(ix.epcis) != 1255 || len(ix.Departements()) != 109 || len(ix.Regions()) != 26 || alone != 98 {
		t.Errorf("%d EPCI, %d départements, %d régions, %d communes alone", len(ix.epcis), len(ix.Departements()), len(ix.Regions()), alone)
	}
}

func TestCommune(t *testing.T) {
	t.Parallel()
	ix := country(t)
	c, ok := ix.Commune("23096")
	if !ok || c.Name != "Guéret" || c.Label() != "Guéret (23000)" || c.Departement != "23" || c.Region != "75" {
		t.Errorf("%+v", c)
	}
	e, _ := ix.EPCI(c.EPCI)
	if e.LongName() != "Communauté d’agglomération du Grand Guéret" || e.Departement != "23" {
		t.Errorf("%+v", e)
	}
	if c, _ := ix.Commune("75111"); c.Parent != "75056" || c.EPCI != "200054781" {
		t.Errorf("%+v", c)
	}
	if _, ok := ix.Commune("99999"); ok {
		t.Error("found a commune that does not exist")
	}
	// Béon has merged into Culoz-Béon.
	if c, ok := ix.Commune("01039"); !ok || c.Code != "01138" || ix.Current("01039") != "01138" {
		t.Errorf("a merged commune: %+v", c)
	}
}

func TestSearch(t *testing.T) {
	t.Parallel()
	cases := []struct{ query, first, contains string }{
		{"gueret", "Guéret", ""},
		{"GUÉRE", "Guéret", "Guéreins"},
		{"23000", "Guéret", "Saint-Fiel"},
		{"Guéret (23000)", "Guéret", ""},
		{"Limoges (87)", "Limoges", ""},
		{"Saint-Denis (974)", "Saint-Denis", ""},
		{"Ajaccio (2A)", "Ajaccio", ""},
		{"st etienne", "Saint-Étienne", "Saint-Étienne-du-Rouvray"},
		{"Ste Foy la grande", "Sainte-Foy-la-Grande", ""},
		{"l’hay les roses", "L’Haÿ-les-Roses", ""},
		{"rochelle", "La Rochelle", ""},
		{"eu", "Eu", ""},
		{"paris", "Paris", "Paris 15e Arrondissement"},
		{"paris 11", "Paris 11e Arrondissement", ""},
		{"75011", "Paris 11e Arrondissement", "Paris"},
		{"751", "Paris", ""},
		{"oeuf", "Œuf-en-Ternois", ""},
		{"aignan 32290", "Aignan", ""},
		{"arbignieu", "Arboys en Bugey", ""},
		{"20000", "Ajaccio", ""},
	}
	for _, c := range cases {
		t.Run(c.query, func(t *testing.T) {
			t.Parallel()
			var names []string
			for _, found := range country(t).Search(c.query, 20) {
				names = append(names, found.Name)
			}
			if len(names) == 0 || names[0] != c.first {
				t.Fatalf("got %q, want %q first", names, c.first)
			}
			if c.contains != "" && !slices.Contains(names, c.contains) {
				t.Errorf("%q is not among %q", c.contains, names)
			}
		})
	}
}

func TestSearchEdges(t *testing.T) {
	t.Parallel()
	ix := country(t)
	for _, q := range []string{"", "  ", "zzzz", "-", "00000"} {
		if got := ix.Search(q, 5); len(got) != 0 {
			t.Errorf("%q found %v", q, got[0].Name)
		}
	}
	if n := len(ix.Search("saint", 7)); n != 7 {
		t.Errorf("limit 7 gave %d", n)
	}
	if got := ix.Search("arbignieu", 1); len(got) != 1 || got[0].Former != "Arbignieu" {
		t.Errorf("former village: %+v", got)
	}
	if got := ix.SearchEPCI("grand gueret", 3); len(got) != 1 || got[0].Code != "200034825" {
		t.Errorf("EPCI: %+v", got)
	}
	if members := ix.CommunesOf("200034825"); len(members) < 20 || members[0].Name != "Guéret" {
		t.Errorf("%d communes in the EPCI", len(members))
	}
}

func TestResolve(t *testing.T) {
	t.Parallel()
	cases := []struct{ code, typed, want, refusal string }{
		{"23096", "n’importe quoi", "23096", ""},
		{"", "guéret", "23096", ""},
		{"", "Guéret (23000)", "23096", ""},
		{"99999", "Limoges (87)", "87085", ""},
		{"", "Paris", "75056", ""},
		{"", "75011", "75111", ""},
		{"", "Saint", "", "Plusieurs communes"},
		{"", "Saint-Aubin", "", "Ajoutez le code postal"},
		{"", "Saint-Aubin 59440", "59529", ""},
		{"", "23000", "", "Guéret (23000)"},
		{"", "Trifouilly", "", "Aucune commune"},
		{"", " ", "", "Saisissez"},
	}
	ix := country(t)
	for _, c := range cases {
		got, err := ix.Resolve(c.code, c.typed)
		if c.refusal == "" && (err != nil || got.Code != c.want) {
			t.Errorf("%q %q: got %s, %v", c.code, c.typed, got.Code, err)
		}
		if c.refusal != "" && (!fault.Is(err, fault.KindInvalid) || !strings.Contains(err.Error(), c.refusal)) {
			t.Errorf("%q: got %s, %v, want a refusal about %q", c.typed, got.Code, err, c.refusal)
		}
	}
}

// TestSearchIsQuick holds the promise that completing a field costs nothing:
// the best of several runs, so that a busy machine does not fail it.
func TestSearchIsQuick(t *testing.T) {
	ix := country(t)
	for _, q := range []string{"s", "saint mar", "230", "arbign", "zzzz"} {
		best := time.Hour
		for range 20 {
			start := time.Now()
			ix.Search(q, 10)
			best = min(best, time.Since(start))
		}
		if best > 4*time.Millisecond {
			t.Errorf("%q took %v", q, best)
		}
	}
}

func BenchmarkSearch(b *testing.B) {
	ix := country(b)
	for b.Loop() {
		ix.Search("saint mar", 10)
	}
}

func TestAncestors(t *testing.T) {
	t.Parallel()
	ix := country(t)
	cases := map[string]string{
		"23096": "FR R-75 D-23 E-200034825 C-23096",
		"69382": "FR R-84 D-69 E-200046977 C-69123 C-69382",
		"29155": "FR R-53 D-29 C-29155",
		"99999": "",
	}
	for code, want := range cases {
		if got := strings.Join(ix.Ancestors(code), " "); got != want {
			t.Errorf("%s: %q, want %q", code, got, want)
		}
	}
}

func TestPerimeter(t *testing.T) {
	t.Parallel()
	cases := []struct {
		kind   PerimeterKind
		codes  []string
		inside string
		out    string
		text   string
		json   string
	}{
		{PerimeterEverywhere, nil, "23096", "", "Partout en France", `{"kind":"everywhere"}`},
		{PerimeterRegions, []string{"75"}, "23096", "31555", "Région Nouvelle-Aquitaine", `{"kind":"regions","codes":["75"]}`},
		{PerimeterDepartements, []string{"23"}, "23096", "31555", "Département de la Creuse", `{"kind":"departements","codes":["23"]}`},
		{PerimeterDepartements, []string{"47", "23", "23"}, "23096", "31555", "Départements\u00a0: Creuse et Lot-et-Garonne", `{"kind":"departements","codes":["23","47"]}`},
		{PerimeterEPCI, []string{"200034825"}, "23096", "23008", "Communauté d’agglomération du Grand Guéret", `{"kind":"epci","codes":["200034825"]}`},
		{PerimeterCommunes, []string{"23096", "23008"}, "23008", "23176", "Aubusson et Guéret", `{"kind":"communes","codes":["23008","23096"]}`},
		{PerimeterCommunes, []string{"75056"}, "75111", "92012", "Paris", `{"kind":"communes","codes":["75056"]}`},
		{PerimeterCommunes, []string{"23001", "23002", "23003", "23004", "23006", "23007"}, "23007", "23008", "Ahun, Ajain, Alleyrat, Anzême et 2 autres communes", `{"kind":"communes","codes":["23001","23002","23003","23004","23006","23007"]}`},
	}
	ix := country(t)
	for _, c := range cases {
		t.Run(c.text, func(t *testing.T) {
			t.Parallel()
			p, err := NewPerimeter(c.kind, c.codes...)
			if err != nil {
				t.Fatal(err)
			}
			if !p.Contains(c.inside) || (c.out != "" && p.Contains(c.out)) {
				t.Error("wrong limits")
			}
			overlap := slices.ContainsFunc(p.SQLCodes(), func(s string) bool { return slices.Contains(ix.Ancestors(c.inside), s) })
			if !overlap {
				t.Errorf("SQL codes %v do not meet %v", p.SQLCodes(), ix.Ancestors(c.inside))
			}
			if got := p.String(); got != c.text {
				t.Errorf("String() = %q", got)
			}
			stored, err := json.Marshal(p)
			if err != nil || string(stored) != c.json {
				t.Fatalf("JSON %s, %v", stored, err)
			}
			var back Perimeter
			if err := json.Unmarshal(stored, &back); err != nil || back.String() != c.text {
				t.Errorf("read back %v, %v", back, err)
			}
		})
	}
}

func TestPerimeterRefusals(t *testing.T) {
	t.Parallel()
	for kind, codes := range map[PerimeterKind][]string{
		PerimeterRegions: {"99"}, PerimeterDepartements: {"23", "00"}, PerimeterEPCI: {"123456789"},
		PerimeterCommunes: {"99999"}, "pays": {"FR"}, "": nil,
	} {
		if _, err := NewPerimeter(kind, codes...); !fault.Is(err, fault.KindInvalid) {
			t.Errorf("%s %v: got %v", kind, codes, err)
		}
	}
	if _, err := NewPerimeter(PerimeterCommunes); err != ErrPerimeterEmpty {
		t.Errorf("empty: got %v", err)
	}
	var p Perimeter
	if err := json.Unmarshal([]byte(`{"kind":"pays"}`), &p); !fault.Is(err, fault.KindInvalid) {
		t.Errorf("unknown level: got %v", err)
	}
	if p.Contains("23096") || p.String() != "Aucun territoire" {
		t.Error("the zero perimeter contains something")
	}
	// A commune that has disappeared stays readable in an old order.
	if err := json.Unmarshal([]byte(`{"kind":"communes","codes":["99999"]}`), &p); err != nil || p.String() != "99999" {
		t.Errorf("%v, %v", p, err)
	}
}

func TestLocate(t *testing.T) {
	t.Parallel()
	ix := country(t)
	cases := []struct {
		code      string
		lat, lon  float64
		precision Precision
	}{
		{"23096", 46.17, 1.87, PrecisionCommune},
		{"75056", 48.86, 2.35, PrecisionCommune},
		{"75111", 48.86, 2.35, PrecisionCommune},
		{"13213", 43.32, 5.41, PrecisionCommune},
		{"97611", -12.78, 45.23, PrecisionCommune},
		{"85113", 46.72, -2.35, PrecisionCommune},
		{"38363", 45.3, 5.1, PrecisionPostal},
	}
	for _, c := range cases {
		lat, lon, precision, ok := ix.Locate(c.code)
		if !ok || precision != c.precision || Distance(lat, lon, c.lat, c.lon) > 15 {
			t.Errorf("%s: %.2f %.2f %v %v", c.code, lat, lon, precision, ok)
		}
	}
	if _, _, _, ok := ix.Locate("98413"); ok {
		t.Error("Crozet has no position")
	}
}

// TestMostPeopleArePlaced holds what the decision note promises.
func TestMostPeopleArePlaced(t *testing.T) {
	t.Parallel()
	people, total := map[Precision]int{}, 0
	for _, c := range country(t).communes {
		if c.Parent == "" {
			people[c.precision] += c.Population
			total += c.Population
		}
	}
	if share := float64(people[PrecisionCommune]) / float64(total); share < 0.90 {
		t.Errorf("%.3f of people live in a commune placed exactly", share)
	}
	if share := float64(people[PrecisionCommune]+people[PrecisionPostal]) / float64(total); share < 0.98 {
		t.Errorf("%.3f of people live in a commune placed to its postal code", share)
	}
}

func TestDistance(t *testing.T) {
	t.Parallel()
	if km := Distance(48.8566, 2.3522, 43.2965, 5.3698); math.Abs(km-661) > 2 {
		t.Errorf("Paris–Marseille: %.1f km", km)
	}
	if km := Distance(46.17, 1.87, 46.17, 1.87); km != 0 {
		t.Errorf("a place to itself: %v km", km)
	}
	km, precision, ok := country(t).DistanceBetween("23096", "23008")
	if !ok || precision != PrecisionCommune || math.Abs(km-34) > 4 {
		t.Errorf("Guéret–Aubusson: %.1f km, %v", km, precision)
	}
}

func TestParseRefusesABrokenFile(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"X\t1\n", "R\t1\n", "C\t1\tA\t01\t\t\tx\t\t0\t0\t0\n"} {
		if _, err := parse(strings.NewReader(text)); err == nil {
			t.Errorf("%q was accepted", text)
		}
	}
}

func TestDepartementOf(t *testing.T) {
	t.Parallel()
	for code, want := range map[string]string{"23": "de la Creuse", "46": "du Lot", "40": "des Landes", "01": "de l’Ain", "75": "de Paris", "35": "d’Ille-et-Vilaine", "974": "de La Réunion"} {
		d, _ := country(t).Departement(code)
		if d.Of() != want {
			t.Errorf("%s: %q, want %q", code, d.Of(), want)
		}
	}
}
