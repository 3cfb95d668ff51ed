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
