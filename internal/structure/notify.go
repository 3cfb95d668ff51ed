package structure

import (
	"context"

	"passnum/internal/fault"
	"passnum/internal/mail"
	"passnum/internal/outbox"
	"passnum/internal/postgres"
)

// letter is one of our mails before it is laid out.
type letter struct {
	subject string
	body    []string
	label   string
	path    string
}

func (s *Service) post(ctx context.Context, tx *postgres.Tx, to string, l letter) error {
	m := mail.Render(l.subject, "Bonjour,", l.body, &mail.Action{Label: l.label, URL: s.BaseURL + l.path}, "")
	m.To = to
	return fault.Wrap(outbox.Post(ctx, tx, s.Queue, m), "post mail")
}

func (s *Service) tellSubmitted(ctx context.Context, tx *postgres.Tx, d Dossier) error {
	if s.OperatorEmail == "" {
		return nil
	}
	return s.post(ctx, tx, s.OperatorEmail, letter{
		subject: "Un dossier de structure est à lire",
		body:    []string{d.Name + ", à " + d.Town + ", a envoyé son dossier."},
		label:   "Lire le dossier", path: "/admin/structures/" + d.OrganisationID.String(),
	})
}

func (s *Service) tellDecided(ctx context.Context, tx *postgres.Tx, before State, d Dossier) error {
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

func decision(before State, d Dossier) letter {
	switch {
	case d.State == Qualified && before == Suspended:
		return letter{"Votre structure est rétablie", []string{d.Name + " peut de nouveau accepter les chèques. Ses lieux sont affichés."}, "Ouvrir votre espace", "/structure"}
	case d.State == Qualified:
		return letter{"Votre structure est qualifiée", []string{d.Name + " peut maintenant accepter les chèques. Ses lieux sont affichés sur la carte publique."}, "Accepter un premier chèque", "/mediateur/scanner"}
	case d.State == Suspended:
		return letter{"Votre structure est suspendue", []string{d.Name + " ne peut plus accepter de chèques pour le moment, et ses lieux ne sont plus affichés. Ce qui est déjà encaissé reste payé.", "Motif\u00a0: " + d.Reason}, "Ouvrir votre espace", "/structure"}
	default:
		return letter{"Votre dossier est à reprendre", []string{"Le dossier de " + d.Name + " n’est pas accepté en l’état.", "Motif\u00a0: " + d.Reason, "Corrigez-le, puis envoyez-le de nouveau."}, "Corriger le dossier", "/structure/qualification"}
	}
}
