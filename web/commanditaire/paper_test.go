package commanditaire_test

import (
	"bytes"
	"image"
	"image/color"
	"image/png"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/google/uuid"

	"passnum/internal/identity"
	"passnum/internal/order"
	"passnum/web/urls"
)

// upload sends a form that holds a picture.
func (s *site) upload(actor identity.Actor, to string, fields map[string]string, picture []byte) page {
	s.T.Helper()
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	for name, value := range fields {
		if err := form.WriteField(name, value); err != nil {
			s.T.Fatal(err)
		}
	}
	if picture != nil {
		part, err := form.CreateFormFile("logo", "logo.bin")
		if err == nil {
			_, err = part.Write(picture)
		}
		if err != nil {
			s.T.Fatal(err)
		}
	}
	if err := form.Close(); err != nil {
		s.T.Fatal(err)
	}
	r := httptest.NewRequest(http.MethodPost, to, &body)
	r.Header.Set("Content-Type", form.FormDataContentType())
	return s.send(actor, r)
}

func aLogo() []byte {
	picture := image.NewNRGBA(image.Rect(0, 0, 120, 60))
	for x := range 120 {
		picture.Set(x, 30, color.NRGBA{10, 90, 86, 255})
	}
	var out bytes.Buffer
	if err := png.Encode(&out, picture); err != nil {
		panic(err)
	}
	return out.Bytes()
}

func TestDressScreen(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	id := s.ordered(s.filled())
	here := urls.Order(id, "habillage")
	s.get(s.Commanditaire, urls.Order(id)).want(http.StatusOK, "Habillage : logo, couleur, aperçu", "Kit de communication")
	s.get(s.Commanditaire, urls.Order(id, "modifier")).want(http.StatusOK, "en voyant l’aperçu", "Nous-mêmes, sur une imprimante de bureau")
	s.get(s.Commanditaire, here).want(http.StatusOK, "Voir l’aperçu", "Enregistrer l’habillage", "spécimen sans valeur")

	typed := map[string]string{"message": "Près de chez vous", "couleur": "#ffd500", "ensuite": "apercu"}
	shown := s.upload(s.Commanditaire, here, typed, aLogo()).want(http.StatusOK, "trop claire pour du texte blanc", "la même, un peu plus foncée")
	if got := text(shown.labelled("Message (facultatif)")); got != "Près de chez vous" {
		t.Errorf("typed message lost: %q", got)
	}
	if o := s.order(id); o.Message != "" || o.LogoID != nil {
		t.Error("looking at it keeps it")
	}
	form := shown.form(here)
	if form.Get("logo_id") == "" {
		t.Fatal("the tried logo is lost")
	}
	picture := s.get(s.Commanditaire, here+"/apercu.png?page=1&logo_id="+form.Get("logo_id")+"&couleur=%23ffd500").want(http.StatusOK)
	if !strings.HasPrefix(picture.body, "\x89PNG") {
		t.Error("the preview is no picture")
	}
	s.get(s.Commanditaire, here+"/apercu?message=Bonjour&couleur=%23ffd500").want(http.StatusOK, "trop claire").without("<html")
	typed["ensuite"], typed["logo_id"] = "garder", form.Get("logo_id")
	s.upload(s.Commanditaire, here, typed, nil).want(http.StatusSeeOther)
	if o := s.order(id); o.Message != "Près de chez vous" || o.LogoID == nil || strings.EqualFold(o.Colour, "#ffd500") {
		t.Errorf("kept %q, %v, %s", o.Message, o.LogoID, o.Colour)
	}
	s.get(s.Other, here).want(http.StatusNotFound)
	s.get(s.Other, here+"/apercu.png").want(http.StatusNotFound)
}

func TestHostileLogos(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	id := s.ordered(s.filled())
	here := urls.Order(id, "habillage")
	for name, c := range map[string]struct {
		content []byte
		says    string
	}{
		"script": {[]byte(`<svg viewBox="0 0 99 99"><script>x</script></svg>`), "programme"},
		"type":   {[]byte("GIF89a"), "PNG, JPEG ou SVG"},
		"heavy":  {make([]byte, 8<<20+1), "8 Mio au plus"},
	} {
		p := s.upload(s.Commanditaire, here, map[string]string{"message": "Gardé", "couleur": "#123456", "ensuite": "garder"}, c.content)
		p.want(http.StatusUnprocessableEntity, c.says)
		if got := text(p.labelled("Message (facultatif)")); got != "Gardé" {
			t.Errorf("%s: typed message lost: %q", name, got)
		}
	}
	long := map[string]string{"message": strings.Repeat("m", 161), "couleur": "rouge", "ensuite": "garder"}
	s.upload(s.Commanditaire, here, long, nil).want(http.StatusUnprocessableEntity, "160 caractères au plus", "Écrivez la couleur")
}

func (s *site) order(id uuid.UUID) order.Order {
	s.T.Helper()
	o, err := s.orders.OrderForOperator(s.T.Context(), s.Operator, id)
	if err != nil {
		s.T.Fatal(err)
	}
	return o
}

func TestDeskScreens(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	id := s.ordered(s.filled())
	here := urls.Order(id, "impression")
	s.get(s.Commanditaire, here).want(http.StatusOK, "Qui imprime les carnets ?")
	s.post(s.Commanditaire, here, url.Values{"impression": {"tampon"}}).want(http.StatusUnprocessableEntity, "Choisissez qui imprime")
	s.act(s.Commanditaire, here, url.Values{"impression": {order.PrintDesk}})
	s.get(s.Commanditaire, here).want(http.StatusOK, "Essayer l’imprimante", "Vous pourrez les imprimer ici quand")
	s.get(s.Commanditaire, here+"/essai.pdf").want(http.StatusOK)
	s.made(id)

	s.get(s.Commanditaire, urls.Order(id)).want(http.StatusOK, "Imprimer les carnets", "imprimer les carnets sur place")
	s.get(s.Operator, urls.AdminOrder(id)).want(http.StatusOK, "Le commanditaire les imprime lui-même", "Bordereaux de livraison").without("Enregistrer l’expédition")
	form := s.get(s.Commanditaire, here).want(http.StatusOK, "Prochain carnet à imprimer : le 1, sur 12.").form(here + "/feuilles")
	s.post(s.Commanditaire, here+"/feuilles", form).want(http.StatusUnprocessableEntity, "Imprimez la page d’essai")
	form.Set("essai", "oui")
	file := s.post(s.Commanditaire, here+"/feuilles", form).want(http.StatusOK)
	if !strings.HasPrefix(file.body, "%PDF") || file.header.Get("Cache-Control") != "no-store" {
		t.Errorf("sheets come as %.10q, %q", file.body, file.header.Get("Cache-Control"))
	}
	s.post(s.Commanditaire, here+"/feuilles", form).want(http.StatusUnprocessableEntity, "ont déjà été imprimés")
	ask := url.Values{"reprise_de": {"2"}, "reprise_a": {"99"}, "motif": {"bourrage"}}
	p := s.post(s.Commanditaire, here+"/reprises", ask).want(http.StatusUnprocessableEntity, "au plus 12")
	if got := attr(p.labelled("Pourquoi ?"), "value"); got != "bourrage" {
		t.Errorf("reason lost: %q", got)
	}
	ask.Set("reprise_a", "2")
	s.act(s.Commanditaire, here+"/reprises", ask)
	s.get(s.Commanditaire, here).want(http.StatusOK, "attend une autre personne", "Retirer la demande", "Enregistrer l’envoi")
	second := s.Commanditaire
	second.AccountID, second.Name = uuid.New(), "Luc Second"
	list, err := s.orders.DeskPrints(t.Context(), s.Commanditaire, id)
	if err != nil {
		t.Fatal(err)
	}
	reprint := here + "/reprises/" + list[0].ID.String()
	s.post(s.Commanditaire, reprint+"/accepter", nil).want(http.StatusForbidden)
	s.act(second, reprint+"/accepter", nil)
	s.post(s.Commanditaire, reprint+"/feuilles", nil).want(http.StatusOK)
	s.post(s.Commanditaire, reprint+"/feuilles", nil).want(http.StatusConflict)
	s.get(s.Commanditaire, urls.Order(id, "colis", "etiquettes.pdf")).want(http.StatusOK)
	s.act(s.Commanditaire, here+"/envoi", s.get(s.Commanditaire, here).form(here+"/envoi"))
	s.get(s.Commanditaire, urls.Order(id)).want(http.StatusOK, "Expédiée", "imprimée sur place")
}

// made takes an order through its quote and its proof to made carnets.
func (s *site) made(id uuid.UUID) {
	s.T.Helper()
	s.act(s.Commanditaire, urls.Order(id, "devis"), nil)
	s.drain()
	s.act(s.Commanditaire, urls.Order(id, "signer"), url.Values{"nom": {"Marie Aubert"}, "qualite": {"présidente"}, "accord": {"oui"}})
	s.drain()
	s.act(s.Operator, urls.AdminOrder(id, "cadrage"), url.Values{"note": {"Publics : seniors"}})
	s.act(s.Operator, urls.AdminOrder(id, "bat"), nil)
	s.post(s.Commanditaire, urls.Order(id, "bat"), s.get(s.Commanditaire, urls.Order(id, "bat")).form(urls.Order(id, "bat"))).want(http.StatusSeeOther)
	s.act(s.Operator, urls.AdminOrder(id, "fabrication"), nil)
	s.drain()
}

func TestKitScreen(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	id := s.ordered(s.filled())
	s.get(s.Commanditaire, urls.Order(id, "kit")).want(http.StatusOK, "Affiche A3", "Dépliant A5", "Télécharger")
	if p := s.get(s.Commanditaire, urls.Order(id, "kit", "affiche-a4.pdf")).want(http.StatusOK); !strings.HasPrefix(p.body, "%PDF") {
		t.Error("the poster is no PDF")
	}
	if p := s.get(s.Commanditaire, urls.Order(id, "kit", "depliant-a5.png")+"?page=1").want(http.StatusOK); !strings.HasPrefix(p.body, "\x89PNG") {
		t.Error("the preview is no picture")
	}
	s.get(s.Commanditaire, urls.Order(id, "kit", "tasse.pdf")).want(http.StatusNotFound)
	s.get(s.Other, urls.Order(id, "kit")).want(http.StatusNotFound)
	s.get(s.Commanditaire, urls.Order(id, "colis", "lettre.pdf")).want(http.StatusNotFound)
}
