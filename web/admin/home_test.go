package admin_test

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/go-chi/chi/v5"

	"passnum/internal/identity"
	"passnum/internal/reporting"
	"passnum/internal/testworld"
	"passnum/web/admin"
	"passnum/web/httpx"
)

func desk(w *testworld.World, actor identity.Actor) http.Handler {
	r := chi.NewRouter()
	r.Use(httpx.As(actor))
	r.Route("/admin", (&admin.HomeHandlers{Reports: reporting.NewService(w.DB, w.Keys)}).Routes)
	return r
}

func ask(t *testing.T, h http.Handler, method, path string, form url.Values) *httptest.ResponseRecorder {
	t.Helper()
	r := httptest.NewRequestWithContext(t.Context(), method, path, strings.NewReader(form.Encode()))
	if method == http.MethodPost {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}

func TestDesk(t *testing.T) {
	t.Parallel()
	w := testworld.New(t)
	h := desk(w, w.Operator)
	if body := ask(t, h, http.MethodGet, "/admin/", nil).Body.String(); !strings.Contains(body, "Rien n’attend") {
		t.Error("an empty desk does not say so")
	}
	w.ActiveOrder(testworld.OrderOptions{})
	w.ActiveOrder(testworld.OrderOptions{State: "signee"})
	w.Exec(`INSERT INTO capacity_requests (id, organisation_id, capacity, requested_by, requested_at) VALUES (gen_random_uuid(), $1, 'aiguilleur', $2, $3)`, w.Mediatheque, w.Mediateur.AccountID, w.Now().AddDate(0, 0, -9))
	w.Exec(`UPDATE structures SET state = 'soumise', submitted_at = $1 WHERE organisation_id = $2`, w.Now(), w.Stranger)
	answer := ask(t, h, http.MethodGet, "/admin/", nil)
	body := spaces(answer.Body.String())
	for _, want := range []string{"1 demande d’organisation", "depuis 9 jours", "1 structure à qualifier", "1 commande signée", "100,00 % ", "couvert", "100 €"} {
		if !strings.Contains(body+" ", strings.TrimSpace(want)) {
			t.Errorf("the desk does not say %q", want)
		}
	}
	if code := ask(t, desk(w, w.Commanditaire), http.MethodGet, "/admin/", nil).Code; code != http.StatusForbidden {
		t.Errorf("a commanditaire is answered %d", code)
	}
}

func TestSearchOpensWhatIsNamed(t *testing.T) {
	t.Parallel()
	w := testworld.New(t)
	order := w.ActiveOrder(testworld.OrderOptions{Carnets: 2})
	codes := order.HandedOver(1)
	h := desk(w, w.Operator)
	for name, c := range map[string]struct{ typed, where string }{
		"code":    {codes[0].Clear(), "/admin/cheques/"},
		"address": {codes[1].QR("PASSNUM.TEST"), "/admin/cheques/"},
		"carnet":  {strings.ToLower(order.Serial(1)), "/admin/carnets/" + order.Serial(1)},
		"order":   {order.Number, "/admin/commandes/" + order.ID.String()},
		"siret":   {"222 309 627 00016", "/admin/organisations/" + w.Departement.String()},
	} {
		answer := ask(t, h, http.MethodPost, "/admin/recherche", url.Values{"q": {c.typed}})
		where := answer.Header().Get("Location")
		if answer.Code != http.StatusSeeOther || !strings.HasPrefix(where, c.where) {
			t.Errorf("%s: %d to %q", name, answer.Code, where)
		}
		if name == "code" {
			page := ask(t, h, http.MethodGet, where, nil)
			if page.Code != http.StatusOK || !strings.Contains(page.Body.String(), order.Serial(1)) || strings.Contains(page.Body.String(), codes[0].Grouped()) {
				t.Errorf("the chèque's page is %d, or shows a code", page.Code)
			}
		}
	}
	email := ask(t, h, http.MethodPost, "/admin/recherche", url.Values{"q": {"AGENT@exemple.test"}})
	page := ask(t, h, http.MethodGet, email.Header().Get("Location"), nil)
	if !strings.Contains(page.Body.String(), "Mairie de Guéret") {
		t.Errorf("e-mail: %d to %q", email.Code, email.Header().Get("Location"))
	}
	words := ask(t, h, http.MethodPost, "/admin/recherche", url.Values{"q": {"médiathèque"}})
	if page := ask(t, h, http.MethodGet, words.Header().Get("Location"), nil); !strings.Contains(page.Body.String(), "Médiathèque de Guéret") {
		t.Error("words find nothing")
	}
}

func TestSearchForgetsCodes(t *testing.T) {
	t.Parallel()
	w := testworld.New(t)
	h := desk(w, w.Operator)
	for _, typed := range []string{"7KR4-B2XN-7KR4-B2XN", "7KR4B2XN7KR4B2X", "HTTPS://PASSNUM.FR/P/7KR4B2XN7KR4B2XN"} {
		answer := ask(t, h, http.MethodPost, "/admin/recherche", url.Values{"q": {typed}})
		if answer.Code != http.StatusNotFound || answer.Header().Get("Location") != "" || strings.Contains(answer.Body.String(), "7KR4") {
			t.Errorf("%q: %d to %q, or repeated", typed, answer.Code, answer.Header().Get("Location"))
		}
	}
	order := w.ActiveOrder(testworld.OrderOptions{})
	code := order.HandedOver(1)[0].Clear()
	page := ask(t, h, http.MethodGet, "/admin/recherche?q="+code, nil)
	if page.Code != http.StatusOK || strings.Contains(page.Body.String(), code) {
		t.Error("a code in the address is looked up or repeated")
	}
}

func TestCarnetHistory(t *testing.T) {
	t.Parallel()
	w := testworld.New(t)
	order := w.ActiveOrder(testworld.OrderOptions{Carnets: 2})
	order.HandedOver(1)
	w.Exec(`INSERT INTO custody_moves (commanditaire_id, id, order_id, aiguilleur_id, point_id, kind, number_from, number_to, at, account_id)
		VALUES ($1, gen_random_uuid(), $2, $3, $4, 'reception', 1, 2, $5, $6), ($1, gen_random_uuid(), $2, $3, $4, 'remise', 2, 2, $5, $6)`,
		w.Departement, order.ID, w.Mairie, w.Point, w.Now(), w.Agent.AccountID)
	h := desk(w, w.Operator)
	page := ask(t, h, http.MethodGet, "/admin/carnets/"+order.Serial(1), nil)
	body := page.Body.String()
	for _, want := range []string{"Reçu au point", "Remis à une personne", "Camille Martin", "Accueil de la mairie", "utilisable"} {
		if !strings.Contains(body, want) {
			t.Errorf("the carnet's page does not say %q", want)
		}
	}
	if strings.Count(body, "Remis à une personne") != 1 {
		t.Error("the hand-over of another carnet is shown")
	}
	if code := ask(t, h, http.MethodGet, "/admin/carnets/C26-999-000001", nil).Code; code != http.StatusNotFound {
		t.Errorf("an unknown carnet is answered %d", code)
	}
}

// spaces makes the French no-break spaces plain, to compare words.
func spaces(s string) string { return strings.NewReplacer("\u00a0", " ", "\u202f", " ").Replace(s) }
