package structure_test

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/go-chi/chi/v5"

	"passnum/internal/identity"
	"passnum/internal/settlement"
	"passnum/web/httpx"
	"passnum/web/structure"
	"passnum/web/urls"
)

func (w payday) choose(t *testing.T, actor identity.Actor, rhythm string) *httptest.ResponseRecorder {
	t.Helper()
	r := chi.NewRouter()
	r.Use(httpx.As(actor))
	r.Route("/structure", func(r chi.Router) { (&structure.PaymentHandlers{Payments: w.pay}).Routes(r) })
	request := httptest.NewRequestWithContext(t.Context(), http.MethodPost, urls.StructurePaymentRhythm(), strings.NewReader(url.Values{"rythme": {rhythm}}.Encode()))
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	answer := httptest.NewRecorder()
	r.ServeHTTP(answer, request)
	return answer
}

func TestChoosingToBePaidEveryWeek(t *testing.T) {
	t.Parallel()
	w := newPayday(t)
	rules := settlement.DefaultRules
	rules.MinimumCents = 2500
	if err := w.pay.Decide(t.Context(), w.Finance, rules); err != nil {
		t.Fatal(err)
	}
	wantSays(t, w.choose(t, w.Mediateur, "jamais"), http.StatusUnprocessableEntity, "Choisissez d’être payé")
	if answer := w.choose(t, w.Mediateur, "hebdomadaire"); answer.Code != http.StatusSeeOther {
		t.Fatalf("status %d", answer.Code)
	}
	wantSays(t, w.get(t, w.Mediateur, urls.StructurePayments()), http.StatusOK,
		"jusqu’au dimanche 8 novembre 2026", "En dessous de 25 €, la somme est reportée")
	if n := w.Count(`SELECT count(*) FROM structure_rhythms WHERE structure_id = $1 AND rhythm = 'hebdomadaire'`, w.Mediatheque); n != 1 {
		t.Error("the choice is not kept")
	}
	if n := w.Count(`SELECT count(*) FROM journal WHERE act = 'rythme de paiement'`); n != 1 {
		t.Errorf("%d lines in the journal", n)
	}
	if answer := w.choose(t, w.Agent, "mensuel"); answer.Code != http.StatusForbidden {
		t.Errorf("somebody else chose: %d", answer.Code)
	}
}
