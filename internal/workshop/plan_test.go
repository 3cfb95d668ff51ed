package workshop_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/uuid"

	"passnum/internal/distribution"
	"passnum/internal/fault"
	"passnum/internal/postgres"
	"passnum/internal/workshop"
)

func TestASeriesKeepsItsHourAndSkipsHolidays(t *testing.T) {
	s := newScene(t, 1)
	form := s.form() // Tuesdays; the clocks change on 28 March
	form.Day, form.Every, form.Until = "23/02/2027", workshop.EveryWeek, "15/06/2027"
	form.Seats = "8"
	planned, err := s.Plan(s.ctx, s.Mediateur, form)
	if err != nil || planned.Sessions != 17 || len(planned.Skipped) != 0 {
		t.Fatalf("%+v, %v", planned, err)
	}
	if n := s.Count(`SELECT count(*) FROM workshops WHERE to_char(starts_at AT TIME ZONE 'Europe/Paris', 'ID HH24:MI') = '2 14:30'`); n != 17 {
		t.Errorf("%d sessions at their hour", n)
	}
	form.Day, form.Hour = "06/05/2027", "10h" // Ascension day
	planned, err = s.Plan(s.ctx, s.Mediateur, form)
	if err != nil || planned.Sessions != 5 || len(planned.Skipped) != 1 {
		t.Fatalf("%+v, %v", planned, err)
	}
	if _, err := s.Plan(s.ctx, s.Mediateur, form); !errors.Is(err, workshop.ErrTwice) {
		t.Errorf("twice: %v", err)
	}
}

func TestFormsAreReadWhole(t *testing.T) {
	s := newScene(t, 1)
	_, err := s.Plan(s.ctx, s.Mediateur, workshop.Form{Day: "hier", Hour: "25:00", Mode: "autre", Seats: "0", Cheques: "x", Level: "9"})
	f, ok := fault.ForForm(err)
	if !ok || len(f.Fields) != 10 {
		t.Fatalf("%v", err)
	}
	form := s.form()
	form.Entries = []string{"129", "128"}
	if _, err := s.Plan(s.ctx, s.Mediateur, form); !fault.Is(err, fault.KindInvalid) && s.Count(`SELECT count(*) FROM places WHERE 129 = ANY (entries)`) == 0 {
		t.Errorf("a service the place does not give: %v", err)
	}
	form = s.form()
	form.Day = "15/11/2026"
	if _, err := s.Plan(s.ctx, s.Mediateur, form); !fault.Is(err, fault.KindInvalid) {
		t.Errorf("in the past: %v", err)
	}
	if _, err := s.Plan(s.ctx, s.Agent, s.form()); !fault.Is(err, fault.KindForbidden) {
		t.Errorf("a counter: %v", err)
	}
}

func TestFollowingSessionsMoveTogether(t *testing.T) {
	s := newScene(t, 2)
	form := s.form()
	form.Every, form.Until = workshop.EveryWeek, "15/12/2026"
	first := s.plan(t, form)
	second := s.session(t, 2)
	s.book(t, second, 1, false)
	s.notices()
	form.Day, form.Hour, form.Title = "01/12/2026", "9:00", "Mes démarches"
	form.Every = ""
	if n, err := s.Edit(s.ctx, s.Mediateur, second, form, true); err != nil || n != 3 {
		t.Fatalf("%d, %v", n, err)
	}
	if told := s.notices(); len(told) != 1 || told[0].Event != workshop.EventMoved {
		t.Errorf("told %+v", told)
	}
	form.Day = "08/12/2026" // onto the next one's day: the series shifts as one
	if n, err := s.Edit(s.ctx, s.Mediateur, second, form, true); err != nil || n != 3 {
		t.Fatalf("%d, %v", n, err)
	}
	s.notices()
	if n := s.Count(`SELECT count(*) FROM workshops WHERE title = 'Premiers pas' AND id = $1`, first); n != 1 {
		t.Error("the first session moved too")
	}
	if _, err := s.Edit(s.ctx, s.Other, second, form, false); !fault.Is(err, fault.KindNotFound) {
		t.Errorf("somebody else's: %v", err)
	}
	if n, err := s.Cancel(s.ctx, s.Mediateur, second, "Le médiateur est malade.", true); err != nil || n != 3 {
		t.Fatalf("%d, %v", n, err)
	}
	told := s.notices()
	if len(told) != 1 {
		t.Fatalf("told %+v", told)
	}
	if err := s.Tell(s.ctx, told[0]); err != nil {
		t.Fatal(err)
	}
	if n := s.Count(`SELECT count(*) FROM mail_outbox WHERE subject LIKE 'Atelier annulé%' AND body_text LIKE '%' || $1 || '%' AND body_text LIKE '%malade%'`, s.order.Serial(1)); n != 1 {
		t.Errorf("%d mails", n)
	}
	shown, err := s.Find(s.ctx, second)
	if err != nil || !shown.Cancelled() || shown.CancelReason != "Le médiateur est malade." {
		t.Errorf("%+v, %v", shown, err)
	}
}

// session is the n-th session planned.
func (s *scene) session(t *testing.T, n int) (id uuid.UUID) {
	t.Helper()
	if err := s.Owner.QueryRow(s.ctx, `SELECT id FROM workshops ORDER BY starts_at OFFSET $1 LIMIT 1`, n-1).Scan(&id); err != nil {
		t.Fatal(err)
	}
	return id
}

func TestAtelierIsSeenAsItsPlaceIs(t *testing.T) {
	s := newScene(t, 1)
	id := s.plan(t, s.form())
	list, _, err := s.Coming(s.ctx, workshop.Search{})
	if err != nil || len(list) != 1 {
		t.Fatalf("%d, %v", len(list), err)
	}
	s.Exec(`UPDATE places SET published = false WHERE id = $1`, s.Place)
	if _, err := s.Find(s.ctx, id); !fault.Is(err, fault.KindNotFound) {
		t.Errorf("hidden: %v", err)
	}
	if _, err := s.Book(s.ctx, s.Agent, id, s.Point, s.order.Serial(1), false); !fault.Is(err, fault.KindNotFound) {
		t.Errorf("booked: %v", err)
	}
}

func TestASuspendedStructureGivesNoAtelier(t *testing.T) {
	s := newScene(t, 1)
	id := s.plan(t, s.form())
	s.book(t, id, 1, false)
	s.notices()
	err := s.DB.InPlatform(s.ctx, s.Operator, "essai", func(tx *postgres.Tx) error {
		return s.CancelAll(s.ctx, tx, s.Mediatheque, "La structure est déqualifiée.")
	})
	if err != nil {
		t.Fatal(err)
	}
	if told := s.notices(); len(told) != 1 || told[0].Event != workshop.EventCancelled {
		t.Errorf("told %+v", told)
	}
	if w, err := s.Find(s.ctx, id); err != nil || !w.Cancelled() {
		t.Errorf("%+v, %v", w, err)
	}
}

func TestTheLetterNamesWhatIsNear(t *testing.T) {
	s := newScene(t, 1)
	id := s.plan(t, s.form())
	s.Exec(`UPDATE places SET latitude = 46.17, longitude = 1.87`)
	s.Exec(`UPDATE points SET latitude = 46.18, longitude = 1.88`)
	lat, lon := 46.18, 1.88
	var list []distribution.Atelier
	err := s.DB.InOrganisation(s.ctx, s.Agent, func(tx *postgres.Tx) (err error) {
		list, err = workshop.ForLetter(s.ctx, tx, s.Departement, s.order.ID, distribution.Point{Latitude: &lat, Longitude: &lon}, []int{48})
		return err
	})
	if err != nil || len(list) != 1 || list[0].ID != id || !strings.Contains(list[0].Line(), "mardi") {
		t.Errorf("%+v, %v", list, err)
	}
}

func TestWhoCameIsNoted(t *testing.T) {
	s := newScene(t, 2)
	id := s.plan(t, s.form())
	came, absent := s.book(t, id, 1, false), s.book(t, id, 2, false)
	if err := s.Attend(s.ctx, s.Mediateur, id, nil); !fault.Is(err, fault.KindConflict) {
		t.Errorf("before: %v", err)
	}
	s.At(paris(t, "2026-11-24 16:00"))
	if err := s.Attend(s.ctx, s.Mediateur, id, []uuid.UUID{came.ID}); err != nil {
		t.Fatal(err)
	}
	roster, err := s.Roster(s.ctx, s.Mediateur, id)
	if err != nil || len(roster.Live()) != 2 || roster.Workshop.ClosedAt == nil {
		t.Fatalf("%+v, %v", roster, err)
	}
	for _, b := range roster.Live() {
		if b.Came() != (b.ID == came.ID) {
			t.Errorf("%s: came %v (absent is %s)", b.Serial, b.Came(), absent.Serial)
		}
	}
	if _, err := s.Roster(s.ctx, s.Other, id); !fault.Is(err, fault.KindNotFound) {
		t.Errorf("somebody else's: %v", err)
	}
	past, _, err := s.List(s.ctx, s.Mediateur, workshop.Filter{Past: true}, workshop.Cursor{})
	if err != nil || len(past) != 1 {
		t.Errorf("%d past, %v", len(past), err)
	}
}
