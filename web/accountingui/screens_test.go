package accountingui_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/go-chi/chi/v5"
	"github.com/google/uuid"

	"passnum/internal/identity"
	"passnum/internal/print"
	"passnum/internal/redemption"
	"passnum/internal/reporting/accounting"
	"passnum/internal/settlement"
	"passnum/internal/testworld"
	"passnum/web/accountingui"
	"passnum/web/httpx"
	"passnum/web/urls"
)

// books is a world where 3 of 10 chèques were paid in November 2026; the Région
// pays 40 € of the order.
type books struct {
	*testworld.World
	accounts *accounting.Service
	order    testworld.Order
}

func newBooks(t *testing.T) books {
	t.Helper()
	w := testworld.New(t)
	w.At(time.Date(2026, 10, 20, 8, 0, 0, 0, time.UTC))
	issuer := print.Issuer{Name: "Coopérative Pass", SIRET: "84373941800018"}
	b := books{World: w, accounts: accounting.NewService(w.DB, issuer), order: w.ActiveOrder(testworld.OrderOptions{Funders: []uuid.UUID{w.Region}})}
	w.Exec(`INSERT INTO order_cofunders (commanditaire_id, order_id, organisation_id, share_cents) VALUES ($1, $2, $3, 4000)`, w.Departement, b.order.ID, w.Region)
	request := redemption.Request{Key: uuid.NewString(), Entries: []int{3}, Mode: redemption.Individuel}
	for _, c := range b.order.HandedOver(2)[:3] {
		request.Codes = append(request.Codes, c.Clear())
	}
	if _, err := redemption.NewService(w.DB, w.Keys).Redeem(t.Context(), w.Mediateur, request); err != nil {
		t.Fatal(err)
	}
	w.At(time.Date(2026, 11, 3, 9, 0, 0, 0, time.UTC))
	pay := settlement.NewService(w.DB, settlement.Debtor{Name: "Coopérative Pass", SIRET: issuer.SIRET, IBAN: "FR7630001007941234567890185"}, issuer)
	id, err := pay.Prepare(t.Context(), w.Operator, pay.Suggestion())
	if err == nil {
		err = pay.Approve(t.Context(), w.Finance, id)
	}
	if err == nil {
		err = pay.Execute(t.Context(), w.Finance, id, pay.Today())
	}
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func (b books) get(t *testing.T, actor identity.Actor, address string) *httptest.ResponseRecorder {
	t.Helper()
	r := chi.NewRouter()
	r.Use(httpx.As(actor))
	r.Route("/admin", (&accountingui.OperatorHandlers{Accounts: b.accounts}).Routes)
	r.Route("/commanditaire", (&accountingui.Handlers{Accounts: b.accounts}).Routes)
	answer := httptest.NewRecorder()
	r.ServeHTTP(answer, httptest.NewRequestWithContext(t.Context(), http.MethodGet, address, nil))
	return answer
}

func wantSays(t *testing.T, address string, answer *httptest.ResponseRecorder, status int, texts ...string) {
	t.Helper()
	if answer.Code != status {
		t.Errorf("%s: status %d, want %d", address, answer.Code, status)
		return
	}
	page := strings.Join(strings.Fields(strings.NewReplacer("\u00a0", " ", "\u202f", " ", "&#39;", "'").Replace(answer.Body.String())), " ")
	for _, text := range texts {
		if !strings.Contains(page, text) {
			t.Errorf("%s does not say %q", address, text)
		}
	}
}

func (b books) entry(t *testing.T, kind string) uuid.UUID {
	t.Helper()
	var id uuid.UUID
	if err := b.Owner.QueryRow(t.Context(), `SELECT id FROM ledger_transactions WHERE kind = $1`, kind).Scan(&id); err != nil {
		t.Fatal(err)
	}
	return id
}

func TestTheOperatorReadsTheAccounts(t *testing.T) {
	t.Parallel()
	b := newBooks(t)
	for address, texts := range map[string][]string{
		urls.AdminAccounts():                                      {"Compte annuel 2026", "provisoire", "31 mai 2027", "Département de la Creuse", "100,00 €", "30,00 €", "70,00 €", "Ce que compte chaque colonne"},
		urls.AdminReddition(b.Departement, 2026):                  {"Reddition des comptes 2026", "Fonds détenus au premier jour", "M-1", "Médiathèque de Guéret", urls.AdminTrail(b.order.ID)},
		urls.AdminBalance(2026):                                   {"Balance générale 2026", "équilibrée", "512100", "467200", "créditeur", urls.AdminAuxiliary("467300", 2026)},
		urls.AdminAuxiliary("467200", 2026):                       {"Chèques en circulation", "Département de la Creuse", "70,00 €"},
		urls.AdminBook("512100") + "?du=01/01/2026&au=31/12/2026": {"Grand livre 512100", "Fonds reçus", "Virement exécuté", "CP-2026-001", "débiteur"},
		urls.AdminBook("467300") + "?tiers=775+672+272+21138":     {"Aucun mouvement"},
		urls.AdminFEC(2026):                                       {"843739418FEC20261103.txt", "Télécharger le fichier", "0,00 €", "Plan de comptes"},
		urls.AdminFEC(2026, "controle"):                           {"Le fichier est conforme", "5 écritures"},
		urls.AdminEntry(b.entry(t, "redemption")):                 {"Chèques acceptés", "467200", "Médiathèque de Guéret", "C26-001-000001", "CP-2026-001"},
		urls.AdminEntry(b.entry(t, "payout_executed")):            {"Virement exécuté", "Chèque par chèque", "C26-001-000001"},
		urls.AdminTrail(b.order.ID):                               {"Piste d’audit 2026-001", "M-1", "Centimes inexpliqués", "0,00 €", "CP-2026-001", "payé", "Mise en circulation"},
		urls.AdminAccountsSearch():                                {"Retrouver un montant"},
		urls.AdminAccountsSearch() + "?q=c26-001-000001":          {"Chèques acceptés", "Virement exécuté"},
		urls.AdminAccountsSearch() + "?q=rien":                    {"Rien ne porte cette référence"},
		urls.AdminTrail(b.order.ID, "csv"):                        {"C26-001-000001;1;", ";payé;03/11/2026"},
		urls.AdminAccountsFile("annuel.csv", 2026):                {"2026;03/11/2026;Département de la Creuse"},
		urls.AdminAccountsFile("balance.csv", 2026):               {"512100;Banque, compte dédié"},
		urls.AdminBook("512100", "csv"):                           {"512100;20/10/2026;Fonds reçus;Mandat M-1;2026-001;;100,00;;100,00"},
		urls.AdminReddition(b.Departement, 2026, "csv"):           {"Médiathèque de Guéret"},
		urls.AdminAccountsFile("fec/fichier", 2026):               {"JournalCode", "512100"},
		urls.AdminAccountsFile("fec/descriptif", 2026):            {"ISO 8859-15", "EcritureNum"},
		urls.AdminAccountsFile("annuel.pdf", 2026):                {"%PDF"},
		urls.AdminReddition(b.Departement, 2026, "pdf"):           {"%PDF"},
	} {
		wantSays(t, address, b.get(t, b.Finance, address), http.StatusOK, texts...)
		wantSays(t, address, b.get(t, b.Commanditaire, address), http.StatusForbidden)
		wantSays(t, address, b.get(t, identity.Actor{}, address), http.StatusSeeOther)
	}
}

func TestWhoPaysReadsItsAccounts(t *testing.T) {
	t.Parallel()
	b := newBooks(t)
	wantSays(t, "own", b.get(t, b.Commanditaire, urls.Accounts()), http.StatusOK, "Vos commandes", "2026-001", "100,00 €", "70,00 €", urls.Reddition(2026))
	wantSays(t, "reddition", b.get(t, b.Commanditaire, urls.Reddition(2026)), http.StatusOK, "Reddition des comptes 2026", "Médiathèque de Guéret", "M-1")
	wantSays(t, "funded", b.get(t, b.Cofunder, urls.Accounts()), http.StatusOK, "Votre part des commandes que vous cofinancez", "votre part : 40,00 €", "12,00 €", "28,00 €")
	for address, texts := range map[string][]string{
		urls.AccountsFile("annuel.pdf", 2026): {"%PDF"}, urls.AccountsFile("reddition.pdf", 2026): {"%PDF"},
		urls.AccountsFile("annuel.csv", 2026): {"2026-001"}, urls.AccountsFile("structures.csv", 2026): {"Médiathèque de Guéret"},
	} {
		wantSays(t, address, b.get(t, b.Commanditaire, address), http.StatusOK, texts...)
		wantSays(t, address, b.get(t, b.Mediateur, address), http.StatusForbidden)
	}
	wantSays(t, "a stranger's", b.get(t, b.Other, urls.Accounts()), http.StatusOK, "Aucune commande cette année-là")
	if page := b.get(t, b.Other, urls.Reddition(2026)); strings.Contains(page.Body.String(), "Médiathèque") || strings.Contains(page.Body.String(), "2026-001") {
		t.Error("a stranger reads the commanditaire's reddition")
	}
}

func TestWrongAddresses(t *testing.T) {
	t.Parallel()
	b := newBooks(t)
	for address, status := range map[string]int{
		urls.AdminAccountsOf(1999): http.StatusNotFound, urls.AdminAccounts() + "?annee=zz": http.StatusNotFound, urls.AdminAccountsOf(2030): http.StatusNotFound,
		urls.AdminBook("999999"): http.StatusNotFound, urls.AdminAuxiliary("1", 2026): http.StatusNotFound, urls.AdminEntry(uuid.New()): http.StatusNotFound,
		urls.AdminTrail(uuid.New()): http.StatusNotFound, urls.AdminReddition(uuid.New(), 2026): http.StatusNotFound,
		urls.AdminBook("512100") + "?du=32/01/2026": http.StatusUnprocessableEntity, urls.AdminBook("512100") + "?du=03/02/2026&au=01/02/2026": http.StatusUnprocessableEntity,
	} {
		wantSays(t, address, b.get(t, b.Finance, address), status)
	}
	wantSays(t, "a bad day", b.get(t, b.Finance, urls.AdminBook("512100")+"?du=32/01/2026"), http.StatusUnprocessableEntity, "Écrivez un jour comme", "32/01/2026")
}
