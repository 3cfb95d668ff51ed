package commanditaire_test

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/go-chi/chi/v5"
	"github.com/google/uuid"

	"passnum/internal/custody"
	"passnum/internal/identity"
	"passnum/internal/jobs"
	"passnum/internal/testworld"
	"passnum/web/admin"
	"passnum/web/commanditaire"
	"passnum/web/httpx"
	"passnum/web/urls"
)

// carnetDesk is the carnets' screens of both the commanditaire and the operator.
type carnetDesk struct {
	*testworld.World
	t       *testing.T
	custody *custody.Service
}

func newCarnetDesk(t *testing.T) *carnetDesk {
	w := testworld.New(t)
	return &carnetDesk{World: w, t: t, custody: custody.NewService(w.DB, custody.Options{Queue: &jobs.Inline{}})}
}

func (d *carnetDesk) ask(actor identity.Actor, method, address string, form url.Values) (status int, location, said string) {
	d.t.Helper()
	r := chi.NewRouter()
	r.Use(httpx.As(actor))
	r.Route("/commanditaire", (&commanditaire.CarnetHandlers{Custody: d.custody}).Routes)
	r.Route("/admin", (&admin.CarnetHandlers{Custody: d.custody}).Routes)
	request := httptest.NewRequestWithContext(d.t.Context(), method, address, strings.NewReader(form.Encode()))
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	w := httptest.NewRecorder()
	r.ServeHTTP(w, request)
	return w.Code, w.Header().Get("Location"), strings.Join(strings.Fields(w.Body.String()), " ")
}

func (d *carnetDesk) expect(actor identity.Actor, method, address string, form url.Values, want int, sentences ...string) string {
	d.t.Helper()
	status, location, said := d.ask(actor, method, address, form)
	if status != want {
		d.t.Fatalf("%s %s answered %d, want %d", method, address, status, want)
	}
	for _, sentence := range sentences {
		if !strings.Contains(said, sentence) {
			d.t.Errorf("%s does not say %q", address, sentence)
		}
	}
	return location
}

// missing has the counter receive three carnets of four.
func (d *carnetDesk) missing(o testworld.Order) custody.Transfer {
	d.t.Helper()
	annex := d.PointOf(d.Mairie, "Annexe", d.Departement)
	sent, err := d.custody.Send(d.t.Context(), d.Agent, custody.CounterDesk, custody.Sending{Key: "k", PointID: d.Point, Destination: annex.String(), Serials: o.Serial(1) + " à 4", Count: 4})
	if err != nil {
		d.t.Fatal(err)
	}
	sent, err = d.custody.Receive(d.t.Context(), d.Agent, custody.CounterDesk, sent.ID, custody.Reception{Count: 3, Missing: "2", Note: "Colis ouvert"})
	if err != nil {
		d.t.Fatal(err)
	}
	return sent
}

func TestWhereEveryCarnetIs(t *testing.T) {
	t.Parallel()
	d := newCarnetDesk(t)
	o := d.ActiveOrder(testworld.OrderOptions{Carnets: 10})
	sent := d.missing(o)
	d.expect(d.Commanditaire, http.MethodGet, urls.Carnets(), nil, 200, "1 écart ouvert", "Accueil de la mairie", "?commande="+o.ID.String())
	d.expect(d.Commanditaire, http.MethodGet, urls.With(urls.CarnetList(), "ou", "ecart"), nil, 200, o.Serial(2), "en écart")
	d.expect(d.Commanditaire, http.MethodGet, urls.With(urls.CarnetListCSV(), "ou", "stock"), nil, 200, o.Serial(3), "en stock")
	if where := d.expect(d.Commanditaire, http.MethodGet, urls.With(urls.CarnetSerial(), "carnet", strings.ToLower(o.Serial(2))), nil, 303); where != urls.CarnetOf(o.Serial(2)) {
		t.Errorf("found at %s", where)
	}
	d.expect(d.Commanditaire, http.MethodGet, urls.With(urls.CarnetSerial(), "carnet", "bonjour"), nil, 422, "Ce n’est pas un numéro de carnet", `value="bonjour"`)
	d.expect(d.Commanditaire, http.MethodGet, urls.CarnetOf(o.Serial(2)), nil, 200, "Fabriqué", "En écart à la réception", sent.Number, "Camille Martin")
	d.expect(d.Other, http.MethodGet, urls.CarnetOf(o.Serial(2)), nil, 404)
	d.expect(d.Other, http.MethodGet, urls.CarnetTransfer(sent.ID), nil, 404)
	d.expect(d.Other, http.MethodGet, urls.CarnetCase(*sent.CaseID), nil, 404)
	d.expect(d.Commanditaire, http.MethodGet, urls.CarnetTransfer(sent.ID, "bordereau"), nil, 200, "Bordereau de transfert")
	d.expect(d.Operator, http.MethodGet, urls.AdminCarnets(), nil, 200, sent.CaseNumber, "Département de la Creuse")
	d.expect(d.Operator, http.MethodGet, urls.AdminCarnetTransfers(), nil, 200, sent.Number)
	d.expect(d.Operator, http.MethodGet, urls.NewAdminCarnetTransfer(), nil, 200, "Aucun carnet à envoyer")
	d.expect(d.Operator, http.MethodGet, urls.AdminCarnetList(), nil, 200, o.Serial(1))
}

func TestSettleADiscrepancy(t *testing.T) {
	t.Parallel()
	d := newCarnetDesk(t)
	o := d.ActiveOrder(testworld.OrderOptions{Carnets: 10})
	dispute := *d.missing(o).CaseID
	d.expect(d.Commanditaire, http.MethodGet, urls.CarnetCases(), nil, 200, "1 carnet manquant")
	d.expect(d.Commanditaire, http.MethodPost, urls.CarnetCase(dispute, "regler"), url.Values{"issue": {"perdu"}}, 422, "Dites ce que vous avez constaté")
	d.expect(d.Commanditaire, http.MethodPost, urls.CarnetCase(dispute, "note"), url.Values{"note": {""}}, 422, "Écrivez une note")
	d.expect(d.Commanditaire, http.MethodPost, urls.CarnetCase(dispute, "prendre"), nil, 303)
	d.expect(d.Commanditaire, http.MethodPost, urls.CarnetCase(dispute, "regler"), url.Values{"issue": {"perdu"}, "constat": {"Introuvable"}}, 303)
	d.expect(d.Commanditaire, http.MethodGet, urls.CarnetCase(dispute), nil, 200, "réglé", "Faire opposition", "Introuvable")
	d.expect(d.Operator, http.MethodGet, urls.AdminCarnetCase(dispute), nil, 200, "Introuvable")
}

func TestAnswerARequest(t *testing.T) {
	t.Parallel()
	d := newCarnetDesk(t)
	o := d.ActiveOrder(testworld.OrderOptions{Carnets: 10})
	ask := func() custody.Request {
		asked, err := d.custody.Ask(t.Context(), d.Agent, custody.Asking{Key: uuid.NewString(), CommanditaireID: d.Departement, PointID: d.Point, Count: 4})
		if err != nil {
			t.Fatal(err)
		}
		return asked
	}
	first := ask()
	if _, err := d.custody.Ask(t.Context(), d.Agent, custody.Asking{Key: "autre", CommanditaireID: d.Departement, PointID: d.Point, Count: 4}); err != custody.ErrAlreadyAsked {
		t.Errorf("asked twice: %v", err)
	}
	d.expect(d.Commanditaire, http.MethodGet, urls.CarnetRequests(), nil, 200, "Accueil de la mairie", "Répondre")
	d.expect(d.Commanditaire, http.MethodGet, urls.CarnetRequest(first.ID), nil, 200, "Préparer un envoi")
	d.expect(d.Commanditaire, http.MethodPost, urls.CarnetRequest(first.ID, "refuser"), url.Values{"motif": {""}}, 422, "Dites pourquoi")
	d.expect(d.Commanditaire, http.MethodPost, urls.CarnetRequest(first.ID, "refuser"), url.Values{"motif": {"Plus de carnets."}}, 303)
	d.expect(d.Commanditaire, http.MethodGet, urls.CarnetRequests(), nil, 200, "Plus de carnets.")
	d.expect(d.Other, http.MethodGet, urls.CarnetRequest(first.ID), nil, 404)
	d.Exec(`UPDATE carnets SET state = 'emis', aiguilleur_id = NULL, point_id = NULL, reserve = true WHERE number > 6`)
	second := ask()
	form := urls.With(urls.NewCarnetTransfer(), "demande", second.ID.String())
	d.expect(d.Commanditaire, http.MethodGet, form, nil, 200, `value="4"`, o.Serial(7), o.Serial(10))
	d.expect(d.Commanditaire, http.MethodPost, urls.NewCarnetTransfer(), url.Values{"cle": {"c"}, "demande": {second.ID.String()}, "destination": {d.Point.String()}, "lignes": {o.Serial(7) + " à 10"}, "nombre": {"4"}}, 303)
	d.expect(d.Commanditaire, http.MethodGet, urls.CarnetRequests(), nil, 200, "Voir l’envoi")
}
