package workshop

import (
	"context"
	"time"

	"github.com/google/uuid"

	"passnum/internal/identity"
	"passnum/internal/postgres"
)

// Filter narrows a structure's ateliers; zero values do not.
type Filter struct {
	Past    bool // those that have begun, newest first; else those to come
	PlaceID uuid.UUID
}

// Cursor is where a page starts: after the last atelier of the one before.
type Cursor struct {
	At time.Time `json:"a"`
	ID uuid.UUID `json:"i"`
}

const pageSize = 20 // a phone shows four on a screen

// List reads a page of the structure's ateliers; next is zero on the last one.
func (s *Service) List(ctx context.Context, actor identity.Actor, f Filter, after Cursor) (list []Workshop, next Cursor, err error) {
	if err := mayRead(actor); err != nil {
		return nil, next, err
	}
	err = s.inOrganisation(ctx, actor, "list ateliers", func(tx *postgres.Tx) (err error) {
		order, beyond, side := `w.starts_at, w.id`, `(w.starts_at, w.id) > (@after, @id)`, `w.starts_at + make_interval(mins => w.minutes) > @now`
		if f.Past {
			order, beyond, side = `w.starts_at DESC, w.id DESC`, `(w.starts_at, w.id) < (@after, @id)`, `w.starts_at + make_interval(mins => w.minutes) <= @now`
		}
		if after.At.IsZero() && f.Past {
			after = Cursor{unlimited(after.At), uuid.Max}
		}
		list, err = postgres.All[Workshop](ctx, tx, workshopSelect+`
			WHERE w.structure_id = @structure AND (@place::uuid IS NULL OR w.place_id = @place) AND `+side+` AND `+beyond+` ORDER BY `+order+` LIMIT @limit`,
			postgres.Args{"structure": actor.OrganisationID, "place": none(f.PlaceID), "now": tx.Now(), "after": after.At, "id": after.ID, "limit": pageSize + 1})
		return err
	})
	if len(list) > pageSize {
		list = list[:pageSize]
		last := list[pageSize-1]
		next = Cursor{last.StartsAt, last.ID}
	}
	return list, next, err
}

// Today lists the structure's ateliers of the day that are not cancelled.
func (s *Service) Today(ctx context.Context, actor identity.Actor) ([]Workshop, error) {
	if err := mayRead(actor); err != nil {
		return nil, err
	}
	var list []Workshop
	err := s.inOrganisation(ctx, actor, "list ateliers of the day", func(tx *postgres.Tx) (err error) {
		from := at(tx.Now().In(postgres.Paris), time.Time{})
		list, err = postgres.All[Workshop](ctx, tx, workshopSelect+`
			WHERE w.structure_id = @structure AND w.cancelled_at IS NULL AND w.starts_at >= @from AND w.starts_at < @to
				AND (@place::uuid IS NULL OR w.place_id = @place) ORDER BY w.starts_at, w.id LIMIT 20`,
			postgres.Args{"structure": actor.OrganisationID, "from": from, "to": from.AddDate(0, 0, 1), "place": none(actor.PlaceID)})
		return err
	})
	return list, err
}

// Place is one of the structure's places, to plan an atelier in.
type Place struct {
	ID        uuid.UUID
	Name      string
	Town      string
	Entries   []int16
	Modes     []string
	Published bool
}

// Places lists the structure's places, by name.
func (s *Service) Places(ctx context.Context, actor identity.Actor) ([]Place, error) {
	if err := mayRead(actor); err != nil {
		return nil, err
	}
	var list []Place
	err := s.inOrganisation(ctx, actor, "list places", func(tx *postgres.Tx) (err error) {
		list, err = postgres.All[Place](ctx, tx, `SELECT id, name, town, entries, modes, published FROM places WHERE structure_id = @structure ORDER BY name, id`,
			postgres.Args{"structure": actor.OrganisationID})
		return err
	})
	return list, err
}

// Booked is a booking made by a counter, with its atelier.
type Booked struct {
	Workshop
	BookingID uuid.UUID
	Serial    string
	State     State
	EndedBy   string
	BookedAt  time.Time
}

// Bookings lists what a counter booked for ateliers to come, and lately: those
// cancelled or moved are seen there.
func (s *Service) Bookings(ctx context.Context, actor identity.Actor) ([]Booked, error) {
	if err := actor.May(identity.StockRead); err != nil {
		return nil, err
	}
	var list []Booked
	err := s.inOrganisation(ctx, actor, "list bookings", func(tx *postgres.Tx) (err error) {
		list, err = postgres.All[Booked](ctx, tx, bookedSelect+`
			WHERE b.booker_id = @me AND w.published AND w.starts_at > @since ORDER BY w.starts_at, b.booked_at, b.id LIMIT 200`,
			postgres.Args{"me": actor.OrganisationID, "since": tx.Now().AddDate(0, 0, -7)})
		return err
	})
	return list, err
}

const bookedSelect = `SELECT ` + workshopColumns + `, b.id AS booking_id, b.serial, b.state, b.ended_by, b.booked_at` + fromWorkshops + `
	JOIN workshop_bookings b ON b.structure_id = w.structure_id AND b.workshop_id = w.id `
