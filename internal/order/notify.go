package order

import (
	"context"
	"fmt"

	"passnum/internal/mail"
	"passnum/internal/outbox"
	"passnum/internal/postgres"
)

// notify writes to whoever the order now waits for. An organisation's own
// transaction reads no accounts, so it only ever writes to the operator's
// address; the operator's acts write to the commanditaire's members.
func (s *Service) notify(ctx context.Context, tx *postgres.Tx, o *Order, from State, note string) error {
	switch o.State {
	case Signed:
		return s.tellOperator(ctx, tx, o, "Devis signé", o.Commanditaire+" a signé le devis\u00a0: la réunion de cadrage est à tenir.")
	case ProofApproved:
		return s.tellOperator(ctx, tx, o, "Bon à tirer validé", o.Commanditaire+" a validé le bon à tirer\u00a0: la fabrication peut commencer.")
	case Framing:
		if from == ProofProposed {
			return s.tellOperator(ctx, tx, o, "Bon à tirer à reprendre", o.Commanditaire+" demande une correction\u00a0: "+note)
		}
		return nil
	case ProofProposed:
		return s.tellCommanditaire(ctx, tx, o, "Un bon à tirer attend votre validation", "Le bon à tirer de vos carnets est prêt\u00a0: relisez-le, puis validez-le ou dites ce qui doit changer.")
	case Shipped:
		return s.tellShipped(ctx, tx, o)
	case Delivered:
		return s.tellDelivered(ctx, tx, o)
	case Funded:
		return s.tellOperator(ctx, tx, o, "Chèques à activer", "La commande de "+o.Commanditaire+" est livrée et financée\u00a0: ses chèques peuvent être activés.")
	case Active:
		return s.tellCommanditaire(ctx, tx, o, "Vos chèques sont actifs", "Les fonds sont reçus\u00a0: chaque carnet remis peut maintenant servir.")
	case Closed:
		return s.tellCommanditaire(ctx, tx, o, "Votre commande est close", "L’état contradictoire est signé par les deux parties. "+note)
	case Cancelled:
		if from.Reached(Signed) {
			return s.tellCommanditaire(ctx, tx, o, "Votre commande est annulée", "La commande a été annulée. Motif\u00a0: "+note)
		}
	}
	return nil
}

func (s *Service) tellOperator(ctx context.Context, tx *postgres.Tx, o *Order, subject, line string) error {
	if s.Issuer.Email == "" {
		return nil
	}
	return s.send(ctx, tx, s.Issuer.Email, o, subject, line, "/admin/commandes/"+o.ID.String())
}

func (s *Service) tellCommanditaire(ctx context.Context, tx *postgres.Tx, o *Order, subject, line string) error {
	addresses, err := postgres.Values[string](ctx, tx, `
		SELECT a.email FROM memberships m JOIN accounts a ON a.id = m.account_id
		WHERE m.organisation_id = @organisation AND m.ended_at IS NULL AND a.disabled_at IS NULL
			AND m.role IN ('responsable', 'signataire', 'gestionnaire') ORDER BY a.email`,
		postgres.Args{"organisation": o.CommanditaireID})
	if err != nil {
		return fmt.Errorf("read members: %w", err)
	}
	for _, address := range addresses {
		if err := s.send(ctx, tx, address, o, subject, line, "/commanditaire/commandes/"+o.ID.String()); err != nil {
			return err
		}
	}
	return nil
}

func (s *Service) tellShipped(ctx context.Context, tx *postgres.Tx, o *Order) error {
	referents, err := postgres.Values[string](ctx, tx, `
		SELECT DISTINCT p.referent_email FROM order_deliveries d JOIN points p ON p.aiguilleur_id = d.aiguilleur_id AND p.id = d.point_id
		WHERE d.commanditaire_id = @commanditaire AND d.order_id = @order AND p.referent_email <> ''`, key(o))
	if err != nil {
		return fmt.Errorf("read referents: %w", err)
	}
	if len(o.Deliveries) == 0 {
		referents = nil
	}
	for _, address := range referents {
		line := "Des carnets de chèques Pass numérique de " + o.Commanditaire + " sont en route vers votre point\u00a0: confirmez leur réception à l’arrivée du colis."
		if err := s.send(ctx, tx, address, o, "Un colis de carnets arrive", line, "/aiguilleur"); err != nil {
			return err
		}
	}
	return s.tellCommanditaire(ctx, tx, o, "Vos carnets sont expédiés", "Les carnets ont été expédiés. La livraison est confirmée quand chaque point a reçu son colis, ou par vous.")
}

// tellDelivered asks for the funds. The commanditaire that confirms a delivery
// itself is on the page already, and its scope reads no accounts.
func (s *Service) tellDelivered(ctx context.Context, tx *postgres.Tx, o *Order) error {
	if o.FullyFunded() {
		return nil
	}
	if last := o.Steps[len(o.Steps)-1]; last.ActorName != "Passnum" {
		return s.tellOperator(ctx, tx, o, "Livraison confirmée", o.Commanditaire+" a confirmé la livraison\u00a0: les fonds sont attendus.")
	}
	return s.tellCommanditaire(ctx, tx, o, "Vos carnets sont livrés", "Tous les points ont reçu leurs carnets. Les chèques seront actifs quand les fonds seront reçus\u00a0: transmettez le numéro de mandat.")
}

func (s *Service) send(ctx context.Context, tx *postgres.Tx, to string, o *Order, subject, line, path string) error {
	m := mail.Render(subject, "Bonjour,", []string{"Commande " + o.Number + " · " + o.Name() + ". " + line},
		&mail.Action{Label: "Ouvrir la commande", URL: s.BaseURL + path}, "")
	m.To = to
	if err := outbox.Post(ctx, tx, s.Queue, m); err != nil {
		return fmt.Errorf("notify: %w", err)
	}
	return nil
}
