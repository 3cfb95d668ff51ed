package app

import (
	"context"
	"errors"

	"passnum/internal/config"
	"passnum/internal/ending"
	"passnum/internal/identity"
	"passnum/internal/mail"
	"passnum/internal/outbox"
	"passnum/internal/postgres"
	"passnum/internal/sepa"
	"passnum/internal/settlement"
	"passnum/web/endingui"
)

// addEndings prepares how orders end.
func (s *services) addEndings(cfg config.Config, db *postgres.DB) {
	debtor := debtorOf(cfg)
	s.endings = ending.NewService(ending.Deps{
		DB: db, Orders: s.orders, Issuer: issuerOf(cfg), BaseURL: cfg.BaseURL.String(), Operator: cfg.Operator.Email,
		Debtor: sepa.Debtor{Name: debtor.Name, IBAN: debtor.IBAN, BIC: debtor.BIC}, SIRET: debtor.SIRET,
		CarryIn: s.orders.CarryInTx, IssueAvoir: avoirOf(s.invoices), Reason: func(code string) string { return settlement.ReasonOf(code).Label },
		Post: func(ctx context.Context, tx *postgres.Tx, m mail.Message) error {
			return outbox.Post(ctx, tx, s.queue, m)
		},
	})
	s.settlements.OnRefundBack(s.refundBack)
}

// refundBack tells an ending what the bank says of a transfer that is no
// structure's.
func (s *services) refundBack(ctx context.Context, tx *postgres.Tx, actor identity.Actor, r settlement.Return) (number string, news bool, err error) {
	reference := r.EndToEndID
	if reference == "" || reference == "NOTPROVIDED" {
		reference = r.OriginalMessageID
	}
	number, news, err = s.endings.ApplyRefundReturn(ctx, tx, actor, ending.RefundReturn{Reference: reference, Amount: r.Amount, Code: r.Code, Text: r.Text, On: r.On, Source: r.Key})
	if errors.Is(err, ending.ErrUnknownReference) {
		err = settlement.ErrUnknownReference
	}
	return number, news, err
}

// endingPanels draws what ends soon on the first pages.
func (a *App) endingPanels() *endingui.Panels { return &endingui.Panels{Endings: a.services.endings} }
