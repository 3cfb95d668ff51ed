package oppositionui_test

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"github.com/go-chi/chi/v5"

	"passnum/internal/allocation"
	"passnum/internal/identity"
	"passnum/internal/jobs"
	"passnum/internal/mail"
	"passnum/internal/opposition"
	"passnum/internal/order"
	"passnum/internal/postgres"
	"passnum/internal/print"
	"passnum/internal/territory"
	"passnum/internal/testworld"
	"passnum/web/admin"
	"passnum/web/commanditaire"
	"passnum/web/httpx"
	"passnum/web/oppositionui"
	"passnum/web/urls"
)

// desk is the screens of the three sides over a small true world.
type desk struct {
	*testworld.World
	losses *opposition.Service
	plans  *allocation.Service
}

func newDesk(t *testing.T) *desk {
	t.Helper()
	w := testworld.New(t)
	communes, err := territory.Load()
	if err != nil {
		t.Fatal(err)
	}
	return &desk{World: w, plans: allocation.NewService(w.DB, communes), losses: opposition.NewService(opposition.Deps{
		DB: w.DB, Queue: &jobs.Inline{}, Keys: w.Keys, Post: func(context.Context, *postgres.Tx, mail.Message) error { return nil },
		Print: order.NewService(order.Deps{DB: w.DB, Keys: w.Keys, Issuer: print.Issuer{Name: "Opérateur"}, CodeHost: "PASSNUM.TEST"}),
	})}
}

type answer struct {
	t        *testing.T
	status   int
	location string
	body     string
}

func (d *desk) ask(t *testing.T, actor identity.Actor, method, path string, form url.Values) answer {
	t.Helper()
	router := chi.NewRouter()
	router.Use(httpx.As(actor))
	router.Route("/commanditaire", func(r chi.Router) {
		commanditaire.OppositionScreens(d.losses).Routes(r)
		(&commanditaire.AllocationHandlers{Plans: d.plans}).Routes(r)
	})
	router.Route("/aiguilleur", (&oppositionui.Handlers{Oppositions: d.losses, Side: oppositionui.ForCounter()}).Routes)
	router.Route("/admin", admin.OppositionScreens(d.losses).Routes)
	r := httptest.NewRequest(method, path, strings.NewReader(form.Encode()))
	if method == http.MethodPost {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	w := httptest.NewRecorder()
	router.ServeHTTP(w, r)
	body, _ := io.ReadAll(w.Result().Body)
	return answer{t, w.Code, w.Header().Get("Location"), plain(string(body))}
}

// plain makes every space an ordinary one, and drops the tags.
func plain(s string) string {
	s = regexp.MustCompile(`<[^>]*>`).ReplaceAllString(s, " ")
	return strings.Join(strings.Fields(strings.NewReplacer("\u00a0", " ", "\u202f", " ", "&#39;", "'").Replace(s)), " ")
}

func (a answer) want(status int, texts ...string) answer {
	a.t.Helper()
	if a.status != status {
		a.t.Fatalf("status %d, want %d: %.700s", a.status, status, a.body)
	}
	for _, text := range texts {
		if !strings.Contains(a.body, text) {
			a.t.Errorf("the page does not say %q: %.900s", text, a.body)
		}
	}
	return a
}

func TestACounterStopsALostCarnet(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	order := d.ActiveOrder(testworld.OrderOptions{Carnets: 3})
	order.HandedOver(1)
	d.ask(t, d.Agent, "GET", urls.Lost(), nil).want(200, "Déclarer une perte ou un vol", "Numéros des carnets")
	d.ask(t, d.Agent, "POST", urls.Lost(), url.Values{"numeros": {"n'importe quoi"}, "cause": {"perte"}}).want(422, "Ligne 1", "n'importe quoi")
	d.ask(t, d.Agent, "POST", urls.Lost(), url.Values{"numeros": {order.Serial(1)}}).want(422, "perte, d’un vol", order.Serial(1))
	form := url.Values{"numeros": {order.Serial(1)}, "cause": {"perte"}, "note": {"sac oublié"}}
	d.ask(t, d.Agent, "POST", urls.Lost(), form).want(200, "Aperçu", "Bloquer 1 carnet maintenant", "50 €", "Aucun chèque de ces carnets n’a servi")
	form.Set("corriger", "oui")
	d.ask(t, d.Agent, "POST", urls.Lost(), form).want(200, "sac oublié")
	form.Del("corriger")
	d.ask(t, d.Agent, "POST", urls.Lost()+"/valider", form).want(409, "La situation a changé")
	form.Set("attendus", "1")
	done := d.ask(t, d.Agent, "POST", urls.Lost()+"/valider", form).want(303)
	d.ask(t, d.Agent, "GET", done.location, nil).want(200, "en vigueur", order.Serial(1), "Lever l’opposition")
	d.ask(t, d.Agent, "GET", urls.LostList(), nil).want(200, "OPP-2026-0001")
	d.ask(t, d.Agent, "GET", urls.LostList()+".csv", nil).want(200, "OPP-2026-0001", "Perte")
	d.ask(t, d.Agent, "GET", urls.LostList()+"?etat=levee", nil).want(200, "Aucune opposition ne correspond")
	d.ask(t, d.Other, "GET", done.location, nil).want(404)
	d.ask(t, d.Agent, "POST", done.location+"/lever", url.Values{}).want(422, "Dites pourquoi")
	d.ask(t, d.Agent, "POST", done.location+"/lever", url.Values{"motif": {"rapporté à l’accueil"}}).want(303)
	d.ask(t, d.Agent, "GET", done.location, nil).want(200, "levée", "retrouvé le")
}

func TestTwoPeopleThenNewCarnets(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	purchase := d.ActiveOrder(testworld.OrderOptions{Carnets: 12})
	d.Exec(`UPDATE orders SET proof_design = NULL`)
	form := url.Values{"commande": {purchase.ID.String()}, "du": {"1"}, "au": {"12"}, "cause": {"vol"}}
	d.ask(t, d.Commanditaire, "POST", urls.NewCarnetOpposition(), form).want(200, "Deux personnes", "Demander la confirmation")
	form.Set("attendus", "12")
	path := d.ask(t, d.Commanditaire, "POST", urls.NewCarnetOpposition()+"/valider", form).want(303).location
	d.ask(t, d.Commanditaire, "GET", path, nil).want(200, "à confirmer", "Retirer ma déclaration")
	d.ask(t, d.Commanditaire, "POST", path+"/confirmer", nil).want(409, "Une autre personne que vous")
	admin := "/admin/oppositions/" + path[strings.LastIndex(path, "/")+1:]
	d.ask(t, d.Finance, "POST", admin+"/confirmer", nil).want(303)
	d.ask(t, d.Commanditaire, "POST", path+"/remplacement", nil).want(303)
	d.ask(t, d.Commanditaire, "GET", path, nil).want(200, "Demandés à l’opérateur")
	d.ask(t, d.Operator, "GET", admin, nil).want(200, "Fabriquer 12 carnets neufs")
	d.ask(t, d.Operator, "POST", admin+"/remplacer", nil).want(303)
	d.ask(t, d.Operator, "GET", admin, nil).want(200, "12 carnets neufs à expédier", purchase.Serial(13))
	d.ask(t, d.Operator, "POST", admin+"/carnets.pdf", nil).want(200, "%PDF")
	d.ask(t, d.Operator, "POST", admin+"/carnets.pdf", nil).want(409, "Un collègue doit le faire")
	d.ask(t, d.Operator, "POST", admin+"/expedier", url.Values{}).want(422, "Choisissez le point")
	d.ask(t, d.Operator, "POST", admin+"/expedier", url.Values{"point": {d.Point.String()}}).want(303)
	d.ask(t, d.Operator, "GET", urls.AdminOppositions(), nil).want(200, "remplacée")
	d.ask(t, d.Commanditaire, "GET", urls.CarnetOppositions(), nil).want(200, "Vue d’ensemble", "Répartition", "remplacée")
}

func TestSharingOut(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	second := d.PointOf(d.Mairie, "Annexe de la mairie", d.Departement)
	d.Exec(`UPDATE points SET insee = '23008', town = 'Aubusson' WHERE id = $1`, second)
	draft := d.ActiveOrder(testworld.OrderOptions{Carnets: 40, State: "signee"})
	actor := d.Commanditaire
	d.ask(t, actor, "GET", urls.CarnetAllocation(), nil).want(200, "Aucune répartition")
	form := url.Values{"commande": {draft.ID.String()}, "total": {"40"}, "fixe": {"30"}, "base": {"population"}, "points": {d.Point.String(), second.String()}}
	d.ask(t, actor, "GET", urls.CarnetAllocationNew(), nil).want(200, "Part fixe par commune", "Annexe de la mairie")
	d.ask(t, actor, "POST", urls.CarnetAllocationNew(), form).want(422, "Baissez la part fixe")
	d.ask(t, actor, "POST", urls.CarnetAllocationNew(), url.Values{"base": {"fichier"}}).want(422, "Choisissez votre fichier CSV", "Choisissez une de vos commandes", "au moins un point")
	form.Set("fixe", "10")
	path := d.ask(t, actor, "POST", urls.CarnetAllocationNew(), form).want(303).location
	d.ask(t, actor, "GET", path, nil).want(200, "Tout est réparti", "10 par commune", "Appliquer aux livraisons")
	a, b := "part_"+d.Point.String(), "part_"+second.String()
	d.ask(t, actor, "POST", path, url.Values{a: {"25"}, b: {"14"}}).want(422, "Il reste 1 carnet à répartir", "Reste à répartir : 1 carnet")
	d.ask(t, actor, "POST", path, url.Values{a: {"beaucoup"}, b: {"14"}}).want(422, "zéro ou plus")
	d.ask(t, actor, "POST", path+"/appliquer", url.Values{a: {"25"}, b: {"16"}}).want(422, "1 carnet de trop")
	d.ask(t, d.Other, "GET", path, nil).want(404)
	d.ask(t, actor, "POST", path+"/appliquer", url.Values{a: {"25"}, b: {"15"}}).want(303)
	d.ask(t, actor, "POST", path, url.Values{a: {"20"}, b: {"20"}}).want(409, "déjà appliquée")
	d.ask(t, actor, "GET", path+"/csv", nil).want(200, "23008;Aubusson;Annexe de la mairie")
	if n := d.Count(`SELECT sum(carnets) FROM order_deliveries WHERE order_id = $1 AND point_id = ANY ($2)`, draft.ID, []any{d.Point, second}); n != 40 {
		t.Errorf("%d carnets to deliver", n)
	}
}

// TestSharingOutTheReserve prepares a transfer a point once carnets are there.
func TestSharingOutTheReserve(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	delivered := d.ActiveOrder(testworld.OrderOptions{Carnets: 12})
	d.Exec(`UPDATE carnets SET state = 'emis', reserve = true, point_id = NULL, aiguilleur_id = NULL WHERE order_id = $1 AND number > 2`, delivered.ID)
	propose := func(total string) string {
		return d.ask(t, d.Commanditaire, "POST", urls.CarnetAllocationNew(), url.Values{"commande": {delivered.ID.String()}, "total": {total}, "base": {"egale"}, "points": {d.Point.String()}}).want(303).location
	}
	d.ask(t, d.Commanditaire, "POST", propose("11")+"/appliquer", nil).want(409, "Votre réserve tient 10 carnets")
	path := propose("8")
	d.ask(t, d.Commanditaire, "POST", path+"/appliquer", nil).want(303)
	d.ask(t, d.Commanditaire, "GET", path, nil).want(200, "transferts préparés", delivered.Serial(3)+" à "+delivered.Serial(10), "Envoyer")
}
