package identity_test

import (
	"strings"
	"testing"

	"passnum/internal/identity"
)

func TestCheckPassword(t *testing.T) {
	t.Parallel()
	cases := []struct {
		name, password string
		accepted       bool
	}{
		{"eleven characters", "abcdefghijé", false},
		{"twelve characters", "vlmrtz  opqe", true},
		{"accents count once each", "éèàùçôîâêûëï", true},
		{"128 characters", strings.Repeat("un deux trois quatre ", 6) + "xy", true},
		{"129 characters", strings.Repeat("un deux trois quatre ", 6) + "xyz", false},
		{"no rule of composition", "le chat de ma voisine dort", true},
		{"one letter", "aaaaaaaaaaaaaaaa", false},
		{"everyone's", "motdepasse123", false},
		{"everyone's, dressed up", "Mot-de-Passe_123", false},
		{"the demonstration's", "demonstration-2026", false},
		{"one's own address", "camille@exemple.fr", false},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			sentence := identity.CheckPassword(c.password, "camille@exemple.fr")
			if (sentence == "") != c.accepted {
				t.Errorf("CheckPassword(%q) = %q", c.password, sentence)
			}
		})
	}
}

func TestHashesOfOnePasswordDiffer(t *testing.T) {
	t.Parallel()
	first, second := identity.HashPassword("le chat de ma voisine"), identity.HashPassword("le chat de ma voisine")
	if first == second || !strings.HasPrefix(first, "$argon2id$v=19$m=") {
		t.Errorf("hashes %q and %q", first, second)
	}
}
