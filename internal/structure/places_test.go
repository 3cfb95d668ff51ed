package structure_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"passnum/internal/fault"
	"passnum/internal/geocode"
	"passnum/internal/hours"
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

// TestABusIsAskedWhereItStops takes a place that a national file says travels:
// until a stop is written, it is the first thing its page lacks.
func TestABusIsAskedWhereItStops(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	b.Exec(`UPDATE places SET itinerant = true, entries = '{3}' WHERE id = $1`, b.World.Place)
	p, err := b.Service.Place(t.Context(), b.Mediateur, b.World.Place)
	must(t, err)
	if missing := structure.CompletenessOf(p, 0).Missing(); missing[0].Page != "etapes" {
		t.Errorf("the first thing asked is %+v", missing[0])
	}
	must(t, b.AddStop(t.Context(), b.Mediateur, p.ID, stopForm("Place du marché")))
	if p, err = b.Service.Place(t.Context(), b.Mediateur, p.ID); err != nil || p.Stops != 1 || structure.CompletenessOf(p, 0).Missing()[0].Page == "etapes" {
		t.Errorf("with a stop: %d stops, %v", p.Stops, err)
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
