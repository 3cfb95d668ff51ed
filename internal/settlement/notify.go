package settlement

import (
	"context"
	"fmt"

	"github.com/google/uuid"

	"passnum/internal/jobs"
	"passnum/internal/mail"
	"passnum/internal/money"
	"passnum/internal/outbox"
	"passnum/internal/postgres"
)

// Notify makes the service write to structures when they are paid; without it,
// they read it in their space.
func (s *Service) Notify(queue jobs.Queue, baseURL string) *Service {
	s.queue, s.baseURL = queue, baseURL
	return s
}

// recipient is someone to tell, and what their structure was paid.
type recipient struct {
	Email       string
	Name        string
	LineID      uuid.UUID
	Cheques     int
	AmountCents money.Cents
	Account     string // the last characters of the IBAN
}

// tellPaid posts one mail to each person who runs a structure that was paid, in
// the transaction that records the payment.
func (s *Service) tellPaid(ctx context.Context, tx *postgres.Tx, batch Batch, lines []uuid.UUID) error {
	if s.queue == nil {
		return nil
	}
	people, err := postgres.All[recipient](ctx, tx, `
		SELECT a.email, l.structure_name AS name, coalesce(l.root_line_id, l.id) AS line_id,
			coalesce((SELECT f.cheques FROM settlement_lines f WHERE f.id = l.root_line_id), l.cheques) AS cheques, l.amount_cents, right(l.iban, 4) AS account
		FROM settlement_lines l
		JOIN memberships m ON m.organisation_id = l.structure_id AND m.role = 'responsable' AND m.ended_at IS NULL
		JOIN accounts a ON a.id = m.account_id AND a.disabled_at IS NULL
		WHERE l.id = ANY (@lines) ORDER BY l.id, a.email`, postgres.Args{"lines": lines})
	if err != nil {
		return fmt.Errorf("read whom to tell: %w", err)
	}
	for _, p := range people {
		if err := outbox.Post(ctx, tx, s.queue, s.paidMail(p, batch)); err != nil {
			return err
		}
	}
	return nil
}

func (s *Service) paidMail(p recipient, batch Batch) mail.Message {
	noun := "chèques"
	if p.Cheques < 2 {
		noun = "chèque"
	}
	m := mail.Render("Virement de "+p.AmountCents.String()+" pour vos chèques", "Bonjour,", []string{
		fmt.Sprintf("%s reçoit %s pour %s\u00a0%s, sur le compte qui finit par %s. Comptez un jour ou deux selon votre banque.",
			p.Name, p.AmountCents.String(), money.Count(int64(p.Cheques)), noun, p.Account),
		"C’est le paiement " + batch.Number + ". Le relevé, chèque par chèque, est dans votre espace.",
	}, &mail.Action{Label: "Voir le paiement", URL: s.baseURL + "/structure/paiements/" + p.LineID.String()}, "")
	m.To = p.Email
	return m
}
