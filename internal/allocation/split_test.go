package allocation

import (
	"strings"
	"testing"

	"golang.org/x/text/encoding/charmap"
	"pgregory.net/rapid"

	"passnum/internal/fault"
	"passnum/internal/territory"
)

// TestTheSumIsExact holds for any weights, and no share strays from its exact
// proportion by a whole carnet.
func TestTheSumIsExact(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		weights := rapid.SliceOfN(rapid.Int64Range(0, 1_000_000_000_000), 1, 60).Draw(t, "weights")
		fixed := rapid.IntRange(0, 50).Draw(t, "fixed")
		rest := rapid.IntRange(0, 200_000).Draw(t, "rest")
		total := fixed*len(weights) + rest
		shares, err := Split(total, fixed, weights)
		if err != nil {
			t.Fatal(err)
		}
		given, sum := 0, 0.0
		for i, n := range shares {
			given += n
			sum += float64(weights[i])
		}
		if given != total {
			t.Fatalf("%d given of %d", given, total)
		}
		for i, n := range shares {
			exact := float64(rest) / float64(len(weights))
			if sum > 0 {
				exact = float64(rest) * float64(weights[i]) / sum
			}
			if off := float64(n-fixed) - exact; off > 1.001 || off < -1.001 {
				t.Fatalf("share %d is %d, exactly %f", i, n-fixed, exact)
			}
			if i > 0 && weights[i] > weights[i-1] && n < shares[i-1] {
				t.Fatalf("a heavier commune gets less: %v for %v", shares, weights)
			}
		}
	})
}

func TestSplitRefuses(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		total, fixed int
		weights      []int64
		want         string
	}{
		"nobody":           {10, 0, nil, "au moins un point"},
		"too large a part": {100, 10, make([]int64, 11), "il n’y en a que 100"},
		"negative":         {100, -1, make([]int64, 2), "Baissez"},
	} {
		_, err := Split(c.total, c.fixed, c.weights)
		if !strings.Contains(said(err), c.want) {
			t.Errorf("%s: %s", name, said(err))
		}
	}
	if got, _ := Split(36, 10, []int64{3000, 1000, 1000}); got[0] != 14 || got[1]+got[2] != 22 {
		t.Errorf("ten each and six by weight: %v", got)
	}
}

func said(err error) string {
	refusal, ok := fault.As(err)
	if !ok {
		return "nothing"
	}
	text := refusal.Sentence
	for _, f := range refusal.Fields {
		text += " " + f.Sentence
	}
	return text
}

func TestFilesAsSpreadsheetsWriteThem(t *testing.T) {
	t.Parallel()
	latin, err := charmap.Windows1252.NewEncoder().String("Commune;Habitants QPV\r\nGuéret;1\u00a0234,5\r\nLa Souterraine;0\r\n")
	if err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string]string{
		"Windows-1252, semicolons": latin,
		"UTF-8 with its mark":      "\ufeffCommune;Poids\nGuéret;1234,5\nLa Souterraine;0\n",
		"commas and quotes":        "commune,poids\n\"Guéret\",\"1234,5\"\nLa Souterraine,0\n",
		"tabs, no titles":          "Guéret\t1234.5\n\nLa Souterraine\t0",
		"other columns":            "Département;Nom;Habitants\n23;Guéret;1234,5\n23;La Souterraine;0",
	} {
		rows, err := Weights([]byte(text))
		if err != nil || len(rows) != 2 || rows[0].Name != "Guéret" || rows[0].Weight != 1_234_500 || rows[1].Name != "La Souterraine" {
			t.Errorf("%s: %+v, %s", name, rows, said(err))
		}
	}
}

func TestFilesRefusedByLineAndColumn(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ text, want string }{
		"a word":         {"Commune;Poids\nGuéret;douze\nAubusson;-3", "Ligne 2, colonne 2\u00a0: «\u00a0douze\u00a0»"},
		"the second too": {"Commune;Poids\nGuéret;douze\nAubusson;-3", "Ligne 3, colonne 2"},
		"no commune":     {"Commune;Poids\n;12", "Ligne 2, colonne 1"},
		"one column":     {"Commune;Poids\nGuéret", "Ligne 2, colonne 2"},
		"a quote":        {"Commune;Poids\n\"Guéret;12", "Ligne 2"},
		"an odd number":  {"Guéret;1e3\nAubusson;12", "aucune commune"},
		"empty":          {" \n", "vide"},
		"a spreadsheet":  {"PK\x03\x04\x00\x00", "CSV"},
	} {
		if _, err := Weights([]byte(c.text)); !strings.Contains(said(err), c.want) && name != "an odd number" {
			t.Errorf("%s: %s", name, said(err))
		}
	}
}

func TestFileMeetsThePlan(t *testing.T) {
	t.Parallel()
	communes, err := territory.Load()
	if err != nil {
		t.Fatal(err)
	}
	shares := []Share{{Point: "Mairie", CommuneCode: "23096", Commune: "Guéret"}, {Point: "CCAS", CommuneCode: "23096", Commune: "Guéret"}, {Point: "Accueil", CommuneCode: "23008", Commune: "Aubusson"}}
	rows, err := Weights([]byte("commune;poids\nGUERET;300\n23008;100\n"))
	if err != nil {
		t.Fatal(err)
	}
	got, err := propose(60, Rule{Fixed: 10, Basis: ByFile}, shares, rows, communes)
	if err != nil || len(got) != 3 || got[0].Commune != "Aubusson" || got[0].Carnets != 20 || got[1].Carnets != 20 || got[2].Carnets != 20 {
		t.Errorf("%+v, %s", got, said(err))
	}
	for text, want := range map[string]string{
		"Guéret;300\nParis;12\nAubusson;1": "Ligne 2, colonne 1\u00a0: Paris n’a aucun point",
		"Guéret;300\n23096;12\nAubusson;1": "Guéret est déjà à la ligne 1",
		"Guéret;300\nNeverland;1":          "n’est pas une commune connue. Il manque une ligne pour\u00a0: Aubusson",
	} {
		rows, err := Weights([]byte(text))
		if err != nil {
			t.Fatal(said(err))
		}
		if _, err := propose(60, Rule{Basis: ByFile}, shares, rows, communes); !strings.Contains(said(err), want) {
			t.Errorf("%q: %s", text, said(err))
		}
	}
	got, err = propose(100, Rule{Basis: ByPopulation}, shares, nil, communes)
	if err != nil || got[0].Carnets >= got[1].Carnets+got[2].Carnets || got[0].Carnets == 0 {
		t.Errorf("by population: %+v, %s", got, said(err))
	}
}
