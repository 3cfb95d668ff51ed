package organisation

import (
	"context"
	"errors"
	"strings"

	"github.com/google/uuid"

	"passnum/internal/fault"
	"passnum/internal/postgres"
	"passnum/internal/territory"
)

// Description is a checked name, address, contact and billing of an organisation.
type Description struct {
	Organisation
	reach   contact
	billing Billing
}

// Settings is the description as the settings would tell it.
func (d Description) Settings() Settings {
	return Settings{Organisation: d.Organisation, ContactName: d.reach.Name, ContactEmail: d.reach.Email, ContactPhone: d.reach.Phone, Billing: d.billing}
}

// ReadDescription checks a name, an address, a contact and a billing as typed;
// refusals go to c.
func ReadDescription(communes *territory.Index, form IdentityForm, b Billing, c *fault.Collector) Description {
	d := Description{billing: b}
	d.Organisation, d.reach = form.collect(communes, c)
	d.billing.check(c)
	return d
}

// Describe writes a description in the caller's transaction, and reports whether
// the name changed.
func Describe(ctx context.Context, tx *postgres.Tx, id uuid.UUID, d Description) (renamed bool, err error) {
	before, err := byID(ctx, tx, id)
	if err != nil {
		return false, err
	}
	if err := updateIdentity(ctx, tx, id, d.Organisation, d.reach); err != nil {
		return false, err
	}
	return before.Name != d.Name, updateBilling(ctx, tx, id, d.billing)
}

// ReadSettings reads what an organisation says of itself, in the caller's
// transaction; ErrNotFound.
func ReadSettings(ctx context.Context, tx *postgres.Tx, id uuid.UUID) (Settings, error) {
	return readSettings(ctx, tx, id)
}

// BySIRET finds an organisation by a number that was checked, in the caller's
// transaction; ErrNotFound.
func BySIRET(ctx context.Context, tx *postgres.Tx, siret string) (Organisation, error) {
	return bySIRET(ctx, tx, siret)
}

// SetNature writes what the organisation is in law, in the caller's transaction.
func SetNature(ctx context.Context, tx *postgres.Tx, id uuid.UUID, kind Kind, rna string) error {
	// A column is named only when it changes: the database lets an organisation
	// change its kind at times only.
	_, err := postgres.Do(ctx, tx, `UPDATE organisations SET rna = @rna WHERE id = @id AND rna <> @rna`, postgres.Args{"rna": rna, "id": id})
	if err != nil {
		return fault.Wrap(err, "set RNA")
	}
	_, err = postgres.Do(ctx, tx, `UPDATE organisations SET kind = @kind WHERE id = @id AND kind <> @kind`, postgres.Args{"kind": string(kind), "id": id})
	return fault.Wrap(err, "set kind")
}

// Renumber gives an organisation another SIRET, in the operator's transaction;
// ErrKnown when somebody has it.
func Renumber(ctx context.Context, tx *postgres.Tx, id uuid.UUID, siret string) error {
	err := postgres.Must(ctx, tx, `UPDATE organisations SET siret = @siret WHERE id = @id`, postgres.Args{"siret": siret, "id": id})
	if postgres.Constraint(err) == "organisations_siret_unique" {
		return ErrKnown
	}
	if errors.Is(err, postgres.ErrNoRow) {
		return ErrNotFound
	}
	return fault.Wrap(err, "set SIRET")
}

// Line is where invoices go, in one line; empty for the organisation's own
// address.
func (b Billing) Line() string {
	if strings.TrimSpace(b.Street+b.Town) == "" {
		return ""
	}
	return addressLine(b.Name, b.Street, b.PostalCode, b.Town)
}
