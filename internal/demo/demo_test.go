package demo_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"passnum/internal/carnet/code"
	"passnum/internal/demo"
	"passnum/internal/postgres/pgtest"
	"passnum/internal/print"
	"passnum/internal/settlement"
)

func TestTheWorldLoads(t *testing.T) {
	t.Parallel()
	base := pgtest.New(t)
	keys, err := code.ParseKeyring(code.GenerateKey("k1"))
	if err != nil {
		t.Fatal(err)
	}
	settings := demo.Settings{
		Keys: keys, BaseURL: "http://127.0.0.1:8080", CodeHost: "127.0.0.1:8080",
		Issuer: print.Issuer{Name: "Opérateur de démonstration", SIRET: "99900001100018", Address: "1 place Bonnyaud, 23000 Guéret"},
		Debtor: settlement.Debtor{Name: "Opérateur de démonstration", SIRET: "99900001100018", IBAN: "FR7630006000011234567890189", BIC: "AGRIFRPP"},
	}
	start := time.Now()
	if err := demo.Load(context.Background(), base.DB(), settings); err != nil {
		t.Fatal(err)
	}
	t.Logf("loaded in %s", time.Since(start))
	lines, err := demo.Codes(context.Background(), base.DB(), keys, "active", 5000)
	if err != nil || len(lines) < 3000 {
		t.Errorf("%d redeemable chèques, %v; want at least 3000", len(lines), err)
	}
	everyDocumentValidates(t, base.DB())
	everyProofHolds(t, base.DB())
	if err := demo.Load(context.Background(), base.DB(), settings); !errors.Is(err, demo.ErrNotEmpty) {
		t.Errorf("second load: %v", err)
	}
}
