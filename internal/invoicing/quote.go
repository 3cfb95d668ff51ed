package invoicing

import (
	"context"

	"passnum/internal/facturx"
	"passnum/internal/order"
	"passnum/internal/postgres"
)

// QuotePaper makes a PDF/A-3 of a printed quote, with what it says inside for
// machines (type 310, an offer). A quote that could not be written so stays the
// page it is: it commits nobody to a format.
func (s *Service) QuotePaper(ctx context.Context, tx *postgres.Tx, o order.Order, page []byte) ([]byte, error) {
	to, err := buyerOf(ctx, tx, o.CommanditaireID)
	if err != nil {
		return nil, err
	}
	on := postgres.Day(tx.Now())
	if o.SignedAt != nil {
		on = postgres.Day(*o.SignedAt)
	}
	quote := s.quote(o, to)
	quote.IssuedOn = on
	if quote.Check(facturx.Needs{}) != nil {
		return page, nil
	}
	message, err := quote.XML()
	if err != nil {
		return nil, err
	}
	return facturx.Embed(page, message, facturx.Description{
		Title: "Devis " + o.Number, Author: s.Seller.Name, Subject: o.Name(), CreatedAt: tx.Now(), Profile: facturx.LevelExtended,
	})
}

// quote is an order's price as a message: its lines, and its VAT as its dues
// round it.
func (s *Service) quote(o order.Order, to buyer) facturx.Document {
	q := o.Quote()
	d := facturx.Document{
		Profile: facturx.Extended, Process: facturx.ToPay, Type: facturx.Quote, Number: o.Number, Seller: s.Seller, Buyer: to.party, Public: to.public,
		OrderReference: o.EngagementNumber, BuyerReference: o.ServiceCode, VATOnPayment: true, PaymentTerms: "Paiement à 30 jours de la facture.",
	}
	d.Buyer.ServiceCode = o.ServiceCode
	for _, line := range q.Lines {
		if line.Kind == order.LineFace {
			d.Lines = append(d.Lines, xmlLine(faceLine(o, line.Amount)))
		} else {
			d.Lines = append(d.Lines, xmlLine(workLine(o, line)))
		}
	}
	d.AddUp()
	for i, tax := range d.Taxes {
		for _, want := range q.Taxes {
			if facturx.Category(want.Category) == tax.Category && want.Rate == tax.Rate && want.Reason == tax.Reason {
				d.Taxes[i].Amount = want.VAT
			}
		}
	}
	d.Totals.Tax = q.VAT
	d.Totals.Grand = d.Totals.Base + q.VAT
	d.Totals.Due = d.Totals.Grand
	return d
}
