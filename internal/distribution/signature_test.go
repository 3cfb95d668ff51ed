package distribution_test

import (
	"context"
	"testing"

	"passnum/internal/identity"
	"passnum/internal/postgres"
	"passnum/internal/testworld"
)

// TestNobodySignsForTheOther goes below the use cases: the database itself keeps
// each side to its own half of a convention.
func TestNobodySignsForTheOther(t *testing.T) {
	t.Parallel()
	w := testworld.New(t)
	for name, c := range map[string]struct {
		actor   identity.Actor
		column  string
		refused bool
	}{
		"aiguilleur for commanditaire": {w.Agent, "commanditaire_signatory", true},
		"aiguilleur changing the end":  {w.Agent, "number", true},
		"aiguilleur for itself":        {w.Agent, "aiguilleur_signatory", false},
		"commanditaire for aiguilleur": {w.Commanditaire, "aiguilleur_signatory", true},
		"commanditaire for itself":     {w.Commanditaire, "commanditaire_signatory", false},
	} {
		err := w.DB.InOrganisation(context.Background(), c.actor, func(tx *postgres.Tx) error {
			return postgres.Must(context.Background(), tx, `UPDATE conventions SET `+c.column+` = @name`, postgres.Args{"name": name})
		})
		if (err != nil) != c.refused {
			t.Errorf("%s: %v", name, err)
		}
	}
}
