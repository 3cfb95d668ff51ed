package qualification

import (
	"context"

	"github.com/google/uuid"

	"passnum/internal/fault"
	"passnum/internal/identity"
	"passnum/internal/mail"
	"passnum/internal/outbox"
	"passnum/internal/postgres"
	"passnum/internal/structure"
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

func (s *Service) tellSubmitted(ctx context.Context, tx *postgres.Tx, d structure.Dossier) error {
	if s.OperatorEmail == "" {
		return nil
	}
	return s.post(ctx, tx, s.OperatorEmail, letter{
		subject: "Un dossier de structure est à lire",
		body:    []string{d.Name + ", à " + d.Town + ", a envoyé son dossier."},
		label:   "Lire le dossier", path: "/admin/structures/" + d.OrganisationID.String(),
	})
}

func (s *Service) tellAmended(ctx context.Context, tx *postgres.Tx, actor identity.Actor, code string) error {
	return s.tellOperator(ctx, tx, letter{
		subject: "Une structure demande un changement",
		body:    []string{actor.OrganisationName + " demande de changer une partie de son dossier\u00a0: " + StepTitle(code) + ". Rien ne change avant votre réponse."},
		label:   "Lire le changement", path: structurePath(actor.OrganisationID),
	})
}

func (s *Service) tellAnswered(ctx context.Context, tx *postgres.Tx, id uuid.UUID, v version, outcome, reason string) error {
	l := letter{subject: "Votre changement est accepté", label: "Voir le dossier", path: "/structure/qualification",
		body: []string{"Le changement demandé dans votre dossier est en vigueur\u00a0: " + StepTitle(v.Step) + "."}}
	if outcome == "refusee" {
		l.subject, l.body = "Votre changement n’est pas accepté", []string{"Le changement demandé dans votre dossier n’est pas accepté\u00a0: " + StepTitle(v.Step) + "."}
	}
	if reason != "" {
		l.body = append(l.body, "Motif\u00a0: "+reason)
	}
	return s.tellResponsables(ctx, tx, id, l)
}
