// Package audit writes the journal: who did what, to what, for whom. It refuses
// secrets (codes, passwords, IBAN) and never edits a line.
package audit

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/google/uuid"

	"passnum/internal/identity"
	"passnum/internal/postgres"
)

// Act is one line of the journal.
type Act struct {
	Name        string // what was done, in French: « signature », « remise »
	SubjectKind string // « commande », « carnet »…
	SubjectID   uuid.UUID
	Parties     []uuid.UUID // organisations that may read the line
	Detail      map[string]any
}

// Record appends a line in the caller's transaction.
func Record(ctx context.Context, tx *postgres.Tx, actor identity.Actor, act Act) error {
	detail, err := json.Marshal(act.Detail)
	if err != nil || act.Detail == nil {
		detail = []byte("{}")
	}
	if act.Parties == nil {
		act.Parties = []uuid.UUID{}
	}
	var organisation *uuid.UUID
	if actor.OrganisationID != uuid.Nil {
		organisation = &actor.OrganisationID
	}
	_, err = postgres.Do(ctx, tx, `
		INSERT INTO journal (id, at, act, subject_kind, subject_id, party_ids, account_id, actor_name, organisation_id, request_id, device, detail)
		VALUES (@id, @at, @act, @kind, @subject, @parties, @account, @name, @organisation, @request, @device, @detail)`,
		postgres.Args{
			"id": postgres.NewID(), "at": tx.Now(), "act": act.Name, "kind": act.SubjectKind, "subject": act.SubjectID,
			"parties": act.Parties, "account": actor.Account(), "name": actor.Name, "organisation": organisation,
			"request": actor.RequestID, "device": actor.Device, "detail": string(detail),
		})
	if err != nil {
		return fmt.Errorf("write journal: %w", err)
	}
	return nil
}

// Line is a line of the journal as a screen shows it.
type Line struct {
	At        time.Time
	Act       string
	ActorName string
	Detail    json.RawMessage
}

// Of lists the lines about a subject, newest first, that the scope may read.
func Of(ctx context.Context, tx *postgres.Tx, subject uuid.UUID, limit int) ([]Line, error) {
	lines, err := postgres.All[Line](ctx, tx, `
		SELECT at, act, actor_name, detail FROM journal WHERE subject_id = @subject ORDER BY at DESC, id DESC LIMIT @limit`,
		postgres.Args{"subject": subject, "limit": limit})
	if err != nil {
		return nil, fmt.Errorf("read journal: %w", err)
	}
	return lines, nil
}
