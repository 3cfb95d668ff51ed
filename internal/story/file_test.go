package story_test

import (
	"bytes"
	"image"
	"image/png"
	"os"
	"path/filepath"

	"github.com/chromedp/chromedp"

	"passnum/internal/qualification"
)

// asksToJoin brings an organisation of Guéret and its first account.
func (p *tab) asksToJoin(name, siret, kind, wish, email string) {
	p.t.Helper()
	p.open("/rejoindre")
	p.fill("SIRET", siret)
	p.fill("Nom", name)
	p.pick("Votre organisation est", kind)
	p.fill("Numéro et rue", "1 place Bonnyaud")
	p.complete("Commune", "gueret", "Guéret")
	p.choose(wish)
	p.fill("Prénom et nom", "Camille Martin")
	p.fill("Adresse électronique", email)
	p.fill("Mot de passe", passphrase)
	p.press("Envoyer la demande")
	p.sees("Votre demande est reçue")
}

// letsIn accepts the request of an organisation, as the operator.
func (p *tab) letsIn(name string) {
	p.t.Helper()
	p.open("/admin/demandes")
	p.follow(name)
	p.choose("Accepter")
	p.press("Enregistrer la décision")
	p.sees("La demande de " + name + " est acceptée")
}

// fileIn fills in the steps of a structure's file that are forms.
func (p *tab) fileIn() {
	p.t.Helper()
	p.open("/structure/qualification/role")
	p.choose("Son représentant légal")
	p.fill("Votre fonction", "Directrice")
	p.choose("Je certifie agir")
	p.press("Enregistrer votre rôle")
	p.open("/structure/qualification/organisation")
	p.fill("Prénom et nom", "Camille Martin")
	p.fill("Qualité", "présidente")
	p.fill("Adresse électronique", "presidente@exemple.test")
	p.press("Enregistrer l’organisation")
	p.open("/structure/qualification/coordonnees")
	p.press("Enregistrer les coordonnées")
	p.open("/structure/qualification/eligibilite")
	for _, q := range qualification.Questionnaire {
		p.do(chromedp.Click(`input[name="` + q.Key + `"][value="` + q.Answers[0].Value + `"]`))
	}
	p.press("Enregistrer les réponses")
	p.sees("Éligible")
	p.open("/structure/qualification/offre")
	p.fill("Votre structure en quelques phrases", "Deux médiatrices accompagnent depuis dix ans toute personne qui vient, à son rythme.")
	p.choose("Accompagnement individuel")
	p.choose("Tout le monde")
	p.fill("Vos prix en résumé", "Un chèque pour une heure.")
	p.choose("Rien")
	p.press("Enregistrer l’offre")
	p.open("/structure/qualification/charte")
	p.choose("Au nom de la structure, j’ai lu")
	p.choose("Au nom de la structure, j’accepte")
	p.press("Accepter la charte")
}

// bankIn declares the account that receives the payments.
func (p *tab) bankIn() {
	p.t.Helper()
	p.open("/structure/qualification/banque")
	p.fill("Titulaire", "Médiathèque de Guéret")
	p.fill("IBAN", "FR14 2004 1010 0505 0001 3M02 606")
	p.fill("BIC", "PSSTFRPPBOR")
	p.press("Enregistrer le compte")
}

// placeIn adds a place and its services.
func (p *tab) placeIn() {
	p.t.Helper()
	p.open("/structure/lieux/nouveau")
	p.fill("Nom du lieu", "Médiathèque, espace numérique")
	p.fill("Personne à demander", "Léa Moreau")
	p.fill("Numéro et rue", "8 avenue Fayolle")
	p.complete("Commune", "gueret", "Guéret")
	p.fill("Téléphone", "05 55 00 00 00")
	p.fill("Horaires", "Mo-Fr 09:00-18:00")
	p.unfold("1.1")
	p.choose("Toute la catégorie")
	p.press("Ajouter le lieu")
}

// sendsPaper sends a picture as one of the papers that are asked.
func (p *tab) sendsPaper(code string) {
	p.t.Helper()
	picture := image.NewGray(image.Rect(0, 0, 60, 60))
	picture.Pix[len(code)] = 255 // no two papers are the same
	var content bytes.Buffer
	if err := png.Encode(&content, picture); err != nil {
		p.t.Fatal(err)
	}
	p.sendsFile(code, code+".png", content.Bytes())
	p.sees("Reçu : ")
}

// sendsFile sends any file as one of the papers that are asked.
func (p *tab) sendsFile(code, name string, content []byte) {
	p.t.Helper()
	path := filepath.Join(p.t.TempDir(), name)
	if err := os.WriteFile(path, content, 0o600); err != nil {
		p.t.Fatal(err)
	}
	form := `form:has(input[name=piece][value="` + code + `"])`
	p.open("/structure/qualification/documents")
	p.do(chromedp.SendKeys(form+` input[type=file]`, path))
	p.arriveBy(chromedp.Click(form + ` button`))
}
