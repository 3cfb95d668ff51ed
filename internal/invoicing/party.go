package invoicing

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/google/uuid"

	"passnum/internal/facturx"
	"passnum/internal/postgres"
)

// publicKinds are the organisations that Chorus Pro serves.
var publicKinds = []string{"commune", "epci", "departement", "region", "ccas", "public"}

// References are what a payer's accounting wants on the facture of an order.
type References struct {
	Engagement string // BT-13
	Service    string // BT-10 and BT-46
	Contract   string // BT-12
}

// buyer is who a document is for.
type buyer struct {
	id     uuid.UUID
	party  facturx.Party
	public bool
	needs  facturx.Needs
	usual  string // the service code it gave for all its orders
}

type buyerRow struct {
	ID                                                         uuid.UUID
	Name, Siret, Kind, Street, Complement, PostalCode, Town    string
	BillingName, BillingStreet, BillingPostalCode, BillingTown string
	ServiceRequired, EngagementRequired                        bool
	ServiceCode                                                string
}

// buyerOf reads an organisation at its billing address.
func buyerOf(ctx context.Context, tx *postgres.Tx, id uuid.UUID) (buyer, error) {
	found, err := buyersOf(ctx, tx, []uuid.UUID{id})
	if err != nil {
		return buyer{}, err
	}
	b, known := found[id]
	if !known {
		return buyer{}, fmt.Errorf("read buyer: %w", postgres.ErrNoRow)
	}
	return b, nil
}

// buyersOf reads organisations at their billing addresses.
func buyersOf(ctx context.Context, tx *postgres.Tx, ids []uuid.UUID) (map[uuid.UUID]buyer, error) {
	rows, err := postgres.All[buyerRow](ctx, tx, `
		SELECT g.id, g.name, g.siret, g.kind, g.street, g.complement, g.postal_code, g.town, coalesce(s.billing_name, '') AS billing_name,
			coalesce(s.billing_street, '') AS billing_street, coalesce(s.billing_postal_code, '') AS billing_postal_code, coalesce(s.billing_town, '') AS billing_town,
			coalesce(s.chorus_service_required, false) AS service_required, coalesce(s.chorus_engagement_required, false) AS engagement_required,
			coalesce(s.chorus_service_code, '') AS service_code
		FROM organisations g LEFT JOIN organisation_settings s ON s.organisation_id = g.id WHERE g.id = ANY (@ids)`, postgres.Args{"ids": ids})
	if err != nil {
		return nil, fmt.Errorf("read buyers: %w", err)
	}
	buyers := make(map[uuid.UUID]buyer, len(rows))
	for _, row := range rows {
		buyers[row.ID] = row.buyer()
	}
	return buyers, nil
}

func (row buyerRow) buyer() buyer {
	b := buyer{
		id: row.ID, public: slices.Contains(publicKinds, row.Kind), usual: row.ServiceCode,
		needs: facturx.Needs{Service: row.ServiceRequired, Engagement: row.EngagementRequired},
		party: facturx.Party{Name: row.Name, SIRET: row.Siret, Street: row.Street, Complement: row.Complement, PostalCode: row.PostalCode, Town: row.Town},
	}
	if row.BillingStreet != "" {
		b.party.Street, b.party.Complement, b.party.PostalCode, b.party.Town = row.BillingStreet, row.BillingName, row.BillingPostalCode, row.BillingTown
	}
	if b.public {
		// A public body is found by its establishment: the SIREN, then the SIRET.
		b.party.Address = b.party.SIREN() + "_" + row.Siret
	}
	return b
}

// referencesOf is what a payer's accounting gave for an order: for itself, else
// at the signature when it is the commanditaire, else its usual service.
func referencesOf(ctx context.Context, tx *postgres.Tx, b buyer, orderID uuid.UUID) (References, error) {
	r, err := postgres.One[References](ctx, tx, `
		SELECT engagement_number AS engagement, service_code AS service, contract_number AS contract
		FROM invoice_references WHERE organisation_id = @buyer AND order_id = @order`, postgres.Args{"buyer": b.id, "order": orderID})
	if errors.Is(err, postgres.ErrNoRow) {
		r, err = postgres.One[References](ctx, tx, `
			SELECT engagement_number AS engagement, service_code AS service, '' AS contract
			FROM orders WHERE commanditaire_id = @buyer AND id = @order`, postgres.Args{"buyer": b.id, "order": orderID})
	}
	if errors.Is(err, postgres.ErrNoRow) {
		r, err = References{}, nil
	}
	if err != nil {
		return r, fmt.Errorf("read references: %w", err)
	}
	if r.Service == "" {
		r.Service = b.usual
	}
	return r, nil
}
