package aiguilleur_test

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/go-chi/chi/v5"
	"github.com/google/uuid"
	"golang.org/x/net/html"

	"passnum/internal/distribution"
	"passnum/internal/guidance"
	"passnum/internal/postgres"
	"passnum/internal/testworld"
	"passnum/web/aiguilleur"
	"passnum/web/httpx"
)

// guide serves the orientation's screens of the world's agent.
func (d *desk) guide() http.Handler {
	r := chi.NewRouter()
	r.Use(httpx.As(d.Agent))
	orientation := &aiguilleur.OrientationHandlers{Network: d.network, Guidance: guidance.NewService(d.DB, d.Keys, nil)}
	r.Route("/aiguilleur", func(r chi.Router) {
		orientation.Routes(r)
		(&aiguilleur.Handlers{Network: d.network}).Routes(r)
	})
	return r
}

func (d *desk) visit(handler http.Handler, method, address string, form url.Values) *screen {
	d.t.Helper()
	request := httptest.NewRequestWithContext(d.t.Context(), method, address, strings.NewReader(form.Encode()))
	if form != nil {
		request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	w := httptest.NewRecorder()
	handler.ServeHTTP(w, request)
	if method == http.MethodPost && w.Code != http.StatusSeeOther && w.Header().Get("Cache-Control") != "no-store" {
		d.t.Errorf("%s may be kept by the browser", address)
	}
	root, err := html.Parse(strings.NewReader(w.Body.String()))
	if err != nil {
		d.t.Fatal(err)
	}
	return &screen{t: d.t, status: w.Code, location: w.Header().Get("Location"), body: w.Body.String(), root: root}
}

func TestOrientationProposesAndForgets(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	site := d.guide()
	order := d.ActiveOrder(testworld.OrderOptions{Carnets: 1, Entries: []int16{11, 44, 43, 48, 98, 85}})
	address := "/aiguilleur/orientation?carnet=" + order.Serial(1) + "&courrier=oui&point=" + d.Point.String()
	asked := d.visit(site, http.MethodGet, address, nil)
	asked.says("De quoi la personne a-t-elle besoin ?", "Je ne sais pas", "Les réponses ne sont pas conservées")
	form := fields(asked.formOf("Proposer des services"))
	if refused := d.visit(site, http.MethodPost, "/aiguilleur/orientation", form); refused.status != http.StatusUnprocessableEntity {
		t.Errorf("no answer: %d", refused.status)
	}
	form["souhaits"], form["ordinateur"], form["courriel"], form["internet"] = []string{"demarches"}, []string{"non"}, []string{"non"}, []string{"non"}
	form["organismes"] = []string{"impots"}
	proposed := d.visit(site, http.MethodPost, "/aiguilleur/orientation", form)
	proposed.says("Poste informatique Windows", "Déclarer ses revenus en ligne", "Premiers pas sur un ordinateur", "Médiathèque de Guéret",
		"La personne est-elle d’accord pour garder ces services avec le carnet ?")
	proposed.silent("FranceConnect") // the chèques do not pay for it
	agreed := fields(proposed.formOf("Oui, continuer la remise"))
	if slices.Contains(agreed["service"], "95") || !slices.Contains(agreed["service"], "44") || agreed.Get("parcours") == "" {
		t.Errorf("to keep: %v", agreed)
	}
	for _, kept := range []string{"demarches", "organismes", "souhaits"} {
		if agreed.Has(kept) {
			t.Errorf("the answer %s goes on", kept)
		}
	}
	agreed.Set("accord", "oui")
	yes := d.visit(site, http.MethodPost, "/aiguilleur/orientation/suite", agreed)
	back, err := url.Parse(yes.location)
	if err != nil || yes.status != http.StatusSeeOther || back.Path != "/aiguilleur/remise" {
		t.Fatalf("%d %s", yes.status, yes.location)
	}
	query := back.Query()
	if query.Get("carnet") != order.Serial(1) || query.Get("services") != strings.Join(agreed["service"], ",") || query.Get("parcours") != agreed.Get("parcours") || query.Get("courrier") != "oui" {
		t.Errorf("goes on with %v", query)
	}
	agreed.Set("accord", "non")
	if no := d.visit(site, http.MethodPost, "/aiguilleur/orientation/suite", agreed); strings.Contains(no.location, "services") || strings.Contains(no.location, "parcours") {
		t.Errorf("without agreement: %s", no.location)
	}
	if n := d.Count(`SELECT count(*) FROM journal WHERE detail::text LIKE '%impots%'`); n != 0 {
		t.Error("an answer is in the journal")
	}
}

func TestOrientationWithoutCarnet(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	site := d.guide()
	form := fields(d.visit(site, http.MethodGet, "/aiguilleur/orientation", nil).formOf("Proposer des services"))
	form["souhaits"] = []string{"emploi"}
	d.visit(site, http.MethodPost, "/aiguilleur/orientation", form).says("Réalisation d’un CV", "Chercher un emploi", "Imprimer cette page")
	form["souhaits"] = []string{"inventé"}
	if s := d.visit(site, http.MethodPost, "/aiguilleur/orientation", form); s.status != http.StatusUnprocessableEntity {
		t.Errorf("an invented answer: %d", s.status)
	}
}

// oriented hands the first carnet of an order over, with a parcours.
func (d *desk) oriented(order testworld.Order, pathway string) distribution.HandOver {
	d.t.Helper()
	var id *uuid.UUID
	if pathway != "" {
		var found uuid.UUID
		if err := d.Owner.QueryRow(d.t.Context(), `SELECT id FROM pathways WHERE title = $1`, pathway).Scan(&found); err != nil {
			d.t.Fatal(err)
		}
		id = &found
	}
	h, err := d.network.HandOver(d.t.Context(), d.Agent, distribution.Request{Key: postgres.NewID().String(), Serial: order.Serial(1), Entries: []int{44, 48}, PathwayID: id})
	if err != nil {
		d.t.Fatal(err)
	}
	return h
}

func TestLetterInEveryLanguage(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	site := d.guide()
	d.Exec(`UPDATE places SET phone = '05 55 00 12 12', referent = 'Léa Moreau', opening_hours = 'Tu-Sa 10:00-18:00', transport = 'bus A, arrêt Médiathèque', entries = '{44,48,85}'`)
	order := d.ActiveOrder(testworld.OrderOptions{Carnets: 1})
	id := d.oriented(order, "Premiers pas sur un ordinateur").ID.String()
	for language, c := range map[string]struct {
		lang, dir string
		says      []string
	}{
		"":     {"fr", "ltr", []string{"Vos chèques Pass numérique", "du mardi au samedi : 10 h – 18 h", "En transport : bus A", "5 × 10 €", "Vos étapes : Premiers pas sur un ordinateur"}},
		"gros": {"fr", "ltr", []string{"Appelez Léa Moreau : 05 55 00 12 12", "Cochez une case"}},
		"en":   {"en", "ltr", []string{"Tuesday to Saturday: 10:00–18:00", "31 December 2026", "Call Léa Moreau : 05 55 00 12 12", "Pour le lieu d’accueil"}},
		"ar":   {"ar", "rtl", []string{"من الثلاثاء إلى السبت: من 10:00 إلى 18:00", "31 ديسمبر 2026", "موعدي", "Envoyer et recevoir un courriel"}},
		"uk":   {"uk", "ltr", []string{"вівторок – субота: 10:00–18:00", "31 грудня 2026 року", "Моя зустріч"}},
		"xx":   {"fr", "ltr", []string{"Vos chèques Pass numérique"}},
	} {
		for _, page := range []string{"", "/photo"} {
			s := d.visit(site, http.MethodGet, "/aiguilleur/lettre/"+id+page+"?langue="+language, nil)
			if s.status != http.StatusOK || !strings.Contains(s.body, `lang="`+c.lang+`" dir="`+c.dir+`"`) {
				t.Fatalf("%q%s: %d", language, page, s.status)
			}
			s.says("Médiathèque de Guéret", order.Serial(1)[:0], "bus A, arrêt Médiathèque")
			if !strings.Contains(s.body, `<bdi dir="ltr" class="pn-letter__figures">05 55 00 12 12</bdi>`) && !strings.Contains(plain(s.body), `figures">05`) {
				t.Errorf("%q%s: a phone number may turn around", language, page)
			}
			if page == "" {
				s.says(append(c.says, order.Serial(1))...)
			}
		}
	}
	d.Exec(`UPDATE handovers SET pathway_id = NULL`)
	d.visit(site, http.MethodGet, "/aiguilleur/lettre/"+id+"?langue=en", nil).says("What we suggest you learn", "Poste informatique Windows", "Use – a computer, a phone, the internet")
}
