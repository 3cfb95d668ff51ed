package invoicing

import (
	"context"
	"fmt"
	"slices"

	"github.com/google/uuid"

	"passnum/internal/identity"
	"passnum/internal/money"
	"passnum/internal/order"
	"passnum/internal/postgres"
)

// DownstreamFee is what the operator kept from a structure's payment.
type DownstreamFee struct {
	StructureID      uuid.UUID
	SettlementLineID uuid.UUID
	Fee              money.Cents // before tax
	VAT              money.Cents
	Label            string // « Frais aval, contre-paiement CP-2026-011 »
}

// keyDownstream is the line of a downstream fee.
const keyDownstream = "frais_aval"

// IssueDownstreamInTx issues the factures of downstream fees, already paid by
// what was withheld, once per settlement line and in the order given; a line that
// has its facture answers with that one, a fee of zero with no document. Their
// papers are left to DrawLaterInTx.
func (s *Service) IssueDownstreamInTx(ctx context.Context, tx *postgres.Tx, actor identity.Actor, fees []DownstreamFee) ([]Document, error) {
	var structures, lines []uuid.UUID
	for _, f := range fees {
		if f.Fee != 0 || f.VAT != 0 {
			structures, lines = append(structures, f.StructureID), append(lines, f.SettlementLineID)
		}
	}
	of, err := byLine(ctx, tx, structures, lines)
	if err != nil {
		return nil, err
	}
	buyers, err := buyersOf(ctx, tx, structures)
	if err != nil {
		return nil, err
	}
	var drafts []draft
	for _, f := range fees {
		if _, known := of[f.SettlementLineID]; known || f.Fee == 0 && f.VAT == 0 {
			continue
		}
		d, err := f.draft(buyers)
		if err != nil {
			return nil, err
		}
		drafts = append(drafts, d)
	}
	documents, err := s.issueAll(ctx, tx, actor, drafts)
	if err != nil {
		return nil, err
	}
	for _, d := range documents {
		of[d.CauseID] = d
	}
	list := make([]Document, len(fees))
	for i, f := range fees {
		list[i] = of[f.SettlementLineID]
	}
	return list, nil
}

func (f DownstreamFee) draft(buyers map[uuid.UUID]buyer) (draft, error) {
	rate, err := rateOf(f.Fee, f.VAT)
	if err != nil {
		return draft{}, err
	}
	to, known := buyers[f.StructureID]
	if !known {
		return draft{}, fmt.Errorf("read buyer: %w", postgres.ErrNoRow)
	}
	// A structure has no order to name: nothing is asked of its accounting.
	to.needs.Service, to.needs.Engagement = false, false
	tax := order.Tax{Category: order.TaxStandard, Rate: rate}
	if rate == 0 {
		tax = order.Tax{Category: order.TaxExempt, Reason: "Exonération de TVA"}
	}
	return draft{
		kind: Facture, series: SeriesStructure, buyer: to, cause: f.SettlementLineID, paid: f.Fee + f.VAT, settled: true,
		lines: []Line{{Key: keyDownstream, Label: f.Label, Quantity: 1, Unit: f.Fee, Amount: f.Fee, Tax: tax}},
	}, nil
}

// byLine finds the factures that settlement lines already gave their structures.
func byLine(ctx context.Context, tx *postgres.Tx, structures, lines []uuid.UUID) (map[uuid.UUID]Document, error) {
	list, err := postgres.All[Document](ctx, tx, `
		SELECT `+documentColumns+` FROM unnest(@structures::uuid[], @lines::uuid[]) AS f(structure, line)
		JOIN invoices i ON i.buyer_id = f.structure AND i.cause_id = f.line AND i.kind = 'facture'`,
		postgres.Args{"structures": structures, "lines": lines})
	if err != nil {
		return nil, fmt.Errorf("find factures: %w", err)
	}
	of := make(map[uuid.UUID]Document, len(lines))
	for _, d := range list {
		of[d.CauseID] = d
	}
	return of, nil
}

// rateOf finds the French rate that makes this VAT of this fee, the usual one
// first: that of a few cents is nothing at any rate.
func rateOf(fee, vat money.Cents) (money.BasisPoints, error) {
	for _, rate := range append(slices.Clone(order.Rates), 0) {
		if rate.Of(fee) == vat {
			return rate, nil
		}
	}
	return 0, fmt.Errorf("no French VAT rate makes %s of %s", vat, fee)
}
