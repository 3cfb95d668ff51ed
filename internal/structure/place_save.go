package structure

import (
	"context"
	"errors"
	"maps"
	"reflect"
	"slices"
	"strings"

	"github.com/google/uuid"

	"passnum/internal/audit"
	"passnum/internal/fault"
	"passnum/internal/identity"
	"passnum/internal/postgres"
)

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
	s.locate(ctx, &p, Place{})
	p.ID, p.StructureID, p.Languages = postgres.NewID(), actor.OrganisationID, []string{frenchLanguage}
	err = s.db.InOrganisation(ctx, actor, func(tx *postgres.Tx) error {
		state, err := HoldState(ctx, tx, actor.OrganisationID)
		if err != nil && !errors.Is(err, ErrNoDossier) {
			return err
		}
		p.Published = state == Qualified && len(p.Entries) > 0
		if err := insertPlace(ctx, tx, p); err != nil {
			return err
		}
		if err := s.copyDetails(ctx, tx, p, form.DetailsOf); err != nil {
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
	before, err := s.Place(ctx, actor, id)
	if err != nil {
		return Place{}, err
	}
	typed, err := form.read(s.territory)
	if err != nil {
		return Place{}, err
	}
	s.locate(ctx, &typed, before)
	return s.change(ctx, actor, id, "modification d’un lieu", func(tx *postgres.Tx, p *Place) error {
		p.take(typed)
		if err := keepsItsWord(ctx, tx, *p); err != nil {
			return err
		}
		if err := dropDetails(ctx, tx, *p); err != nil {
			return err
		}
		return s.copyDetails(ctx, tx, *p, form.DetailsOf)
	})
}

// take is the place with what the main form holds; the rest stays.
func (p *Place) take(typed Place) {
	typed.Welcome, typed.Families, typed.Itinerant, typed.Stops = p.Welcome, p.Families, p.Itinerant, p.Stops
	typed.ID, typed.StructureID, typed.NationalID, typed.OwnFields = p.ID, p.StructureID, p.NationalID, p.OwnFields
	typed.Published, typed.UpdatedAt, typed.ConfirmedAt, typed.ConfirmAskedAt = p.Published, p.UpdatedAt, p.ConfirmedAt, p.ConfirmAskedAt
	*p = typed
}

// change rewrites one of the actor's places: two people who edit at once do not
// undo what the other wrote elsewhere. Whoever writes confirms. ErrNoPlace.
func (s *Service) change(ctx context.Context, actor identity.Actor, id uuid.UUID, act string, edit func(*postgres.Tx, *Place) error) (Place, error) {
	if err := actor.May(identity.PlaceWrite); err != nil {
		return Place{}, err
	}
	var p Place
	err := s.db.InOrganisation(ctx, actor, func(tx *postgres.Tx) error {
		before, err := lockPlace(ctx, tx, actor.OrganisationID, id)
		if err != nil {
			return err
		}
		p = before
		if err := edit(tx, &p); err != nil {
			return err
		}
		p.Published = before.Published && len(p.Entries) > 0
		if err := updatePlace(ctx, tx, before, p); err != nil {
			return err
		}
		return audit.Record(ctx, tx, actor, audit.Act{Name: act, SubjectKind: "lieu", SubjectID: id, Detail: map[string]any{"nom": p.Name}})
	})
	return p, fault.Wrap(err, "change place")
}

// columns are what a structure writes of a place, by column.
func (p Place) columns() map[string]any {
	return map[string]any{"name": p.Name, "referent": p.Referent, "street": p.Street, "complement": p.Complement,
		"postal_code": p.PostalCode, "town": p.Town, "insee": p.Insee, "ancestors": listed(p.Ancestors), "latitude": p.Latitude, "longitude": p.Longitude,
		"positioned": p.Positioned, "phone": p.Phone, "email": p.Email, "website": p.Website, "opening_hours": p.OpeningHours, "presentation": p.Presentation,
		"access": p.Access, "transport": p.Transport, "entries": p.Entries, "modes": listed(p.Modes), "nothing_to_pay": p.NothingToPay, "summary": p.Summary,
		"audiences": listed(p.Audiences), "special_cares": listed(p.SpecialCares), "languages": listed(p.Languages), "accessibility": listed(p.Accessibility),
		"accessibility_url": p.AccessibilityURL, "appointment_url": p.AppointmentURL, "access_ways": listed(p.AccessWays), "programmes": listed(p.Programmes),
		"labels": listed(p.Labels), "itinerant": p.Itinerant}
}

func listed(list []string) []string {
	if list == nil {
		return []string{}
	}
	return list
}

// changed lists the columns that differ, in order.
func changed(before, after map[string]any) []string {
	var names []string
	for _, name := range slices.Sorted(maps.Keys(after)) {
		if !reflect.DeepEqual(before[name], after[name]) {
			names = append(names, name)
		}
	}
	return names
}

func insertPlace(ctx context.Context, tx *postgres.Tx, p Place) error {
	args := postgres.Args(p.columns())
	names := slices.Sorted(maps.Keys(args))
	args["own"] = changed(Place{Entries: []int16{}}.columns(), p.columns())
	args["id"], args["structure"], args["published"], args["now"] = p.ID, p.StructureID, p.Published, tx.Now()
	err := postgres.Must(ctx, tx, `
		INSERT INTO places (id, structure_id, structure_name, structure_siret, published, created_at, updated_at, confirmed_at, own_fields, `+strings.Join(names, ", ")+`)
		SELECT @id, o.id, o.name, o.siret, @published, @now, @now, @now, @own, @`+strings.Join(names, ", @")+`
		FROM organisations o WHERE o.id = @structure`, args)
	return fault.Wrap(err, "insert place")
}

// updatePlace writes what changed, and remembers that the structure wrote it.
func updatePlace(ctx context.Context, tx *postgres.Tx, before, after Place) error {
	columns := after.columns()
	names := changed(before.columns(), columns)
	args := postgres.Args{"id": after.ID, "structure": after.StructureID, "published": after.Published, "now": tx.Now(), "own": ownFields(before.OwnFields, names)}
	sets := ""
	for _, name := range names {
		sets += name + " = @" + name + ", "
		args[name] = columns[name]
	}
	err := postgres.Must(ctx, tx, `
		UPDATE places SET `+sets+`own_fields = @own, published = @published, updated_at = @now, confirmed_at = @now, confirm_asked_at = NULL
		WHERE structure_id = @structure AND id = @id`, args)
	return fault.Wrap(err, "update place")
}

func ownFields(before, more []string) []string {
	all := slices.Concat(before, more)
	slices.Sort(all)
	return listed(slices.Compact(all))
}

func lockPlace(ctx context.Context, tx *postgres.Tx, structure, id uuid.UUID) (Place, error) {
	return onePlace(ctx, tx, structure, id, " FOR UPDATE")
}
