package admin_test

import (
	"bytes"
	"context"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/go-chi/chi/v5"
	"github.com/google/uuid"

	"passnum/internal/identity"
	"passnum/internal/incident"
	"passnum/internal/jobs"
	"passnum/internal/postgres"
	"passnum/internal/settlement"
	"passnum/internal/structure"
	"passnum/web/admin"
	"passnum/web/httpx"
	"passnum/web/urls"
)

// bureau is the corrections' screens over a paid batch of five chèques.
type bureau struct {
	till
	structures *structure.Service
	batch      uuid.UUID
	line       settlement.Line
}

func newBureau(t *testing.T) bureau {
	t.Helper()
	w := newTill(t)
	id, err := w.pay.Prepare(t.Context(), w.Operator, october)
	if err != nil {
		t.Fatal(err)
	}
	if err := w.pay.Approve(t.Context(), w.Finance, id); err != nil {
		t.Fatal(err)
	}
	if err := w.pay.Execute(t.Context(), w.Finance, id, postgres.Day(w.Now())); err != nil {
		t.Fatal(err)
	}
	d, err := w.pay.Batch(t.Context(), w.Finance, id, nil)
	if err != nil {
		t.Fatal(err)
	}
	return bureau{till: w, batch: id, line: d.Page[0], structures: structure.NewService(w.DB, nil, structure.Options{Queue: &jobs.Inline{},
		Reauthenticate: func(context.Context, identity.Actor, string) error { return nil }})}
}

func (d bureau) serve(t *testing.T, actor identity.Actor, request *http.Request) *httptest.ResponseRecorder {
	t.Helper()
	r := chi.NewRouter()
	r.Use(httpx.As(actor))
	r.Route("/admin", func(r chi.Router) {
		(&admin.BankAccountHandlers{Structures: d.structures}).Routes(r)
		(&admin.ReturnHandlers{Payments: d.pay}).Routes(r)
		(&admin.IncidentHandlers{Incidents: incident.NewService(d.DB)}).Routes(r)
	})
	answer := httptest.NewRecorder()
	r.ServeHTTP(answer, request)
	return answer
}

func (d bureau) ask(t *testing.T, actor identity.Actor, address string, form url.Values) *httptest.ResponseRecorder {
	t.Helper()
	request := httptest.NewRequestWithContext(t.Context(), http.MethodGet, address, nil)
	if form != nil {
		request = httptest.NewRequestWithContext(t.Context(), http.MethodPost, address, strings.NewReader(form.Encode()))
		request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	return d.serve(t, actor, request)
}

func (d bureau) upload(t *testing.T, address, name, content string) *httptest.ResponseRecorder {
	t.Helper()
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	if name != "" {
		part, err := form.CreateFormFile("fichier", name)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := part.Write([]byte(content)); err != nil {
			t.Fatal(err)
		}
	}
	if err := form.Close(); err != nil {
		t.Fatal(err)
	}
	request := httptest.NewRequestWithContext(t.Context(), http.MethodPost, address, &body)
	request.Header.Set("Content-Type", form.FormDataContentType())
	return d.serve(t, d.Finance, request)
}

func TestReadingTheBanksAnswer(t *testing.T) {
	t.Parallel()
	d := newBureau(t)
	want(t, d.ask(t, d.Finance, urls.AdminReturns(), nil), http.StatusOK, "Aucun virement n’est revenu", "Aucun compte rendu")
	want(t, d.upload(t, urls.AdminReturns(), "", ""), http.StatusUnprocessableEntity, "Choisissez le fichier")
	want(t, d.upload(t, urls.AdminReturns(), "x.xml", "<Document>"), http.StatusUnprocessableEntity, "pain.002")
	file := `<Document xmlns="urn:iso:std:iso:20022:tech:xsd:pain.002.001.10"><CstmrPmtStsRpt><GrpHdr><MsgId>B7</MsgId></GrpHdr><OrgnlGrpInfAndSts><OrgnlMsgId>P</OrgnlMsgId></OrgnlGrpInfAndSts>
		<OrgnlPmtInfAndSts><OrgnlPmtInfId>P</OrgnlPmtInfId><TxInfAndSts><OrgnlEndToEndId>` + d.line.EndToEndID + `</OrgnlEndToEndId><TxSts>RJCT</TxSts><StsRsnInf><Rsn><Cd>AC04</Cd></Rsn></StsRsnInf></TxInfAndSts>
		<TxInfAndSts><OrgnlEndToEndId>INCONNU</OrgnlEndToEndId><TxSts>RJCT</TxSts></TxInfAndSts></OrgnlPmtInfAndSts></CstmrPmtStsRpt></Document>`
	loaded := d.upload(t, urls.AdminReturns(), "retour.xml", file)
	if loaded.Code != http.StatusSeeOther {
		t.Fatalf("load: %d %s", loaded.Code, loaded.Body)
	}
	report := loaded.Header().Get("Location")
	if again := d.upload(t, urls.AdminReturns(), "retour.xml", file); again.Header().Get("Location") != report {
		t.Errorf("again: %d, %s", again.Code, again.Header().Get("Location"))
	}
	want(t, d.ask(t, d.Finance, report, nil), http.StatusOK, "enregistré", "Compte clos", "aucun virement ordonné", "Classer")
	want(t, d.ask(t, d.Finance, report+"/2", url.Values{"note-2": {""}}), http.StatusUnprocessableEntity, "Écrivez ce que vous avez vérifié")
	if done := d.ask(t, d.Finance, report+"/2", url.Values{"note-2": {"Virement d’un autre service"}}); done.Code != http.StatusSeeOther {
		t.Errorf("set aside: %d", done.Code)
	}
	want(t, d.ask(t, d.Finance, urls.AdminReturns(), nil), http.StatusOK, "Compte clos", "à corriger", "50,00 €", "retour.xml")
	want(t, d.ask(t, d.Finance, urls.AdminReturns()+"?etape=paye", nil), http.StatusOK, "Aucun virement ne correspond")
	page := urls.AdminReturn(d.line.ID)
	want(t, d.ask(t, d.Finance, page, nil), http.StatusOK, "Déclarez un autre compte", "Représenter sur le même compte")
	want(t, d.ask(t, d.Finance, page+"/representer", url.Values{"motif": {""}}), http.StatusUnprocessableEntity, "Écrivez pourquoi")
	if done := d.ask(t, d.Finance, page+"/representer", url.Values{"motif": {"La banque a rouvert le compte"}}); done.Code != http.StatusSeeOther {
		t.Errorf("represent: %d %s", done.Code, done.Body)
	}
	want(t, d.ask(t, d.Finance, page, nil), http.StatusOK, "à payer de nouveau", "La banque a rouvert le compte")
	want(t, d.ask(t, d.Finance, urls.AdminReturnsCSV(), nil), http.StatusOK, "AC04", "Médiathèque de Guéret")
	want(t, d.ask(t, d.Mediateur, urls.AdminReturns(), nil), http.StatusForbidden)
}

func TestRecordingAReturnOnScreen(t *testing.T) {
	t.Parallel()
	d := newBureau(t)
	page := urls.AdminReturn(d.line.ID)
	want(t, d.ask(t, d.Finance, page, nil), http.StatusOK, "Enregistrer son retour", "AC06")
	want(t, d.ask(t, d.Finance, page, url.Values{"code": {""}, "date": {"03/11/2026"}}), http.StatusUnprocessableEntity, "Choisissez la raison")
	want(t, d.ask(t, d.Finance, page, url.Values{"code": {"AC06"}, "date": {"hier"}}), http.StatusUnprocessableEntity, "Indiquez le jour", "hier")
	if done := d.ask(t, d.Finance, page, url.Values{"code": {"AC06"}, "date": {"03/11/2026"}, "texte": {"BLOQUE"}}); done.Code != http.StatusSeeOther {
		t.Fatalf("record: %d %s", done.Code, done.Body)
	}
	want(t, d.ask(t, d.Operator, page, nil), http.StatusOK, "Compte bloqué", "BLOQUE")
	want(t, d.ask(t, d.Finance, urls.AdminReturn(uuid.New()), nil), http.StatusNotFound)
}

func TestCorrectingAPaymentOnScreen(t *testing.T) {
	t.Parallel()
	d := newBureau(t)
	want(t, d.ask(t, d.Finance, urls.AdminIncidents(), nil), http.StatusOK, "Aucun incident", "Proposer un incident")
	want(t, d.ask(t, d.Finance, urls.NewIncident()+"?carnet=RIEN", nil), http.StatusUnprocessableEntity, "Aucun chèque encaissé")
	want(t, d.ask(t, d.Finance, urls.NewIncidentOfLine(d.line.ID), nil), http.StatusOK, "Chèques encaissés", "Un geste plutôt")
	want(t, d.ask(t, d.Finance, urls.NewGesture(d.line.ID), nil), http.StatusOK, "Geste commercial", "Proposer l’incident")
	var cheque uuid.UUID
	var serial string
	if err := d.Owner.QueryRow(t.Context(), `SELECT id, serial FROM redemptions ORDER BY rank LIMIT 1`).Scan(&cheque, &serial); err != nil {
		t.Fatal(err)
	}
	want(t, d.ask(t, d.Finance, urls.NewIncident()+"?carnet="+serial+"&rang=1", nil), http.StatusOK, serial)
	want(t, d.ask(t, d.Finance, urls.NewIncidentOfCheque(cheque), nil), http.StatusOK, serial, "Au plus 10,00 €")
	want(t, d.ask(t, d.Finance, urls.NewIncident(), url.Values{"encaissement": {cheque.String()}, "nature": {"fraude"}, "montant": {"10,01"}, "motif": {"Séance inventée"}}),
		http.StatusUnprocessableEntity, "C’est plus que ce que ce chèque a payé", "Séance inventée", "10,01")
	proposed := d.ask(t, d.Finance, urls.NewIncident(), url.Values{"encaissement": {cheque.String()}, "nature": {"fraude"}, "montant": {"10"}, "motif": {"Séance inventée"}})
	if proposed.Code != http.StatusSeeOther {
		t.Fatalf("propose: %d %s", proposed.Code, proposed.Body)
	}
	page := proposed.Header().Get("Location")
	want(t, d.ask(t, d.Finance, page, nil), http.StatusOK, "Une autre personne doit décider", "seraient retenus", "Examiner et suspendre")
	want(t, d.ask(t, d.Operator, page, nil), http.StatusOK, "Accepter", "Refuser")
	want(t, d.ask(t, d.Finance, page+"/accepter", url.Values{}), http.StatusConflict, "une autre personne doit décider")
	want(t, d.ask(t, d.Operator, page+"/refuser", url.Values{}), http.StatusUnprocessableEntity, "Écrivez pourquoi vous refusez")
	if done := d.ask(t, d.Operator, page+"/accepter", url.Values{}); done.Code != http.StatusSeeOther {
		t.Fatalf("accept: %d", done.Code)
	}
	want(t, d.ask(t, d.Operator, page, nil), http.StatusOK, "au prochain paiement", "Annuler cet incident")
	want(t, d.ask(t, d.Operator, page+"/annuler", url.Values{}), http.StatusUnprocessableEntity, "Écrivez pourquoi cet incident est annulé")
	if done := d.ask(t, d.Operator, page+"/annuler", url.Values{"motif": {"La séance a eu lieu"}}); done.Code != http.StatusSeeOther || done.Header().Get("Location") == page {
		t.Errorf("cancel: %d", done.Code)
	}
	want(t, d.ask(t, d.Finance, urls.AdminIncidents()+"?nature=fraude", nil), http.StatusOK, "INC-2026-001", "10,00 €")
	want(t, d.ask(t, d.Finance, urls.AdminIncidentsCSV(), nil), http.StatusOK, "Séance inventée", "Annulation d’un incident")
	want(t, d.ask(t, d.Mediateur, urls.AdminIncidents(), nil), http.StatusForbidden)
}

func TestCallingAStructureBack(t *testing.T) {
	t.Parallel()
	d := newBureau(t)
	want(t, d.ask(t, d.Finance, urls.AdminBankAccounts(), nil), http.StatusOK, "Aucun changement à confirmer")
	err := d.structures.SaveBank(t.Context(), d.Mediateur, structure.BankForm{Holder: "Régie", IBAN: "FR7630006000011234567890189", BIC: "AGRIFRPP", Password: "x"})
	if err != nil {
		t.Fatal(err)
	}
	want(t, d.ask(t, d.Finance, urls.AdminBankAccounts(), nil), http.StatusOK, "Médiathèque de Guéret", "à confirmer", "partagé avec", "encore")
	page := urls.AdminStructureAccounts(d.Mediatheque)
	want(t, d.ask(t, d.Finance, page, nil), http.StatusOK, "FR76 3000 6000", "Ailleurs", "Rappelez la structure", "20003482500017.test")
	accounts, err := d.structures.Accounts(t.Context(), d.Mediateur)
	if err != nil {
		t.Fatal(err)
	}
	asked, _ := structure.Pending(accounts)
	current, _ := structure.InForce(accounts)
	want(t, d.ask(t, d.Finance, urls.AdminBankAccount(d.Mediatheque, asked.ID, "confirmer"), url.Values{"note": {"ok"}}), http.StatusUnprocessableEntity, "Écrivez qui vous avez rappelé", "ok")
	if done := d.ask(t, d.Finance, urls.AdminBankAccount(d.Mediatheque, asked.ID, "confirmer"), url.Values{"note": {"Mme Martin, au 05 55 00 00 00"}}); done.Code != http.StatusSeeOther {
		t.Fatalf("confirm: %d %s", done.Code, done.Body)
	}
	want(t, d.ask(t, d.Finance, page, nil), http.StatusOK, "Confirmé par Dominique Petit", "Mme Martin")
	// The bank does not know the holder: held, then accepted by somebody else.
	holder := urls.AdminBankAccount(d.Mediatheque, current.ID, "titulaire")
	want(t, d.ask(t, d.Finance, holder, url.Values{}), http.StatusUnprocessableEntity, "Choisissez ce que la banque a répondu")
	if done := d.ask(t, d.Finance, holder, url.Values{"resultat": {"RVMC"}, "nom": {"REGIE MEDIATHEQUE"}}); done.Code != http.StatusSeeOther {
		t.Errorf("record: %d", done.Code)
	}
	want(t, d.ask(t, d.Finance, urls.AdminBankAccounts()+"?vue=titulaires", nil), http.StatusOK, "nom proche")
	accept := urls.AdminBankAccount(d.Mediatheque, current.ID, "accepter")
	want(t, d.ask(t, d.Finance, accept, url.Values{"motif": {"RIB du Trésor public"}}), http.StatusConflict, "une autre personne")
	if done := d.ask(t, d.Operator, accept, url.Values{"motif": {"RIB du Trésor public"}}); done.Code != http.StatusSeeOther {
		t.Errorf("accept: %d", done.Code)
	}
	want(t, d.ask(t, d.Finance, page, nil), http.StatusOK, "accepté", "RIB du Trésor public")
	sheet := d.upload(t, urls.AdminBankMatches(), "vop.csv", "FR1420041010050500013M02606;RCVC;\nFR00;RCVC;\n")
	want(t, sheet, http.StatusOK, "1 réponse enregistrée", "1 ligne ignorée", "Ligne 2")
	want(t, d.upload(t, urls.AdminBankMatches(), "", ""), http.StatusUnprocessableEntity, "Choisissez un fichier")
	d.Travel(80 * time.Hour)
	if n, err := d.structures.TakeEffect(t.Context(), uuid.Nil); n != 1 || err != nil {
		t.Errorf("%d, %v", n, err)
	}
	want(t, d.ask(t, d.Finance, page, nil), http.StatusOK, "en vigueur", "remplacé")
}
