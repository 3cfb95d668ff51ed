package app

import (
	"context"

	"passnum/internal/config"
	"passnum/internal/ending"
	"passnum/internal/mail"
	"passnum/internal/outbox"
	"passnum/internal/postgres"
	"passnum/internal/sepa"
	"passnum/web/endingui"
)

// addEndings prepares how orders end.
func (s *services) addEndings(cfg config.Config, db *postgres.DB) {
	debtor := debtorOf(cfg)
	s.endings = ending.NewService(ending.Deps{
		DB: db, Orders: s.orders, Issuer: issuerOf(cfg), BaseURL: cfg.BaseURL.String(), Operator: cfg.Operator.Email,
		Debtor: sepa.Debtor{Name: debtor.Name, IBAN: debtor.IBAN, BIC: debtor.BIC}, SIRET: debtor.SIRET,
		CarryIn: s.orders.CarryInTx, IssueAvoir: avoirOf(s.invoices),
		Post: func(ctx context.Context, tx *postgres.Tx, m mail.Message) error {
			return outbox.Post(ctx, tx, s.queue, m)
		},
	})
}

// endingPanels draws what ends soon on the first pages.
func (a *App) endingPanels() *endingui.Panels { return &endingui.Panels{Endings: a.services.endings} }
