package organisation

import (
	"context"
	"errors"

	"github.com/google/uuid"

	"passnum/internal/fault"
	"passnum/internal/postgres"
)

// Contacts are the addresses that mails about an organisation go to: its own,
// else those of its managers.
func Contacts(ctx context.Context, tx *postgres.Tx, id uuid.UUID) ([]string, error) {
	contact, err := postgres.Value[string](ctx, tx, `SELECT contact_email FROM organisation_settings WHERE organisation_id = @id`, postgres.Args{"id": id})
	if err != nil && !errors.Is(err, postgres.ErrNoRow) {
		return nil, fault.Wrap(err, "read contact")
	}
	if contact != "" {
		return []string{contact}, nil
	}
	managers, err := postgres.Values[string](ctx, tx, `
		SELECT a.email FROM memberships m JOIN accounts a ON a.id = m.account_id
		WHERE m.organisation_id = @id AND m.role = 'responsable' AND m.ended_at IS NULL AND a.disabled_at IS NULL ORDER BY a.email LIMIT 5`,
		postgres.Args{"id": id})
	return managers, fault.Wrap(err, "list managers")
}
