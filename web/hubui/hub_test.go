package hubui_test

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/go-chi/chi/v5"
	"github.com/google/uuid"

	"passnum/internal/delegation"
	"passnum/internal/identity"
	"passnum/internal/jobs"
	"passnum/internal/proposal"
	"passnum/internal/territory"
	"passnum/internal/testworld"
	"passnum/web/httpx"
	"passnum/web/hubui"
)

// desk is a world and the screens of a hub.
type desk struct {
	*testworld.World
	delegations *delegation.Service
	routes      func(identity.Actor) http.Handler
	hub         identity.Actor
	order       testworld.Order
}

// hubOf makes an actor of an organisation one that animates networks.
func hubOf(a identity.Actor) identity.Actor {
	a.Role, a.Capacities = identity.RoleResponsable, identity.Capacities{Hub: true}
	a.Permissions = identity.PermissionsOf(a.Role, a.Capacities)
	return a
}

func newDesk(t *testing.T) desk {
	t.Helper()
	index, err := territory.Load()
	if err != nil {
		t.Fatal(err)
	}
	w := testworld.New(t)
	order := w.ActiveOrder(testworld.OrderOptions{Carnets: 2, FaceValue: 3742})
	order.HandedOver(1)
	w.Exec(`UPDATE organisations SET is_hub = true WHERE id IN ($1, $2)`, w.Region, w.Stranger)
	delegations := delegation.NewService(w.DB, delegation.Options{Queue: &jobs.Inline{}, BaseURL: "https://passnum.test"})
	h := &hubui.Handlers{Delegations: delegations, Proposals: proposal.NewService(w.DB, index, proposal.Options{Queue: &jobs.Inline{}, BaseURL: "https://passnum.test"})}
	return desk{w, delegations, func(actor identity.Actor) http.Handler {
		r := chi.NewRouter()
		r.Use(httpx.As(actor))
		r.Route("/hub", h.Routes)
		return r
	}, hubOf(w.Cofunder), order}
}

func (d desk) delegate(t *testing.T, starts, ends int) uuid.UUID {
	t.Helper()
	id, err := d.delegations.Delegate(t.Context(), d.Commanditaire, d.order.ID, delegation.Form{HubID: d.Region, MayInvite: true, MayDecide: true,
		StartsOn: d.Now().AddDate(0, 0, starts), EndsOn: d.Now().AddDate(0, 0, ends)})
	if err != nil {
		t.Fatal(err)
	}
	return id
}

func (d desk) ask(t *testing.T, actor identity.Actor, method, path string, form url.Values) (status int, said string) {
	t.Helper()
	r := httptest.NewRequestWithContext(t.Context(), method, path, strings.NewReader(form.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	w := httptest.NewRecorder()
	d.routes(actor).ServeHTTP(w, r)
	return w.Code, w.Body.String()
}

var money = regexp.MustCompile(`€|EUR|3742|37,42|37\.42`)

// pages are everything that is read of a delegation.
func pages(id uuid.UUID) []string {
	base := "/hub/suivi/" + id.String()
	return []string{"/hub/", base, base + "?vue=structures", base + "?vue=demandes", base + "?vue=messages", base + "/points.csv", base + "/structures.csv",
		"/hub/propositions", "/hub/propositions.csv", "/hub/propositions/nouvelle"}
}

// TestNoPageOfAHubShowsAnAmount reads, as the hub, every page and sheet of what it
// follows, attributes included.
func TestNoPageOfAHubShowsAnAmount(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	id := d.delegate(t, 0, 30)
	for _, page := range pages(id) {
		status, said := d.ask(t, d.hub, http.MethodGet, page, nil)
		if status != http.StatusOK {
			t.Errorf("%s answers %d", page, status)
		}
		if found := money.FindString(said); found != "" {
			t.Errorf("%s says %q", page, found)
		}
	}
}

// TestADelegationOpensItsOwnPagesInItsOwnDays knocks as another hub, before the
// first day, after the last one, and once withdrawn.
func TestADelegationOpensItsOwnPagesInItsOwnDays(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.Exec(`UPDATE points SET name = 'Accueil secret', referent_email = 'referent@mairie.test'`)
	id := d.delegate(t, 7, 30)
	base := "/hub/suivi/" + id.String()
	acts := map[string]url.Values{base + "/message": {"a": {"points"}, "objet": {"x"}, "texte": {"y"}}, base + "/demandes/" + uuid.NewString() + "/accepter": {}}
	other := hubOf(d.Other)
	for _, page := range pages(id)[1:7] {
		if status, _ := d.ask(t, other, http.MethodGet, page, nil); status != http.StatusNotFound {
			t.Errorf("another hub: %s answers %d", page, status)
		}
	}
	for path, form := range acts {
		if status, _ := d.ask(t, other, http.MethodPost, path, form); status != http.StatusNotFound {
			t.Errorf("another hub: %s answers %d", path, status)
		}
	}
	closed := func(when string) {
		t.Helper()
		for _, page := range pages(id)[:7] {
			if _, said := d.ask(t, d.hub, http.MethodGet, page, nil); strings.Contains(said, "Accueil secret") || strings.Contains(said, "referent@") {
				t.Errorf("%s: %s still tells of the points", when, page)
			}
		}
		for path, form := range acts {
			if status, _ := d.ask(t, d.hub, http.MethodPost, path, form); status != http.StatusConflict {
				t.Errorf("%s: %s answers %d", when, path, status)
			}
		}
	}
	closed("before the first day")
	d.Travel(8 * 24 * time.Hour)
	if _, said := d.ask(t, d.hub, http.MethodGet, base, nil); !strings.Contains(said, "Accueil secret") {
		t.Error("on its days, the points are not read")
	}
	d.Travel(30 * 24 * time.Hour)
	closed("after the last day")
	d.Exec(`UPDATE delegations SET ends_on = ends_on + 60`)
	if _, said := d.ask(t, d.hub, http.MethodGet, base, nil); !strings.Contains(said, "Accueil secret") {
		t.Error("prolonged, the points are not read")
	}
	if err := d.delegations.Withdraw(t.Context(), d.Commanditaire, id, "Fin"); err != nil {
		t.Fatal(err)
	}
	closed("once withdrawn")
}
