package structure_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/go-chi/chi/v5"

	"passnum/internal/fault"
	"passnum/internal/identity"
	"passnum/internal/jobs"
	domain "passnum/internal/structure"
	"passnum/web/httpx"
	"passnum/web/structure"
	"passnum/web/urls"
)

func TestChangingTheAccountOnScreen(t *testing.T) {
	t.Parallel()
	w := newPayday(t)
	second := w.Member(w.Mediatheque, "second@exemple.test", identity.RoleResponsable, identity.Capacities{Structure: true})
	reader := w.Member(w.Mediatheque, "lecteur@exemple.test", identity.RoleLecteur, identity.Capacities{Structure: true})
	queue := &jobs.Inline{}
	service := domain.NewService(w.DB, nil, domain.Options{Queue: queue, BaseURL: "https://passnum.test", Reauthenticate: func(_ context.Context, _ identity.Actor, typed string) error {
		if typed != "secret" {
			return fault.Field("password", "faux")
		}
		return nil
	}})
	ask := func(actor identity.Actor, address string, form url.Values) *httptest.ResponseRecorder {
		r := chi.NewRouter()
		r.Use(httpx.As(actor))
		(&structure.LinkHandlers{Structures: service}).Routes(r)
		r.Route("/structure", (&structure.Handlers{Structures: service, Payments: w.pay}).Routes)
		request := httptest.NewRequestWithContext(t.Context(), http.MethodGet, address, nil)
		if form != nil {
			request = httptest.NewRequestWithContext(t.Context(), http.MethodPost, address, strings.NewReader(form.Encode()))
			request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		}
		answer := httptest.NewRecorder()
		r.ServeHTTP(answer, request)
		return answer
	}
	says := func(answer *httptest.ResponseRecorder, status int, texts ...string) {
		t.Helper()
		page := strings.NewReplacer("\u00a0", " ", "\u202f", " ", "&#39;", "'").Replace(answer.Body.String())
		if answer.Code != status {
			t.Errorf("status %d, want %d", answer.Code, status)
		}
		for _, text := range texts {
			if !strings.Contains(page, text) {
				t.Errorf("the page does not say %q", text)
			}
		}
	}
	page := urls.Qualification("banque")
	says(ask(w.Mediateur, page, nil), 200, "Compte en vigueur", "2606", "72 heures", "Votre mot de passe")
	form := url.Values{"titulaire": {"Régie"}, "iban": {"FR76 1010 7001 0112 3456 7890 129"}, "bic": {"AGRIFRPP"}, "mot_de_passe": {"non"}}
	says(ask(w.Mediateur, page, form), 422, "Ce n’est pas votre mot de passe", "FR76 1010 7001")
	form.Set("mot_de_passe", "secret")
	if done := ask(w.Mediateur, page, form); done.Code != 303 {
		t.Fatalf("change: %d %s", done.Code, done.Body)
	}
	says(ask(w.Mediateur, page, nil), 200, "Changement demandé", "Annuler ma demande", "encore")
	says(ask(reader, urls.Structure(), nil), 200, "Un changement de compte bancaire est demandé", "Refuser ce changement")
	accounts, err := service.Accounts(t.Context(), second)
	if err != nil {
		t.Fatal(err)
	}
	waiting, _ := domain.Pending(accounts)
	says(ask(second, page, nil), 200, "Confirmer ce compte", "de vive voix")
	says(ask(second, urls.AccountChange(waiting.ID, "confirmer"), url.Values{"confirmation": {"non"}}), 422, "Ce n’est pas votre mot de passe")
	says(ask(w.Mediateur, urls.AccountChange(waiting.ID, "confirmer"), url.Values{"confirmation": {"secret"}}), 409, "une autre personne doit le confirmer")
	if done := ask(second, urls.AccountChange(waiting.ID, "confirmer"), url.Values{"confirmation": {"secret"}}); done.Code != 303 {
		t.Errorf("confirm: %d", done.Code)
	}
	says(ask(w.Mediateur, page, nil), 200, "Confirmé par Camille Martin")
	// The mail's link refuses it all the same, until it takes effect.
	for _, job := range queue.Waiting {
		if notice, ok := job.(domain.AccountNotice); ok {
			if err := service.TellAccount(t.Context(), notice); err != nil {
				t.Fatal(err)
			}
		}
	}
	var body string
	if err := w.Owner.QueryRow(t.Context(), `SELECT body_text FROM mail_outbox WHERE body_text LIKE '%/changement-de-compte/%' LIMIT 1`).Scan(&body); err != nil {
		t.Fatal(err)
	}
	_, rest, _ := strings.Cut(body, "https://passnum.test")
	link := strings.Fields(rest)[0]
	says(ask(identity.Actor{}, link, nil), 200, "Refuser ce changement", "Médiathèque de Guéret")
	if done := ask(identity.Actor{}, link, url.Values{}); done.Code != 303 {
		t.Errorf("refuse: %d", done.Code)
	}
	says(ask(identity.Actor{}, link, nil), 200, "déjà traité")
	says(ask(identity.Actor{}, urls.RefuseAccountChange("x"), nil), 404)
	says(ask(w.Mediateur, page, nil), 200, "refusé", "Changer de compte")
	says(ask(w.Other, urls.AccountChange(waiting.ID, "refuser"), url.Values{}), 404)
}
