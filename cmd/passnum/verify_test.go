package main

import (
	"bytes"
	"strings"
	"testing"

	"passnum/internal/reporting/proof"
	"passnum/internal/testworld"
)

func TestVerifySaysWhatItChecked(t *testing.T) {
	t.Parallel()
	w := testworld.New(t)
	w.ActiveOrder(testworld.OrderOptions{}).HandedOver(1)
	var out bytes.Buffer
	if err := verifyDatabase(t.Context(), w.DB, proof.Order{}, &out); err != nil {
		t.Fatalf("%v\n%s", err, out.String())
	}
	for _, want := range []string{"ok    équilibre", "ok    historique inaltérable", "remise vivante", "Tout concorde"} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("%q is not in\n%s", want, out.String())
		}
	}

	w.Exec(`UPDATE orders SET active_cents = 100 WHERE state = 'active'`)
	out.Reset()
	err := verifyDatabase(t.Context(), w.DB, proof.Order{}, &out)
	if err == nil || !strings.Contains(err.Error(), "1 contrôle(s)") {
		t.Errorf("with a fault: %v", err)
	}
	if !strings.Contains(out.String(), "FAUX  activations") || !strings.Contains(out.String(), "commande 2026-001\u00a0: 100 centimes actifs, 10000 activés") {
		t.Errorf("with a fault:\n%s", out.String())
	}
}
