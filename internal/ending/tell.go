package ending

import (
	"context"
	"fmt"
	"strings"

	"github.com/google/uuid"

	"passnum/internal/french"
	"passnum/internal/mail"
	"passnum/internal/organisation"
	"passnum/internal/postgres"
)

// tell writes about a step to whom it concerns.
func (s *Service) tell(ctx context.Context, tx *postgres.Tx, o purchase, step Step, c Counters) error {
	switch step {
	case Early, Late:
		return s.remindNetwork(ctx, tx, o)
	case Alert:
		return s.tellClient(ctx, tx, o, "Les chèques de la commande "+o.Number+" finissent le "+french.Date(o.ValidUntil),
			counted(o, c), "Ce qui n’est pas encore remis peut l’être, ou changer de point. L’arrêt des remises vous sera demandé le "+french.Date(DayOf(o.ValidUntil, Block))+".")
	case Block:
		return s.tellClient(ctx, tx, o, "À valider\u00a0: l’arrêt des remises de la commande "+o.Number, counted(o, c),
			"Validez l’arrêt des remises\u00a0: les carnets non remis ne le seront plus, et les points de distribution en seront prévenus.")
	case Acknowledge:
		return s.tellClient(ctx, tx, o, "À valider\u00a0: l’annulation des chèques de la commande "+o.Number,
			"Une personne habilitée doit reconnaître\u00a0: «\u00a0"+Words+"\u00a0».")
	case NominalEnd:
		return s.tellClient(ctx, tx, o, "Dernier jour des chèques de la commande "+o.Number,
			"C’est le dernier jour imprimé sur les carnets. Les lieux acceptent encore les chèques jusqu’au "+french.Date(o.last())+", par tolérance.")
	case Expiry:
		return s.tellClient(ctx, tx, o, "Les chèques de la commande "+o.Number+" ne sont plus valables",
			"Ce qui n’a pas servi a quitté la circulation. L’état contradictoire sera établi le "+french.Date(DayOf(o.ValidUntil, Statement))+", puis l’avoir après vos deux signatures.")
	}
	return nil
}

func counted(o purchase, c Counters) string {
	return fmt.Sprintf("La %s\u00a0: %s, dont %s, %s et %s.", o.name(), french.Count(c.Issued, "carnet émis", "carnets émis"),
		french.Count(c.Injected, "injecté", "injectés"), french.Count(c.NotInjected, "émis non injecté", "émis non injectés"), french.Count(c.Started, "entamé", "entamés"))
}

// recall writes once a day to a commanditaire that has not answered.
func (s *Service) recall(ctx context.Context, tx *postgres.Tx, o purchase, done map[Step]Done) error {
	today := tx.Today()
	if today.After(o.ValidUntil) {
		return nil
	}
	var missing []string
	for _, q := range []struct {
		step, answer Step
		what         string
	}{{Block, BlockAgreed, "valider l’arrêt des remises"}, {Acknowledge, EndAgreed, "reconnaître l’annulation des chèques"}} {
		_, answered := done[q.answer]
		if answered || !today.After(DayOf(o.ValidUntil, q.step)) {
			continue
		}
		wrote, err := remindOnce(ctx, tx, o, q.step)
		if err != nil {
			return err
		}
		// A step caught up today has told already.
		if _, known := done[q.step]; wrote && known {
			missing = append(missing, q.what)
		}
	}
	if len(missing) == 0 {
		return nil
	}
	return s.tellClient(ctx, tx, o, "Rappel\u00a0: la commande "+o.Number+" finit le "+french.Date(o.ValidUntil), "Il vous reste à "+strings.Join(missing, ", et à ")+".")
}

// recallStatement writes, once a week, to who has not signed.
func (s *Service) recallStatement(ctx context.Context, tx *postgres.Tx, o purchase) error {
	c, err := live(ctx, tx, o)
	if err != nil {
		return err
	}
	days := int(tx.Today().Sub(postgres.Day(c.DrawnAt)).Hours() / 24)
	if days == 0 || days%7 != 0 || c.ContestedAt != nil {
		return nil
	}
	wrote, err := remindOnce(ctx, tx, o, Statement)
	if err != nil || !wrote {
		return err
	}
	body := "L’état contradictoire " + c.Number + " de la " + o.name() + " attend votre signature."
	if c.ClientSignedAt == nil {
		if err := s.tellClient(ctx, tx, o, "Rappel\u00a0: état contradictoire à signer", body); err != nil {
			return err
		}
	}
	if c.OperatorSignedAt == nil {
		return s.tellOperator(ctx, tx, o, "Rappel\u00a0: état contradictoire à signer", body)
	}
	return nil
}

func (s *Service) tellClient(ctx context.Context, tx *postgres.Tx, o purchase, subject string, words ...string) error {
	to, err := organisation.Contacts(ctx, tx, o.CommanditaireID)
	if err != nil {
		return fmt.Errorf("find contacts: %w", err)
	}
	return s.mail(ctx, tx, to, subject, words, &mail.Action{Label: "Voir la fin de cette commande", URL: s.BaseURL + "/commanditaire/echeances/" + o.ID.String()})
}

func (s *Service) tellOperator(ctx context.Context, tx *postgres.Tx, o purchase, subject string, words ...string) error {
	return s.mail(ctx, tx, []string{s.Operator}, subject, words, &mail.Action{Label: "Voir la fin de cette commande", URL: s.BaseURL + "/admin/echeances/" + o.ID.String()})
}

func (s *Service) mail(ctx context.Context, tx *postgres.Tx, to []string, subject string, words []string, action *mail.Action) error {
	if s.Post == nil {
		return nil
	}
	for _, address := range to {
		if address == "" {
			continue
		}
		m := mail.Render(subject, "Bonjour,", words, action, s.Issuer.Name)
		m.To = address
		if err := s.Post(ctx, tx, m); err != nil {
			return fmt.Errorf("post mail: %w", err)
		}
	}
	return nil
}

// holder is a point that still has carnets of an order to hand over.
type holder struct {
	AiguilleurID uuid.UUID
	Point        string
	Email        string
	Carnets      int
}

// holders lists the points of an order's network with carnets in stock.
func holders(ctx context.Context, tx *postgres.Tx, o purchase) ([]holder, error) {
	list, err := postgres.All[holder](ctx, tx, `
		SELECT p.aiguilleur_id, p.name AS point, p.referent_email AS email, count(*)::int AS carnets
		FROM carnets k JOIN points p ON p.aiguilleur_id = k.aiguilleur_id AND p.id = k.point_id
		WHERE k.commanditaire_id = @commanditaire AND k.order_id = @order AND k.state = 'stock'
		GROUP BY p.aiguilleur_id, p.id ORDER BY p.name, p.id`, o.args())
	if err != nil {
		return nil, fmt.Errorf("list points with stock: %w", err)
	}
	return list, nil
}

// tellHolders writes to each point that holds carnets: its referent, else its
// organisation. words is told how many are there.
func (s *Service) tellHolders(ctx context.Context, tx *postgres.Tx, o purchase, subject string, words func(holder) []string) error {
	list, err := holders(ctx, tx, o)
	if err != nil {
		return err
	}
	for _, h := range list {
		to := []string{h.Email}
		if h.Email == "" {
			if to, err = organisation.Contacts(ctx, tx, h.AiguilleurID); err != nil {
				return fmt.Errorf("find contacts: %w", err)
			}
		}
		if err := s.mail(ctx, tx, to, subject, words(h), &mail.Action{Label: "Voir le stock", URL: s.BaseURL + "/aiguilleur/stock"}); err != nil {
			return err
		}
	}
	return nil
}

// remindNetwork tells the points that hold stock and the structures nearby that
// an order ends soon: what is given now can still be used.
func (s *Service) remindNetwork(ctx context.Context, tx *postgres.Tx, o purchase) error {
	subject := "Des chèques Pass numérique finissent le " + french.Date(o.ValidUntil)
	err := s.tellHolders(ctx, tx, o, subject, func(h holder) []string {
		return []string{fmt.Sprintf("«\u00a0%s\u00a0» a encore %s de %s (commande %s). Leurs chèques se donnent et s’utilisent jusqu’au %s.",
			h.Point, french.Count(h.Carnets, "carnet", "carnets"), o.Commanditaire, o.Number, french.Date(o.ValidUntil)),
			"Remettez-les maintenant, ou dites au commanditaire qu’un autre point en aurait besoin."}
	})
	if err != nil {
		return err
	}
	structures, err := nearby(ctx, tx, o)
	if err != nil {
		return err
	}
	return s.tellStructures(ctx, tx, structures, subject, fmt.Sprintf("Les chèques de %s (commande %s) finissent le %s. Par tolérance, ils sont encore acceptés jusqu’au %s.",
		o.Commanditaire, o.Number, french.Date(o.ValidUntil), french.Date(o.last())), "Si des personnes que vous suivez en ont, proposez-leur un rendez-vous avant cette date.")
}

func (s *Service) tellStructures(ctx context.Context, tx *postgres.Tx, structures []uuid.UUID, subject string, words ...string) error {
	for _, id := range structures {
		to, err := organisation.Contacts(ctx, tx, id)
		if err != nil {
			return fmt.Errorf("find contacts: %w", err)
		}
		if err := s.mail(ctx, tx, to, subject, words, nil); err != nil {
			return err
		}
	}
	return nil
}

// nearby lists the structures that accept an order's chèques at a place in its
// perimeter.
func nearby(ctx context.Context, tx *postgres.Tx, o purchase) ([]uuid.UUID, error) {
	ids, err := postgres.Values[uuid.UUID](ctx, tx, `
		SELECT DISTINCT p.structure_id FROM places p JOIN structures s ON s.organisation_id = p.structure_id AND s.state = 'qualifiee'
		WHERE p.published AND (@perimeter::text[] = '{}' OR p.ancestors && @perimeter::text[])
			AND (@accepted = 'toutes' OR EXISTS (SELECT 1 FROM agreements a WHERE a.commanditaire_id = @commanditaire AND a.structure_id = p.structure_id AND a.withdrawn_at IS NULL))
		ORDER BY p.structure_id`,
		postgres.Args{"commanditaire": o.CommanditaireID, "perimeter": o.PerimeterCodes, "accepted": o.AcceptedStructures})
	if err != nil {
		return nil, fmt.Errorf("list structures nearby: %w", err)
	}
	return ids, nil
}
