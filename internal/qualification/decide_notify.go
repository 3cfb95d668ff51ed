package qualification

import (
	"context"

	"passnum/internal/fault"
	"passnum/internal/postgres"
	"passnum/internal/structure"
)

func (s *Service) tellDecided(ctx context.Context, tx *postgres.Tx, before structure.State, d structure.Dossier) error {
	addresses, err := postgres.Values[string](ctx, tx, `
		SELECT a.email FROM memberships m JOIN accounts a ON a.id = m.account_id
		WHERE m.organisation_id = @id AND m.role = 'responsable' AND m.ended_at IS NULL AND a.disabled_at IS NULL ORDER BY a.email`,
		postgres.Args{"id": d.OrganisationID})
	if err != nil {
		return fault.Wrap(err, "read responsables")
	}
	for _, address := range addresses {
		if err := s.post(ctx, tx, address, decision(before, d)); err != nil {
			return err
		}
	}
	return nil
}

func decision(before structure.State, d structure.Dossier) letter {
	switch {
	case d.State == structure.Qualified && before == structure.Suspended:
		return letter{"Votre structure est rétablie", []string{d.Name + " peut de nouveau accepter les chèques. Ses lieux sont affichés."}, "Ouvrir votre espace", "/structure"}
	case d.State == structure.Qualified:
		return letter{"Votre structure est qualifiée", []string{d.Name + " peut maintenant accepter les chèques. Ses lieux sont affichés sur la carte publique."}, "Accepter un premier chèque", "/mediateur/scanner"}
	case d.State == structure.Suspended:
		return letter{"Votre structure est suspendue", []string{d.Name + " ne peut plus accepter de chèques pour le moment, et ses lieux ne sont plus affichés. Ce qui est déjà encaissé reste payé.", "Motif\u00a0: " + d.Reason}, "Ouvrir votre espace", "/structure"}
	default:
		return letter{"Votre dossier est à reprendre", []string{"Le dossier de " + d.Name + " n’est pas accepté en l’état.", "Motif\u00a0: " + d.Reason, "Corrigez-le, puis envoyez-le de nouveau."}, "Corriger le dossier", "/structure/qualification"}
	}
}
