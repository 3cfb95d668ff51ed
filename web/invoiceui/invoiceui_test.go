package invoiceui_test

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

	"passnum/internal/facturx"
	"passnum/internal/identity"
	"passnum/internal/invoicing"
	"passnum/internal/jobs"
	"passnum/internal/testworld"
	"passnum/web/httpx"
	"passnum/web/invoiceui"
	"passnum/web/urls"
)

// desk is a world with one order to bill, and the screens of factures.
type desk struct {
	*testworld.World
	invoices *invoicing.Service
	order    testworld.Order
}

func newDesk(t *testing.T) desk {
	t.Helper()
	w := testworld.New(t)
	order := w.ActiveOrder(testworld.OrderOptions{Carnets: 40, State: "livree"})
	w.Exec(`UPDATE orders SET signed_at = $1, signatory = 'x' WHERE id = $2`, w.Now(), order.ID)
	w.Exec(`UPDATE organisation_settings SET chorus_engagement_required = true WHERE organisation_id = $1`, w.Departement)
	service := invoicing.NewService(invoicing.Deps{DB: w.DB, Queue: &jobs.Inline{}, IBAN: "FR7630006000011234567890189", BIC: "AGRIFRPP",
		Seller: facturx.Party{Name: "Opérateur", SIRET: "99900001100018", Street: "1 place Bonnyaud", PostalCode: "23000", Town: "Guéret"}})
	return desk{w, service, order}
}

func (d desk) ask(t *testing.T, actor identity.Actor, address string, form url.Values) *httptest.ResponseRecorder {
	t.Helper()
	r := chi.NewRouter()
	r.Use(httpx.As(actor))
	r.Route("/admin", func(r chi.Router) { (&invoiceui.AdminHandlers{Invoices: d.invoices}).Routes(r) })
	r.Route("/commanditaire", func(r chi.Router) { (&invoiceui.MineHandlers{Invoices: d.invoices}).Routes(r) })
	r.Route("/structure", func(r chi.Router) { (&invoiceui.MineHandlers{Invoices: d.invoices, Structures: true}).Routes(r) })
	request := httptest.NewRequestWithContext(t.Context(), http.MethodGet, address, nil)
	if form != nil {
		request = httptest.NewRequestWithContext(t.Context(), http.MethodPost, address, strings.NewReader(form.Encode()))
		request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	answer := httptest.NewRecorder()
	r.ServeHTTP(answer, request)
	return answer
}

var spaces = strings.NewReplacer("\u00a0", " ", "\u202f", " ")

func want(t *testing.T, answer *httptest.ResponseRecorder, status int, texts ...string) {
	t.Helper()
	page := spaces.Replace(answer.Body.String())
	if answer.Code != status {
		t.Fatalf("status %d, want %d\n%s", answer.Code, status, page)
	}
	for _, text := range texts {
		if !strings.Contains(page, text) {
			t.Errorf("the page does not say %q", text)
		}
	}
}

func TestFromABillToItsAvoir(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	bill := urls.AdminBill(d.order.ID, d.Departement, d.order.ID)
	want(t, d.ask(t, d.Finance, urls.AdminInvoices(), nil), http.StatusOK, "Aucune facture", "À émettre")
	want(t, d.ask(t, d.Finance, urls.AdminBills(), nil), http.StatusOK, "à compléter", "2 096,00 €", bill)
	want(t, d.ask(t, d.Finance, bill, nil), http.StatusOK, "Cet acheteur l’exige", "Émettre la facture (2 096,00 €)", urls.AdminOrganisation(d.Departement))
	// What was typed stays, and the sentence says what is missing.
	want(t, d.ask(t, d.Finance, bill, url.Values{"engagement": {""}, "code_service": {"NUM"}}), http.StatusUnprocessableEntity, "exige un numéro d’engagement", `value="NUM"`)
	issued := d.ask(t, d.Finance, bill, url.Values{"engagement": {"EJ-77"}})
	want(t, issued, http.StatusSeeOther)
	page := issued.Header().Get("Location")
	want(t, d.ask(t, d.Finance, page, nil), http.StatusOK, "Facture F2026-000001", "EJ-77", "Déposer dans Chorus Pro", "non raccordés", "Reste à payer")
	want(t, d.ask(t, d.Finance, page+"/depot", url.Values{"depose_le": {"hier"}, "numero_depot": {"CPP-1"}}), http.StatusUnprocessableEntity, "Indiquez le jour du dépôt", `value="hier"`, `value="CPP-1"`)
	want(t, d.ask(t, d.Finance, page+"/depot", url.Values{"depose_le": {"16/11/2026"}, "numero_depot": {"CPP-1"}}), http.StatusSeeOther)
	want(t, d.ask(t, d.Finance, page+"/reponse", url.Values{"reponse": {"rejetee"}}), http.StatusUnprocessableEntity, "Recopiez le motif")
	want(t, d.ask(t, d.Finance, page+"/relance", url.Values{}), http.StatusConflict, "n’est pas en retard")
	want(t, d.ask(t, d.Finance, page+"/corriger", url.Values{"motif": {"Faux"}}), http.StatusUnprocessableEntity, "Choisissez ce qu’il faut faire", "Faux")
	redone := d.ask(t, d.Finance, page+"/corriger", url.Values{"acte": {"refaire"}, "motif": {"Faux"}, "engagement": {"EJ-78"}})
	want(t, redone, http.StatusSeeOther)
	want(t, d.ask(t, d.Finance, redone.Header().Get("Location"), nil), http.StatusOK, "F2026-000002", "EJ-78", "Facture F2026-000001")
	want(t, d.ask(t, d.Finance, page, nil), http.StatusOK, "annulée", "AV2026-000001")
	want(t, d.ask(t, d.Finance, urls.AdminInvoices()+"?etat=annulee", nil), http.StatusOK, "F2026-000001")
	if answer := d.ask(t, d.Finance, urls.AdminInvoices()+"?etat=annulee", nil); strings.Contains(answer.Body.String(), "F2026-000002") {
		t.Error("the filter does not filter")
	}
}

func TestFilesAreGiven(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.Exec(`UPDATE organisation_settings SET chorus_engagement_required = false`)
	f, err := d.invoices.Issue(t.Context(), d.Finance, d.order.ID, d.Departement, d.order.ID)
	if err != nil {
		t.Fatal(err)
	}
	for address, start := range map[string]string{
		urls.AdminInvoice(f.ID, "facture.pdf"): "%PDF-", urls.AdminInvoice(f.ID, "factur-x.xml"): "<?xml", urls.Invoice(f.ID, "facture.pdf"): "%PDF-",
		urls.AdminInvoicesCSV(): "\ufeff", urls.InvoicesCSV(): "\ufeff",
	} {
		actor := d.Finance
		if strings.HasPrefix(address, "/commanditaire") {
			actor = d.Commanditaire
		}
		if answer := d.ask(t, actor, address, nil); answer.Code != http.StatusOK || !strings.HasPrefix(answer.Body.String(), start) {
			t.Errorf("%s: %d %.20q", address, answer.Code, answer.Body.String())
		}
	}
	taken := d.ask(t, d.Finance, urls.AdminInvoice(f.ID, "envoi"), url.Values{"canal": {"telechargement"}})
	if taken.Code != http.StatusOK || !strings.HasPrefix(taken.Body.String(), "%PDF-") {
		t.Errorf("taken: %d", taken.Code)
	}
	want(t, d.ask(t, d.Finance, urls.AdminInvoice(f.ID, "envoi"), url.Values{"canal": {"chorus"}}), http.StatusConflict, "n’est pas raccordé")
	archive := d.ask(t, d.Finance, urls.AdminInvoiceYear(2026), nil)
	if files, err := zip.NewReader(bytes.NewReader(archive.Body.Bytes()), int64(archive.Body.Len())); err != nil || len(files.File) != 2 {
		t.Errorf("the year: %v", err)
	}
	if answer := d.ask(t, d.Finance, "/admin/factures/annee/1999.zip", nil); answer.Code != http.StatusNotFound {
		t.Errorf("1999: %d", answer.Code)
	}
}

func TestEachReadsItsOwn(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.Exec(`UPDATE organisation_settings SET chorus_engagement_required = false`)
	f, err := d.invoices.Issue(t.Context(), d.Finance, d.order.ID, d.Departement, d.order.ID)
	if err != nil {
		t.Fatal(err)
	}
	d.Travel(invoicing.Terms + 24*time.Hour)
	want(t, d.ask(t, d.Commanditaire, urls.Invoices(), nil), http.StatusOK, f.Number, "en retard")
	want(t, d.ask(t, d.Commanditaire, urls.Invoice(f.ID), nil), http.StatusOK, f.Number, "Reste à payer")
	want(t, d.ask(t, d.Other, urls.Invoices(), nil), http.StatusOK, "Aucune facture")
	want(t, d.ask(t, d.Other, urls.Invoice(f.ID), nil), http.StatusNotFound)
	want(t, d.ask(t, d.Mediateur, urls.StructureInvoices(), nil), http.StatusOK, "Aucune facture")
	want(t, d.ask(t, d.Commanditaire, urls.AdminInvoices(), nil), http.StatusForbidden)
	for _, text := range []string{"Corriger", "Relancer", "Chorus Pro"} {
		if page := d.ask(t, d.Commanditaire, urls.Invoice(f.ID), nil).Body.String(); strings.Contains(page, text) {
			t.Errorf("a buyer is offered %q", text)
		}
	}
}

func TestABuyerSaysWhatItNeeds(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	want(t, d.ask(t, d.Commanditaire, urls.InvoiceNeeds(), nil), http.StatusOK, "Un numéro d’engagement sur chaque facture", "checked")
	want(t, d.ask(t, d.Commanditaire, urls.InvoiceNeeds(), url.Values{"services": {"Direction de la culture"}, "service_exige": {"oui"}}), http.StatusUnprocessableEntity, "n’est pas un code service", "Direction de la culture")
	want(t, d.ask(t, d.Commanditaire, urls.InvoiceNeeds(), url.Values{"services": {"NUM, Numérique"}, "service_habituel": {"CULT"}}), http.StatusUnprocessableEntity, "pas dans votre liste")
	want(t, d.ask(t, d.Commanditaire, urls.InvoiceNeeds(), url.Values{"services": {"NUM, Numérique\nCULT"}, "service_exige": {"oui"}}), http.StatusSeeOther)
	want(t, d.ask(t, d.Finance, urls.AdminBill(d.order.ID, d.Departement, d.order.ID), nil), http.StatusOK, "NUM — Numérique", "CULT")
}
