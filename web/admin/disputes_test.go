package admin_test

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/go-chi/chi/v5"
	"github.com/google/uuid"

	"passnum/internal/identity"
	"passnum/internal/redemption"
	"passnum/internal/redemption/dispute"
	"passnum/internal/testworld"
	"passnum/web/admin"
	"passnum/web/httpx"
	"passnum/web/urls"
)

// settleScene has two chèques beyond their order's cap, scanned yesterday.
func settleScene(t *testing.T) (w *testworld.World, ids []uuid.UUID, ask func(identity.Actor, string, url.Values) *httptest.ResponseRecorder) {
	t.Helper()
	w = testworld.New(t)
	codes := w.ActiveOrder(testworld.OrderOptions{}).HandedOver(1)
	w.Exec(`UPDATE orders SET late_cap = 0`)
	answers, err := redemption.NewService(w.DB, w.Keys).Claim(t.Context(), w.Mediateur, redemption.Queue{Device: uuid.New(), SentAt: w.Now(), Claims: []redemption.Claim{{
		Key: uuid.NewString(), ScannedAt: w.Now().Add(-24 * time.Hour), Codes: []string{codes[0].Clear(), codes[1].Clear()}, Entries: []int{3}, Mode: redemption.Individuel,
	}}})
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range answers[0].Results {
		ids = append(ids, r.Dispute)
	}
	return w, ids, func(actor identity.Actor, address string, form url.Values) *httptest.ResponseRecorder {
		r := chi.NewRouter()
		r.Use(httpx.As(actor))
		r.Route("/admin", (&admin.DisputeHandlers{Disputes: dispute.NewService(w.DB), Now: w.Now}).Routes)
		request := httptest.NewRequestWithContext(t.Context(), http.MethodGet, address, nil)
		if form != nil {
			request = httptest.NewRequestWithContext(t.Context(), http.MethodPost, address, strings.NewReader(form.Encode()))
			request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		}
		answer := httptest.NewRecorder()
		r.ServeHTTP(answer, request)
		return answer
	}
}

func TestSettlingDisputes(t *testing.T) {
	t.Parallel()
	w, ids, ask := settleScene(t)
	if page := ask(w.Operator, urls.AdminDisputes(), nil); page.Code != 200 || !strings.Contains(page.Body.String(), "Médiathèque de Guéret") {
		t.Errorf("list: %d", page.Code)
	}
	page := ask(w.Operator, urls.AdminDispute(ids[0]), nil).Body.String()
	if !strings.Contains(page, "Accepter et encaisser") || !strings.Contains(page, "Décider aussi de l’autre chèque") {
		t.Error("nothing to decide with")
	}
	empty := ask(w.Operator, urls.AdminDispute(ids[0], "accepter"), url.Values{"motif": {""}, "ensemble": {"oui"}})
	if empty.Code != 422 || !strings.Contains(empty.Body.String(), "Écrivez pourquoi le litige est accepté") || !strings.Contains(empty.Body.String(), "checked") {
		t.Errorf("no cause: %d", empty.Code)
	}
	if done := ask(w.Operator, urls.AdminDispute(ids[0], "accepter"), url.Values{"motif": {"Feuille d’émargement reçue"}}); done.Code != 303 {
		t.Errorf("accept: %d", done.Code)
	}
	// The other chèque is used elsewhere meanwhile: the button goes, and the
	// address says why.
	w.Exec(`UPDATE cheques SET state = 'utilise' WHERE id = (SELECT cheque_id FROM disputes WHERE id = $1)`, ids[1])
	page = ask(w.Operator, urls.AdminDispute(ids[1]), nil).Body.String()
	if strings.Contains(page, "Accepter et encaisser") || !strings.Contains(page, "il ne peut pas l’être deux fois") {
		t.Error("a paid chèque can be accepted")
	}
	if again := ask(w.Operator, urls.AdminDispute(ids[1], "accepter"), url.Values{"motif": {"Vu"}}); again.Code != 409 || !strings.Contains(again.Body.String(), "il ne peut pas l’être deux fois") {
		t.Errorf("accept a paid chèque: %d", again.Code)
	}
	if done := ask(w.Finance, urls.AdminDispute(ids[1], "rejeter"), url.Values{"motif": {"Payé ailleurs"}}); done.Code != 303 {
		t.Errorf("reject: %d", done.Code)
	}
	if twice := ask(w.Finance, urls.AdminDispute(ids[1], "rejeter"), url.Values{"motif": {"Payé ailleurs"}}); twice.Code != 409 {
		t.Errorf("reject twice: %d", twice.Code)
	}
	if sheet := ask(w.Operator, urls.AdminDisputesCSV(), nil).Body.String(); !strings.Contains(sheet, "Payé ailleurs") || !strings.Contains(sheet, "accepté") {
		t.Errorf("sheet: %s", sheet)
	}
	if page := ask(w.Mediateur, urls.AdminDisputes(), nil); page.Code != 403 {
		t.Errorf("a structure: %d", page.Code)
	}
}
