package app

import (
	"context"

	"github.com/google/uuid"

	"passnum/internal/audit"
	"passnum/internal/config"
	"passnum/internal/identity"
	"passnum/internal/jobs"
	"passnum/internal/mail"
	"passnum/internal/outbox"
	"passnum/internal/postgres"
	"passnum/internal/territory"
)

// services is every domain, ready to be asked.
type services struct {
	queue    jobs.Queue
	people   *identity.Service
	outbox   *outbox.Service
	communes *territory.Index
}

func newServices(cfg config.Config, db *postgres.DB) (s services, err error) {
	if s.queue, err = jobs.NewQueue(db.Pool()); err != nil {
		return s, err
	}
	var sender outbox.Sender
	if cfg.Mail.URL != "" {
		if sender, err = mail.NewSender(string(cfg.Mail.URL), cfg.Mail.From); err != nil {
			return s, err
		}
	}
	if s.communes, err = territory.Load(); err != nil {
		return s, err
	}
	s.outbox = outbox.NewService(db, sender)
	s.people = identity.NewService(db, s.queue, journal, cfg.BaseURL.String())
	return s, nil
}

// journal lets identity, which audit builds on, write the journal.
func journal(ctx context.Context, tx *postgres.Tx, actor identity.Actor, act, kind string, subject uuid.UUID, detail map[string]any) error {
	return audit.Record(ctx, tx, actor, audit.Act{Name: act, SubjectKind: kind, SubjectID: subject, Detail: detail})
}
