package reporting

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"

	"passnum/internal/postgres"
)

// Place is a published place, as everyone sees it.
type Place struct {
	ID             uuid.UUID
	StructureName  string
	StructureSIRET string `db:"structure_siret"`
	Name           string
	Referent       string
	Street         string
	Complement     string
	PostalCode     string
	Town           string
	INSEE          string `db:"insee"`
	Latitude       *float64
	Longitude      *float64
	Phone          string
	Email          string
	Website        string
	OpeningHours   string
	Presentation   string
	Access         string
	Transport      string
	Entries        []int16
	Modes          []string
	NothingToPay   bool
	UpdatedAt      time.Time
	Km             float64 // from where the search began; Unplaced when not known
}

// Unplaced is the distance of a place that nobody located.
const Unplaced = 99999.0

// PlaceSearch narrows the list of places. Zero values narrow nothing.
type PlaceSearch struct {
	From         *Position
	Radius       float64 // kilometres; 0 for all
	INSEE        string  // a place of this commune without a position is at 0 km
	Entries      []int16 // any of them
	Mode         string
	NothingToPay bool
	After        PlaceCursor
	Limit        int
}

// Position is a point in degrees (WGS 84).
type Position struct{ Latitude, Longitude float64 }

// PlaceCursor is where a list of places continues.
type PlaceCursor struct {
	Km    float64
	Label string
	ID    uuid.UUID
}

// Cursor is where the list continues after the place.
func (p Place) Cursor() PlaceCursor { return PlaceCursor{p.Km, p.Town + " " + p.Name, p.ID} }

const placeColumns = `id, structure_name, structure_siret, name, referent, street, complement, postal_code, town, insee, latitude, longitude, phone, email,
	website, opening_hours, presentation, access, transport, entries, modes, nothing_to_pay, updated_at`

// Places lists published places, the nearest first; more when others follow.
func (s *Service) Places(ctx context.Context, q PlaceSearch) (list []Place, more bool, err error) {
	args := postgres.Args{"lat": nil, "lon": nil, "radius": q.Radius, "insee": q.INSEE, "entries": q.Entries, "mode": q.Mode, "free": q.NothingToPay,
		"unplaced": Unplaced, "km": q.After.Km, "label": q.After.Label, "id": orNil(q.After.ID), "limit": q.Limit + 1}
	if q.From != nil {
		args["lat"], args["lon"] = q.From.Latitude, q.From.Longitude
	}
	err = s.db.InPublic(ctx, func(tx *postgres.Tx) (err error) {
		list, err = postgres.All[Place](ctx, tx, `
			WITH far AS (
				SELECT `+placeColumns+`, CASE
					WHEN @lat::float8 IS NULL THEN 0
					WHEN latitude IS NULL OR longitude IS NULL THEN CASE WHEN insee = @insee THEN 0 ELSE @unplaced END
					ELSE 12742 * asin(least(1, sqrt(power(sin(radians(latitude - @lat::float8) / 2), 2)
						+ cos(radians(@lat::float8)) * cos(radians(latitude)) * power(sin(radians(longitude - @lon::float8) / 2), 2)))) END::float8 AS km
				FROM places
				WHERE published AND (cardinality(@entries::smallint[]) IS NULL OR entries && @entries) AND (@mode = '' OR @mode = ANY (modes)) AND (NOT @free OR nothing_to_pay)
			)
			SELECT `+placeColumns+`, km FROM far
			WHERE (@radius::float8 = 0 OR km <= @radius) AND (@id::uuid IS NULL OR (km, town || ' ' || name, id) > (@km::float8, @label::text, @id))
			ORDER BY km, town || ' ' || name, id LIMIT @limit`, args)
		return err
	})
	if err != nil {
		return nil, false, fmt.Errorf("list places: %w", err)
	}
	if len(list) > q.Limit {
		return list[:q.Limit], true, nil
	}
	return list, false, nil
}

// Place reads a published place; ErrNotFound otherwise.
func (s *Service) Place(ctx context.Context, id uuid.UUID) (Place, error) {
	var p Place
	err := s.db.InPublic(ctx, func(tx *postgres.Tx) (err error) {
		p, err = postgres.One[Place](ctx, tx, `SELECT `+placeColumns+`, 0::float8 AS km FROM places WHERE published AND id = @id`, postgres.Args{"id": id})
		return err
	})
	if errors.Is(err, postgres.ErrNoRow) {
		return Place{}, ErrNotFound
	}
	if err != nil {
		return Place{}, fmt.Errorf("read place: %w", err)
	}
	return p, nil
}

// EachPlace reads every published place, in a stable order, without holding
// them all.
func (s *Service) EachPlace(ctx context.Context, visit func(Place) error) error {
	const page = 500
	search := PlaceSearch{Limit: page}
	for {
		list, more, err := s.Places(ctx, search)
		if err != nil {
			return err
		}
		for _, p := range list {
			if err := visit(p); err != nil {
				return err
			}
		}
		if !more {
			return nil
		}
		search.After = list[len(list)-1].Cursor()
	}
}
