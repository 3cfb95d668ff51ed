package organisation

import (
	"context"
	"errors"
	"time"

	"github.com/google/uuid"

	"passnum/internal/fault"
	"passnum/internal/postgres"
)

// insertOrganisation answers ErrKnown when the SIRET is taken.
func insertOrganisation(ctx context.Context, tx *postgres.Tx, o Organisation) error {
	_, err := postgres.Do(ctx, tx, `
		INSERT INTO organisations (id, name, siret, kind, street, complement, postal_code, town, insee, slug, created_at)
		VALUES (@id, @name, @siret, @kind, @street, @complement, @postal, @town, @insee, @slug, @now)`,
		postgres.Args{"id": o.ID, "name": o.Name, "siret": o.SIRET, "kind": string(o.Kind), "street": o.Street, "complement": o.Complement,
			"postal": o.PostalCode, "town": o.Town, "insee": o.Insee, "slug": o.Slug, "now": tx.Now()})
	if name := postgres.Constraint(err); name == "organisations_siret_unique" || name == "organisations_slug_unique" {
		return ErrKnown
	}
	return fault.Wrap(err, "insert organisation")
}

func insertSettings(ctx context.Context, tx *postgres.Tx, r *joinRequest) error {
	b := r.billing
	_, err := postgres.Do(ctx, tx, `
		INSERT INTO organisation_settings (organisation_id, contact_name, contact_email, contact_phone,
			billing_name, billing_street, billing_postal_code, billing_town,
			chorus_service_required, chorus_service_code, chorus_engagement_required)
		VALUES (@id, @person, @email, @phone, @name, @street, @postal, @town, @service, @code, @engagement)`,
		postgres.Args{"id": r.ID, "person": r.person, "email": r.email, "phone": r.phone,
			"name": b.Name, "street": b.Street, "postal": b.PostalCode, "town": b.Town,
			"service": b.ServiceRequired, "code": b.ServiceCode, "engagement": b.EngagementRequired})
	return fault.Wrap(err, "insert settings")
}

// insertRequest answers ErrAsked when the same request is already open.
func insertRequest(ctx context.Context, tx *postgres.Tx, organisation, account uuid.UUID, capacity Capacity, message string) error {
	_, err := postgres.Do(ctx, tx, `
		INSERT INTO capacity_requests (id, organisation_id, capacity, message, requested_by, requested_at)
		VALUES (@id, @organisation, @capacity, @message, @account, @now)`,
		postgres.Args{"id": postgres.NewID(), "organisation": organisation, "capacity": string(capacity), "message": message,
			"account": account, "now": tx.Now()})
	if postgres.Constraint(err) == "capacity_requests_one_open" {
		return ErrAsked
	}
	return fault.Wrap(err, "insert capacity request")
}

// byID reads an organisation's public identity; ErrNotFound.
func byID(ctx context.Context, tx *postgres.Tx, id uuid.UUID) (Organisation, error) {
	found, err := postgres.One[Organisation](ctx, tx, `SELECT `+organisationColumns+` FROM organisations o WHERE o.id = @id`,
		postgres.Args{"id": id})
	if errors.Is(err, postgres.ErrNoRow) {
		return found, ErrNotFound
	}
	return found, fault.Wrap(err, "read organisation")
}

// Limits of what strangers may ask, per hour.
const (
	joinsPerAddress = 20
	asksPerAddress  = 10
	asksPerBody     = 5
)

// throttle counts one more try of a subject in the current hour and reports
// whether there are too many. It is committed by the caller, whatever follows.
func throttle(ctx context.Context, tx *postgres.Tx, subject string, most int) (over bool, err error) {
	tries, err := postgres.Value[int32](ctx, tx, `
		INSERT INTO failed_tries AS f (subject, window_start, tries) VALUES (@subject, @hour, 1)
		ON CONFLICT (subject, window_start) DO UPDATE SET tries = f.tries + 1 RETURNING tries`,
		postgres.Args{"subject": subject, "hour": tx.Now().Truncate(time.Hour)})
	return int(tries) > most, fault.Wrap(err, "count tries")
}

// person is who receives a mail.
type person struct {
	ID    uuid.UUID
	Name  string
	Email string
}

// responsables lists the people in charge of an organisation; the identity
// scope and the operator may read them.
func responsables(ctx context.Context, tx *postgres.Tx, organisation uuid.UUID) ([]person, error) {
	list, err := postgres.All[person](ctx, tx, `
		SELECT a.id, a.name, a.email FROM memberships m JOIN accounts a ON a.id = m.account_id
		WHERE m.organisation_id = @organisation AND m.role = 'responsable' AND m.ended_at IS NULL AND a.disabled_at IS NULL
		ORDER BY a.email`, postgres.Args{"organisation": organisation})
	return list, fault.Wrap(err, "list responsables")
}
