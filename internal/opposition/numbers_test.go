package opposition

import (
	"fmt"
	"strings"
	"testing"

	"passnum/internal/fault"
)

func TestNumbersAsPeopleTypeThem(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ typed, order, want string }{
		{"C26-014-000001", "", "2026-014 [{1 1}]"},
		{" c26-014-000003 , C26-014-000001;\nC26-014-000002\r\n", "", "2026-014 [{1 3}]"},
		{"C26-014-000001 à C26-014-000050", "", "2026-014 [{1 50}]"},
		{"C26-014-000001 C26-014-000009", "", "2026-014 [{1 1} {9 9}]"},
		{"12 à 15\n1 250", "2026-014", "2026-014 [{12 15} {1250 1250}]"},
		{"5..7, 6 → 9", "2026-014", "2026-014 [{5 9}]"},
		{"C26-1000-000004", "", "2026-1000 [{4 4}]"},
	} {
		n, err := readNumbers(c.typed, c.order)
		if got := fmt.Sprint(n.order, " ", n.spans); err != nil || got != c.want {
			t.Errorf("%q: %s, %v, want %s", c.typed, got, err, c.want)
		}
	}
}

func TestNumbersRefused(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ typed, order, want string }{
		{"", "", "Écrivez les numéros"},
		{"12", "", "Ligne 1"},
		{"C26-014-000001\nbonjour", "", "Ligne 2"},
		{"C26-014-000009 à C26-014-000001", "", "Ligne 1"},
		{"C26-014-000000", "", "Ligne 1"},
		{"C26-014-000001, C26-015-000001", "", "plusieurs commandes"},
		{"C26-015-000001", "2026-014", "plusieurs commandes"},
		{"1 à 30000", "2026-014", "20"},
	} {
		_, err := readNumbers(c.typed, c.order)
		refusal, ok := fault.As(err)
		if !ok || len(refusal.Fields) != 1 || !strings.Contains(refusal.Fields[0].Sentence, c.want) {
			t.Errorf("%q: %+v, want %q", c.typed, refusal, c.want)
		}
	}
}

func TestSpansJoinFollowingNumbers(t *testing.T) {
	t.Parallel()
	got := strings.Join(Spans("2026-014", []int{1, 2, 3, 7}), ", ")
	if want := "C26-014-000001 à C26-014-000003, C26-014-000007"; got != want {
		t.Errorf("%s, want %s", got, want)
	}
}
