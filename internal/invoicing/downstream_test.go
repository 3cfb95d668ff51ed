package invoicing_test

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"github.com/google/uuid"

	"passnum/internal/identity"
	"passnum/internal/invoicing"
	"passnum/internal/money"
	"passnum/internal/postgres"
)

// fees are the downstream fees of n new structures, on one line each.
func (s *scene) fees(n int) []invoicing.DownstreamFee {
	var list []invoicing.DownstreamFee
	for i := range n {
		id := s.Organisation(fmt.Sprintf("Structure %d", i), fmt.Sprintf("9%013d", i), "association", identity.Capacities{Structure: true})
		list = append(list, invoicing.DownstreamFee{StructureID: id, SettlementLineID: postgres.NewID(), Fee: money.Cents(1_000 * (i + 1)), VAT: money.Cents(200 * (i + 1)), Label: "Frais"})
	}
	return list
}

func (s *scene) withhold(fees ...invoicing.DownstreamFee) (list []invoicing.Document, err error) {
	err = s.platform(func(ctx context.Context, tx *postgres.Tx) (err error) {
		list, err = s.IssueDownstreamInTx(ctx, tx, s.Finance, fees)
		return err
	})
	return list, err
}

// Many fees are billed at once as they would be one by one: in their order,
// without holes, each with its line and its act, and none of them twice.
func TestManyDownstreamFeesAreBilledAtOnce(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	fees := s.fees(5)
	before, err := s.withhold(fees[3])
	if err != nil {
		t.Fatal(err)
	}
	fees[1].Fee, fees[1].VAT = 0, 0
	list, err := s.withhold(fees...)
	if err != nil {
		t.Fatal(err)
	}
	var numbers []string
	for i, d := range list {
		numbers = append(numbers, d.Number)
		if i != 1 && (d.BuyerID != fees[i].StructureID || d.CauseID != fees[i].SettlementLineID || d.Total != fees[i].Fee+fees[i].VAT) {
			t.Errorf("%d: %+v", i, d)
		}
	}
	if fmt.Sprint(numbers) != "[FS2026-000002  FS2026-000003 FS2026-000001 FS2026-000004]" || list[3].ID != before[0].ID || list[1].ID != uuid.Nil || s.holes() != 0 {
		t.Errorf("%v, %d holes", numbers, s.holes())
	}
	if n := s.Count(`SELECT count(*) FROM invoices i JOIN invoice_lines l ON l.invoice_id = i.id AND l.amount_cents = i.fees_cents AND l.line = 1
		JOIN journal j ON j.subject_id = i.id AND j.party_ids = ARRAY[i.buyer_id] AND j.detail->>'numero' = i.number WHERE sha256(i.xml) = i.xml_sha256`); n != 4 {
		t.Errorf("%d factures have their line and their act", n)
	}
	if _, err := s.PDF(t.Context(), s.Mediateur, list[0].ID); !errors.Is(err, invoicing.ErrNotFound) {
		t.Errorf("another structure reads it: %v", err)
	}
}

// One fee that cannot be billed leaves nothing of the others, and no hole.
func TestOneBadFeeBillsNobody(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	fees := s.fees(3)
	bad := fees[2]
	bad.VAT = 999
	if _, err := s.withhold(fees[0], fees[1], bad); err == nil {
		t.Error("a VAT at no French rate is billed")
	}
	s.Exec(`UPDATE organisations SET town = '' WHERE id = $1`, fees[1].StructureID)
	if _, err := s.withhold(fees...); err == nil {
		t.Error("a structure without a town is billed")
	}
	if n := s.Count(`SELECT count(*) FROM invoices`) + s.Count(`SELECT count(*) FROM journal WHERE subject_kind = 'facture'`); n != 0 {
		t.Errorf("%d rows are left", n)
	}
	s.Exec(`UPDATE organisations SET town = 'Guéret' WHERE id = $1`, fees[1].StructureID)
	if list, err := s.withhold(fees...); err != nil || list[0].Number != "FS2026-000001" || s.holes() != 0 {
		t.Errorf("%v, %d holes", err, s.holes())
	}
}
