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

var october = time.Date(2026, 10, 31, 0, 0, 0, 0, time.UTC)

// alsoOther makes another structure take a chèque in October.
func (w till) alsoOther(t *testing.T) {
	t.Helper()
	w.At(time.Date(2026, 10, 21, 8, 0, 0, 0, time.UTC))
	codes := w.ActiveOrder(testworld.OrderOptions{}).HandedOver(1)
	if _, err := redemption.NewService(w.DB, w.Keys).Redeem(t.Context(), w.Other, redemption.Request{Key: uuid.NewString(), Entries: []int{3}, Mode: redemption.Individuel, Codes: []string{codes[0].Clear()}}); err != nil {
		t.Fatal(err)
	}
	w.At(time.Date(2026, 11, 3, 9, 0, 0, 0, time.UTC))
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
	want(t, preview, http.StatusOK, "31/10/2026", "Préparer le contre-paiement (50,00 €)", "Une autre personne", "1 fichier bancaire")
	page := location(t, w.ask(t, w.Operator, urls.AdminPayments(), url.Values{"date": {"31/10/2026"}}))

	own := w.ask(t, w.Operator, page, nil)
	want(t, own, http.StatusOK, "LOT-2026-10-31", "Vous avez préparé ce contre-paiement", "à approuver", "Abandonner la préparation")
	wantNot(t, own, "Approuver le contre-paiement (", "Fichier pour la banque")
	want(t, w.ask(t, w.Operator, page+"/approuver", url.Values{}), http.StatusConflict, "une autre personne doit l’approuver")
	want(t, w.ask(t, w.Finance, page+"/fichier-bancaire", nil), http.StatusConflict, "pas encore approuvé")

	want(t, w.ask(t, w.Finance, urls.AdminPayments(), nil), http.StatusOK, "LOT-2026-10-31 attend votre approbation")
	want(t, w.ask(t, w.Finance, page, nil), http.StatusOK, "Approuver le contre-paiement (50,00 €)", "FR14 2004 1010 0505 0001 3M02 606")
	if to := location(t, w.ask(t, w.Finance, page+"/approuver", url.Values{})); to != page {
		t.Errorf("approved leads to %s", to)
	}
	want(t, w.ask(t, w.Finance, page, nil), http.StatusOK, "Contre-paiement CP-2026-001", "Télécharger le fichier bancaire", "lot figé", "03/11/2026", "Empreinte SHA-256", "Le fichier demande le 4 novembre 2026")

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
	if pdf := w.ask(t, w.Operator, urls.AdminPaymentBordereau(id, line), nil); pdf.Code != http.StatusOK || !strings.HasPrefix(pdf.Body.String(), "%PDF") {
		t.Errorf("bordereau: %d", pdf.Code)
	}
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

func TestThePreviewTellsFeesHoldsAndChanges(t *testing.T) {
	t.Parallel()
	w := newTill(t)
	w.Exec(`UPDATE orders SET downstream_fee_basis_points = 400`)
	address := urls.AdminPaymentPreview(october)
	want(t, w.ask(t, w.Operator, address, nil), http.StatusOK, "Préparer le contre-paiement (47,60 €)", "−2,40 €", "2,40 €")
	sheet := w.ask(t, w.Operator, urls.AdminPaymentPreviewCSV(october, "mensuel"), nil)
	want(t, sheet, http.StatusOK, "47,60", "Retenu parce que")
	if got := sheet.Header().Get("Content-Disposition"); !strings.Contains(got, "apercu-contre-paiement-2026-10-31.csv") {
		t.Errorf("downloaded as %s", got)
	}
	weekly := w.ask(t, w.Operator, address+"&rythme=hebdomadaire", nil)
	want(t, weekly, http.StatusOK, "Rien n’est à payer")
	wantNot(t, weekly, "Préparer le contre-paiement (")
	if _, err := w.Owner.Exec(t.Context(), `INSERT INTO structure_rhythms VALUES ($1, 'hebdomadaire', now(), $2)`, w.Mediatheque, w.Mediateur.AccountID); err != nil {
		t.Fatal(err)
	}
	want(t, w.ask(t, w.Operator, address+"&rythme=hebdomadaire", nil), http.StatusOK, "Préparer le contre-paiement (47,60 €)")
	page := location(t, w.ask(t, w.Operator, urls.AdminPayments(), url.Values{"date": {"31/10/2026"}, "rythme": {"hebdomadaire"}}))
	want(t, w.ask(t, w.Operator, page, nil), http.StatusOK, "LOT-2026-10-31-H", "payées chaque semaine", "Frais retenus")
}

func TestDecidingRules(t *testing.T) {
	t.Parallel()
	w := newTill(t)
	want(t, w.ask(t, w.Operator, urls.AdminPaymentRules(), nil), http.StatusOK, "valeurs de départ", "pain.001.001.09", "Aucune décision")
	good := url.Values{"arret": {"jour"}, "jour": {"25"}, "minimum": {"60"}, "report": {"3"}, "delai": {"2"}, "version": {"03"}, "virements": {"500"}, "plafond": {""}, "debit": {"chacun"}, "bic": {"oui"}}
	bad := url.Values{"arret": {"jour"}, "jour": {"31"}, "minimum": {"beaucoup"}, "report": {"0"}, "delai": {"x"}, "version": {"42"}, "virements": {"0"}, "plafond": {"-1"}}
	want(t, w.ask(t, w.Operator, urls.AdminPaymentRules(), bad), http.StatusUnprocessableEntity, `value="31"`, `value="beaucoup"`, "entre 1 et 28", "entre 0 et 1 000 €", "entre 1 et 12", "entre 1 et 10", "votre banque accepte", "entre 1 et 100 000", "Indiquez un montant")
	if to := location(t, w.ask(t, w.Operator, urls.AdminPaymentRules(), good)); to != urls.AdminPaymentRules() {
		t.Errorf("leads to %s", to)
	}
	want(t, w.ask(t, w.Finance, urls.AdminPaymentRules(), nil), http.StatusOK, "le 25 du mois", "60 €, reporté 3 mois au plus", "pain.001.001.03", "un débit par virement", "Dominique Petit")
	want(t, w.ask(t, w.Operator, urls.AdminPaymentPreview(october), nil), http.StatusOK, "Moins de 60 €")
	want(t, w.ask(t, w.Operator, urls.AdminPayments()+"/preparer", nil), http.StatusOK, `value="25/10/2026"`)
	suivi := w.Staff("suivi@exemple.test", identity.OperatorSuivi)
	wantNot(t, w.ask(t, suivi, urls.AdminPaymentRules(), nil), "Enregistrer les règles")
	want(t, w.ask(t, suivi, urls.AdminPaymentRules(), good), http.StatusForbidden)
}

func TestPartsAndLinesFromTheScreen(t *testing.T) {
	t.Parallel()
	w := newTill(t)
	w.alsoOther(t)
	w.Exec(`INSERT INTO payment_rules VALUES (gen_random_uuid(), now(), $1, 'x', 'fin_de_mois', 1, 0, 6, 1, '09', 1, 0, true, false, true)`, w.Operator.AccountID)
	page := location(t, w.ask(t, w.Operator, urls.AdminPayments(), url.Values{"date": {"31/10/2026"}}))
	location(t, w.ask(t, w.Finance, page+"/approuver", url.Values{}))
	want(t, w.ask(t, w.Finance, page, nil), http.StatusOK, "Télécharger les 2 fichiers bancaires", "Fichier 1", "Fichier 2", "Tous les fichiers")
	if all := w.ask(t, w.Finance, page+"/fichier-bancaire", nil); all.Header().Get("Content-Type") != "application/zip" {
		t.Errorf("two files come as %s", all.Header().Get("Content-Type"))
	}
	want(t, w.ask(t, w.Finance, page+"/fichier-bancaire/2", nil), http.StatusOK, "<NbOfTxs>1</NbOfTxs>")
	want(t, w.ask(t, w.Finance, page+"/fichier-bancaire/3", nil), http.StatusNotFound)
	location(t, w.ask(t, w.Finance, page+"/executer", url.Values{"date": {"03/11/2026"}, "fichier": {"1"}}))
	want(t, w.ask(t, w.Finance, page, nil), http.StatusOK, "1 virement sur 2", "Marquer exécuté")
	d, err := w.pay.Batch(t.Context(), w.Finance, uuid.MustParse(page[strings.LastIndex(page, "/")+1:]), nil)
	if err != nil {
		t.Fatal(err)
	}
	second := urls.AdminPaymentLine(d.ID, d.Page[1].ID)
	want(t, w.ask(t, w.Finance, second, nil), http.StatusOK, "Confirmer ce virement")
	want(t, w.ask(t, w.Finance, second+"/executer", url.Values{"date": {"05/11/2026"}}), http.StatusUnprocessableEntity, `value="05/11/2026"`, "ni dans le futur")
	if to := location(t, w.ask(t, w.Finance, second+"/executer", url.Values{"date": {"03/11/2026"}})); to != page {
		t.Errorf("leads to %s", to)
	}
	want(t, w.ask(t, w.Finance, page, nil), http.StatusOK, "Rien ne peut plus changer")
}
