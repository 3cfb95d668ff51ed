package structure_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"

	"passnum/internal/fault"
	"passnum/internal/geocode"
	"passnum/internal/hours"
	"passnum/internal/identity"
	"passnum/internal/jobs"
	"passnum/internal/organisation"
	"passnum/internal/postgres"
	"passnum/internal/structure"
)

// addresses is a national service that knows one street.
func addresses(t *testing.T) *geocode.Client {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !strings.Contains(r.URL.Query().Get("q"), "rue de la Gare") {
			_, _ = fmt.Fprint(w, `{"features":[]}`)
			return
		}
		_, _ = fmt.Fprint(w, `{"features":[{"geometry":{"coordinates":[1.8701,46.1766]},"properties":{"score":0.9,"type":"housenumber"}}]}`)
	}))
	t.Cleanup(server.Close)
	return geocode.New(server.URL)
}

func TestWhereAPlaceIs(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	b.Geocoder = addresses(t)
	ctx := t.Context()
	place, err := b.AddPlace(ctx, b.Candidate, placeForm())
	if err != nil || place.Positioned != structure.ByAddress || *place.Latitude != 46.1766 {
		t.Fatalf("%v at %v, %v", place.Positioned, place.Latitude, err)
	}
	edit := func(change func(*structure.PlaceForm)) structure.Place {
		t.Helper()
		now, err := b.Service.Place(ctx, b.Candidate, place.ID)
		if err != nil {
			t.Fatal(err)
		}
		form := structure.FormOf(now)
		change(&form)
		if now, err = b.EditPlace(ctx, b.Candidate, place.ID, form); err != nil {
			t.Fatal(err)
		}
		return now
	}
	moved := edit(func(f *structure.PlaceForm) { f.Latitude, f.Longitude = "46,1700", "1,8700" })
	if moved.Positioned != structure.ByHand || *moved.Latitude != 46.17 {
		t.Errorf("by hand: %+v", moved)
	}
	if kept := edit(func(f *structure.PlaceForm) { f.Phone = "05 55 00 00 01" }); kept.Positioned != structure.ByHand || *kept.Latitude != 46.17 {
		t.Errorf("a position chosen by hand moved: %+v", kept)
	}
	if rough := edit(func(f *structure.PlaceForm) { f.Latitude, f.Longitude, f.Address.Street = "", "", "1 place perdue" }); rough.Positioned != structure.ByCommune {
		t.Errorf("an unknown address: %+v", rough)
	}
}

func TestWhatTheStructureWroteIsItsOwn(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	ctx := t.Context()
	before, err := b.Service.Place(ctx, b.Mediateur, b.World.Place)
	if err != nil {
		t.Fatal(err)
	}
	w := structure.WelcomeFormOf(before)
	w.Languages, w.Accessibility, w.Programmes, w.AppointmentURL = []string{"fr", "ar", "xx"}, []string{"fauteuil", "ascenseur"}, []string{"Conseillers numériques"}, "rdv.exemple.fr"
	after, err := b.SaveWelcome(ctx, b.Mediateur, b.World.Place, w)
	if err != nil || !slices.Equal(after.Languages, []string{"fr", "ar"}) || !slices.Equal(after.Accessibility, []string{"fauteuil"}) || after.AppointmentURL != "https://rdv.exemple.fr" {
		t.Errorf("%+v, %v", after.Welcome, err)
	}
	got, _ := b.Service.Place(ctx, b.Mediateur, b.World.Place)
	if !slices.Equal(got.OwnFields, []string{"accessibility", "appointment_url", "languages", "programmes"}) {
		t.Errorf("own fields: %v", got.OwnFields)
	}
	w.Languages, w.AccessibilityURL = nil, "acces"
	if _, err := b.SaveWelcome(ctx, b.Mediateur, b.World.Place, w); !fault.Is(err, fault.KindInvalid) {
		t.Errorf("no language: %v", err)
	}
	if _, err := b.SaveWelcome(ctx, b.Candidate, b.World.Place, w); !fault.Is(err, fault.KindNotFound) {
		t.Errorf("another's place: %v", err)
	}
}

func TestAWeekInAGrid(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	ctx := t.Context()
	var form structure.WeekForm
	form.Grid[0] = [2]hours.Span{{From: "9h", To: "12 h 30"}, {From: "14", To: "18:00"}}
	form.Grid[1] = [2]hours.Span{{}, {From: "14h", To: "17h"}}
	p, err := b.SaveWeek(ctx, b.Mediateur, b.World.Place, form)
	if err != nil || p.OpeningHours != "Mo 09:00-12:30,14:00-18:00; Tu 14:00-17:00" {
		t.Errorf("%q, %v", p.OpeningHours, err)
	}
	form.Grid[0][1] = hours.Span{From: "11h", To: "tard"}
	_, err = b.SaveWeek(ctx, b.Mediateur, b.World.Place, form)
	if f, ok := fault.As(err); !ok || len(f.Fields) != 2 || f.Fields[0].Field != "jour-1-2-a" {
		t.Errorf("got %+v", f)
	}
	p, err = b.SaveWeek(ctx, b.Mediateur, b.World.Place, structure.WeekForm{ByHand: true, Typed: "Mo-Fr 09:00-12:00; PH off"})
	if f := structure.WeekFormOf(p); err != nil || !f.ByHand || !strings.Contains(f.Typed, "fériés") {
		t.Errorf("%+v, %v", f, err)
	}
}

func TestDetailsOfServices(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	ctx := t.Context()
	place, err := b.AddPlace(ctx, b.Candidate, placeForm())
	if err != nil {
		t.Fatal(err)
	}
	form := structure.OffersForm{"44": {Mode: "les_deux", Minutes: "90", Price: "20", Remains: "0"}, "2.2": {Minutes: "60"}, "129": {Minutes: "5"}}
	if _, err := b.SaveOffers(ctx, b.Candidate, place.ID, form); err != nil {
		t.Fatal(err)
	}
	offers, err := b.Offers(ctx, b.Candidate, place.ID)
	if err != nil || len(offers) < 12 || slices.ContainsFunc(offers, func(o structure.Offer) bool { return o.Entry == 129 || o.Entry == 3 }) {
		t.Errorf("%+v, %v", offers, err)
	}
	form["44"] = structure.OfferForm{Price: "20", Remains: "5"}
	if _, err := b.SaveOffers(ctx, b.Candidate, place.ID, form); !fault.Is(err, fault.KindInvalid) {
		t.Errorf("a promise was broken: %v", err)
	}
	other := placeForm()
	other.NothingToPay, other.DetailsOf, other.Entries, other.Categories = false, place.ID.String(), []string{"44"}, nil
	copied, err := b.AddPlace(ctx, b.Candidate, other)
	if err != nil {
		t.Fatal(err)
	}
	if offers, _ = b.Offers(ctx, b.Candidate, copied.ID); len(offers) != 1 || *offers[0].Minutes != 90 {
		t.Errorf("copied: %+v", offers)
	}
	if _, err := b.SaveOffers(ctx, b.Candidate, copied.ID, form); err != nil {
		t.Fatal(err)
	}
	other.NothingToPay = true
	if _, err := b.EditPlace(ctx, b.Candidate, copied.ID, other); !fault.Is(err, fault.KindInvalid) {
		t.Errorf("nothing to pay, but five euros: %v", err)
	}
	other.NothingToPay, other.Entries = false, []string{"3"}
	if _, err := b.EditPlace(ctx, b.Candidate, copied.ID, other); err != nil || b.Count(`SELECT count(*) FROM place_offers WHERE place_id = $1`, copied.ID) != 0 {
		t.Errorf("details of a service that is gone: %v", err)
	}
}

func stopForm(name string) structure.StopForm {
	return structure.StopForm{Name: name, OpeningHours: "mardi 9h-12h", Address: organisation.AddressForm{Street: "Place du marché", Commune: "Guéret", CommuneCode: "23096"}}
}

func TestStops(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	ctx, id := t.Context(), b.World.Place
	if err := b.AddStop(ctx, b.Candidate, id, structure.StopForm{}); !fault.Is(err, fault.KindNotFound) {
		t.Errorf("another's place: %v", err)
	}
	if err := b.AddStop(ctx, b.Mediateur, id, stopForm("Marché")); err != nil {
		t.Fatal(err)
	}
	stops, _ := b.Stops(ctx, b.Mediateur, id)
	p, err := b.Service.Place(ctx, b.Mediateur, id)
	if err != nil || !p.Itinerant || len(stops) != 1 || stops[0].OpeningHours != "Tu 09:00-12:00" {
		t.Fatalf("%+v, %+v, %v", p, stops, err)
	}
	if err := b.EditStop(ctx, b.Mediateur, id, stops[0].ID, stopForm("Devant la mairie")); err != nil {
		t.Error(err)
	}
	seen := func() (n int64) {
		err := b.DB.InPublic(ctx, func(tx *postgres.Tx) (err error) {
			n, err = postgres.Value[int64](ctx, tx, `SELECT count(*) FROM place_stops WHERE name = 'Devant la mairie'`, nil)
			return err
		})
		if err != nil {
			t.Error(err)
		}
		return n
	}
	if seen() != 1 {
		t.Error("the public does not see the stop")
	}
	if err := b.Publish(ctx, b.Mediateur, id, false); err != nil || seen() != 0 {
		t.Errorf("a hidden place still stops: %v", err)
	}
	if err := b.RemoveStop(ctx, b.Mediateur, id, stops[0].ID); err != nil {
		t.Error(err)
	}
	if p, _ := b.Service.Place(ctx, b.Mediateur, id); p.Itinerant {
		t.Error("a place without stops travels")
	}
	if err := b.RemoveStop(ctx, b.Mediateur, id, stops[0].ID); !fault.Is(err, fault.KindNotFound) {
		t.Errorf("twice: %v", err)
	}
}

func TestPlacesAreConfirmed(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	ctx := t.Context()
	var sealed []uuid.UUID
	b.SealPlaces = func(id uuid.UUID, _ time.Time) string { sealed = append(sealed, id); return "lien" }
	care := func() {
		t.Helper()
		if err := b.CareForPlaces(ctx); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := b.Confirm(ctx, b.Mediateur, []uuid.UUID{b.World.Place}); err != nil {
		t.Fatal(err)
	}
	b.Exec(`UPDATE places SET confirmed_at = $1 WHERE structure_id <> $2`, b.Now().AddDate(1, 0, 0), b.Mediatheque)
	care()
	if len(sealed) != 0 {
		t.Error("asked at once")
	}
	b.Travel(190 * 24 * time.Hour)
	care()
	care()
	if len(sealed) != 1 || sealed[0] != b.Mediatheque {
		t.Errorf("asked %v", sealed)
	}
	list, err := b.PlacesToConfirm(ctx, b.Mediatheque)
	if err != nil || len(list) != 1 || !list[0].Due(b.Now()) || structure.Stale(list[0].ConfirmedAt, b.Now()) {
		t.Errorf("%+v, %v", list, err)
	}
	if n, err := b.ConfirmByLink(ctx, identity.Actor{}, b.Stranger, []uuid.UUID{b.World.Place}); n != 0 || err != nil {
		t.Errorf("by another's link: %d, %v", n, err)
	}
	if n, err := b.ConfirmByLink(ctx, identity.Actor{}, b.Mediatheque, []uuid.UUID{b.World.Place}); n != 1 || err != nil {
		t.Errorf("by the link: %d, %v", n, err)
	}
	if p, _ := b.Service.Place(ctx, b.Mediateur, b.World.Place); p.Due(b.Now()) {
		t.Error("still due")
	}
}

func TestReportsReachTheStructureThenTheOperator(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	ctx, visitor := t.Context(), identity.Actor{Address: "192.0.2.7"}
	queue := b.Queue.(*jobs.Inline)
	if err := b.Report(ctx, visitor, uuid.New(), structure.ReportForm{}); !fault.Is(err, fault.KindNotFound) {
		t.Errorf("no such place: %v", err)
	}
	if err := b.Report(ctx, visitor, b.World.Place, structure.ReportForm{Kind: "autre"}); !fault.Is(err, fault.KindInvalid) {
		t.Errorf("nothing said: %v", err)
	}
	for range 2 {
		if err := b.Report(ctx, visitor, b.World.Place, structure.ReportForm{Kind: "horaires", Message: "Fermé le lundi"}); err != nil {
			t.Fatal(err)
		}
	}
	for _, job := range queue.Waiting {
		if n, ok := job.(structure.ReportNotice); ok {
			if err := b.TellReport(ctx, n); err != nil {
				t.Fatal(err)
			}
		}
	}
	if n := b.Count(`SELECT count(*) FROM mail_outbox WHERE subject LIKE 'Une erreur%'`); n != 1 {
		t.Errorf("%d mails", n)
	}
	own, _, err := b.Reports(ctx, b.Mediateur, structure.ReportSearch{Open: true, Limit: 10})
	if err != nil || len(own) != 2 || own[0].Message != "Fermé le lundi" {
		t.Fatalf("%+v, %v", own, err)
	}
	if err := b.AnswerReport(ctx, b.Candidate, own[0].ID, structure.AnswerForm{}); !fault.Is(err, fault.KindNotFound) {
		t.Errorf("another's report: %v", err)
	}
	if err := b.AnswerReport(ctx, b.Mediateur, own[0].ID, structure.AnswerForm{State: "corrige"}); err != nil {
		t.Error(err)
	}
	late := func() int {
		list, _, err := b.LateReports(ctx, b.Operator, structure.ReportSearch{Open: true, Limit: 10})
		if err != nil {
			t.Error(err)
		}
		return len(list)
	}
	if late() != 0 {
		t.Error("the operator sees it too early")
	}
	b.Travel(8 * 24 * time.Hour)
	if err := b.CareForPlaces(ctx); err != nil || late() != 1 {
		t.Errorf("%d late, %v", late(), err)
	}
	if err := b.AnswerLateReport(ctx, b.Operator, own[1].ID, structure.AnswerForm{State: "sans_suite", Answer: "Vérifié au téléphone."}); err != nil || late() != 0 {
		t.Errorf("%d late, %v", late(), err)
	}
}

func TestReportsAreThrottled(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	refused := 0
	for range 8 {
		err := b.Report(t.Context(), identity.Actor{Address: "192.0.2.8"}, b.World.Place, structure.ReportForm{Kind: "ferme"})
		if fault.Is(err, fault.KindTooMany) {
			refused++
		} else if err != nil {
			t.Fatal(err)
		}
	}
	if refused != 2 {
		t.Errorf("%d refused", refused)
	}
}

// known adds a place of the national data.
func (b bench) known(name, siret string) uuid.UUID {
	id := postgres.NewID()
	b.Exec(`INSERT INTO places (id, structure_name, structure_siret, name, postal_code, town, insee, ancestors, national_id, published, created_at, updated_at)
		VALUES ($1, '', $2, $3, '23000', 'Guéret', '23096', '{}', $4, true, $5, $5)`, id, siret, name, id.String(), b.Now())
	return id
}

func TestKnownPlacesAreClaimed(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	ctx := t.Context()
	mine, doubtful := b.known("Annexe de la Gare", "55210055400013"), b.known("Espace d’à côté", "00000000000000")
	list, err := b.KnownPlaces(ctx, b.Candidate, "")
	if err != nil || len(list) != 1 || list[0].ID != mine {
		t.Errorf("%+v, %v", list, err)
	}
	if list, _ = b.KnownPlaces(ctx, b.Candidate, "gueret espace a cote"); len(list) != 1 || list[0].ID != doubtful {
		t.Errorf("by words: %+v", list)
	}
	if taken, err := b.Claim(ctx, b.Candidate, mine, ""); err != nil || !taken {
		t.Errorf("own SIRET: %v, %v", taken, err)
	}
	p, err := b.Service.Place(ctx, b.Candidate, mine)
	if err != nil || p.Published || p.NationalID == "" {
		t.Errorf("%+v, %v", p, err)
	}
	if _, err := b.Claim(ctx, b.Candidate, doubtful, " "); !fault.Is(err, fault.KindInvalid) {
		t.Errorf("no reason: %v", err)
	}
	if taken, err := b.Claim(ctx, b.Candidate, doubtful, "C’est notre annexe."); err != nil || taken {
		t.Errorf("another SIRET: %v, %v", taken, err)
	}
	if _, err := b.Claim(ctx, b.Candidate, doubtful, "Encore"); !fault.Is(err, fault.KindConflict) {
		t.Errorf("asked twice: %v", err)
	}
	waiting, err := b.WaitingClaims(ctx, b.Operator)
	if err != nil || len(waiting) != 1 {
		t.Fatalf("%+v, %v", waiting, err)
	}
	if err := b.DecideClaim(ctx, b.Operator, waiting[0].ID, false, ""); !fault.Is(err, fault.KindInvalid) {
		t.Errorf("refused without a word: %v", err)
	}
	if err := b.DecideClaim(ctx, b.Operator, waiting[0].ID, true, ""); err != nil {
		t.Fatal(err)
	}
	if _, err := b.Service.Place(ctx, b.Candidate, doubtful); err != nil {
		t.Error(err)
	}
	if err := b.DecideClaim(ctx, b.Operator, waiting[0].ID, true, ""); !fault.Is(err, fault.KindNotFound) {
		t.Errorf("decided twice: %v", err)
	}
}

func TestAPlaceIsTakenOnce(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	id := b.known("Annexe", "55210055400013")
	var group sync.WaitGroup
	won := make(chan bool, 8)
	for range cap(won) {
		group.Go(func() {
			taken, err := b.Claim(context.WithoutCancel(t.Context()), b.Candidate, id, "")
			won <- taken && err == nil
		})
	}
	group.Wait()
	close(won)
	n := 0
	for w := range won {
		if w {
			n++
		}
	}
	if n != 1 {
		t.Errorf("taken %d times", n)
	}
}

func TestCompleteness(t *testing.T) {
	t.Parallel()
	lat := 46.0
	c := structure.CompletenessOf(structure.Place{Entries: []int16{1}, Phone: "+33", Latitude: &lat, Positioned: structure.ByAddress}, 0)
	if c.Percent() != 30 || c.Missing()[0].Label == "" || c.Done() != 3 {
		t.Errorf("%d %%, %+v", c.Percent(), c.Missing())
	}
}
