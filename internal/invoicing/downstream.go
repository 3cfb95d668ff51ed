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

// IssueDownstreamInTx issues the facture of a downstream fee, already paid by
// what was withheld, once per settlement line. A fee of zero issues nothing. Its
// paper is left to DrawLaterInTx.
func (s *Service) IssueDownstreamInTx(ctx context.Context, tx *postgres.Tx, actor identity.Actor, f DownstreamFee) (Document, error) {
	if f.Fee == 0 && f.VAT == 0 {
		return Document{}, nil
	}
	if d, known, err := byCause(ctx, tx, f.StructureID, f.SettlementLineID, Facture); err != nil || known {
		return d, err
	}
	rate, err := rateOf(f.Fee, f.VAT)
	if err != nil {
		return Document{}, err
	}
	to, err := buyerOf(ctx, tx, f.StructureID)
	if err != nil {
		return Document{}, err
	}
	// A structure has no order to name: nothing is asked of its accounting.
	to.needs.Service, to.needs.Engagement = false, false
	tax := order.Tax{Category: order.TaxStandard, Rate: rate}
	if rate == 0 {
		tax = order.Tax{Category: order.TaxExempt, Reason: "Exonération de TVA"}
	}
	return s.issue(ctx, tx, actor, draft{
		kind: Facture, series: SeriesStructure, buyer: to, cause: f.SettlementLineID, paid: f.Fee + f.VAT, settled: true,
		lines: []Line{{Key: keyDownstream, Label: f.Label, Quantity: 1, Unit: f.Fee, Amount: f.Fee, Tax: tax}},
	})
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
