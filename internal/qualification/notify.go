package qualification

import (
	"context"

	"passnum/internal/fault"
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
