package gap_test

import (
	"errors"
	"testing"

	"github.com/google/uuid"

	"passnum/internal/identity"
	"passnum/internal/reporting/gap"
	"passnum/internal/territory"
	"passnum/internal/testworld"
)

func service(t *testing.T, w *testworld.World) *gap.Service {
	t.Helper()
	index, err := territory.Load()
	if err != nil {
		t.Fatal(err)
	}
	return gap.NewService(w.DB, index)
}

func TestWhereAPlaceIsMissing(t *testing.T) {
	t.Parallel()
	w := testworld.New(t)
	w.Exec(`UPDATE places SET published = (id = $1), entries = '{3,44}', latitude = 46.1703, longitude = 1.8683`, w.Place)
	order := w.ActiveOrder(testworld.OrderOptions{Carnets: 3, PerimeterCodes: []string{"D-23"}, Entries: []int16{3, 44, 60}})
	order.HandedOver(2)
	w.Exec(`UPDATE points SET insee = '23008'`) // Aubusson, forty kilometres from Guéret
	m, err := service(t, w).Map(t.Context(), w.Commanditaire, gap.Question{})
	if err != nil {
		t.Fatal(err)
	}
	if len(m.Communes) < 200 || m.Asked != 3 || m.Fallback {
		t.Fatalf("%d communes, %d services, fallback %v", len(m.Communes), m.Asked, m.Fallback)
	}
	far := m.Far()
	if far[0].Code != "23008" || far[0].Carnets != 2 || far[0].Nearest == "" || far[0].Km < gap.Reach {
		t.Errorf("the first commune without a place is %+v", far[0])
	}
	if len(far) == len(m.Communes) {
		t.Error("Guéret itself should be reached")
	}
	if m.Nowhere() != 1 || m.Entries[0].Number != 60 {
		t.Errorf("services that lack: %+v", m.Entries)
	}
	narrow, err := service(t, w).Map(t.Context(), w.Commanditaire, gap.Question{Order: order.ID, Entry: 60})
	if err != nil || len(narrow.Far()) != len(narrow.Communes) || narrow.Entry.Without != len(narrow.Communes) {
		t.Errorf("for a service that nobody gives, %d of %d communes, %v", len(narrow.Far()), len(narrow.Communes), err)
	}
	if _, err := service(t, w).Map(t.Context(), w.Commanditaire, gap.Question{Order: uuid.New()}); !errors.Is(err, gap.ErrNoOrder) {
		t.Errorf("an unknown order answers %v", err)
	}
	if _, err := service(t, w).Map(t.Context(), w.Mediateur, gap.Question{}); !errors.Is(err, identity.ErrForbidden) {
		t.Errorf("a médiateur gets %v", err)
	}
}

func TestOrdersForAgreedStructuresOnly(t *testing.T) {
	t.Parallel()
	w := testworld.New(t)
	w.Exec(`UPDATE places SET published = (id = $1), latitude = 46.1703, longitude = 1.8683`, w.Place)
	w.ActiveOrder(testworld.OrderOptions{Carnets: 1, OnlyAgreed: true, PerimeterCodes: []string{territory.France}})
	m, err := service(t, w).Map(t.Context(), w.Commanditaire, gap.Question{})
	if err != nil {
		t.Fatal(err)
	}
	if len(m.Communes) > 400 {
		t.Errorf("an order good everywhere has %d communes looked at, not those of the département", len(m.Communes))
	}
	if !m.Fallback || len(m.Spots) != 0 || len(m.Far()) != len(m.Communes) {
		t.Errorf("without an agreement, %d places count; fallback %v", len(m.Spots), m.Fallback)
	}
}
