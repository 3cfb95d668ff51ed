package settlement

import (
	"context"

	"passnum/internal/identity"
	"passnum/internal/invoicing"
	"passnum/internal/postgres"
)

// BillDownstream issues the facture of each fee that an approval kept from a
// structure; it is for OnApproved.
func BillDownstream(invoices *invoicing.Service) func(context.Context, *postgres.Tx, identity.Actor, []Line) error {
	return func(ctx context.Context, tx *postgres.Tx, actor identity.Actor, lines []Line) error {
		for _, line := range lines {
			_, err := invoices.IssueDownstreamInTx(ctx, tx, actor, invoicing.DownstreamFee{
				StructureID: line.StructureID, SettlementLineID: line.ID, Fee: line.FeeCents, VAT: line.FeeVATCents,
				Label: "Frais de gestion retenus sur le contre-paiement " + line.SettlementNumber,
			})
			if err != nil {
				return err
			}
		}
		return invoices.DrawLaterInTx(ctx, tx)
	}
}
