package structure

import (
	"context"
	"errors"

	"github.com/google/uuid"

	"passnum/internal/audit"
	"passnum/internal/fault"
	"passnum/internal/identity"
	"passnum/internal/postgres"
)

const placeColumns = `p.id, p.structure_id, p.name, p.referent, p.street, p.complement, p.postal_code, p.town, p.insee, p.ancestors,
	p.latitude, p.longitude, p.phone, p.email, p.website, p.opening_hours, p.presentation, p.access, p.transport, p.entries, p.modes,
	p.nothing_to_pay, p.published, p.updated_at`

// Places lists the places of the actor's own structure, by name.
func (s *Service) Places(ctx context.Context, actor identity.Actor) ([]Place, error) {
	if err := mayRead(actor); err != nil {
		return nil, err
	}
	var list []Place
	err := s.db.InOrganisation(ctx, actor, func(tx *postgres.Tx) (err error) {
		list, err = PlacesOf(ctx, tx, actor.OrganisationID)
		return err
	})
	return list, fault.Wrap(err, "list places")
}

// PlacesOf lists the places of a structure by name, in the caller's transaction.
func PlacesOf(ctx context.Context, tx *postgres.Tx, structure uuid.UUID) ([]Place, error) {
	return postgres.All[Place](ctx, tx, `SELECT `+placeColumns+` FROM places p WHERE p.structure_id = @structure ORDER BY p.name, p.id`,
		postgres.Args{"structure": structure})
}

// Place finds one of the structure's own places; ErrNoPlace.
func (s *Service) Place(ctx context.Context, actor identity.Actor, id uuid.UUID) (Place, error) {
	if err := mayRead(actor); err != nil {
		return Place{}, err
	}
	var p Place
	err := s.db.InOrganisation(ctx, actor, func(tx *postgres.Tx) (err error) {
		p, err = ownPlace(ctx, tx, actor.OrganisationID, id)
		return err
	})
	return p, fault.Wrap(err, "read place")
}

func ownPlace(ctx context.Context, tx *postgres.Tx, structure, id uuid.UUID) (Place, error) {
	p, err := postgres.One[Place](ctx, tx, `SELECT `+placeColumns+` FROM places p WHERE p.structure_id = @structure AND p.id = @id`,
		postgres.Args{"structure": structure, "id": id})
	if errors.Is(err, postgres.ErrNoRow) {
		return p, ErrNoPlace
	}
	return p, err
}

// AddPlace adds a place to the actor's structure. It is shown at once when the
// structure is qualified and the place offers something.
func (s *Service) AddPlace(ctx context.Context, actor identity.Actor, form PlaceForm) (Place, error) {
	if err := actor.May(identity.PlaceWrite); err != nil {
		return Place{}, err
	}
	p, err := form.read(s.territory)
	if err != nil {
		return Place{}, err
	}
	p.ID, p.StructureID = postgres.NewID(), actor.OrganisationID
	err = s.db.InOrganisation(ctx, actor, func(tx *postgres.Tx) error {
		d, err := ReadDossier(ctx, tx, actor.OrganisationID)
		if err != nil {
			return err
		}
		p.Published = d.State == Qualified && len(p.Entries) > 0
		if err := insertPlace(ctx, tx, p); err != nil {
			return err
		}
		return audit.Record(ctx, tx, actor, audit.Act{Name: "ajout d’un lieu", SubjectKind: "lieu", SubjectID: p.ID, Detail: map[string]any{"nom": p.Name}})
	})
	return p, fault.Wrap(err, "add place")
}

// EditPlace changes a place; what is public changes at once. A place that
// offers nothing any more is no longer shown. ErrNoPlace.
func (s *Service) EditPlace(ctx context.Context, actor identity.Actor, id uuid.UUID, form PlaceForm) (Place, error) {
	if err := actor.May(identity.PlaceWrite); err != nil {
		return Place{}, err
	}
	p, err := form.read(s.territory)
	if err != nil {
		return Place{}, err
	}
	p.ID, p.StructureID = id, actor.OrganisationID
	err = s.db.InOrganisation(ctx, actor, func(tx *postgres.Tx) error {
		before, err := ownPlace(ctx, tx, actor.OrganisationID, id)
		if err != nil {
			return err
		}
		p.Published = before.Published && len(p.Entries) > 0
		if err := updatePlace(ctx, tx, p); err != nil {
			return err
		}
		return audit.Record(ctx, tx, actor, audit.Act{Name: "modification d’un lieu", SubjectKind: "lieu", SubjectID: id, Detail: map[string]any{"nom": p.Name}})
	})
	return p, fault.Wrap(err, "edit place")
}

// Publish shows a place to everyone, or hides it. It returns ErrNotQualified
// or ErrNoEntry when it may not be shown yet, and ErrNoPlace.
func (s *Service) Publish(ctx context.Context, actor identity.Actor, id uuid.UUID, shown bool) error {
	if err := actor.May(identity.PlaceWrite); err != nil {
		return err
	}
	err := s.db.InOrganisation(ctx, actor, func(tx *postgres.Tx) error {
		p, err := ownPlace(ctx, tx, actor.OrganisationID, id)
		if err != nil {
			return err
		}
		d, err := ReadDossier(ctx, tx, actor.OrganisationID)
		if err != nil {
			return err
		}
		if shown && d.State != Qualified {
			return ErrNotQualified
		}
		if shown && len(p.Entries) == 0 {
			return ErrNoEntry
		}
		err = postgres.Must(ctx, tx, `UPDATE places SET published = @shown, updated_at = @now WHERE structure_id = @structure AND id = @id`,
			postgres.Args{"shown": shown, "now": tx.Now(), "structure": actor.OrganisationID, "id": id})
		if err != nil {
			return err
		}
		act := map[bool]string{true: "lieu affiché", false: "lieu masqué"}[shown]
		return audit.Record(ctx, tx, actor, audit.Act{Name: act, SubjectKind: "lieu", SubjectID: id})
	})
	return fault.Wrap(err, "publish place")
}

func insertPlace(ctx context.Context, tx *postgres.Tx, p Place) error {
	args := p.args(tx)
	args["structure"] = p.StructureID
	args["published"] = p.Published
	err := postgres.Must(ctx, tx, `
		INSERT INTO places (id, structure_id, structure_name, structure_siret, name, referent, street, complement, postal_code, town, insee, ancestors,
			latitude, longitude, phone, email, website, opening_hours, presentation, access, transport, entries, modes, nothing_to_pay, published, created_at, updated_at)
		SELECT @id, o.id, o.name, o.siret, @name, @referent, @street, @complement, @postal, @town, @insee, @ancestors,
			@latitude, @longitude, @phone, @email, @website, @hours, @presentation, @access, @transport, @entries, @modes, @nothing, @published, @now, @now
		FROM organisations o WHERE o.id = @structure`, args)
	return fault.Wrap(err, "insert place")
}

func updatePlace(ctx context.Context, tx *postgres.Tx, p Place) error {
	args := p.args(tx)
	args["structure"] = p.StructureID
	args["published"] = p.Published
	err := postgres.Must(ctx, tx, `
		UPDATE places SET name = @name, referent = @referent, street = @street, complement = @complement, postal_code = @postal, town = @town,
			insee = @insee, ancestors = @ancestors, latitude = @latitude, longitude = @longitude, phone = @phone, email = @email,
			website = @website, opening_hours = @hours, presentation = @presentation, access = @access, transport = @transport, entries = @entries, modes = @modes,
			nothing_to_pay = @nothing, published = @published, updated_at = @now
		WHERE structure_id = @structure AND id = @id`, args)
	return fault.Wrap(err, "update place")
}

func (p Place) args(tx *postgres.Tx) postgres.Args {
	return postgres.Args{"id": p.ID, "name": p.Name, "referent": p.Referent, "street": p.Street, "complement": p.Complement,
		"postal": p.PostalCode, "town": p.Town, "insee": p.Insee, "ancestors": p.Ancestors, "latitude": p.Latitude, "longitude": p.Longitude,
		"phone": p.Phone, "email": p.Email, "website": p.Website, "hours": p.OpeningHours, "presentation": p.Presentation, "access": p.Access, "transport": p.Transport,
		"entries": p.Entries, "modes": p.Modes, "nothing": p.NothingToPay, "now": tx.Now()}
}
