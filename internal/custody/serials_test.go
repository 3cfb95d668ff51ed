package custody

import (
	"slices"
	"testing"
)

func TestParseSpans(t *testing.T) {
	t.Parallel()
	for typed, want := range map[string][]string{
		"C26-014-000001":                            {"C26-014-000001"},
		"c26-014-000003\nC26-014-000001":            {"C26-014-000001", "C26-014-000003"},
		"C26-014-000002\r\nC26-014-000001\r\n":      {"C26-014-000001 à C26-014-000002"},
		"C26-014-000001 à C26-014-000040":           {"C26-014-000001 à C26-014-000040"},
		"C26-014-000001 à 40, C26-014-000030 au 50": {"C26-014-000001 à C26-014-000050"},
		"ceé-à&'-àààààà&":                           nil,
		"12":                                        nil,
		"C26-014-000009 à C26-014-000002":           nil,
		"C26-014-000001 à C26-015-000002":           nil,
		"":                                          {},
	} {
		spans, unread := ParseSpans(typed, "")
		var got []string
		for _, s := range spans {
			got = append(got, s.String())
		}
		if (unread != "") != (want == nil) || !slices.Equal(got, want) && len(got)+len(want) > 0 {
			t.Errorf("%q: %v, unread %q; want %v", typed, got, unread, want)
		}
	}
	if spans, unread := ParseSpans("5 à 7; 3", "2026-014"); unread != "" || Say(spans) != "C26-014-000003, C26-014-000005 à C26-014-000007" {
		t.Errorf("bare numbers: %v %q", spans, unread)
	}
}

func TestSpansSubtract(t *testing.T) {
	t.Parallel()
	a := func(pairs ...int) (spans []Span) {
		for i := 0; i < len(pairs); i += 2 {
			spans = append(spans, Span{"2026-001", pairs[i], pairs[i+1]})
		}
		return spans
	}
	for _, c := range []struct{ all, holes, want []Span }{
		{a(1, 10), a(3, 4, 8, 8), a(1, 2, 5, 7, 9, 10)},
		{a(1, 10), a(1, 10), nil},
		{a(1, 10), a(5, 20), a(1, 4)},
		{a(5, 6), []Span{{"2026-002", 1, 9}}, a(5, 6)},
		{a(1, 2, 8, 9), a(2, 8), a(1, 1, 9, 9)},
	} {
		if got := without(c.all, c.holes); !slices.Equal(got, c.want) {
			t.Errorf("%v without %v: %v, want %v", c.all, c.holes, got, c.want)
		}
	}
	if got := within(a(1, 10), a(4, 5)); !slices.Equal(got, a(4, 5)) {
		t.Errorf("within: %v", got)
	}
}

func TestPropose(t *testing.T) {
	t.Parallel()
	for _, c := range [][3]int{{0, 0, 10}, {20, 0, 40}, {20, 35, 10}, {33, 5, 70}} {
		if got := Propose(c[0], c[1]); got != c[2] {
			t.Errorf("pace %d, stock %d: %d, want %d", c[0], c[1], got, c[2])
		}
	}
}
