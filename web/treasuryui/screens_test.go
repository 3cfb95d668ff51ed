package treasuryui_test

import (
	"bytes"
	"io"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/go-chi/chi/v5"

	"passnum/internal/identity"
	"passnum/internal/money"
	"passnum/internal/order"
	"passnum/internal/testworld"
	"passnum/internal/treasury"
	"passnum/internal/treasury/camt"
	"passnum/internal/treasury/camt/camtfile"
	"passnum/web/httpx"
	"passnum/web/public"
	"passnum/web/treasuryui"
	"passnum/web/urls"
)

const account = "FR7630001007941234567890185"

type site struct {
	*testworld.World
	bank *treasury.Service
}

func newSite(t *testing.T) *site {
	t.Helper()
	w := testworld.New(t)
	w.ActiveOrder(testworld.OrderOptions{})
	orders := order.NewService(order.Deps{DB: w.DB, Keys: w.Keys})
	return &site{World: w, bank: treasury.NewService(treasury.Deps{DB: w.DB, IBAN: account, Attest: orders.AttestInTx, Awaiting: order.Awaiting})}
}

type answer struct {
	t        *testing.T
	status   int
	location string
	body     string
}

func (s *site) ask(t *testing.T, actor identity.Actor, r *http.Request) answer {
	t.Helper()
	router := chi.NewRouter()
	router.Use(httpx.Shell{}.Provide, httpx.As(actor))
	router.Route("/admin", func(r chi.Router) { (&treasuryui.Handlers{Bank: s.bank}).Routes(r) })
	(&public.CoverHandlers{Bank: s.bank}).Routes(router)
	w := httptest.NewRecorder()
	router.ServeHTTP(w, r)
	body, err := io.ReadAll(w.Body)
	if err != nil {
		t.Fatal(err)
	}
	return answer{t, w.Code, w.Header().Get("Location"), strings.NewReplacer("\u202f", " ", "\u00a0", " ").Replace(string(body))}
}

func (s *site) get(t *testing.T, actor identity.Actor, path string) answer {
	t.Helper()
	return s.ask(t, actor, httptest.NewRequestWithContext(t.Context(), http.MethodGet, path, nil))
}

func (s *site) post(t *testing.T, path string, fields ...string) answer {
	t.Helper()
	form := url.Values{}
	for i := 0; i+1 < len(fields); i += 2 {
		form.Set(fields[i], fields[i+1])
	}
	r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, path, strings.NewReader(form.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return s.ask(t, s.Finance, r)
}

func (s *site) upload(t *testing.T, name string, file []byte) answer {
	t.Helper()
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	part, err := form.CreateFormFile("fichier", name)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := part.Write(file); err != nil {
		t.Fatal(err)
	}
	if err := form.Close(); err != nil {
		t.Fatal(err)
	}
	r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, urls.AdminBankImport(), &body)
	r.Header.Set("Content-Type", form.FormDataContentType())
	return s.ask(t, s.Finance, r)
}

func (a answer) want(status int, texts ...string) answer {
	a.t.Helper()
	if a.status != status {
		a.t.Errorf("status %d, want %d: %.300s", a.status, status, a.body)
	}
	for _, text := range texts {
		if !strings.Contains(a.body, text) {
			a.t.Errorf("the page does not say « %s »", text)
		}
	}
	return a
}

func statement(amount money.Cents, words string) []byte {
	day := time.Date(2026, 11, 15, 0, 0, 0, 0, time.UTC)
	return camtfile.Write(camtfile.Statement08, day, camt.Report{Kind: camt.Statement, Reference: "2026-1", IBAN: account, OpenedOn: day, ClosedOn: day, Closing: amount,
		Entries: []camt.Entry{{Credit: true, Amount: amount, BookedOn: day, BankReference: "A1", Code: "PMNT/RCDT/ESCT", Details: []camt.Detail{{Amount: amount, Remittance: words, Party: "PAIERIE"}}}}})
}

func TestFromTheFileToThePublicProof(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	nobody := identity.Actor{}
	s.get(t, nobody, urls.Cover()).want(http.StatusOK, "Non prouvé", "Aucun relevé bancaire", "Département de la Creuse")
	s.get(t, s.Finance, urls.AdminBank()).want(http.StatusOK, "Aucun relevé", "Importer le relevé")
	s.upload(t, "x.xml", []byte("rien")).want(http.StatusUnprocessableEntity, "XML lisible", "Erreur")
	s.upload(t, "", nil).want(http.StatusUnprocessableEntity, "Choisissez le fichier")
	done := s.upload(t, "releve.xml", statement(10000, "VIREMENT"))
	page := s.get(t, s.Finance, done.want(http.StatusSeeOther).location).want(http.StatusOK, "Relevé 2026-1", "à reconnaître")
	line := regexp.MustCompile(urls.AdminBankLines() + `/[0-9a-f-]{36}`).FindString(page.body)
	s.get(t, s.Finance, line).want(http.StatusOK, "ne cite aucun mandat", "même montant", "Mandat M-1")
	s.get(t, nobody, urls.Cover()).want(http.StatusOK, "Non prouvé", "Il manque 100,00 €")
	s.decides(t, line)
	s.get(t, nobody, urls.Cover()).want(http.StatusOK, "Couvert", "15 novembre 2026, hier", "2026-001")
	s.get(t, nobody, urls.CoverOf("2026-001")).want(http.StatusOK, "Vus sur un relevé", "Couvert")
	s.get(t, nobody, urls.CoverOf("2026-999")).want(http.StatusNotFound)
	s.get(t, nobody, urls.CoverJSON()).want(http.StatusOK, `"etat":"prouve"`, `"commande":"2026-001"`, `"en_circulation_centimes":10000`)
	s.get(t, nobody, urls.Cover()+".csv").want(http.StatusOK, "2026-001")
	s.upload(t, "releve.xml", statement(10000, "VIREMENT")).want(http.StatusSeeOther)
	s.get(t, s.Finance, urls.AdminBankReconciliation()).want(http.StatusOK, "Solde du compte au grand livre")
	s.get(t, s.Finance, urls.AdminBankLinesCSV()+"?sens=credit").want(http.StatusOK, "VIREMENT")
	s.get(t, s.Finance, urls.AdminBankLines()+"?etat=attente&mots=rien").want(http.StatusOK, "Aucune opération")
	s.get(t, s.Commanditaire, urls.AdminBank()).want(http.StatusForbidden)
}

// decides matches the line in two steps, the first of them mistyped, then undoes
// one and does it again.
func (s *site) decides(t *testing.T, line string) {
	t.Helper()
	var receipt string
	if err := s.Owner.QueryRow(t.Context(), `SELECT id::text FROM order_funds`).Scan(&receipt); err != nil {
		t.Fatal(err)
	}
	act := line + "/rapprocher"
	s.get(t, s.Finance, act+"?genre=recu&cible="+receipt).want(http.StatusOK, "Mandat M-1", "100,00")
	s.post(t, act, "genre", "recu", "cible", receipt, "montant", "beaucoup").want(http.StatusUnprocessableEntity, "Indiquez un montant", `value="beaucoup"`)
	s.post(t, act, "genre", "recu", "cible", receipt, "montant", "100,01").want(http.StatusUnprocessableEntity, "dépasse ce qui reste")
	s.post(t, act, "genre", "ecart", "cause", "frais_bancaires", "motif", "essai", "montant", "1").want(http.StatusUnprocessableEntity, "Dites de quoi il s’agit")
	s.post(t, act, "genre", "recu", "cible", receipt, "montant", "60").want(http.StatusSeeOther)
	s.post(t, act, "genre", "recu", "cible", receipt, "montant", "40").want(http.StatusSeeOther)
	undo := regexp.MustCompile(`/admin/banque/rapprochements/[0-9a-f-]{36}/annuler`).FindString(s.get(t, s.Finance, line).want(http.StatusOK, "Dominique Petit").body)
	s.post(t, undo).want(http.StatusSeeOther)
	s.get(t, s.Finance, line).want(http.StatusOK, "annulé")
	left := s.Count(`SELECT (amount_cents - matched_cents) / 100 FROM bank_lines`)
	s.post(t, act, "genre", "recu", "cible", receipt, "montant", money.Cents(left*100).Decimal()).want(http.StatusSeeOther)
	s.get(t, s.Finance, act+"?genre=recu&cible="+receipt).want(http.StatusSeeOther)
}
