package mediateur

import (
	"slices"
	"strings"
	"testing"

	"passnum/internal/carnet/code"
)

func TestSplitCodes(t *testing.T) {
	t.Parallel()
	keys, err := code.ParseKeyring(code.GenerateKey("k"))
	if err != nil {
		t.Fatal(err)
	}
	var a, b code.Code
	a, _ = keys.Derive("k", [16]byte{1})
	b, _ = keys.Derive("k", [16]byte{2})
	cases := []struct {
		name, typed string
		codes       []code.Code
		others      int
	}{
		{"one", a.Clear(), []code.Code{a}, 0},
		{"in groups", a.Grouped(), []code.Code{a}, 0},
		{"lines", a.Clear() + "\r\n\r\n" + b.Grouped() + "\n", []code.Code{a, b}, 0},
		{"groups on one line", a.Grouped() + " " + b.Grouped(), []code.Code{a, b}, 0},
		{"commas", a.Clear() + ", " + b.Clear() + ";", []code.Code{a, b}, 0},
		{"addresses", a.QR("passnum.exemple") + " " + strings.ToLower(b.QR("passnum.exemple")), []code.Code{a, b}, 0},
		{"addresses without Enter", a.QR("passnum.exemple") + b.QR("passnum.exemple"), []code.Code{a, b}, 0},
		{"a wrong one between", a.Grouped() + " ABCD EFGH 2345 6789 " + b.Grouped(), []code.Code{a, b}, 1},
		{"nothing", " \n ", nil, 0},
		{"a word", "bonjour", nil, 1},
	}
	for _, c := range cases {
		var codes []code.Code
		others := 0
		for _, text := range splitCodes(c.typed) {
			if read, err := code.Parse(text); err == nil {
				codes = append(codes, read)
			} else {
				others++
			}
		}
		if !slices.Equal(codes, c.codes) || others != c.others {
			t.Errorf("%s: %d codes and %d others", c.name, len(codes), others)
		}
	}
}
