package commanditaire_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/go-chi/chi/v5"

	"passnum/internal/distribution"
	"passnum/internal/identity"
	"passnum/internal/jobs"
	"passnum/internal/mail"
	"passnum/internal/postgres"
	"passnum/internal/territory"
	"passnum/internal/testworld"
	"passnum/internal/training"
	"passnum/web/commanditaire"
	"passnum/web/httpx"
	"passnum/web/urls"
)

// networkDesk is a world and the network's real screens.
type networkDesk struct {
	*testworld.World
	t       *testing.T
	service *distribution.Service
}

func newNetworkDesk(t *testing.T) *networkDesk {
	t.Helper()
	places, err := territory.Load()
	if err != nil {
		t.Fatal(err)
	}
	w := testworld.New(t)
	return &networkDesk{World: w, t: t, service: distribution.NewService(w.DB, places, distribution.Options{
		Queue: &jobs.Inline{}, Post: func(context.Context, *postgres.Tx, mail.Message) error { return nil },
	})}
}

// ask answers a request as an actor: its status, where it leads and what it says.
func (d *networkDesk) ask(actor identity.Actor, method, address string, form url.Values) (status int, location, said string) {
	d.t.Helper()
	r := chi.NewRouter()
	r.Use(httpx.As(actor))
	r.Route("/commanditaire", (&commanditaire.NetworkHandlers{Network: d.service, Training: training.NewService(d.DB)}).Routes)
	request := httptest.NewRequestWithContext(d.t.Context(), method, address, strings.NewReader(form.Encode()))
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	w := httptest.NewRecorder()
	r.ServeHTTP(w, request)
	return w.Code, w.Header().Get("Location"), strings.Join(strings.Fields(w.Body.String()), " ")
}

func (d *networkDesk) says(actor identity.Actor, address string, sentences ...string) {
	d.t.Helper()
	status, _, said := d.ask(actor, http.MethodGet, address, nil)
	if status != http.StatusOK {
		d.t.Fatalf("%s answered %d", address, status)
	}
	for _, s := range sentences {
		if !strings.Contains(said, s) {
			d.t.Errorf("%s does not say %q", address, s)
		}
	}
}

func TestProposeSignAndEndAConvention(t *testing.T) {
	t.Parallel()
	d := newNetworkDesk(t)
	d.says(d.Commanditaire, urls.Conventions(), "Proposer une convention", "CM-2026-001", "Mairie de Guéret", "en cours")
	d.says(d.Commanditaire, urls.NewConvention(), "Nom ou SIRET")
	d.says(d.Commanditaire, urls.ConventionPartners()+"?q=ailleurs", "Association Ailleurs", "775 672 272 21138")
	status, _, said := d.ask(d.Commanditaire, http.MethodPost, urls.NewConvention(), url.Values{"aiguilleur": {"personne"}, "fin": {"hier"}})
	if status != http.StatusUnprocessableEntity || !strings.Contains(said, "Choisissez un aiguilleur dans la liste") || !strings.Contains(said, `value="hier"`) {
		t.Errorf("a wrong proposal: %d", status)
	}
	// Typed without choosing, as happens without JavaScript.
	status, page, _ := d.ask(d.Commanditaire, http.MethodPost, urls.NewConvention(), url.Values{"aiguilleur": {"77567227221138"}, "debut": {"01/12/2026"}, "fin": {"30/11/2028"}})
	if status != http.StatusSeeOther {
		t.Fatalf("proposal answered %d", status)
	}
	d.says(d.Commanditaire, page, "Signer la convention", "Retirer la proposition", "à signer")
	if status, _, _ = d.ask(d.Commanditaire, http.MethodPost, page+"/signer", url.Values{"nom": {"Alex"}, "qualite": {"présidente"}}); status != http.StatusUnprocessableEntity {
		t.Errorf("signed without the box: %d", status)
	}
	if status, _, _ = d.ask(d.Commanditaire, http.MethodPost, page+"/signer", url.Values{"nom": {"Alex"}, "qualite": {"présidente"}, "accord": {"oui"}}); status != http.StatusSeeOther {
		t.Errorf("signature: %d", status)
	}
	d.says(d.Commanditaire, page, "Signée par le commanditaire", "Alex, présidente", "L’autre partie doit encore signer")
	if status, _, _ = d.ask(d.Cofunder, http.MethodGet, page, nil); status != http.StatusNotFound {
		t.Errorf("another commanditaire reads it: %d", status)
	}
	if status, _, _ = d.ask(d.Commanditaire, http.MethodPost, page+"/terminer", nil); status != http.StatusSeeOther {
		t.Errorf("end: %d", status)
	}
	d.says(d.Commanditaire, page, "terminée")
}

func TestNetworkPoints(t *testing.T) {
	t.Parallel()
	d := newNetworkDesk(t)
	d.ActiveOrder(testworld.OrderOptions{Carnets: 12})
	d.says(d.Commanditaire, urls.Network(), "Accueil de la mairie", "Mairie de Guéret", "Claude Référent", "12", "approvisionné")
	d.says(d.Cofunder, urls.Network(), "Aucun point de distribution")
	if status, _, _ := d.ask(d.Agent, http.MethodGet, urls.Network(), nil); status != http.StatusForbidden {
		t.Errorf("an aiguilleur reads it: %d", status)
	}
}
