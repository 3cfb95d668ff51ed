package workshop_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/google/uuid"

	"passnum/internal/jobs"
	"passnum/internal/territory"
	"passnum/internal/testworld"
	"passnum/internal/workshop"
)

// scene is a structure that gives ateliers, and carnets that were handed over.
type scene struct {
	*testworld.World
	ctx   context.Context
	queue *jobs.Inline
	*workshop.Service
	order testworld.Order
}

func newScene(t *testing.T, carnets int) *scene {
	t.Helper()
	t.Parallel()
	w := testworld.New(t)
	index, err := territory.Load()
	if err != nil {
		t.Fatal(err)
	}
	s := &scene{World: w, ctx: t.Context(), queue: &jobs.Inline{}}
	s.Service = workshop.NewService(w.DB, index, workshop.Options{Queue: s.queue, BaseURL: "https://passnum.test"})
	s.order = w.ActiveOrder(testworld.OrderOptions{Carnets: carnets, PerCarnet: 2})
	s.order.HandedOver(carnets)
	w.Exec(`UPDATE places SET published = true WHERE id = $1`, w.Place)
	return s
}

// form is an atelier of next Tuesday at the scene's place.
func (s *scene) form() workshop.Form {
	return workshop.Form{Title: "Premiers pas", Place: s.Place.String(), Entries: []string{fmt.Sprint(s.entry())}, Day: "24/11/2026", Hour: "14h30", Minutes: "90",
		Mode: "collectif", Seats: "3", Cheques: "1", Language: "fr", Level: "0"}
}

func (s *scene) entry() int64 { return s.Count(`SELECT entries[1] FROM places WHERE id = $1`, s.Place) }

func (s *scene) plan(t *testing.T, form workshop.Form) uuid.UUID {
	t.Helper()
	planned, err := s.Plan(s.ctx, s.Mediateur, form)
	if err != nil {
		t.Fatal(err)
	}
	return planned.First
}

func (s *scene) book(t *testing.T, id uuid.UUID, carnet int, wait bool) workshop.Seat {
	t.Helper()
	seat, err := s.Book(s.ctx, s.Agent, id, s.Point, s.order.Serial(carnet), wait)
	if err != nil {
		t.Fatalf("carnet %d: %v", carnet, err)
	}
	return seat
}

// notices lists what was announced since the last call.
func (s *scene) notices() []workshop.Notice {
	var list []workshop.Notice
	for _, args := range s.queue.Waiting {
		if n, ok := args.(workshop.Notice); ok {
			list = append(list, n)
		}
	}
	s.queue.Waiting = nil
	return list
}

// whole checks that what an atelier counts is what was booked.
func (s *scene) whole(t *testing.T, id uuid.UUID, taken, waiting int64) {
	t.Helper()
	for state, want := range map[string]int64{"reserve": taken, "attente": waiting} {
		if got := s.Count(`SELECT count(*) FROM workshop_bookings WHERE workshop_id = $1 AND state = $2`, id, state); got != want {
			t.Errorf("%d bookings %s, want %d", got, state, want)
		}
	}
	if got := s.Count(`SELECT taken * 100 + waiting FROM workshops WHERE id = $1`, id); got != taken*100+waiting {
		t.Errorf("the atelier counts %d, want %d and %d", got, taken, waiting)
	}
}

func paris(t *testing.T, clock string) time.Time {
	t.Helper()
	zone, err := time.LoadLocation("Europe/Paris")
	if err != nil {
		t.Fatal(err)
	}
	at, err := time.ParseInLocation("2006-01-02 15:04", clock, zone)
	if err != nil {
		t.Fatal(err)
	}
	return at
}
