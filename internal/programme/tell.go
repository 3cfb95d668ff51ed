package programme

import (
	"context"
	"fmt"

	"github.com/google/uuid"

	"passnum/internal/mail"
	"passnum/internal/money"
	"passnum/internal/order"
	"passnum/internal/outbox"
	"passnum/internal/postgres"
)

// tellAsked writes to those who may answer.
func (s *Service) tellAsked(ctx context.Context, tx *postgres.Tx, p Programme, o order.Order, share money.Cents) error {
	line := fmt.Sprintf("%s demande %s à «\u00a0%s\u00a0» pour «\u00a0%s\u00a0» (%s de chèques). La somme est réservée jusqu’à votre réponse.", o.Commanditaire, share, p.Name, o.Name(), o.FaceTotal())
	if err := s.tellMembers(ctx, tx, p.FunderID, "Une commande demande l’aide de votre programme", line, "/commanditaire/programmes/"+p.ID.String()); err != nil {
		return err
	}
	if s.Operator == "" {
		return nil
	}
	return s.send(ctx, tx, s.Operator, "Une commande demande l’aide d’un programme", line, "/admin/programmes/"+p.ID.String())
}

// tellAnswered writes to who asked.
func (s *Service) tellAnswered(ctx context.Context, tx *postgres.Tx, p Programme, o order.Order, r Request, accepted bool, reason string) error {
	subject, line := "Votre demande est acceptée", fmt.Sprintf("%s finance %s de «\u00a0%s\u00a0», au titre de «\u00a0%s\u00a0».", p.Funder, r.Share, o.Name(), p.Name)
	if !accepted {
		subject, line = "Votre demande est refusée", fmt.Sprintf("%s ne finance pas «\u00a0%s\u00a0». Motif\u00a0: %s", p.Funder, o.Name(), reason)
	}
	return s.tellMembers(ctx, tx, o.CommanditaireID, subject, line, "/commanditaire/commandes/"+o.ID.String())
}

func (s *Service) tellMembers(ctx context.Context, tx *postgres.Tx, organisation uuid.UUID, subject, line, path string) error {
	addresses, err := postgres.Values[string](ctx, tx, `
		SELECT a.email FROM memberships m JOIN accounts a ON a.id = m.account_id
		WHERE m.organisation_id = @organisation AND m.ended_at IS NULL AND a.disabled_at IS NULL
			AND m.role IN ('responsable', 'signataire', 'gestionnaire') ORDER BY a.email`,
		postgres.Args{"organisation": organisation})
	if err != nil {
		return fmt.Errorf("read members: %w", err)
	}
	for _, address := range addresses {
		if err := s.send(ctx, tx, address, subject, line, path); err != nil {
			return err
		}
	}
	return nil
}

func (s *Service) send(ctx context.Context, tx *postgres.Tx, to, subject, line, path string) error {
	m := mail.Render(subject, "Bonjour,", []string{line}, &mail.Action{Label: "Ouvrir", URL: s.BaseURL + path}, "")
	m.To = to
	if err := outbox.Post(ctx, tx, s.Queue, m); err != nil {
		return fmt.Errorf("tell: %w", err)
	}
	return nil
}
