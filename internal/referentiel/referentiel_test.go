package referentiel

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"passnum/internal/fold"
)

func TestCounts(t *testing.T) {
	t.Parallel()
	r := Load()
	if len(r.All()) != 129 {
		t.Fatalf("%d entries, want 129", len(r.All()))
	}
	var counts []int
	total := 0
	for _, c := range r.Categories() {
		counts = append(counts, len(c.Entries))
	}
	if want := []int{23, 18, 42, 12, 3, 4, 6, 15, 6}; !slices.Equal(counts, want) {
		t.Errorf("entries per category %v, want %v", counts, want)
	}
	for _, l := range r.Levels() {
		total += l.Count()
	}
	if total != 129 {
		t.Errorf("levels hold %d entries, want 129", total)
	}
}

func TestEveryEntryIsComplete(t *testing.T) {
	t.Parallel()
	for i, e := range Load().All() {
		if e.Number != i+1 || e.Label == "" || e.Published == "" || len(e.Families) == 0 {
			t.Errorf("entry %d is incomplete: %+v", i+1, e)
		}
		if !strings.HasPrefix(e.Category, string(rune('0'+e.Level))+".") {
			t.Errorf("entry %d: category %s outside level %d", e.Number, e.Category, e.Level)
		}
		if strings.Contains(e.Label, " :") || strings.Contains(e.Label, " ?") {
			t.Errorf("entry %d: breaking space before a double sign in %q", e.Number, e.Label)
		}
	}
}

// TestPublishedLabels compares the seed with the published list where a
// checkout of the reference data stands beside the project.
func TestPublishedLabels(t *testing.T) {
	t.Parallel()
	path := findUpward(filepath.Join("shared", "data", "referentiel-129.json"))
	if path == "" {
		t.Skip("the published list is not beside this checkout")
	}
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var published []struct {
		Number   int      `json:"number"`
		Level    int      `json:"level"`
		Category string   `json:"category"`
		Label    string   `json:"label"`
		Services []string `json:"national_services"`
	}
	if err := json.Unmarshal(data, &published); err != nil {
		t.Fatal(err)
	}
	if len(published) != len(Load().All()) {
		t.Fatalf("%d published entries", len(published))
	}
	for _, p := range published {
		e, _ := Load().Entry(p.Number)
		if e.Published != p.Label || e.Level != p.Level || e.Category != p.Category {
			t.Errorf("entry %d differs from the published one: %+v", p.Number, e)
		}
		var families []string
		for _, f := range e.Families {
			families = append(families, f.String())
		}
		if !slices.Equal(families, p.Services) {
			t.Errorf("entry %d: families %v, want %v", p.Number, families, p.Services)
		}
	}
}

func findUpward(relative string) string {
	dir, _ := os.Getwd()
	for {
		path := filepath.Join(dir, relative)
		if _, err := os.Stat(path); err == nil {
			return path
		}
		parent := filepath.Dir(dir)
		if parent == dir {
			return ""
		}
		dir = parent
	}
}

func TestSearch(t *testing.T) {
	t.Parallel()
	cases := []struct {
		query string
		want  []int
	}{
		{"identite numerique", []int{1, 96, 97}},
		{"  IDENTITÉ   num ", []int{1, 96, 97}},
		{"pole emploi", []int{84, 128}},
		{"france travail", []int{84, 128}},
		{"etre parent", []int{3}},
		{"emails", []int{12, 48, 105}},
		{"connaitre identite", []int{96}},
		{"44", []int{44}},
		{"n° 44", []int{44}},
		{"service 129", []int{129}},
		{"3", []int{3, 110, 118}},
		{"licorne", nil},
		{"130", nil},
	}
	for _, c := range cases {
		t.Run(c.query, func(t *testing.T) {
			t.Parallel()
			var got []int
			for _, e := range Load().Search(c.query) {
				got = append(got, e.Number)
			}
			if !slices.Equal(got, c.want) {
				t.Errorf("got %v, want %v", got, c.want)
			}
		})
	}
	if n := len(Load().Search("")); n != 129 {
		t.Errorf("an empty search lists %d entries", n)
	}
}

func TestFamiliesOf(t *testing.T) {
	t.Parallel()
	got := Load().FamiliesOf([]int{129, 84, 44, 999})
	want := []Family{FamilyDemarches, FamilyInsertion, FamilyAcces}
	if !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

func TestSearchUnderstandsEverydayWords(t *testing.T) {
	t.Parallel()
	for query, want := range map[string]int{
		"impôts": 85, "faire mes impôts": 85, "démarches": 84, "mail": 48, "e-mails": 48, "courriel": 48, "smartphone": 38, "téléphone": 77, "iPhone": 75, "CAF": 90, "CV": 124,
		"mots de passe": 108, "je veux faire mes impots": 85, "tablettes": 75, "visio": 65, "C.V.": 124, "ordinateurs": 44, "carte grise": 95, "phishing": 108, "apps": 79,
		"allocations chômage": 84, "envoyer une pièce jointe par mail": 48, "rendez-vous chez le médecin": 93,
		"France Travail": 84, "chômage": 84, "retraite": 87, "sécu": 93, "carte vitale": 93, "WhatsApp": 14, "mot de passe": 108, "Excel": 69, "Pronote": 82, "photos": 53, "payer en ligne": 28,
	} {
		if !slices.ContainsFunc(Load().Search(query), func(e Entry) bool { return e.Number == want }) {
			t.Errorf("%q does not find %d", query, want)
		}
	}
	if n := len(Load().Search("tracteur")); n != 0 {
		t.Errorf("%d entries for a word that means nothing here", n)
	}
}

func TestEverydayWordsAreInPlainForm(t *testing.T) {
	t.Parallel()
	for _, e := range everyday {
		if e.words != fold.Text(e.words) {
			t.Errorf("%q is not in plain form", e.words)
		}
		if err := ValidateEntries(e.entries); err != nil {
			t.Errorf("%q: %v", e.words, err)
		}
	}
}

// TestPagesSearchAlike compares the words that a page ignores with ours: it
// searches without the server.
func TestPagesSearchAlike(t *testing.T) {
	t.Parallel()
	script, err := os.ReadFile("../../web/assets/js/service-search.js")
	if err != nil {
		t.Fatal(err)
	}
	_, rest, _ := strings.Cut(string(script), "new Set(`")
	list, _, _ := strings.Cut(rest, "`")
	if got := strings.Fields(list); !slices.Equal(got, idle) {
		t.Errorf("the page ignores %q, the server %q", got, idle)
	}
}
