package workshop

import (
	"context"
	"errors"

	"github.com/google/uuid"

	"passnum/internal/audit"
	"passnum/internal/fault"
	"passnum/internal/identity"
	"passnum/internal/postgres"
)

// Standing is how a booking stands, for whoever holds its code.
type Standing struct {
	Serial  string
	State   State
	Cheques int
	EndedBy string
	Ahead   int // how many wait before, on the waiting list
}

// State is where a booking stands.
type State string

// The states of a booking.
const (
	Reserved State = "reserve"
	OnHold   State = "attente"
	Ended    State = "annule"
)

// Standing tells how a booking stands to whoever shows its code.
func (s *Service) Standing(ctx context.Context, address string, id uuid.UUID, code string) (Workshop, Standing, error) {
	var w Workshop
	var standing Standing
	var refusal error
	err := s.db.InPublic(ctx, func(tx *postgres.Tx) (err error) {
		if w, err = shown(ctx, tx, id); err != nil {
			return err
		}
		g := personGuesser(address)
		g.each = false
		blocked, err := g.blocked(ctx, tx)
		if err != nil || blocked {
			refusal = errTooMany
			return err
		}
		standing, err = postgres.One[Standing](ctx, tx, `SELECT serial, state, cheques, ended_by, ahead FROM booked_seat(@id, @code)`,
			postgres.Args{"id": id, "code": hashOf(id, code)})
		if errors.Is(err, postgres.ErrNoRow) {
			refusal = errNoCode
			return g.count(ctx, tx, refusal)
		}
		return err
	})
	return w, standing, orElse(fault.Wrap(err, "read booking"), refusal)
}

// LeaveAlone gives a seat back to whoever shows the code of its booking.
// ErrNotFound, ErrNoSeat.
func (s *Service) LeaveAlone(ctx context.Context, id uuid.UUID, code string) error {
	return fault.Wrap(s.db.InPublic(ctx, func(tx *postgres.Tx) error {
		if _, err := shown(ctx, tx, id); err != nil {
			return err
		}
		_, err := s.leave(ctx, tx, id, hashOf(id, code), uuid.Nil)
		return err
	}), "leave seat")
}

// Leave gives a seat back for the counter that booked it. ErrNoSeat.
func (s *Service) Leave(ctx context.Context, actor identity.Actor, id, booking uuid.UUID) error {
	if err := actor.May(identity.HandOver); err != nil {
		return err
	}
	return s.inOrganisation(ctx, actor, "leave seat", func(tx *postgres.Tx) error {
		_, err := s.leave(ctx, tx, id, nil, booking)
		return err
	})
}

// Withdraw ends a booking for the structure, and tells the counter that made it.
// ErrNoSeat.
func (s *Service) Withdraw(ctx context.Context, actor identity.Actor, id, booking uuid.UUID) error {
	if err := actor.May(identity.WorkshopWrite); err != nil {
		return err
	}
	return s.inOrganisation(ctx, actor, "withdraw seat", func(tx *postgres.Tx) error {
		if _, err := own(ctx, tx, actor, id); err != nil {
			return err
		}
		structure, err := s.leave(ctx, tx, id, nil, booking)
		if err != nil {
			return err
		}
		if err := s.tell(ctx, tx, Notice{Event: EventWithdrawn, StructureID: structure, WorkshopID: id, Bookings: []uuid.UUID{booking}}); err != nil {
			return err
		}
		return audit.Record(ctx, tx, actor, audit.Act{Name: "réservation d’atelier retirée", SubjectKind: "atelier", SubjectID: id})
	})
}

// leave ends one booking and lets the next one in.
func (s *Service) leave(ctx context.Context, tx *postgres.Tx, workshop uuid.UUID, code []byte, booking uuid.UUID) (structure uuid.UUID, err error) {
	type line struct {
		Structure, Booking uuid.UUID
		Ended              bool
	}
	lines, err := postgres.All[line](ctx, tx, `SELECT structure, booking, ended FROM leave_workshop(@workshop, @code, @booking, @now)`,
		postgres.Args{"workshop": workshop, "code": code, "booking": none(booking), "now": tx.Now()})
	if err != nil {
		return uuid.Nil, err
	}
	if len(lines) == 0 {
		return uuid.Nil, ErrNoSeat
	}
	var lucky []uuid.UUID
	for _, l := range lines {
		if !l.Ended {
			lucky = append(lucky, l.Booking)
		}
	}
	return lines[0].Structure, s.tellPromoted(ctx, tx, lines[0].Structure, workshop, lucky)
}
