package invoicing_test

import (
	"context"
	"fmt"
	"os"
	"testing"
	"time"

	"passnum/internal/identity"
	"passnum/internal/invoicing"
	"passnum/internal/postgres"
)

// The factures of a thousand structures are issued in the approval's own
// transaction, which may last ten seconds in all.
func TestAThousandStructuresAreBilledInSeconds(t *testing.T) {
	t.Parallel()
	if os.Getenv("PASSNUM_FULL") != "1" {
		t.Skip("PASSNUM_FULL=1")
	}
	s := newScene(t)
	const structures = 1000
	var buyers []invoicing.DownstreamFee
	for i := range structures {
		id := s.Organisation(fmt.Sprintf("Structure %d", i), fmt.Sprintf("9%013d", i), "association", identity.Capacities{Structure: true})
		buyers = append(buyers, invoicing.DownstreamFee{StructureID: id, SettlementLineID: postgres.NewID(), Fee: 1_000, VAT: 200, Label: "Frais"})
	}
	begun := time.Now()
	err := s.platform(func(ctx context.Context, tx *postgres.Tx) error {
		_, err := s.IssueDownstreamInTx(ctx, tx, s.Finance, buyers)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if took := time.Since(begun); took > 8*time.Second {
		t.Errorf("%s for %d structures", took, structures)
	} else {
		t.Logf("%s for %d structures", took, structures)
	}
}
