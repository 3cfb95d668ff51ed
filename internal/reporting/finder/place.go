package finder

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
	ID               uuid.UUID
	Accepts          bool // takes chèques; else it is only known
	StructureName    string
	StructureSIRET   string `db:"structure_siret"`
	Name             string
	Referent         string
	Street           string
	Complement       string
	PostalCode       string
	Town             string
	INSEE            string `db:"insee"`
	Latitude         *float64
	Longitude        *float64
	Phone            string
	Email            string
	Website          string
	OpeningHours     string
	Presentation     string
	Summary          string
	Access           string
	Transport        string
	Entries          []int16
	Families         []string // what it does, of places whose entries are not known
	Modes            []string
	NothingToPay     bool
	Fees             []string
	Audiences        []string
	SpecialCares     []string
	AccessWays       []string
	Languages        []string
	Accessibility    []string
	AccessibilityURL string `db:"accessibility_url"`
	AppointmentURL   string `db:"appointment_url"`
	Programmes       []string
	Labels           []string
	Itinerant        bool
	ConfirmedAt      time.Time
	UpdatedAt        time.Time

	Spot Spot      `db:"-"` // where it is nearest
	Stop *Stop     `db:"-"` // the stop that is nearest, of an itinerant place
	Next *Workshop `db:"-"` // the first session to come
}

// Cursor is where the list continues after the place.
func (p Place) Cursor() Cursor { return p.Spot.cursor() }

// Stop is where an itinerant place stops.
type Stop struct {
	ID           uuid.UUID
	PlaceID      uuid.UUID
	Name         string
	Street       string
	PostalCode   string
	Town         string
	Latitude     float64
	Longitude    float64
	OpeningHours string
}

// Offer is what a place says of one service, where it is not as everywhere in it.
type Offer struct {
	Entry        int16
	Modes        []string
	Minutes      *int16
	PriceCents   *int32 // without a chèque
	RemainsCents *int32 // with one
}

const placeColumns = `id, structure_id IS NOT NULL AS accepts, structure_name, structure_siret, name, referent, street, complement, postal_code, town, insee,
	latitude, longitude, phone, email, website, opening_hours, presentation, summary, access, transport, entries, families, modes, nothing_to_pay, fees, audiences,
	special_cares, access_ways, languages, accessibility, accessibility_url, appointment_url, programmes, labels, itinerant, confirmed_at, updated_at`

const stopColumns = `id, place_id, name, street, postal_code, town, latitude, longitude, opening_hours`

// Sheet is all that a place's page says.
type Sheet struct {
	Place
	Stops     []Stop
	Offers    []Offer
	Workshops []Workshop // to come
}

// Place reads a published place; ErrNotFound otherwise.
func (s *Service) Place(ctx context.Context, id uuid.UUID) (Sheet, error) {
	var sheet Sheet
	err := s.db.InPublic(ctx, func(tx *postgres.Tx) (err error) {
		args := postgres.Args{"id": id}
		if sheet.Place, err = postgres.One[Place](ctx, tx, `SELECT `+placeColumns+` FROM places WHERE published AND id = @id`, args); err != nil {
			return err
		}
		if sheet.Itinerant {
			if sheet.Stops, err = postgres.All[Stop](ctx, tx, `SELECT `+stopColumns+` FROM place_stops WHERE published AND place_id = @id ORDER BY rank, id`, args); err != nil {
				return err
			}
		}
		if sheet.Workshops, err = workshopsOf(ctx, tx, id); err != nil {
			return err
		}
		sheet.Offers, err = postgres.All[Offer](ctx, tx, `SELECT entry, modes, minutes, price_cents, remains_cents FROM place_offers WHERE published AND place_id = @id ORDER BY entry`, args)
		return err
	})
	if errors.Is(err, postgres.ErrNoRow) {
		return Sheet{}, ErrNotFound
	}
	if err != nil {
		return Sheet{}, fmt.Errorf("read place: %w", err)
	}
	sheet.Spot = Spot{ID: id, OpeningHours: sheet.OpeningHours, Insee: sheet.INSEE, Latitude: sheet.Latitude, Longitude: sheet.Longitude}
	return sheet, nil
}

// Address is a published place's page and when it last changed.
type Address struct {
	ID        uuid.UUID
	UpdatedAt time.Time
}

// Addresses lists the pages of places, for search engines: at most most, those
// that take chèques first.
func (s *Service) Addresses(ctx context.Context, most int) (list []Address, err error) {
	err = s.db.InPublic(ctx, func(tx *postgres.Tx) (err error) {
		list, err = postgres.All[Address](ctx, tx, `SELECT id, updated_at FROM places WHERE published ORDER BY structure_id IS NULL, id LIMIT @most`, postgres.Args{"most": most})
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("list pages of places: %w", err)
	}
	return list, nil
}
