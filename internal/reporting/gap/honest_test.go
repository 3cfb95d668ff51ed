package gap_test

import (
	"testing"

	"github.com/google/uuid"

	"passnum/internal/identity"
	"passnum/internal/reporting/gap"
	"passnum/internal/territory"
	"passnum/internal/testworld"
)

func commune(t *testing.T, m gap.Map, code string) gap.Commune {
	t.Helper()
	for _, c := range m.Communes {
		if c.Code == code {
			return c
		}
	}
	t.Fatalf("%s is not among %d communes", code, len(m.Communes))
	return gap.Commune{}
}

func mapOf(t *testing.T, w *testworld.World, actor identity.Actor, q gap.Question) gap.Map {
	t.Helper()
	m, err := service(t, w).Map(t.Context(), actor, q)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// onlyPlace leaves one published place, in Guéret.
func onlyPlace(w *testworld.World) {
	w.Exec(`UPDATE places SET published = (id = $1), entries = '{3,44}', latitude = 46.1703, longitude = 1.8683, ancestors = '{FR,R-75,D-23,C-23096}'`, w.Place)
}

func TestAPlaceThatWouldRefuseTheChequesDoesNotCount(t *testing.T) {
	t.Parallel()
	w := testworld.New(t)
	onlyPlace(w)
	here := w.ActiveOrder(testworld.OrderOptions{Carnets: 2, PerimeterCodes: []string{"D-23"}, Entries: []int16{3}})
	if m := mapOf(t, w, w.Commanditaire, gap.Question{}); !commune(t, m, "23096").Reached || len(m.Spots[0].Entries) != 1 {
		t.Errorf("the place of the territory: %+v", m.Spots)
	}
	w.Exec(`UPDATE places SET ancestors = '{FR,R-75,D-87,C-87085}' WHERE id = $1`, w.Place) // the other side of the border
	if m := mapOf(t, w, w.Commanditaire, gap.Question{}); commune(t, m, "23096").Reached {
		t.Error("a place out of the order's territory counts, and refuses its chèques")
	}
	w.Exec(`UPDATE places SET ancestors = '{FR,R-75,D-23,C-23096}', entries = '{44}' WHERE id = $1`, w.Place)
	if m := mapOf(t, w, w.Commanditaire, gap.Question{}); commune(t, m, "23096").Reached {
		t.Error("a place that gives none of the order's services counts")
	}
	other := w.ActiveOrder(testworld.OrderOptions{Carnets: 2, PerimeterCodes: []string{"D-23"}, Entries: []int16{44}})
	here.HandedOver(2)
	if c := commune(t, mapOf(t, w, w.Commanditaire, gap.Question{Order: other.ID}), "23096"); c.Carnets != 0 {
		t.Errorf("an order that handed nothing over has %d carnets", c.Carnets)
	}
	if c := commune(t, mapOf(t, w, w.Commanditaire, gap.Question{Order: here.ID}), "23096"); c.Carnets != 2 {
		t.Errorf("%d carnets handed over, want 2", c.Carnets)
	}
}

func TestABusIsWhereItStops(t *testing.T) {
	t.Parallel()
	w := testworld.New(t)
	onlyPlace(w)
	w.ActiveOrder(testworld.OrderOptions{Carnets: 1, PerimeterCodes: []string{"D-23"}})
	w.Exec(`UPDATE places SET itinerant = true WHERE id = $1`, w.Place)
	if m := mapOf(t, w, w.Commanditaire, gap.Question{}); !commune(t, m, "23096").Reached {
		t.Error("a bus that told no stop is nowhere")
	}
	w.Exec(`INSERT INTO place_stops (structure_id, place_id, id, name, street, postal_code, town, insee, latitude, longitude, opening_hours, rank, ancestors, published)
		SELECT structure_id, id, $2, 'Place du marché', '', '23200', 'Aubusson', '23008', 45.956, 2.169, '', 1, '{D-23}', true FROM places WHERE id = $1`, w.Place, uuid.New())
	m := mapOf(t, w, w.Commanditaire, gap.Question{})
	if commune(t, m, "23096").Reached || !commune(t, m, "23008").Reached || len(m.Spots) != 1 {
		t.Errorf("a bus counts where it sleeps: %+v", m.Spots)
	}
}

func TestTheNearestPlaceIsTheNearest(t *testing.T) {
	t.Parallel()
	w := testworld.New(t)
	onlyPlace(w)
	w.ActiveOrder(testworld.OrderOptions{Carnets: 1, PerimeterCodes: []string{"D-23"}})
	index, err := territory.Load()
	if err != nil {
		t.Fatal(err)
	}
	lat, lon, _, _ := index.Locate("23096")
	for i, at := range [][2]float64{{lat + 0.36, lon}, {lat, lon - 0.4}, {lat - 0.5, lon + 0.1}, {lat + 0.1, lon + 0.55}} {
		w.Exec(`INSERT INTO places SELECT (jsonb_populate_record(p, jsonb_build_object('id', $2::text, 'name', 'Lieu ' || $3::int, 'latitude', $4::float8, 'longitude', $5::float8))).* FROM places p WHERE id = $1`,
			w.Place, uuid.NewString(), i, at[0], at[1])
	}
	w.Exec(`UPDATE places SET published = false WHERE id = $1`, w.Place)
	m := mapOf(t, w, w.Commanditaire, gap.Question{})
	for _, c := range m.Communes {
		nearest := -1.0
		for _, s := range m.Spots {
			if km := territory.Distance(c.Latitude, c.Longitude, s.Latitude, s.Longitude); nearest < 0 || km < nearest {
				nearest = km
			}
		}
		if c.Km != nearest {
			t.Fatalf("%s is said to be %.1f km from %s; a place is at %.1f km", c.Name, c.Km, c.Nearest, nearest)
		}
	}
}

func TestTerritoriesOfEveryKind(t *testing.T) {
	t.Parallel()
	w := testworld.New(t)
	onlyPlace(w)
	if m := mapOf(t, w, w.Commanditaire, gap.Question{}); len(m.Orders) != 0 || len(m.Spots) != 0 {
		t.Errorf("without an order: %d places", len(m.Spots))
	}
	w.ActiveOrder(testworld.OrderOptions{Carnets: 1})
	for insee, communes := range map[string]int{"97411": 24, "97209": 34, "97502": 1, "97123": 0, "": 0, "99999": 0} { // La Réunion, Martinique, Saint-Pierre, Saint-Barthélemy…
		w.Exec(`UPDATE organisations SET insee = $2, kind = 'departement' WHERE id = $1`, w.Departement, insee)
		m := mapOf(t, w, w.Commanditaire, gap.Question{})
		if len(m.Communes) < communes || len(m.Communes) > 400 {
			t.Errorf("%q: %d communes, want %d", insee, len(m.Communes), communes)
		}
		for _, c := range m.Communes {
			if c.Reached || c.Km >= 0 && c.Km < 1000 && insee != "" && c.Km < gap.Reach {
				t.Errorf("%s is reached from Guéret", c.Name)
			}
		}
	}
}
