package demo_test

import (
	"testing"

	"passnum/internal/postgres"
	"passnum/internal/reporting/proof"
)

// everyProofHolds checks that nothing the demonstration says of money is false,
// and that each proof finds something there to examine.
func everyProofHolds(t *testing.T, db *postgres.DB) {
	t.Helper()
	if _, _, err := proof.Append(t.Context(), db); err != nil {
		t.Fatal(err)
	}
	var report proof.Report
	err := db.InPlatform(t.Context(), postgres.System{}, "", func(tx *postgres.Tx) (err error) {
		report, err = proof.Verify(t.Context(), tx)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, result := range report {
		if !result.OK() || result.Counted == 0 && result.Name != "annulations au grand livre" {
			t.Errorf("%s: %d examined, %+v", result.Name, result.Counted, result.Offenders)
		}
	}
}
