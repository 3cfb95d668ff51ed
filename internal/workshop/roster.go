package workshop

import (
	"context"
	"slices"
	"time"

	"github.com/google/uuid"

	"passnum/internal/audit"
	"passnum/internal/fault"
	"passnum/internal/identity"
	"passnum/internal/postgres"
	"passnum/internal/redemption"
)

// Booking is one carnet expected at an atelier.
type Booking struct {
	ID       uuid.UUID
	Serial   string
	Cheques  int
	State    State
	AtDesk   bool // booked by a counter, else by the person
	BookedAt time.Time
	EndedBy  string
	Present  *bool
	Scanned  int // chèques of the carnet taken that day at the place
}

// Came reports whether the person came: as the structure said, else as the
// chèques taken tell.
func (b Booking) Came() bool {
	if b.Present != nil {
		return *b.Present
	}
	return b.Scanned > 0
}

// Roster is an atelier for the structure: who is expected, and who came.
type Roster struct {
	Workshop Workshop
	Bookings []Booking
	// Others counts sessions of the series still to come, this one left out.
	Others int
}

// Live lists the bookings that hold a seat.
func (r Roster) Live() []Booking {
	return slices.DeleteFunc(slices.Clone(r.Bookings), func(b Booking) bool { return b.State != Reserved })
}

// mayRead is who sees the ateliers of a structure: those who give them.
func mayRead(actor identity.Actor) error {
	if actor.Can(identity.Check) {
		return nil
	}
	return actor.May(identity.WorkshopWrite)
}

// Roster reads one of the structure's ateliers with its bookings; ErrNotFound.
func (s *Service) Roster(ctx context.Context, actor identity.Actor, id uuid.UUID) (Roster, error) {
	if err := mayRead(actor); err != nil {
		return Roster{}, err
	}
	var r Roster
	err := s.inOrganisation(ctx, actor, "read atelier", func(tx *postgres.Tx) (err error) {
		if r.Workshop, err = own(ctx, tx, actor, id); err != nil {
			return err
		}
		if actor.PlaceID != uuid.Nil && actor.PlaceID != r.Workshop.PlaceID { // a device knows its place only
			return ErrNotFound
		}
		if r.Bookings, err = bookingsOf(ctx, tx, r.Workshop); err != nil {
			return err
		}
		r.Others, err = postgres.Value[int](ctx, tx, `
			SELECT count(*)::int FROM workshops WHERE structure_id = @structure AND series_id = @series AND starts_at > @from AND cancelled_at IS NULL`,
			postgres.Args{"structure": actor.OrganisationID, "series": r.Workshop.SeriesID, "from": r.Workshop.StartsAt})
		return err
	})
	return r, err
}

func bookingsOf(ctx context.Context, tx *postgres.Tx, w Workshop) ([]Booking, error) {
	list, err := postgres.All[Booking](ctx, tx, `
		SELECT id, serial, cheques, state, booker_id IS NOT NULL AS at_desk, booked_at, ended_by, present, 0 AS scanned
		FROM workshop_bookings WHERE structure_id = @structure AND workshop_id = @workshop
		ORDER BY state = 'annule', state = 'attente', booked_at, id`,
		postgres.Args{"structure": w.StructureID, "workshop": w.ID})
	if err != nil || len(list) == 0 || tx.Now().Before(dayOf(w)) {
		return list, err
	}
	taken, err := redemption.TakenAt(ctx, tx, w.StructureID, w.PlaceID, dayOf(w), dayOf(w).AddDate(0, 0, 1))
	for i := range list {
		list[i].Scanned = taken[list[i].Serial]
	}
	return list, err
}

// dayOf is the first moment of an atelier's day, on Paris clocks.
func dayOf(w Workshop) time.Time {
	y, m, d := w.Starts().Date()
	return time.Date(y, m, d, 0, 0, 0, 0, postgres.Paris)
}

var errEarly = fault.New(fault.KindConflict, "L’atelier n’a pas commencé\u00a0: on note qui est venu à partir de l’heure prévue.")

// Attend notes who came, among those who had a seat: the others were absent.
// ErrNotFound.
func (s *Service) Attend(ctx context.Context, actor identity.Actor, id uuid.UUID, present []uuid.UUID) error {
	if err := actor.May(identity.WorkshopWrite); err != nil {
		return err
	}
	return s.inOrganisation(ctx, actor, "note presence", func(tx *postgres.Tx) error {
		w, err := own(ctx, tx, actor, id)
		if err != nil {
			return err
		}
		switch {
		case w.Cancelled():
			return ErrOver
		case tx.Now().Before(w.StartsAt):
			return errEarly
		}
		_, err = postgres.Do(ctx, tx, `
			UPDATE workshop_bookings SET present = id = ANY (@present) WHERE structure_id = @structure AND workshop_id = @id AND state = 'reserve'`,
			postgres.Args{"present": append([]uuid.UUID{}, present...), "structure": actor.OrganisationID, "id": id})
		if err != nil {
			return err
		}
		err = postgres.Must(ctx, tx, `UPDATE workshops SET closed_at = coalesce(closed_at, @now), updated_at = @now WHERE structure_id = @structure AND id = @id`,
			postgres.Args{"now": tx.Now(), "structure": actor.OrganisationID, "id": id})
		if err != nil {
			return err
		}
		return audit.Record(ctx, tx, actor, audit.Act{Name: "présence à un atelier", SubjectKind: "atelier", SubjectID: id, Detail: map[string]any{"présents": len(present)}})
	})
}
