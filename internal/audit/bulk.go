package audit

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/google/uuid"

	"passnum/internal/identity"
	"passnum/internal/postgres"
)

// RecordAll appends many lines as Record would one by one, in one statement.
func RecordAll(ctx context.Context, tx *postgres.Tx, actor identity.Actor, acts []Act) error {
	n := len(acts)
	if n == 0 {
		return nil
	}
	ids, subjects := make([]uuid.UUID, n), make([]uuid.UUID, n)
	names, kinds, parties, details := make([]string, n), make([]string, n), make([]string, n), make([]string, n)
	for i, act := range acts {
		ids[i], subjects[i], names[i], kinds[i] = postgres.NewID(), act.SubjectID, act.Name, act.SubjectKind
		parties[i], details[i] = array(act.Parties), "{}"
		if detail, err := json.Marshal(act.Detail); err == nil && act.Detail != nil {
			details[i] = string(detail)
		}
	}
	var organisation *uuid.UUID
	if actor.OrganisationID != uuid.Nil {
		organisation = &actor.OrganisationID
	}
	_, err := postgres.Do(ctx, tx, `
		INSERT INTO journal (id, at, act, subject_kind, subject_id, party_ids, account_id, actor_name, organisation_id, request_id, device, detail)
		SELECT a.id, @at, a.act, a.kind, a.subject, a.parties::uuid[], @account, @name, @organisation, @request, @device, a.detail::jsonb
		FROM unnest(@ids::uuid[], @acts::text[], @kinds::text[], @subjects::uuid[], @parties::text[], @details::text[])
			AS a(id, act, kind, subject, parties, detail)`,
		postgres.Args{
			"ids": ids, "acts": names, "kinds": kinds, "subjects": subjects, "parties": parties, "details": details, "at": tx.Now(),
			"account": actor.Account(), "name": actor.Name, "organisation": organisation, "request": actor.RequestID, "device": actor.Device,
		})
	if err != nil {
		return fmt.Errorf("write journal: %w", err)
	}
	return nil
}

// array writes identifiers as PostgreSQL does: arrays of arrays of several
// lengths do not exist.
func array(ids []uuid.UUID) string {
	texts := make([]string, len(ids))
	for i, id := range ids {
		texts[i] = id.String()
	}
	return "{" + strings.Join(texts, ",") + "}"
}
