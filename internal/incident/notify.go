package incident

import (
	"context"
	"fmt"

	"github.com/google/uuid"

	"passnum/internal/mail"
	"passnum/internal/money"
	"passnum/internal/outbox"
	"passnum/internal/postgres"
)

// tell posts the decision to the responsables of the structure and, when value
// comes back to it, of the commanditaire.
func (s *Service) tell(ctx context.Context, tx *postgres.Tx, i Incident) error {
	if s.queue == nil {
		return nil
	}
	if err := s.deliver(ctx, tx, i.StructureID, i.toStructure(s.baseURL)); err != nil {
		return err
	}
	if !i.Kind.Takes() {
		return nil
	}
	return s.deliver(ctx, tx, i.CommanditaireID, i.toCommanditaire(s.baseURL))
}

func (s *Service) deliver(ctx context.Context, tx *postgres.Tx, organisation uuid.UUID, m mail.Message) error {
	addresses, err := postgres.Values[string](ctx, tx, `
		SELECT a.email FROM memberships m JOIN accounts a ON a.id = m.account_id
		WHERE m.organisation_id = @id AND m.role = 'responsable' AND m.ended_at IS NULL AND a.disabled_at IS NULL ORDER BY a.email`,
		postgres.Args{"id": organisation})
	if err != nil {
		return fmt.Errorf("read whom to tell: %w", err)
	}
	for _, address := range addresses {
		m.To = address
		if err := outbox.Post(ctx, tx, s.queue, m); err != nil {
			return err
		}
	}
	return nil
}

// subject is what the incident is about, in words.
func (i Incident) subject() string {
	if i.Serial == "" {
		return "commande " + i.OrderNumber
	}
	return fmt.Sprintf("carnet %s, chèque n°\u00a0%d", i.Serial, i.Rank)
}

func (i Incident) toStructure(base string) mail.Message {
	title, what := "Correction de ", "sera ajoutée à votre prochain paiement"
	amount := i.AmountCents
	if amount < 0 {
		amount, what = -amount, "sera retenue sur votre prochain paiement"
	}
	return mail.Render(title+amount.String()+" sur vos paiements", "Bonjour,", []string{
		fmt.Sprintf("%s (%s)\u00a0: %s %s.", i.Kind.Label(), i.subject(), amount, what),
		"Motif\u00a0: " + i.Reason,
		"Ce qui a été payé n’est pas modifié\u00a0: la correction figure sur votre prochain relevé, sous le numéro " + i.Number + ". Vous n’êtes pas d’accord\u00a0? Répondez à ce message.",
	}, &mail.Action{Label: "Voir les corrections", URL: base + "/structure/incidents"}, "")
}

func (i Incident) toCommanditaire(base string) mail.Message {
	amount := money.Cents(-i.AmountCents)
	return mail.Render("Un chèque de votre commande "+i.OrderNumber+" vous revient", "Bonjour,", []string{
		fmt.Sprintf("%s (%s), payé à %s\u00a0: %s vous reviennent.", i.Kind.Label(), i.subject(), i.Structure, amount),
		"Motif\u00a0: " + i.Reason,
		"Cette somme s’ajoute à ce qui vous est dû pour cette commande. Elle vous est rendue, ou reportée sur une autre commande, à sa clôture.",
	}, &mail.Action{Label: "Voir les corrections", URL: base + "/commanditaire/incidents"}, "")
}
