package endingui_test

import (
	"encoding/hex"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/go-chi/chi/v5"
	"github.com/google/uuid"

	"passnum/internal/ending"
	"passnum/internal/identity"
	"passnum/internal/jobs"
	"passnum/internal/order"
	"passnum/internal/print"
	"passnum/internal/redemption"
	"passnum/internal/sepa"
	"passnum/internal/testworld"
	"passnum/web/endingui"
	"passnum/web/httpx"
	"passnum/web/urls"
)

type desk struct {
	*testworld.World
	ends *ending.Service
}

func newDesk(t *testing.T) *desk {
	t.Helper()
	w := testworld.New(t)
	return &desk{w, ending.NewService(ending.Deps{DB: w.DB, Orders: order.NewService(order.Deps{DB: w.DB, Queue: &jobs.Inline{}}), Issuer: print.Issuer{Name: "Opérateur"},
		Debtor: sepa.Debtor{Name: "Opérateur", IBAN: "FR7630006000011234567890189"}})}
}

func (d *desk) day(t *testing.T, day string) {
	t.Helper()
	at, err := time.Parse(time.DateOnly, day)
	if err != nil {
		t.Fatal(err)
	}
	d.At(at.Add(9 * time.Hour))
	if err := d.ends.Run(t.Context()); err != nil {
		t.Fatal(err)
	}
}

type answer struct {
	t      *testing.T
	status int
	header http.Header
	raw    string
	body   string
}

func (d *desk) ask(t *testing.T, actor identity.Actor, method, path string, form url.Values) answer {
	t.Helper()
	router := chi.NewRouter()
	router.Use(httpx.As(actor))
	router.Route("/commanditaire", endingui.ForCommanditaire(d.ends, "https://exemple.fr").Routes)
	router.Route("/admin", endingui.ForOperator(d.ends, "https://exemple.fr").Routes)
	r := httptest.NewRequest(method, path, strings.NewReader(form.Encode()))
	if method == http.MethodPost {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	w := httptest.NewRecorder()
	router.ServeHTTP(w, r)
	body, _ := io.ReadAll(w.Result().Body)
	return answer{t, w.Code, w.Header(), string(body), plain(string(body))}
}

// plain makes every space an ordinary one, and drops the tags.
func plain(s string) string {
	s = regexp.MustCompile(`<[^>]*>`).ReplaceAllString(s, " ")
	return strings.Join(strings.Fields(strings.NewReplacer("\u00a0", " ", "\u202f", " ", "&#39;", "'").Replace(s)), " ")
}

func (a answer) want(status int, texts ...string) answer {
	a.t.Helper()
	if a.status != status {
		a.t.Fatalf("status %d, want %d: %.900s", a.status, status, a.body)
	}
	for _, text := range texts {
		if !strings.Contains(a.body, text) {
			a.t.Errorf("the page does not say %q: %.1500s", text, a.body)
		}
	}
	return a
}

func TestTheListOfEndings(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.ask(t, d.Commanditaire, "GET", urls.Endings(), nil).want(200, "Aucune échéance")
	o := d.ActiveOrder(testworld.OrderOptions{Carnets: 2})
	d.ask(t, d.Commanditaire, "GET", urls.Endings(), nil).want(200, o.Number, "31 déc. 2026", "en cours", "30 nov. 2026")
	d.ask(t, d.Operator, "GET", urls.AdminEndings(), nil).want(200, o.Number, "Département de la Creuse")
	d.ask(t, d.Operator, "GET", urls.AdminEndings()+"?vue=agenda&mois=2026-12", nil).want(200, "Décembre 2026", "Arrêt des remises", "15 décembre")
	d.ask(t, d.Operator, "GET", urls.AdminEndings()+"?etat=close", nil).want(200, "Aucune commande ne correspond")
	d.ask(t, d.Operator, "GET", urls.AdminEndings()+"?q="+o.Number+"&page=99999999999&depuis=n", nil).want(200)
	if a := d.ask(t, d.Operator, "GET", urls.AdminEndings()+".csv", nil).want(200, o.Number, "07/02/2027"); !strings.Contains(a.header.Get("Content-Type"), "text/csv") {
		t.Error(a.header)
	}
	d.ask(t, d.Commanditaire, "GET", urls.Endings()+".ics", nil).want(200, "BEGIN:VCALENDAR", "20270207")
	d.ask(t, d.Commanditaire, "GET", urls.Ending(o.ID, "calendrier.ics"), nil).want(200, "BEGIN:VEVENT")
	d.ask(t, d.Other, "GET", urls.Ending(o.ID), nil).want(404)
	d.ask(t, d.Cofunder, "GET", urls.AdminEndings(), nil).want(403)
}

func TestAnOrderEndsOnScreen(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	o := d.ActiveOrder(testworld.OrderOptions{Carnets: 2})
	o.HandedOver(1)
	at, yes := urls.Ending(o.ID), url.Values{"accord": {"oui"}}
	d.day(t, "2026-12-15")
	d.ask(t, d.Commanditaire, "GET", at, nil).want(200, "Émis non injectés", "À vous : arrêter les remises", "1 carnet n’est pas encore remis")
	d.ask(t, d.Commanditaire, "POST", urls.Ending(o.ID, "arreter"), nil).want(422, "Cochez la case")
	d.ask(t, d.Commanditaire, "POST", urls.Ending(o.ID, "arreter"), yes).want(303)
	d.ask(t, d.Commanditaire, "POST", urls.Ending(o.ID, "reconnaitre"), yes).want(409, "s’ouvre le 22 décembre 2026")
	d.day(t, "2026-12-22")
	d.ask(t, d.Commanditaire, "GET", at, nil).want(200, "j’ai bien noté que les pass vont être annulés et que ceux qui seraient distribués pendant l’intervalle seront à ma charge")
	d.ask(t, d.Commanditaire, "POST", urls.Ending(o.ID, "reconnaitre"), yes).want(303)
	d.day(t, "2027-02-07")
	page := d.ask(t, d.Commanditaire, "GET", at, nil).want(200, "État contradictoire EC-"+o.Number, "Signer l’état", "100,00 €")
	if strings.Contains(page.body, "Préparer une restitution") {
		t.Error("a commanditaire is offered the operator's acts")
	}
	d.ask(t, d.Commanditaire, "GET", urls.Ending(o.ID, "etat.pdf"), nil).want(200)
	detail, err := d.ends.Of(t.Context(), d.Operator, ending.ForOperator, o.ID)
	if err != nil {
		t.Fatal(err)
	}
	sign := url.Values{"accord": {"oui"}, "qualite": {"Directrice"}, "empreinte": {"00"}}
	d.ask(t, d.Commanditaire, "POST", urls.Ending(o.ID, "signer"), sign).want(409, "a changé depuis")
	sign.Set("empreinte", hex.EncodeToString(detail.Closing.DocumentHash))
	d.ask(t, d.Commanditaire, "POST", urls.Ending(o.ID, "signer"), sign).want(303)
	d.ask(t, d.Finance, "POST", urls.AdminEnding(o.ID, "signer"), sign).want(303)
	d.ask(t, d.Commanditaire, "GET", at, nil).want(200, "close", "Que devient l’avoir", "Reste à rendre")
	d.ask(t, d.Commanditaire, "POST", urls.Ending(o.ID, "avoir"), url.Values{"choix": {"report"}}).want(422, "Choisissez la commande")
	d.ask(t, d.Commanditaire, "POST", urls.Ending(o.ID, "avoir"), url.Values{"choix": {"remboursement"}}).want(303)
	back := url.Values{"nature": {"remboursement"}, "titulaire": {"Paierie"}, "iban": {"FR76"}, "montant": {"12"}}
	d.ask(t, d.Finance, "POST", urls.AdminEnding(o.ID, "restitutions"), back).want(422, "IBAN")
	back.Set("iban", "FR7630001007941234567890185")
	d.ask(t, d.Finance, "POST", urls.AdminEnding(o.ID, "restitutions"), back).want(303)
	d.ask(t, d.Operator, "GET", urls.AdminEnding(o.ID), nil).want(200, "RA-2027-0001", "12,00 €", "Approuver", "88,00 €")
	d.ask(t, d.Operator, "POST", urls.AdminEnding(o.ID, "signer"), nil).want(422)
	d.sentBack(t, o.ID)
}

// sentBack has the bank send the refund back, both sides read it, and the
// operator present it again.
func (d *desk) sentBack(t *testing.T, order uuid.UUID) {
	t.Helper()
	detail, err := d.ends.Of(t.Context(), d.Operator, ending.ForOperator, order)
	if err != nil {
		t.Fatal(err)
	}
	on := func(act string) string {
		return urls.AdminEnding(order, "restitutions", detail.Refunds[0].ID.String(), act)
	}
	today := d.ends.Today().Format("02/01/2006")
	d.ask(t, d.Operator, "POST", on("approuver"), nil).want(303)
	d.ask(t, d.Finance, "POST", on("executer"), url.Values{"execute_le": {today}}).want(303)
	d.ask(t, d.Finance, "GET", urls.AdminEnding(order), nil).want(200, "Enregistrer le retour", "88,00 €")
	form := url.Values{"restitution": {"RA-2027-0001"}, "code": {"AC04"}, "revenu_le": {"01/01/2030"}}
	if a := d.ask(t, d.Finance, "POST", on("retour"), form).want(422, "Indiquez le jour du retour"); !strings.Contains(a.raw, `<details class="govuk-details" open>`) {
		t.Error("what was refused is folded away")
	}
	form.Set("revenu_le", today)
	d.ask(t, d.Commanditaire, "POST", on("retour"), form).want(403)
	d.ask(t, d.Finance, "POST", on("retour"), form).want(303)
	d.ask(t, d.Commanditaire, "GET", urls.Ending(order), nil).want(200, "revenue", "Compte clos", "vous reste due", "100,00 €")
	d.ask(t, d.Finance, "GET", urls.AdminEnding(order), nil).want(200, "Présenter de nouveau", "FR76 3000 1007")
	again := url.Values{"restitution": {"RA-2027-0001"}, "titulaire": {"Paierie"}, "iban": {"FR76"}}
	d.ask(t, d.Finance, "POST", on("representer"), again).want(422, "IBAN")
	again.Set("iban", "FR7630006000011234567890189")
	d.ask(t, d.Finance, "POST", on("representer"), again).want(303)
	d.ask(t, d.Finance, "POST", on("representer"), again).want(409, "déjà présentée de nouveau")
	d.ask(t, d.Operator, "GET", urls.AdminEnding(order), nil).want(200, "RA-2027-0002", "Présentée de nouveau par", "Approuver")
}

// TestDisputesThatHoldBackAnEndAreOneLinkAway leads each side to the disputes
// that keep the statement from being drawn, and offers nobody to draw it.
func TestDisputesThatHoldBackAnEndAreOneLinkAway(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	o := d.ActiveOrder(testworld.OrderOptions{Carnets: 1})
	codes := o.HandedOver(1)
	d.Exec(`UPDATE orders SET late_cap = 0`)
	_, err := redemption.NewService(d.DB, d.Keys).Claim(t.Context(), d.Mediateur, redemption.Queue{Device: uuid.New(), SentAt: d.Now(), Claims: []redemption.Claim{{
		Key: uuid.NewString(), ScannedAt: d.Now().Add(-24 * time.Hour), Codes: []string{codes[0].Clear()}, Entries: []int{3}, Mode: redemption.Individuel,
	}}})
	if err != nil {
		t.Fatal(err)
	}
	d.day(t, "2027-02-07")
	for side, actor := range map[string]identity.Actor{urls.CarnetDisputes(): d.Commanditaire, urls.AdminDisputes(): d.Finance} {
		page, list := urls.Ending(o.ID), urls.Endings()
		if side == urls.AdminDisputes() {
			page, list = urls.AdminEnding(o.ID), urls.AdminEndings()
		}
		for address, words := range map[string]string{page: "1 litige ouvert", list: "1 litige à régler"} {
			a := d.ask(t, actor, "GET", address, nil).want(200, words)
			if !strings.Contains(a.raw, `href="`+side+`?etat=ouvert">`) || strings.Contains(a.body, "Établir l’état contradictoire") {
				t.Errorf("%s leads to no dispute, or offers to draw: %.600s", address, a.body)
			}
		}
	}
	if a := d.ask(t, d.Cofunder, "GET", urls.Endings(), nil).want(200); strings.Contains(a.raw, urls.CarnetDisputes()) {
		t.Error("a co-funder is led to disputes of another's")
	}
}
