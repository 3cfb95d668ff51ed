package qualification

import (
	"context"

	"github.com/google/uuid"

	"passnum/internal/fault"
	"passnum/internal/french"
	"passnum/internal/postgres"
	"passnum/internal/structure"
)

// tellResponsables posts a letter to each responsable of a structure, in the
// platform's scope.
func (s *Service) tellResponsables(ctx context.Context, tx *postgres.Tx, id uuid.UUID, l letter) error {
	addresses, err := postgres.Values[string](ctx, tx, `
		SELECT a.email FROM memberships m JOIN accounts a ON a.id = m.account_id
		WHERE m.organisation_id = @id AND m.role = 'responsable' AND m.ended_at IS NULL AND a.disabled_at IS NULL ORDER BY a.email`,
		postgres.Args{"id": id})
	if err != nil {
		return fault.Wrap(err, "read responsables")
	}
	for _, address := range addresses {
		if err := s.post(ctx, tx, address, l); err != nil {
			return err
		}
	}
	return nil
}

func (s *Service) tellOperator(ctx context.Context, tx *postgres.Tx, l letter) error {
	if s.OperatorEmail == "" {
		return nil
	}
	return s.post(ctx, tx, s.OperatorEmail, l)
}

// structurePath is where the operator reads a structure's file.
func structurePath(id uuid.UUID) string { return "/admin/structures/" + id.String() }

// decisionLetter tells a decision: its body is what the thread keeps too.
func decisionLetter(d structure.Dossier, v decided) letter {
	why := "Motif\u00a0: " + v.said()
	switch v.decision {
	case Qualified:
		return letter{"Votre structure est qualifiée", []string{d.Name + " peut maintenant accepter les chèques. Ses lieux sont affichés sur la carte publique.",
			"La qualification vaut jusqu’au " + french.Date(*v.until) + "\u00a0; nous vous écrirons avant."}, "Accepter un premier chèque", "/mediateur/scanner"}
	case Reinstated:
		return letter{"Votre structure est rétablie", []string{d.Name + " peut de nouveau accepter les chèques. Ses lieux sont affichés."}, "Ouvrir votre espace", "/structure"}
	case Suspended:
		return letter{"Votre structure est suspendue", []string{d.Name + " ne peut plus accepter de chèques pour le moment, et ses lieux ne sont plus affichés. Ce qui est déjà encaissé reste payé.", why}, "Ouvrir votre espace", "/structure"}
	case Dequalified:
		return letter{"Votre structure n’est plus qualifiée", []string{d.Name + " ne peut plus accepter de chèques. Ses lieux ne sont plus affichés, ses agréments prennent fin, ses ateliers sont annulés. Ce qui est déjà encaissé reste dû, et sera payé comme d’habitude.", why}, "Ouvrir votre espace", "/structure"}
	case Reopened:
		return letter{"Votre dossier est rouvert", []string{"Vous pouvez demander de nouveau la qualification de " + d.Name + "\u00a0: votre dossier est tel que vous l’aviez laissé. Relisez-le, puis envoyez-le."}, "Ouvrir le dossier", "/structure/qualification"}
	default:
		return letter{"Votre dossier n’est pas accepté", []string{"Le dossier de " + d.Name + " n’est pas accepté en l’état.", why, "Vous pouvez le corriger et l’envoyer de nouveau, ou nous écrire."}, "Voir la réponse", "/structure/messages"}
	}
}
