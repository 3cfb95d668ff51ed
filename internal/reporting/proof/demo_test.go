package proof_test

import (
	"testing"

	"passnum/internal/carnet/code"
	"passnum/internal/demo"
	"passnum/internal/postgres"
	"passnum/internal/postgres/pgtest"
	"passnum/internal/print"
	"passnum/internal/reporting/proof"
	"passnum/internal/settlement"
)

func TestTheDemonstrationIsTrue(t *testing.T) {
	t.Parallel()
	db := pgtest.New(t).DB()
	keys, err := code.ParseKeyring(code.GenerateKey("k1"))
	if err != nil {
		t.Fatal(err)
	}
	err = demo.Load(t.Context(), db, demo.Settings{
		Keys: keys, BaseURL: "http://127.0.0.1:8080", CodeHost: "127.0.0.1:8080", Issuer: print.Issuer{Name: "Opérateur"},
		Debtor: settlement.Debtor{Name: "Opérateur", SIRET: "99900001100018", IBAN: "FR7630006000011234567890189"},
	})
	if err != nil {
		t.Fatal(err)
	}
	if _, _, err := proof.Append(t.Context(), db); err != nil {
		t.Fatal(err)
	}
	var report proof.Report
	err = db.InPlatform(t.Context(), postgres.System{}, "", func(tx *postgres.Tx) (err error) {
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
