package code

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"strings"
	"testing"

	"passnum/internal/fault"
)

// sample draws n valid codes, always the same ones.
func sample(n int) []Code {
	random := rand.New(rand.NewPCG(1, 2))
	codes := make([]Code, n)
	for i := range codes {
		var s symbols
		for j := range dataLen {
			s[j] = byte(random.IntN(radix))
		}
		s.seal(0)
		codes[i] = newCode(s)
	}
	return codes
}

func TestEverySingleErrorIsRefused(t *testing.T) {
	t.Parallel()
	for _, c := range sample(300) {
		clear := []byte(c.Clear())
		for at, right := range clear {
			for _, other := range []byte(Alphabet) {
				if other == right {
					continue
				}
				clear[at] = other
				if _, err := Parse(string(clear)); err == nil {
					t.Fatalf("a wrong symbol at %d is accepted", at)
				}
			}
			clear[at] = right
		}
	}
}

func TestEverySwapIsRefused(t *testing.T) {
	t.Parallel()
	for _, c := range sample(500) {
		clear := []byte(c.Clear())
		for i := range clear {
			for j := i + 1; j < len(clear); j++ {
				if clear[i] == clear[j] {
					continue
				}
				clear[i], clear[j] = clear[j], clear[i]
				if _, err := Parse(string(clear)); err == nil {
					t.Fatalf("swapping %d and %d is accepted", i, j)
				}
				clear[i], clear[j] = clear[j], clear[i]
			}
		}
	}
}

func TestTwoErrorsNeverMakeAnotherCode(t *testing.T) {
	t.Parallel()
	s := mustSpell(sample(1)[0].Clear())
	for i := range s {
		for j := i + 1; j < len(s); j++ {
			for errors := range (radix - 1) * (radix - 1) {
				w := s
				w[i] = byte((int(s[i]) + 1 + errors%(radix-1)) % radix)
				w[j] = byte((int(s[j]) + 1 + errors/(radix-1)) % radix)
				if judge(w) == valid {
					t.Fatalf("two errors at %d and %d are accepted", i, j)
				}
			}
		}
	}
}

func TestSpecimensAreRecognisedAndNeverValid(t *testing.T) {
	t.Parallel()
	seen := map[Code]bool{}
	for n := range 2000 {
		c := Specimen(n)
		if seen[c] || c != Specimen(n) {
			t.Fatalf("specimen %d is not its own", n)
		}
		seen[c] = true
		if !c.IsSpecimen() {
			t.Fatalf("specimen %d does not know it is one", n)
		}
		for _, typed := range []string{c.Clear(), c.Grouped(), c.QR("passnum.test")} {
			if _, err := Parse(typed); !errors.Is(err, ErrSpecimen) {
				t.Fatalf("specimen %d: %v", n, err)
			}
		}
	}
	if (Code{}).IsSpecimen() || sample(1)[0].IsSpecimen() {
		t.Error("a live or empty code passes for a specimen")
	}
}

func TestWrittenForms(t *testing.T) {
	t.Parallel()
	c := sample(1)[0]
	clear := c.Clear()
	if want := clear[:4] + " " + clear[4:8] + " " + clear[8:12] + " " + clear[12:]; c.Grouped() != want {
		t.Error("groups of four expected")
	}
	if want := "HTTPS://PASSNUM.TEST:8080/P/" + clear; c.QR("passnum.test:8080") != want {
		t.Error("upper-case address expected")
	}
	if none := (Code{}); none.Clear() != "" || none.Grouped() != "" || !none.IsZero() {
		t.Error("the zero code shows something")
	}
}

func TestNothingPrintsACode(t *testing.T) {
	t.Parallel()
	c := sample(1)[0]
	type form struct{ scanned Code } // fmt calls no method on this field
	var log bytes.Buffer
	for _, handler := range []slog.Handler{slog.NewJSONHandler(&log, nil), slog.NewTextHandler(&log, nil)} {
		slog.New(handler).Info("scan", "code", c, "codes", []Code{c}, "form", form{c}, "group", map[string]Code{"c": c})
	}
	encoded, err := json.Marshal(map[string]any{"code": c, "codes": []Code{c}, "pointer": &c})
	if err != nil {
		t.Fatal(err)
	}
	shown := []string{log.String(), string(encoded), c.String()}
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%X", "%d", "%p"} {
		shown = append(shown, fmt.Sprintf(verb, c), fmt.Sprintf(verb, &c), fmt.Sprintf(verb, form{c}), fmt.Sprintf(verb, []Code{c}))
	}
	values := fmt.Sprintf("%d", mustSpell(c.Clear()))
	for _, s := range shown {
		if strings.Contains(s, c.Clear()) || strings.Contains(s, strings.Trim(values, "[]")) {
			t.Errorf("a code is shown: %s", s)
		}
	}
	if c.String() != "code masqué" || fmt.Sprint(c) != "code masqué" {
		t.Error("expected « code masqué »")
	}
}

func TestRefusalsAreForThePerson(t *testing.T) {
	t.Parallel()
	for _, err := range []error{ErrMalformed, ErrSpecimen, ErrCarnetSerial, ErrForeign} {
		if !fault.Is(err, fault.KindInvalid) || len(err.Error()) < 30 {
			t.Errorf("%v: expected an invalid-input sentence", err)
		}
	}
}
