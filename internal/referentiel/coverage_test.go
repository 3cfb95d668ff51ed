package referentiel

import (
	"encoding/json"
	"testing"

	"passnum/internal/fault"
)

func must(t *testing.T) func(Coverage, error) Coverage {
	return func(c Coverage, err error) Coverage {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return c
	}
}

func TestCoverage(t *testing.T) {
	t.Parallel()
	m := must(t)
	cases := []struct {
		name     string
		coverage Coverage
		count    int
		covers   int
		leaves   int
		text     string
		json     string
	}{
		{"all", Everything(), 129, 129, 130, "Tous les services du référentiel", `{"kind":"all"}`},
		{"levels", m(OfLevels(2, 1, 2)), 95, 42, 96, "Niveaux 1 et 2", `{"kind":"levels","levels":[1,2]}`},
		{"one level", m(OfLevels(3)), 34, 96, 95, "Niveau 3", `{"kind":"levels","levels":[3]}`},
		{"categories", m(OfCategories("2.2", "1.1")), 35, 84, 42, "Catégories «\u00a0S’informer\u00a0» et «\u00a0Faire ses démarches en ligne\u00a0»", `{"kind":"categories","categories":["1.1","2.2"]}`},
		{"list", m(OfEntries(44, 3)), 2, 3, 4, "2 services (n°\u00a03 et 44)", `{"kind":"list","entries":[3,44]}`},
		{"single", m(OfEntries(124)), 1, 124, 123, "Un seul service\u00a0: Réalisation d’un CV", `{"kind":"list","entries":[124]}`},
		{"long list", m(OfEntries(1, 2, 3, 4, 5, 6, 7)), 7, 7, 8, "7 services choisis", `{"kind":"list","entries":[1,2,3,4,5,6,7]}`},
		{"nothing", Coverage{}, 0, 0, 1, "Aucun service", `{"kind":""}`},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			if n := len(c.coverage.Entries()); n != c.count {
				t.Errorf("covers %d entries, want %d", n, c.count)
			}
			if c.covers != 0 && !c.coverage.Covers(c.covers) {
				t.Errorf("should cover %d", c.covers)
			}
			if c.coverage.Covers(c.leaves) {
				t.Errorf("should not cover %d", c.leaves)
			}
			if got := c.coverage.String(); got != c.text {
				t.Errorf("String() = %q, want %q", got, c.text)
			}
			data, err := json.Marshal(c.coverage)
			if err != nil || string(data) != c.json {
				t.Fatalf("JSON %s (%v), want %s", data, err, c.json)
			}
			var back Coverage
			if err := json.Unmarshal(data, &back); err != nil || back.String() != c.text {
				t.Errorf("read back %q (%v)", back, err)
			}
		})
	}
}

func TestCoverageRefusals(t *testing.T) {
	t.Parallel()
	for _, text := range []string{
		`{"kind":"list","entries":[3,130]}`,
		`{"kind":"list","entries":[0]}`,
		`{"kind":"list"}`,
		`{"kind":"levels","levels":[4]}`,
		`{"kind":"levels","levels":[]}`,
		`{"kind":"categories","categories":["4.1"]}`,
		`{"kind":"some"}`,
	} {
		var c Coverage
		if err := json.Unmarshal([]byte(text), &c); !fault.Is(err, fault.KindInvalid) {
			t.Errorf("%s: got %v, want an invalid fault", text, err)
		}
	}
}
