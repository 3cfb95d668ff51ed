package workshop_test

import (
	"errors"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/uuid"

	"passnum/internal/fault"
	"passnum/internal/workshop"
)

// TestSeatsAreGivenOnce has four times as many people as seats ask at the same
// moment, some twice with the same carnet.
func TestSeatsAreGivenOnce(t *testing.T) {
	const seats = 3
	s := newScene(t, 4*seats)
	id := s.plan(t, s.form())
	var wg sync.WaitGroup
	start := make(chan struct{})
	var mu sync.Mutex
	got := map[string]int{}
	for n := range 5 * seats {
		wg.Go(func() {
			<-start
			serial := s.order.Serial(n%(4*seats) + 1)
			_, err := s.Book(s.ctx, s.Agent, id, s.Point, serial, false)
			mu.Lock()
			defer mu.Unlock()
			switch f, _ := fault.As(err); {
			case err == nil:
				got["seat"]++
			case f == workshop.ErrFull || f != nil && f.Fields != nil:
				got["refused"]++
			default:
				t.Errorf("carnet %s: %v", serial, err)
			}
		})
	}
	close(start)
	wg.Wait()
	if got["seat"] != seats || got["refused"] != 4*seats {
		t.Errorf("%v, want %d seats", got, seats)
	}
	s.whole(t, id, seats, 0)
}

// TestACarnetPromisesWhatItHolds books two ateliers at once with the one chèque
// that is left.
func TestACarnetPromisesWhatItHolds(t *testing.T) {
	s := newScene(t, 1)
	s.Exec(`UPDATE cheques SET state = 'utilise' WHERE order_id = $1 AND rank = 1`, s.order.ID)
	form := s.form()
	first := s.plan(t, form)
	form.Hour = "17:00"
	second := s.plan(t, form)
	var wg sync.WaitGroup
	errs := make([]error, 2)
	for i := range errs {
		wg.Go(func() {
			_, errs[i] = s.Book(s.ctx, s.Agent, []uuid.UUID{first, second}[i], s.Point, s.order.Serial(1), false)
		})
	}
	wg.Wait()
	if (errs[0] == nil) == (errs[1] == nil) {
		t.Errorf("one booking of two was to be refused: %v", errs)
	}
}

func TestWhoMayNotBook(t *testing.T) {
	s := newScene(t, 3)
	id := s.plan(t, s.form())
	serial := s.order.Serial(1)
	s.book(t, id, 1, false)
	refused := func(name, typed string) string {
		t.Helper()
		_, err := s.Book(s.ctx, s.Agent, id, s.Point, typed, false)
		f, ok := fault.ForForm(err)
		if !ok {
			t.Fatalf("%s: %v", name, err)
		}
		return f.Fields[0].Sentence
	}
	for name, want := range map[string]string{serial: "déjà une place", "C26-999-000001": "pas de chèque utilisable", "bonjour": "numéro de carnet"} {
		if got := refused(name, name); !strings.Contains(got, want) {
			t.Errorf("%s: %s", name, got)
		}
	}
	s.Exec(`UPDATE orders SET perimeter_codes = '{75056}' WHERE id = $1`, s.order.ID)
	if got := refused("elsewhere", s.order.Serial(2)); !strings.Contains(got, "pas acceptés") {
		t.Errorf("elsewhere: %s", got)
	}
	// A person is answered alike whatever the reason.
	_, here := s.BookAlone(s.ctx, "192.0.2.1", id, s.order.Serial(2), false)
	_, unknown := s.BookAlone(s.ctx, "192.0.2.1", id, "C26-999-000001", false)
	if here == nil || !errors.Is(here, unknown) {
		t.Errorf("answered %v and %v", here, unknown)
	}
	s.Exec(`UPDATE orders SET perimeter_codes = '{}' WHERE id = $1`, s.order.ID)
	s.Travel(9 * 24 * time.Hour)
	if _, err := s.Book(s.ctx, s.Agent, id, s.Point, s.order.Serial(2), false); !fault.Is(err, fault.KindConflict) {
		t.Errorf("once begun: %v", err)
	}
	if _, err := s.Book(s.ctx, s.Mediateur, id, s.Point, s.order.Serial(2), false); !fault.Is(err, fault.KindForbidden) {
		t.Errorf("without a counter: %v", err)
	}
}

// TestWhatItHandedOverItself tells a counter before the day that a structure may
// not take the chèques of the carnets it handed over; a rule for its town only
// lets its other towns in.
func TestWhatItHandedOverItself(t *testing.T) {
	s := newScene(t, 2)
	id := s.plan(t, s.form())
	point := uuid.New()
	s.Exec(`INSERT INTO points (id, aiguilleur_id, name, referent_name, postal_code, town, insee, ancestors, created_at) VALUES ($1, $2, 'Accueil', 'x', '23000', 'x', '', '{}', $3)`,
		point, s.Mediatheque, s.World.Now())
	s.Exec(`UPDATE handovers SET aiguilleur_id = $1, point_id = $2`, s.Mediatheque, point)
	s.Exec(`UPDATE handover_cheques SET aiguilleur_id = $1`, s.Mediatheque)
	for _, c := range []struct {
		rule, insee string
		welcome     bool
	}{{"refusee", "23008", false}, {"ailleurs", "23096", false}, {"ailleurs", "23008", true}} {
		s.Exec(`UPDATE orders SET own_handovers = $1`, c.rule)
		s.Exec(`UPDATE handovers SET insee = $2 WHERE point_id = $1`, point, c.insee)
		_, err := s.Book(s.ctx, s.Agent, id, uuid.Nil, s.order.Serial(1), false)
		f, refused := fault.ForForm(err)
		if refused == c.welcome || refused && !strings.Contains(f.Fields[0].Sentence, "a remis ce carnet elle-même") {
			t.Errorf("%s, handed over at %s: %v", c.rule, c.insee, err)
		}
	}
	s.Exec(`UPDATE orders SET own_handovers = 'refusee'`)
	_, own := s.BookAlone(s.ctx, "192.0.2.1", id, s.order.Serial(2), false)
	_, unknown := s.BookAlone(s.ctx, "192.0.2.1", id, "C26-999-000001", false)
	if own == nil || !errors.Is(own, unknown) {
		t.Errorf("a person is answered %v and %v", own, unknown)
	}
}

func TestNumbersAreNotTriedForEver(t *testing.T) {
	s := newScene(t, 1)
	id := s.plan(t, s.form())
	for range 20 {
		if _, err := s.BookAlone(s.ctx, "2001:db8::1", id, "C26-999-000001", false); !fault.Is(err, fault.KindInvalid) {
			t.Fatal(err)
		}
	}
	if _, err := s.BookAlone(s.ctx, "2001:db8::2", id, s.order.Serial(1), false); !fault.Is(err, fault.KindTooMany) {
		t.Errorf("the same subscriber: %v", err)
	}
	if _, err := s.BookAlone(s.ctx, "192.0.2.9", id, s.order.Serial(1), false); err != nil {
		t.Errorf("somebody else: %v", err)
	}
}

// TestNumbersTriedAtOnceAreCounted sends at the same time what would be refused
// one after the other.
func TestNumbersTriedAtOnceAreCounted(t *testing.T) {
	s := newScene(t, 1)
	id := s.plan(t, s.form())
	var answered atomic.Int64
	var tries sync.WaitGroup
	for n := range 60 {
		tries.Go(func() {
			if _, err := s.BookAlone(s.ctx, "192.0.2.7", id, fmt.Sprintf("C26-999-%06d", n), false); fault.Is(err, fault.KindInvalid) {
				answered.Add(1)
			}
		})
	}
	tries.Wait()
	if n := answered.Load(); n != 20 {
		t.Errorf("%d numbers were tried", n)
	}
}

func TestASeatGivenBackGoesToWhoWaits(t *testing.T) {
	s := newScene(t, 4)
	form := s.form()
	form.Seats = "1"
	id := s.plan(t, form)
	alone, err := s.BookAlone(s.ctx, "192.0.2.1", id, s.order.Serial(1), false)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.Book(s.ctx, s.Agent, id, s.Point, s.order.Serial(2), false); err != workshop.ErrFull && !errors.Is(err, workshop.ErrFull) {
		t.Fatalf("full: %v", err)
	}
	waiting := s.book(t, id, 2, true)
	s.book(t, id, 3, true)
	s.whole(t, id, 1, 2)
	if _, standing, err := s.Standing(s.ctx, "192.0.2.1", id, " "+strings.ToLower(alone.Code)); err != nil || standing.State != workshop.Reserved {
		t.Errorf("the code: %+v, %v", standing, err)
	}
	if _, _, err := s.Standing(s.ctx, "192.0.2.1", id, "AAAA-AAAA"); !fault.Is(err, fault.KindInvalid) {
		t.Errorf("another code: %v", err)
	}
	s.notices()
	if err := s.LeaveAlone(s.ctx, id, alone.Code); err != nil {
		t.Fatal(err)
	}
	s.whole(t, id, 1, 1)
	told := s.notices()
	if len(told) != 1 || told[0].Event != workshop.EventPromoted || told[0].Bookings[0] != waiting.ID {
		t.Errorf("told %+v", told)
	}
	if err := s.LeaveAlone(s.ctx, id, alone.Code); !errors.Is(err, workshop.ErrNoSeat) {
		t.Errorf("twice: %v", err)
	}
	if err := s.Leave(s.ctx, s.Other, id, waiting.ID); !errors.Is(err, workshop.ErrNoSeat) {
		t.Errorf("another counter: %v", err)
	}
	if err := s.Leave(s.ctx, s.Agent, id, waiting.ID); err != nil {
		t.Fatal(err)
	}
	s.whole(t, id, 1, 0)
	// A carnet may come back, and more seats let people in.
	s.book(t, id, 1, true)
	form.Seats = "5"
	if _, err := s.Edit(s.ctx, s.Mediateur, id, form, false); err != nil {
		t.Fatal(err)
	}
	s.whole(t, id, 2, 0)
	form.Seats = "1"
	if _, err := s.Edit(s.ctx, s.Mediateur, id, form, false); !errors.Is(err, workshop.ErrTaken) {
		t.Errorf("fewer seats than given: %v", err)
	}
}
