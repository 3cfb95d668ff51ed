package settlement

import (
	"context"

	"passnum/internal/identity"
	"passnum/internal/invoicing"
	"passnum/internal/postgres"
)

// BillDownstream issues the factures of the fees that an approval kept from
// structures; it is for OnApproved.
func BillDownstream(invoices *invoicing.Service) func(context.Context, *postgres.Tx, identity.Actor, []Line) error {
	return func(ctx context.Context, tx *postgres.Tx, actor identity.Actor, lines []Line) error {
		fees := make([]invoicing.DownstreamFee, len(lines))
		for i, line := range lines {
			fees[i] = invoicing.DownstreamFee{
				StructureID: line.StructureID, SettlementLineID: line.ID, Fee: line.FeeCents, VAT: line.FeeVATCents,
				Label: "Frais de gestion retenus sur le contre-paiement " + line.SettlementNumber,
			}
		}
		if _, err := invoices.IssueDownstreamInTx(ctx, tx, actor, fees); err != nil {
			return err
		}
		return invoices.DrawLaterInTx(ctx, tx)
	}
}
