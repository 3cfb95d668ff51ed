package admin_test

import (
	"bytes"
	"net/http"
	"net/url"
	"regexp"
	"testing"

	"filippo.io/age"
	"github.com/go-chi/chi/v5"

	"passnum/internal/identity"
	"passnum/internal/jobs"
	"passnum/internal/order"
	"passnum/internal/printing"
	"passnum/internal/printing/bundle"
	"passnum/internal/testworld"
	"passnum/web/admin"
	"passnum/web/httpx"
	"passnum/web/urls"
)

// pressRoom is a world with an order to print, and its screens.
type pressRoom struct {
	*testworld.World
	printing *printing.Service
	queue    *jobs.Inline
	order    testworld.Order
	page     string
}

func newPressRoom(t *testing.T) pressRoom {
	t.Helper()
	w := testworld.New(t)
	p := pressRoom{World: w, queue: &jobs.Inline{}, order: w.ActiveOrder(testworld.OrderOptions{Carnets: 2, PerCarnet: 1})}
	p.printing = printing.NewService(printing.Deps{DB: w.DB, Queue: p.queue, Orders: order.NewService(order.Deps{DB: w.DB, Queue: p.queue, Keys: w.Keys, CodeHost: "PASSNUM.TEST"})})
	p.page = urls.AdminPrinting(p.order.ID)
	return p
}

func (p pressRoom) as(actor identity.Actor) http.Handler {
	r := chi.NewRouter()
	r.Use(httpx.As(actor))
	r.Route("/admin", (&admin.PrintHandlers{Printing: p.printing}).Routes)
	return r
}

func (p pressRoom) drain(t *testing.T) {
	t.Helper()
	for _, args := range p.queue.Waiting {
		if err := p.printing.Build(t.Context(), args.(printing.BuildArgs)); err != nil {
			t.Fatal(err)
		}
	}
	p.queue.Waiting = nil
}

// field reads the value that the page sends under a name.
func field(t *testing.T, page, name string) string {
	t.Helper()
	found := regexp.MustCompile(`name="` + name + `"[^>]*value="([^"]+)"|value="([^"]+)"[^>]*name="` + name + `"`).FindStringSubmatch(page)
	if found == nil {
		t.Fatalf("no field %s on the page", name)
	}
	return found[1] + found[2]
}

func TestAnOrderGoesToThePrintShop(t *testing.T) {
	t.Parallel()
	p := newPressRoom(t)
	operator, finance := p.as(p.Operator), p.as(p.Finance)
	key, err := age.GenerateX25519Identity()
	if err != nil {
		t.Fatal(err)
	}
	want(t, ask(t, operator, http.MethodGet, p.page, nil), http.StatusOK, "Enregistrez d’abord un imprimeur", "Aucun imprimeur", "Aucun paquet")
	shop := url.Values{"nom": {"Imprimerie du Thaurion"}, "courriel": {"atelier"}, "cle": {key.String()}}
	refused := ask(t, operator, http.MethodPost, p.page+"/imprimeurs", shop)
	want(t, refused, http.StatusUnprocessableEntity, "C’est la clé secrète", "n’est pas complète", `value="Imprimerie du Thaurion"`)
	wantNot(t, refused, key.String())
	shop.Set("courriel", "atelier@thaurion.test")
	shop.Set("cle", key.Recipient().String())
	location(t, ask(t, operator, http.MethodPost, p.page+"/imprimeurs", shop))

	want(t, ask(t, operator, http.MethodPost, p.page, url.Values{}), http.StatusUnprocessableEntity, "Choisissez un imprimeur")
	page := ask(t, operator, http.MethodGet, p.page, nil)
	want(t, page, http.StatusOK, "Préparer le paquet", "Imprimerie du Thaurion")
	location(t, ask(t, operator, http.MethodPost, p.page, url.Values{"imprimeur": {field(t, page.Body.String(), "imprimeur")}}))
	want(t, ask(t, operator, http.MethodGet, p.page, nil), http.StatusOK, "Le paquet se prépare", "commence dans un instant", "Arrêter")
	p.drain(t)
	want(t, ask(t, operator, http.MethodGet, p.page+"/avancement", nil), http.StatusOK, "Le paquet est prêt à télécharger", "event: fin")
	want(t, ask(t, operator, http.MethodGet, p.page, nil), http.StatusOK, "Le paquet est prêt", "une seule fois", "2 carnets, 2 chèques", "carnets 1 à 2, 4 pages", "2 lignes, une par chèque")
	wantNot(t, ask(t, finance, http.MethodGet, p.page, nil), "Télécharger le paquet")

	file := ask(t, operator, http.MethodPost, p.page+"/telecharger", nil)
	if file.Code != http.StatusOK || file.Header().Get("Content-Disposition") != `attachment; filename="carnets-`+p.order.Number+`.zip.age"` || file.Header().Get("Cache-Control") != "no-store" {
		t.Fatalf("downloaded with %d %v", file.Code, file.Header())
	}
	pack, err := bundle.Open(bytes.NewReader(file.Body.Bytes()), int64(file.Body.Len()), key)
	if err != nil {
		t.Fatal(err)
	}
	want(t, ask(t, operator, http.MethodPost, p.page+"/telecharger", nil), http.StatusConflict, "ont déjà été téléchargés une fois")
	want(t, ask(t, operator, http.MethodPost, p.page+"/autre", url.Values{"motif": {""}}), http.StatusUnprocessableEntity, "pourquoi il faut télécharger")
	location(t, ask(t, operator, http.MethodPost, p.page+"/autre", url.Values{"motif": {"Transfert coupé"}}))
	wantNot(t, ask(t, operator, http.MethodGet, p.page, nil), "Autoriser un téléchargement")
	page = ask(t, finance, http.MethodGet, p.page, nil)
	want(t, page, http.StatusOK, "Autoriser un téléchargement", "Transfert coupé")
	decision := url.Values{"demande": {field(t, page.Body.String(), "demande")}, "decision": {"oui"}}
	want(t, ask(t, operator, http.MethodPost, p.page+"/decision", decision), http.StatusConflict, "une autre personne doit en décider")
	location(t, ask(t, finance, http.MethodPost, p.page+"/decision", decision))
	if again := ask(t, operator, http.MethodPost, p.page+"/telecharger", nil); !bytes.Equal(again.Body.Bytes(), file.Body.Bytes()) {
		t.Error("the second download is another file")
	}

	waiting := ask(t, operator, http.MethodGet, p.page, nil)
	want(t, waiting, http.StatusOK, "L’imprimeur a bien reçu")
	wantNot(t, waiting, pack.Fingerprint[:12])
	want(t, ask(t, operator, http.MethodPost, p.page+"/accuse", url.Values{"empreinte": {"abcd abcd abcd"}}), http.StatusUnprocessableEntity, "pas l’empreinte de ce paquet", `value="abcd abcd abcd"`)
	location(t, ask(t, operator, http.MethodPost, p.page+"/accuse", url.Values{"empreinte": {pack.Fingerprint}}))
	want(t, ask(t, operator, http.MethodGet, p.page, nil), http.StatusOK, "reçu, effacé", pack.Fingerprint[:4]+" "+pack.Fingerprint[4:8])
	want(t, ask(t, operator, http.MethodPost, p.page+"/telecharger", nil), http.StatusConflict, "plus de paquet")
}

func TestThePressRoomIsTheOperators(t *testing.T) {
	t.Parallel()
	p := newPressRoom(t)
	for _, actor := range []identity.Actor{p.Commanditaire, p.Agent, p.Mediateur} {
		for _, path := range []string{"", "/avancement", "/mode-d-emploi"} {
			if code := ask(t, p.as(actor), http.MethodGet, p.page+path, nil).Code; code != http.StatusForbidden {
				t.Errorf("GET %s answers %d", path, code)
			}
		}
		if code := ask(t, p.as(actor), http.MethodPost, p.page+"/telecharger", nil).Code; code != http.StatusForbidden {
			t.Errorf("downloading answers %d", code)
		}
	}
	suivi := p.as(p.Staff("suivi@exemple.test", identity.OperatorSuivi))
	for _, path := range []string{"", "/imprimeurs", "/arret", "/telecharger", "/autre", "/decision", "/accuse"} {
		if code := ask(t, suivi, http.MethodPost, p.page+path, url.Values{"motif": {"x"}}).Code; code != http.StatusForbidden {
			t.Errorf("POST %s answers %d to who only reads", path, code)
		}
	}
	manual := ask(t, suivi, http.MethodGet, p.page+"/mode-d-emploi", nil)
	want(t, manual, http.StatusOK, "age -d -i cle-passnum.txt", "200 × 80 mm", "passnum pack verify", p.order.Number)
	unmade := p.ActiveOrder(testworld.OrderOptions{State: "bat_valide"})
	want(t, ask(t, p.as(p.Operator), http.MethodGet, urls.AdminPrinting(unmade.ID), nil), http.StatusOK, "pas encore tous fabriqués")
}
