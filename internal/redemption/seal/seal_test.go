package seal_test

import (
	"strings"
	"testing"
	"time"

	"passnum/internal/redemption/seal"
)

func TestSeal(t *testing.T) {
	t.Parallel()
	s, err := seal.New([]byte("secret"))
	if err != nil {
		t.Fatal(err)
	}
	other, _ := seal.New([]byte("another secret"))
	now := time.Unix(1_800_000_000, 0)
	sealed := s.Seal("panier", now.Add(time.Minute), []byte("contenu"))
	if strings.Contains(sealed, "contenu") || sealed == s.Seal("panier", now.Add(time.Minute), []byte("contenu")) {
		t.Error("the content can be read or compared")
	}
	cases := []struct {
		name   string
		opener *seal.Sealer
		what   string
		at     time.Time
		text   string
		ok     bool
	}{
		{"as sealed", s, "panier", now, sealed, true},
		{"another purpose", s, "cookie", now, sealed, false},
		{"too late", s, "panier", now.Add(time.Hour), sealed, false},
		{"another secret", other, "panier", now, sealed, false},
		{"altered", s, "panier", now, swapped(sealed), false},
		{"nonsense", s, "panier", now, "é", false},
		{"empty", s, "panier", now, "", false},
	}
	for _, c := range cases {
		plain, ok := c.opener.Open(c.what, c.at, c.text)
		if ok != c.ok || ok && string(plain) != "contenu" {
			t.Errorf("%s: got %q, %v", c.name, plain, ok)
		}
	}
}

// swapped replaces the fifth letter from the end by another.
func swapped(text string) string {
	at := len(text) - 5
	letter := "A"
	if text[at] == 'A' {
		letter = "B"
	}
	return text[:at] + letter + text[at+1:]
}
