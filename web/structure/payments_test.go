package structure_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/go-chi/chi/v5"
	"github.com/google/uuid"

	"passnum/internal/carnet/code"
	"passnum/internal/identity"
	"passnum/internal/print"
	"passnum/internal/redemption"
	"passnum/internal/settlement"
	"passnum/internal/testworld"
	"passnum/web/httpx"
	"passnum/web/structure"
	"passnum/web/urls"
)

// payday is a world where the structure was paid for October and has accepted
// two chèques since.
type payday struct {
	*testworld.World
	pay  *settlement.Service
	line uuid.UUID
}

func newPayday(t *testing.T) payday {
	t.Helper()
	w := testworld.New(t)
	w.At(time.Date(2026, 10, 20, 8, 0, 0, 0, time.UTC))
	codes := w.ActiveOrder(testworld.OrderOptions{}).HandedOver(2)
	acceptCheques(t, w, codes[:5])
	w.At(time.Date(2026, 11, 3, 9, 0, 0, 0, time.UTC))
	debtor := settlement.Debtor{Name: "Coopérative Pass", SIRET: "84373941800018", IBAN: "FR7630001007941234567890185"}
	s := settlement.NewService(w.DB, debtor, print.Issuer{Name: "Coopérative Pass"})
	id, err := s.Prepare(t.Context(), w.Operator, s.Suggestion())
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Approve(t.Context(), w.Finance, id); err != nil {
		t.Fatal(err)
	}
	if err := s.Execute(t.Context(), w.Finance, id, s.Today()); err != nil {
		t.Fatal(err)
	}
	acceptCheques(t, w, codes[5:7])
	d, err := s.Batch(t.Context(), w.Finance, id, nil)
	if err != nil {
		t.Fatal(err)
	}
	return payday{w, s, d.Page[0].ID}
}

func acceptCheques(t *testing.T, w *testworld.World, codes []code.Code) {
	t.Helper()
	request := redemption.Request{Key: uuid.NewString(), Entries: []int{3, 44}, Mode: redemption.Individuel}
	for _, c := range codes {
		request.Codes = append(request.Codes, c.Clear())
	}
	if _, err := redemption.NewService(w.DB, w.Keys).Redeem(t.Context(), w.Mediateur, request); err != nil {
		t.Fatal(err)
	}
}

func (w payday) get(t *testing.T, actor identity.Actor, address string) *httptest.ResponseRecorder {
	t.Helper()
	r := chi.NewRouter()
	r.Use(httpx.As(actor))
	r.Route("/structure", func(r chi.Router) { (&structure.PaymentHandlers{Payments: w.pay}).Routes(r) })
	answer := httptest.NewRecorder()
	r.ServeHTTP(answer, httptest.NewRequestWithContext(t.Context(), http.MethodGet, address, nil))
	return answer
}

func wantSays(t *testing.T, answer *httptest.ResponseRecorder, status int, texts ...string) {
	t.Helper()
	if answer.Code != status {
		t.Fatalf("status %d, want %d", answer.Code, status)
	}
	page := strings.Join(strings.Fields(strings.NewReplacer("\u00a0", " ", "\u202f", " ").Replace(answer.Body.String())), " ")
	for _, text := range texts {
		if !strings.Contains(page, text) {
			t.Errorf("the page does not say %q", text)
		}
	}
}

func TestWhatIsToBePaid(t *testing.T) {
	t.Parallel()
	w := newPayday(t)
	wantSays(t, w.get(t, w.Mediateur, urls.StructurePayments()), http.StatusOK,
		"20,00 €", "2 chèques", "50,00 €", "dernier virement le 3 novembre 2026", "Dont ce mois-ci", "depuis le 1er nov.",
		"C26-001-000002", "Département de la Creuse", "jusqu’au 30 novembre 2026 sont payés ensemble", "Chaque semaine")
	sheet := w.get(t, w.Mediateur, urls.StructurePaymentsWaiting())
	wantSays(t, sheet, http.StatusOK, "Accepté le;Carnet", "C26-001-000002;1;")
	if got := sheet.Header().Get("Content-Disposition"); got != `attachment; filename="a-payer-2026-11-03.csv"` {
		t.Errorf("downloaded as %s", got)
	}
}

func TestWhatWasPaid(t *testing.T) {
	t.Parallel()
	w := newPayday(t)
	wantSays(t, w.get(t, w.Mediateur, urls.StructurePayments()+"?vue=payes"), http.StatusOK, "CP-2026-001", "payé", "le 20 oct.", "3 novembre 2026", "50,00 €")
	wantSays(t, w.get(t, w.Mediateur, urls.StructurePayment(w.line)), http.StatusOK,
		"Chèques acceptés le 20 octobre 2026", "C26-001-000001", "… 2606", "Relevé en PDF", "Par commanditaire")
	wantSays(t, w.get(t, w.Mediateur, urls.StructurePaymentSheet(w.line)), http.StatusOK, ";CP-2026-001;03/11/2026")
	pdf := w.get(t, w.Mediateur, urls.StructurePaymentStatement(w.line))
	if pdf.Code != http.StatusOK || !strings.HasPrefix(pdf.Body.String(), "%PDF") || pdf.Header().Get("Content-Type") != "application/pdf" {
		t.Errorf("statement: %d %s", pdf.Code, pdf.Header())
	}
}

func TestPaymentsAreHeld(t *testing.T) {
	t.Parallel()
	w := newPayday(t)
	w.Exec(`UPDATE structures SET state = 'suspendue' WHERE organisation_id = $1`, w.Mediatheque)
	wantSays(t, w.get(t, w.Mediateur, urls.StructurePayments()), http.StatusOK, "Vos paiements sont retenus", "Structure suspendue")
}

func TestPaymentsOfOthers(t *testing.T) {
	t.Parallel()
	w := newPayday(t)
	for _, address := range []string{urls.StructurePayment(w.line), urls.StructurePaymentStatement(w.line), urls.StructurePaymentSheet(w.line)} {
		wantSays(t, w.get(t, w.Other, address), http.StatusNotFound, "n’est pas celui de votre structure")
		wantSays(t, w.get(t, w.Commanditaire, address), http.StatusForbidden)
		wantSays(t, w.get(t, identity.Actor{}, address), http.StatusSeeOther)
	}
	wantSays(t, w.get(t, w.Other, urls.StructurePayments()), http.StatusOK, "Aucun chèque n’attend son paiement", "aucun virement encore")
	wantSays(t, w.get(t, w.Other, urls.StructurePayments()+"?vue=payes"), http.StatusOK, "Aucun paiement encore")
}

func TestPapersOfAYear(t *testing.T) {
	t.Parallel()
	w := newPayday(t)
	wantSays(t, w.get(t, w.Mediateur, urls.StructurePayments()), http.StatusOK, "Documents par année", urls.StructurePaymentYear(2026))
	wantSays(t, w.get(t, w.Mediateur, urls.StructurePaymentYear(2026)), http.StatusOK, "Paiements de 2026", "Novembre", "50,00 €", "Attestation annuelle en PDF", "CP-2026-001", "Département de la Creuse")
	wantSays(t, w.get(t, w.Mediateur, urls.StructurePaymentYear(2026, "recapitulatif.csv")), http.StatusOK, "11/2026;CP-2026-001;03/11/2026;Chèques;Département de la Creuse;5;50,00")
	for _, address := range []string{urls.StructurePaymentYear(2026, "attestation"), urls.StructurePaymentYear(2026, "recapitulatif"), urls.StructurePaymentBordereau(w.line)} {
		if pdf := w.get(t, w.Mediateur, address); pdf.Code != http.StatusOK || !strings.HasPrefix(pdf.Body.String(), "%PDF") {
			t.Errorf("%s: %d", address, pdf.Code)
		}
		wantSays(t, w.get(t, w.Other, address), http.StatusNotFound)
		wantSays(t, w.get(t, w.Commanditaire, address), http.StatusForbidden)
	}
	for _, address := range []string{urls.StructurePaymentYear(2025), urls.StructurePaymentYear(2026, "rien"), urls.StructurePayments() + "/annees/zz"} {
		wantSays(t, w.get(t, w.Mediateur, address), http.StatusNotFound, "Aucun virement")
	}
}

func TestATransferThatCameBackIsExplained(t *testing.T) {
	t.Parallel()
	w := newPayday(t)
	w.Exec(`UPDATE settlement_lines SET state = 'retournee', returned_on = '2026-11-03', return_code = 'AC04', return_text = 'compte clos' WHERE id = $1`, w.line)
	wantSays(t, w.get(t, w.Mediateur, urls.StructurePayment(w.line)), http.StatusOK, "Ce virement n’a pas abouti", "revenu le 3 novembre 2026", "compte clos", "sera virée de nouveau")
	wantSays(t, w.get(t, w.Mediateur, urls.StructurePaymentYear(2026)), http.StatusOK, "revenu le 3 novembre 2026", "−50,00 €")
}
