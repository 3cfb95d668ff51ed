package admin_test

import (
	"archive/zip"
	"bytes"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/go-chi/chi/v5"
	"github.com/google/uuid"

	"passnum/internal/identity"
	"passnum/internal/print"
	"passnum/internal/redemption"
	"passnum/internal/settlement"
	"passnum/internal/testworld"
	"passnum/web/admin"
	"passnum/web/httpx"
	"passnum/web/urls"
)

// till is a world with five chèques of October to pay, and its screens.
type till struct {
	*testworld.World
	pay *settlement.Service
}

func newTill(t *testing.T) till {
	t.Helper()
	w := testworld.New(t)
	w.At(time.Date(2026, 10, 20, 8, 0, 0, 0, time.UTC))
	codes := w.ActiveOrder(testworld.OrderOptions{}).HandedOver(2)
	request := redemption.Request{Key: uuid.NewString(), Entries: []int{3, 44}, Mode: redemption.Individuel}
	for _, c := range codes[:5] {
		request.Codes = append(request.Codes, c.Clear())
	}
	if _, err := redemption.NewService(w.DB, w.Keys).Redeem(t.Context(), w.Mediateur, request); err != nil {
		t.Fatal(err)
	}
	w.At(time.Date(2026, 11, 3, 9, 0, 0, 0, time.UTC))
	debtor := settlement.Debtor{Name: "Coopérative Pass", SIRET: "84373941800018", IBAN: "FR7630001007941234567890185"}
	return till{w, settlement.NewService(w.DB, debtor, print.Issuer{Name: "Coopérative Pass"})}
}

// ask sends a request as actor through the real routes; a form makes it a POST.
func (w till) ask(t *testing.T, actor identity.Actor, address string, form url.Values) *httptest.ResponseRecorder {
	t.Helper()
	r := chi.NewRouter()
	r.Use(httpx.As(actor))
	r.Route("/admin", func(r chi.Router) { (&admin.PaymentHandlers{Payments: w.pay}).Routes(r) })
	request := httptest.NewRequestWithContext(t.Context(), http.MethodGet, address, nil)
	if form != nil {
		request = httptest.NewRequestWithContext(t.Context(), http.MethodPost, address, strings.NewReader(form.Encode()))
		request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	answer := httptest.NewRecorder()
	r.ServeHTTP(answer, request)
	return answer
}

// want checks the status and that the page says each text, spaces alike.
func want(t *testing.T, answer *httptest.ResponseRecorder, status int, texts ...string) {
	t.Helper()
	if answer.Code != status {
		t.Fatalf("status %d, want %d\n%s", answer.Code, status, answer.Body)
	}
	page := plain(answer.Body.String())
	for _, text := range texts {
		if !strings.Contains(page, text) {
			t.Errorf("the page does not say %q", text)
		}
	}
}

func wantNot(t *testing.T, answer *httptest.ResponseRecorder, texts ...string) {
	t.Helper()
	page := plain(answer.Body.String())
	for _, text := range texts {
		if strings.Contains(page, text) {
			t.Errorf("the page says %q", text)
		}
	}
}

func plain(s string) string {
	return strings.Join(strings.Fields(strings.NewReplacer("\u00a0", " ", "\u202f", " ", "&#39;", "'").Replace(s)), " ")
}

func location(t *testing.T, answer *httptest.ResponseRecorder) string {
	t.Helper()
	want(t, answer, http.StatusSeeOther)
	return answer.Header().Get("Location")
}

func TestAPaymentFromDueToExecuted(t *testing.T) {
	t.Parallel()
	w := newTill(t)
	list := w.ask(t, w.Operator, urls.AdminPayments(), nil)
	want(t, list, http.StatusOK, "Préparer le contre-paiement d’octobre 2026", "50,00 €", "Médiathèque de Guéret", "Aucun contre-paiement")

	preview := w.ask(t, w.Operator, urls.AdminPaymentPreview(time.Time{}), nil)
	want(t, preview, http.StatusOK, "31/10/2026", "Préparer le contre-paiement (50,00 €)", "Une autre personne", "payable")
	page := location(t, w.ask(t, w.Operator, urls.AdminPayments(), url.Values{"date": {"31/10/2026"}}))

	own := w.ask(t, w.Operator, page, nil)
	want(t, own, http.StatusOK, "CP-2026-001", "Vous avez préparé ce contre-paiement", "à approuver", "Abandonner la préparation")
	wantNot(t, own, "Approuver le contre-paiement (", "Fichier pour la banque")
	want(t, w.ask(t, w.Operator, page+"/approuver", url.Values{}), http.StatusConflict, "une autre personne doit l’approuver")
	want(t, w.ask(t, w.Finance, page+"/fichier-bancaire", nil), http.StatusConflict, "pas encore approuvé")

	want(t, w.ask(t, w.Finance, urls.AdminPayments(), nil), http.StatusOK, "CP-2026-001 attend votre approbation")
	want(t, w.ask(t, w.Finance, page, nil), http.StatusOK, "Approuver le contre-paiement (50,00 €)", "FR14 2004 1010 0505 0001 3M02 606")
	if to := location(t, w.ask(t, w.Finance, page+"/approuver", url.Values{})); to != page {
		t.Errorf("approved leads to %s", to)
	}
	want(t, w.ask(t, w.Finance, page, nil), http.StatusOK, "Télécharger le fichier bancaire", "lot figé", "03/11/2026")

	file := w.ask(t, w.Finance, page+"/fichier-bancaire", nil)
	want(t, file, http.StatusOK, "<InstdAmt Ccy=\"EUR\">50.00</InstdAmt>")
	if got := file.Header().Get("Content-Disposition"); got != `attachment; filename="CP-2026-001-pain.001.xml"` {
		t.Errorf("downloaded as %s", got)
	}
	want(t, w.ask(t, w.Finance, page, nil), http.StatusOK, "Fichier téléchargé pour la banque")

	want(t, w.ask(t, w.Finance, page+"/executer", url.Values{"date": {"04/11/2026"}}), http.StatusUnprocessableEntity, `value="04/11/2026"`, "ni dans le futur")
	want(t, w.ask(t, w.Finance, page+"/executer", url.Values{"date": {"hier"}}), http.StatusUnprocessableEntity, `value="hier"`, "Indiquez un jour")
	location(t, w.ask(t, w.Finance, page+"/executer", url.Values{"date": {"03/11/2026"}}))
	done := w.ask(t, w.Finance, page, nil)
	want(t, done, http.StatusOK, "exécuté", "le 3 novembre 2026", "Rien ne peut plus changer")
	wantNot(t, done, "Marquer exécuté", "Abandonner")
}

func TestPaymentPapers(t *testing.T) {
	t.Parallel()
	w := newTill(t)
	page := location(t, w.ask(t, w.Operator, urls.AdminPayments(), url.Values{"date": {"31/10/2026"}}))
	location(t, w.ask(t, w.Finance, page+"/approuver", url.Values{}))
	answer := w.ask(t, w.Operator, page+"/releves", nil)
	want(t, answer, http.StatusOK)
	archive, err := zip.NewReader(bytes.NewReader(answer.Body.Bytes()), int64(answer.Body.Len()))
	if err != nil || len(archive.File) != 1 {
		t.Fatalf("archive: %v", err)
	}
	id := uuid.MustParse(page[strings.LastIndex(page, "/")+1:])
	d, err := w.pay.Batch(t.Context(), w.Finance, id, nil)
	if err != nil {
		t.Fatal(err)
	}
	line := d.Page[0].ID
	want(t, w.ask(t, w.Operator, urls.AdminPaymentLine(id, line), nil), http.StatusOK,
		"C26-001-000001", "Département de la Creuse", "Chèques acceptés le 20 octobre 2026", "Relevé en PDF")
	if pdf := w.ask(t, w.Operator, urls.AdminPaymentStatement(id, line), nil); pdf.Code != http.StatusOK || !strings.HasPrefix(pdf.Body.String(), "%PDF") {
		t.Errorf("statement: %d", pdf.Code)
	}
	want(t, w.ask(t, w.Operator, urls.AdminPaymentLine(uuid.New(), line), nil), http.StatusNotFound)
}

func TestPreviewSaysWhatIsHeldAndWhy(t *testing.T) {
	t.Parallel()
	w := newTill(t)
	w.Exec(`UPDATE structures SET state = 'suspendue' WHERE organisation_id = $1`, w.Mediatheque)
	preview := w.ask(t, w.Operator, urls.AdminPaymentPreview(time.Date(2026, 10, 31, 0, 0, 0, 0, time.UTC)), nil)
	want(t, preview, http.StatusOK, "retenu", "Structure suspendue")
	wantNot(t, preview, "Préparer le contre-paiement (")
	want(t, w.ask(t, w.Operator, urls.AdminPayments()+"/preparer?date=", nil), http.StatusUnprocessableEntity, "Indiquez un jour")
	want(t, w.ask(t, w.Operator, urls.AdminPayments()+"/preparer?date=demain", nil), http.StatusUnprocessableEntity, `value="demain"`)
	want(t, w.ask(t, w.Operator, urls.AdminPayments()+"/preparer?date=03/11/2026", nil), http.StatusUnprocessableEntity, "un jour passé")
	want(t, w.ask(t, w.Operator, urls.AdminPayments(), url.Values{"date": {"31/10/2026"}}), http.StatusConflict, "Rien n’est à payer")
	want(t, w.ask(t, w.Operator, urls.AdminPayments(), url.Values{"date": {"x"}}), http.StatusUnprocessableEntity, "Indiquez un jour")
}

func TestDiscardingFromTheScreen(t *testing.T) {
	t.Parallel()
	w := newTill(t)
	page := location(t, w.ask(t, w.Operator, urls.AdminPayments(), url.Values{"date": {"31/10/2026"}}))
	if to := location(t, w.ask(t, w.Operator, page+"/abandonner", url.Values{})); to != urls.AdminPayments() {
		t.Errorf("leads to %s", to)
	}
	want(t, w.ask(t, w.Operator, page, nil), http.StatusNotFound)
	want(t, w.ask(t, w.Operator, urls.AdminPayments(), nil), http.StatusOK, "Préparer le contre-paiement d’octobre 2026")
}

func TestWhoSeesPayments(t *testing.T) {
	t.Parallel()
	w := newTill(t)
	suivi := w.Staff("suivi@exemple.test", identity.OperatorSuivi)
	page := location(t, w.ask(t, w.Operator, urls.AdminPayments(), url.Values{"date": {"31/10/2026"}}))
	read := w.ask(t, suivi, page, nil)
	want(t, read, http.StatusOK, "En attente d’approbation")
	wantNot(t, read, "Abandonner la préparation", "Approuver le contre-paiement (")
	want(t, w.ask(t, suivi, page+"/approuver", url.Values{}), http.StatusForbidden)
	want(t, w.ask(t, w.Mediateur, urls.AdminPayments(), nil), http.StatusForbidden)
	want(t, w.ask(t, identity.Actor{}, urls.AdminPayments(), nil), http.StatusSeeOther)
}
