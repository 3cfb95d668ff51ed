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

// sendsPaper sends a picture as one of the papers that are asked.
func (p *tab) sendsPaper(code string) {
	p.t.Helper()
	picture := image.NewGray(image.Rect(0, 0, 60, 60))
	picture.Pix[len(code)] = 255 // no two papers are the same
	var content bytes.Buffer
	if err := png.Encode(&content, picture); err != nil {
		p.t.Fatal(err)
	}
	path := filepath.Join(p.t.TempDir(), code+".png")
	if err := os.WriteFile(path, content.Bytes(), 0o600); err != nil {
		p.t.Fatal(err)
	}
	form := `form:has(input[name=piece][value="` + code + `"])`
	p.open("/structure/qualification/documents")
	p.do(chromedp.SendKeys(form+` input[type=file]`, path))
	p.arriveBy(chromedp.Click(form + ` button`))
}
