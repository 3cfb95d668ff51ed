package app

import (
	"cmp"
	"context"

	"github.com/google/uuid"

	"passnum/internal/config"
	"passnum/internal/ending"
	"passnum/internal/facturx"
	"passnum/internal/identity"
	"passnum/internal/invoicing"
	"passnum/internal/mail"
	"passnum/internal/outbox"
	"passnum/internal/postgres"
	"passnum/web/invoiceui"
)

// addInvoices prepares factures and avoirs; orders, payments and endings ask for
// theirs.
func (s *services) addInvoices(cfg config.Config, db *postgres.DB) {
	debtor, usual := debtorOf(cfg), invoicing.DefaultMentions
	s.invoices = invoicing.NewService(invoicing.Deps{
		DB: db, Queue: s.queue, Seller: sellerOf(cfg.Operator), Issuer: issuerOf(cfg), IBAN: debtor.IBAN, BIC: debtor.BIC,
		AtSignature: cfg.Invoices.AtSignature, BaseURL: cfg.BaseURL.String(),
		Mentions: invoicing.Mentions{
			Recovery: cmp.Or(cfg.Invoices.Recovery, usual.Recovery), Late: cmp.Or(cfg.Invoices.Late, usual.Late), Discount: cmp.Or(cfg.Invoices.Discount, usual.Discount),
		},
		Post: func(ctx context.Context, tx *postgres.Tx, m mail.Message) error {
			return outbox.Post(ctx, tx, s.queue, m)
		},
	})
}

// sellerOf is the operator, as an electronic invoice names it.
func sellerOf(o config.Operator) facturx.Party {
	return facturx.Party{
		Name: o.Name, SIRET: string(o.SIRET), Street: o.Street, PostalCode: o.PostalCode, Town: o.Town, VATNumber: o.SIRET.SIREN().VAT().String(),
	}
}

// avoirOf issues the avoir of an order that ends.
func avoirOf(invoices *invoicing.Service) func(context.Context, *postgres.Tx, identity.Actor, ending.Avoir) (uuid.UUID, string, error) {
	return func(ctx context.Context, tx *postgres.Tx, actor identity.Actor, a ending.Avoir) (uuid.UUID, string, error) {
		asked := invoicing.Avoir{CommanditaireID: a.CommanditaireID, OrderID: a.OrderID, Face: a.Face, Cheques: a.Cheques, Reason: a.Reason, CauseID: a.CauseID}
		for _, p := range a.Parts {
			asked.Parts = append(asked.Parts, invoicing.Part(p))
		}
		d, err := invoices.IssueAvoirInTx(ctx, tx, actor, asked)
		return d.ID, d.Number, err
	}
}

func (a *App) invoiceScreens() *invoiceui.AdminHandlers {
	return &invoiceui.AdminHandlers{Invoices: a.services.invoices}
}
