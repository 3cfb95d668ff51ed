package distribution

import (
	"slices"
	"testing"
)

func TestPlacesTogetherGiveWhatIsWanted(t *testing.T) {
	t.Parallel()
	place := func(name string, gives ...int) NearPlace { return NearPlace{Name: name, Gives: gives} }
	for _, c := range []struct {
		name   string
		places []NearPlace
		want   []string
	}{
		{"nothing wanted: the nearest", []NearPlace{place("a"), place("b"), place("c"), place("d")}, []string{"a", "b", "c"}},
		{"what the nearest does not give comes next", []NearPlace{place("a", 1), place("b", 1), place("c", 1), place("d", 2)}, []string{"a", "d", "b"}},
		{"the nearest that gives something comes first", []NearPlace{place("a"), place("b", 1), place("c", 1, 2)}, []string{"b", "c", "a"}},
		{"one place", []NearPlace{place("a", 1)}, []string{"a"}},
		{"none", nil, nil},
	} {
		var got []string
		for _, p := range spread(c.places, 3) {
			got = append(got, p.Name)
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("%s: %v, want %v", c.name, got, c.want)
		}
	}
}
