package commanditaire_test

import (
	"net/http"
	"net/http/httptest"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/go-chi/chi/v5"
	"github.com/google/uuid"

	"passnum/internal/identity"
	"passnum/internal/reporting/gap"
	"passnum/internal/territory"
	"passnum/internal/testworld"
	"passnum/web/commanditaire"
	"passnum/web/httpx"
	"passnum/web/ui/format"
)

// gapDesk is a world and the real screens of the map of gaps.
type gapDesk struct {
	*testworld.World
	t    *testing.T
	gaps *gap.Service
}

func newGapDesk(t *testing.T) *gapDesk {
	t.Helper()
	index, err := territory.Load()
	if err != nil {
		t.Fatal(err)
	}
	w := testworld.New(t)
	return &gapDesk{w, t, gap.NewService(w.DB, index)}
}

func (d *gapDesk) get(actor identity.Actor, address string) (status int, said string) {
	d.t.Helper()
	r := chi.NewRouter()
	r.Use(httpx.As(actor))
	r.Route("/commanditaire", (&commanditaire.GapHandlers{Gaps: d.gaps}).Routes)
	w := httptest.NewRecorder()
	r.ServeHTTP(w, httptest.NewRequestWithContext(d.t.Context(), http.MethodGet, "/commanditaire/structures/manques"+address, nil))
	return w.Code, w.Body.String()
}

func (d *gapDesk) says(said string, sentences ...string) {
	d.t.Helper()
	for _, s := range sentences {
		if !strings.Contains(said, s) {
			d.t.Errorf("no « %s » in the page", s)
		}
	}
}

// TestTheMapOfGaps reads the screen before any order, then with carnets handed
// over far from the only place.
func TestTheMapOfGaps(t *testing.T) {
	t.Parallel()
	d := newGapDesk(t)
	if status, said := d.get(d.Commanditaire, ""); status != http.StatusOK || !strings.Contains(said, "Aucune commande en cours") {
		t.Fatalf("without an order: %d", status)
	}
	d.Exec(`UPDATE places SET published = (id = $1), entries = '{3,44}', latitude = 46.1703, longitude = 1.8683`, d.Place)
	order := d.ActiveOrder(testworld.OrderOptions{Carnets: 3, PerimeterCodes: []string{territory.France}, Entries: []int16{3, 44, 60}})
	order.HandedOver(2)
	d.Exec(`UPDATE points SET insee = '23008'`) // Aubusson, forty kilometres from Guéret
	status, said := d.get(d.Commanditaire, "")
	if status != http.StatusOK {
		t.Fatalf("answers %d", status)
	}
	d.says(said, "Une de vos commandes vaut dans toute la France", "Aubusson", "pn-gaps__carnets", "Carte du territoire", "dans "+format.Count(1, "commune", "communes"),
		"service=60", "/commanditaire/structures/manques/communes.csv", "/commanditaire/structures/manques/services.csv")
	if rows := strings.Count(said, "<tr"); rows > 3*11 {
		t.Errorf("%d rows: the sheets hold the rest", rows)
	}
	one := "?commande=" + order.ID.String() + "&service=60"
	if status, said = d.get(d.Commanditaire, one); status != http.StatusOK || !strings.Contains(said, `<option value="60" selected`) || !strings.Contains(said, "communes.csv?"+strings.ReplaceAll(one[1:], "&", "&amp;")) {
		t.Errorf("narrowed to a service: %d, or its choices are lost", status)
	}
}

// TestTheSheetsOfGaps holds every commune and every service, as the filters ask.
func TestTheSheetsOfGaps(t *testing.T) {
	t.Parallel()
	d := newGapDesk(t)
	d.Exec(`UPDATE places SET published = (id = $1), entries = '{3}', latitude = 46.1703, longitude = 1.8683`, d.Place)
	d.ActiveOrder(testworld.OrderOptions{Carnets: 1, PerimeterCodes: []string{"D-23"}, Entries: []int16{3, 60}})
	_, towns := d.get(d.Commanditaire, "/communes.csv")
	_, services := d.get(d.Commanditaire, "/services.csv")
	if n := strings.Count(towns, "\n"); n < 200 || !strings.Contains(towns, "23096;Guéret;") {
		t.Errorf("%d lines of communes:\n%.200s", n, towns)
	}
	if strings.Count(services, "\n") != 3 || !strings.Contains(services, "\n60;") {
		t.Errorf("services:\n%s", services)
	}
	for address, want := range map[string]int{"?commande=" + uuid.NewString(): http.StatusNotFound, "?commande=x&service=bonjour": http.StatusOK} {
		if status, _ := d.get(d.Commanditaire, address); status != want {
			t.Errorf("%s answers %d, want %d", address, status, want)
		}
	}
	for _, page := range []string{"", "/communes.csv", "/services.csv"} {
		if status, _ := d.get(d.Mediateur, page); status != http.StatusForbidden && status != http.StatusNotFound {
			t.Errorf("a médiateur reads %q: %d", page, status)
		}
	}
}

// TestTheMapOfGapsOfUnusualTerritories reads it without any territory, then
// where the territory is one commune, and taller than wide.
func TestTheMapOfGapsOfUnusualTerritories(t *testing.T) {
	t.Parallel()
	d := newGapDesk(t)
	order := d.ActiveOrder(testworld.OrderOptions{Carnets: 1})
	d.Exec(`UPDATE organisations SET insee = '' WHERE id = $1`, d.Departement)
	if _, said := d.get(d.Commanditaire, ""); !strings.Contains(said, "Votre territoire n’est pas connu") || strings.Contains(said, "<svg class=\"pn-gaps\"") {
		t.Error("a commanditaire without a territory is drawn a map of nothing")
	}
	for _, codes := range []string{"{C-97411}", "{C-23096,C-23008}", "{C-59183,C-66148}"} { // Saint-Denis; two; Dunkerque and Port-Vendres
		d.Exec(`UPDATE orders SET perimeter_codes = $2 WHERE id = $1`, order.ID, codes)
		_, said := d.get(d.Commanditaire, "")
		if !strings.Contains(said, `viewBox="0 0 744 `) || strings.Contains(said, "NaN") || strings.Contains(said, "Inf") {
			t.Errorf("%s: the map is not drawn", codes)
		}
		dots := regexp.MustCompile(`class="pn-gaps__far" d="([^"]*)"`).FindStringSubmatch(said)
		height := regexp.MustCompile(`viewBox="0 0 744 (\d+)"`).FindStringSubmatch(said)
		if dots == nil || height == nil {
			t.Errorf("%s: no dot", codes)
			continue
		}
		tall, _ := strconv.ParseFloat(height[1], 64)
		for _, at := range regexp.MustCompile(`M(-?[\d.]+) (-?[\d.]+)a`).FindAllStringSubmatch(dots[1], -1) {
			if y, _ := strconv.ParseFloat(at[2], 64); y < 0 || y > tall {
				t.Errorf("%s: a commune is drawn at %s, out of a map %s tall", codes, at[2], height[1])
			}
		}
	}
}
