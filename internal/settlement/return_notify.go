package settlement

import (
	"context"
	"fmt"

	"passnum/internal/french"
	"passnum/internal/mail"
	"passnum/internal/outbox"
	"passnum/internal/postgres"
)

// tellReturned posts one mail to each person who runs the structure of a line
// that came back: why, and what to correct.
func (s *Service) tellReturned(ctx context.Context, tx *postgres.Tx, l Line) error {
	if s.queue == nil {
		return nil
	}
	addresses, err := postgres.Values[string](ctx, tx, `
		SELECT a.email FROM memberships m JOIN accounts a ON a.id = m.account_id
		WHERE m.organisation_id = @id AND m.role = 'responsable' AND m.ended_at IS NULL AND a.disabled_at IS NULL ORDER BY a.email`,
		postgres.Args{"id": l.StructureID})
	if err != nil {
		return fmt.Errorf("read whom to tell: %w", err)
	}
	for _, address := range addresses {
		m := s.returnedMail(l)
		m.To = address
		if err := outbox.Post(ctx, tx, s.queue, m); err != nil {
			return err
		}
	}
	return nil
}

func (s *Service) returnedMail(l Line) mail.Message {
	reason, verb := ReasonOf(l.ReturnCode), "est revenu"
	if l.State == Rejected {
		verb = "a été refusé par la banque"
	}
	body := []string{
		fmt.Sprintf("Le virement de %s pour %s (paiement %s) %s le %s.", l.AmountCents, l.StructureName, l.SettlementNumber, verb, french.Date(*l.ReturnedOn)),
		"Raison donnée par la banque\u00a0: " + french.Small(reason.Label) + ". Compte payé\u00a0: celui qui finit par " + l.IBAN[max(0, len(l.IBAN)-4):] + ", au nom de " + l.AccountHolder + ".",
	}
	action := &mail.Action{Label: "Voir le paiement", URL: s.baseURL + "/structure/paiements/" + l.Root().String()}
	if reason.Structure == "" {
		body = append(body, "Vous n’avez rien à faire\u00a0: cette somme vous reste due, elle sera payée de nouveau.")
	} else {
		body = append(body, reason.Structure, "Cette somme vous reste due\u00a0: elle sera payée au premier paiement qui suit.")
		if reason.Account {
			action = &mail.Action{Label: "Corriger le compte bancaire", URL: s.baseURL + "/structure/qualification/banque"}
		}
	}
	return mail.Render("Votre virement de "+l.AmountCents.String()+" "+verb, "Bonjour,", body, action, "")
}
