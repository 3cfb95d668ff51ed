package organisation

import (
	"context"

	"github.com/google/uuid"

	"passnum/internal/audit"
	"passnum/internal/fault"
	"passnum/internal/identifier"
	"passnum/internal/identity"
	"passnum/internal/postgres"
	"passnum/internal/territory"
)

// Settings is what an organisation says of itself; only it and the operator
// read the contact and the billing.
type Settings struct {
	Organisation
	ContactName  string
	ContactEmail string
	ContactPhone string
	Billing      Billing
}

// contact is whom to reach.
type contact struct{ Name, Email, Phone string }

// IdentityForm is an organisation's identity as typed; its SIRET never changes.
type IdentityForm struct {
	Name         string // organisation
	Address      AddressForm
	ContactName  string // contact_nom
	ContactEmail string // contact_email
	ContactPhone string // telephone
}

// FormOf is the form filled with the settings, to change them.
func (s Settings) FormOf() IdentityForm {
	phone := identifier.Phone(s.ContactPhone).Grouped()
	return IdentityForm{Name: s.Name, ContactName: s.ContactName, ContactEmail: s.ContactEmail, ContactPhone: phone,
		Address: AddressForm{Street: s.Street, Complement: s.Complement, PostalCode: s.PostalCode, Commune: s.Town, CommuneCode: s.Insee}}
}

type settingsRow struct {
	ContactName              string
	ContactEmail             string
	ContactPhone             string
	BillingName              string
	BillingStreet            string
	BillingPostalCode        string
	BillingTown              string
	ChorusServiceRequired    bool
	ChorusServiceCode        string
	ChorusEngagementRequired bool
}

// Settings reads the actor's own organisation.
func (s *Service) Settings(ctx context.Context, actor identity.Actor) (Settings, error) {
	if err := actor.May(identity.TeamRead); err != nil {
		return Settings{}, err
	}
	var settings Settings
	err := s.db.InOrganisation(ctx, actor, func(tx *postgres.Tx) (err error) {
		settings, err = readSettings(ctx, tx, actor.OrganisationID)
		return err
	})
	return settings, fault.Wrap(err, "read settings")
}

func readSettings(ctx context.Context, tx *postgres.Tx, id uuid.UUID) (Settings, error) {
	o, err := byID(ctx, tx, id)
	if err != nil {
		return Settings{}, err
	}
	rows, err := postgres.All[settingsRow](ctx, tx, `
		SELECT contact_name, contact_email, contact_phone, billing_name, billing_street, billing_postal_code, billing_town,
			chorus_service_required, chorus_service_code, chorus_engagement_required
		FROM organisation_settings WHERE organisation_id = @id`, postgres.Args{"id": id})
	if err != nil || len(rows) == 0 {
		return Settings{Organisation: o}, err
	}
	r := rows[0]
	return Settings{Organisation: o, ContactName: r.ContactName, ContactEmail: r.ContactEmail, ContactPhone: r.ContactPhone,
		Billing: Billing{Name: r.BillingName, Street: r.BillingStreet, PostalCode: r.BillingPostalCode, Town: r.BillingTown,
			ServiceRequired: r.ChorusServiceRequired, ServiceCode: r.ChorusServiceCode, EngagementRequired: r.ChorusEngagementRequired}}, nil
}

// SaveIdentity changes the name, the address and the contact.
func (s *Service) SaveIdentity(ctx context.Context, actor identity.Actor, form IdentityForm) error {
	if err := actor.May(identity.OrganisationEdit); err != nil {
		return err
	}
	o, reach, err := form.read(s)
	if err != nil {
		return err
	}
	err = s.db.InOrganisation(ctx, actor, func(tx *postgres.Tx) error {
		before, err := byID(ctx, tx, actor.OrganisationID)
		if err != nil {
			return err
		}
		if err := updateIdentity(ctx, tx, before.ID, o, reach); err != nil {
			return err
		}
		if before.Name != o.Name && s.Renamed != nil {
			if err := s.Renamed(ctx, tx, before.ID, o.Name); err != nil {
				return err
			}
		}
		return audit.Record(ctx, tx, actor, audit.Act{Name: "modification de l’identité", SubjectKind: "organisation", SubjectID: before.ID,
			Detail: map[string]any{"avant": before.Name, "nom": o.Name, "adresse": o.Address()}})
	})
	return fault.Wrap(err, "save identity")
}

func (f IdentityForm) read(s *Service) (o Organisation, reach contact, err error) {
	var c fault.Collector
	o, reach = f.collect(s.places, &c)
	return o, reach, c.Err()
}

// collect checks every field; refusals go to c.
func (f IdentityForm) collect(communes *territory.Index, c *fault.Collector) (o Organisation, reach contact) {
	o.Name = clean(f.Name)
	c.Check(o.Name != "", "organisation", "Indiquez le nom de votre organisation.")
	c.Check(len([]rune(o.Name)) <= 140, "organisation", "Raccourcissez ce nom\u00a0: 140 caractères au plus.")
	a := f.Address.Read(communes, c)
	o.Street, o.Complement, o.PostalCode, o.Town, o.Insee = a.Street, a.Complement, a.PostalCode, a.Town, a.Insee
	reach.Name = clean(f.ContactName)
	email, emailErr := identifier.ParseEmail(f.ContactEmail)
	if emailErr != nil {
		c.Refuse("contact_email", emailErr)
	}
	reach.Email = email.String()
	reach.Phone = readPhone(f.ContactPhone, c)
	return o, reach
}

func updateIdentity(ctx context.Context, tx *postgres.Tx, id uuid.UUID, o Organisation, reach contact) error {
	err := postgres.Must(ctx, tx, `
		UPDATE organisations SET name = @name, street = @street, complement = @complement, postal_code = @postal, town = @town, insee = @insee
		WHERE id = @id`,
		postgres.Args{"id": id, "name": o.Name, "street": o.Street, "complement": o.Complement, "postal": o.PostalCode, "town": o.Town, "insee": o.Insee})
	if err != nil {
		return fault.Wrap(err, "update organisation")
	}
	_, err = postgres.Do(ctx, tx, `
		INSERT INTO organisation_settings (organisation_id, contact_name, contact_email, contact_phone) VALUES (@id, @name, @email, @phone)
		ON CONFLICT (organisation_id) DO UPDATE SET contact_name = @name, contact_email = @email, contact_phone = @phone`,
		postgres.Args{"id": id, "name": reach.Name, "email": reach.Email, "phone": reach.Phone})
	return fault.Wrap(err, "update contact")
}

// SaveBilling changes where invoices go and what Chorus Pro needs.
func (s *Service) SaveBilling(ctx context.Context, actor identity.Actor, b Billing) error {
	if err := actor.May(identity.OrganisationEdit); err != nil {
		return err
	}
	var c fault.Collector
	b.check(&c)
	if err := c.Err(); err != nil {
		return err
	}
	err := s.db.InOrganisation(ctx, actor, func(tx *postgres.Tx) error {
		if err := updateBilling(ctx, tx, actor.OrganisationID, b); err != nil {
			return err
		}
		return audit.Record(ctx, tx, actor, audit.Act{Name: "modification de la facturation", SubjectKind: "organisation", SubjectID: actor.OrganisationID})
	})
	return fault.Wrap(err, "save billing")
}

func updateBilling(ctx context.Context, tx *postgres.Tx, id uuid.UUID, b Billing) error {
	_, err := postgres.Do(ctx, tx, `
		INSERT INTO organisation_settings (organisation_id, billing_name, billing_street, billing_postal_code, billing_town,
			chorus_service_required, chorus_service_code, chorus_engagement_required)
		VALUES (@id, @name, @street, @postal, @town, @service, @code, @engagement)
		ON CONFLICT (organisation_id) DO UPDATE SET billing_name = @name, billing_street = @street, billing_postal_code = @postal,
			billing_town = @town, chorus_service_required = @service, chorus_service_code = @code, chorus_engagement_required = @engagement`,
		postgres.Args{"id": id, "name": b.Name, "street": b.Street, "postal": b.PostalCode, "town": b.Town,
			"service": b.ServiceRequired, "code": b.ServiceCode, "engagement": b.EngagementRequired})
	return fault.Wrap(err, "update billing")
}
