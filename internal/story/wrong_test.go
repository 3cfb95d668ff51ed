package story_test

import (
	"testing"

	"passnum/web/webtest"
)

// wrongForm is a form sent with something wrong; an empty button sends it with
// the Enter key.
type wrongForm struct {
	account, page string
	fields        [][2]string // label, value
	button        string
}

var wrongForms = []wrongForm{
	{"", "/connexion", [][2]string{{"Adresse électronique", "nobody@exemple.test"}, {"Mot de passe", "faux"}}, "Se connecter"},
	{"", "/rejoindre", nil, "Envoyer la demande"},
	{"", "/cheque", [][2]string{{"Code", "2222 2222 2222 2223"}}, ""},
	{"", "/lieux", [][2]string{{"Où ?", "Nullepartville"}}, "Rechercher"},
	{"commanditaire", "/commanditaire/commandes/nouvelle", [][2]string{{"Nombre de carnets", "0"}, {"Dernier jour", "hier"}}, "Enregistrer et vérifier"},
	{"commanditaire", "/commanditaire/conventions/nouvelle", nil, "Proposer la convention"},
	{"commanditaire", "/equipe/inviter", nil, "Envoyer"},
	{"commanditaire", "/compte", nil, "Changer"},
	{"aiguilleur", "/aiguilleur/points/nouveau", nil, "Ajouter"},
	{"aiguilleur", "/aiguilleur/remise", [][2]string{{"Carnet", "C26-999-000001"}}, "Chercher ce carnet"},
	{"mediateur", "/mediateur/tester", nil, "Tester"},
	{"structure", "/structure/lieux/nouveau", nil, "Ajouter le lieu"},
	{"structure", "/jetons", nil, "Créer"},
	{"candidat", "/structure/qualification/banque", [][2]string{{"IBAN", "FR76 0000"}}, "Enregistrer le compte"},
	{"finance", "/admin/paiements/preparer", [][2]string{{"Dernier jour compris", "demain"}}, "Voir ce qui serait payé"},
	{"admin", "/admin/recherche", [][2]string{{"Que cherchez-vous", "introuvable"}}, ""},
}

// TestRefusedFormsAreAccessible sends the main forms with mistakes: their
// refusals must read as well as the forms.
func TestRefusedFormsAreAccessible(t *testing.T) {
	t.Parallel()
	s := demonstration()
	p := s.tab(t, webtest.Browser(t, webtest.Unoptimised()), "")
	account := ""
	for _, form := range wrongForms {
		t.Run(form.account+form.page, func(t *testing.T) {
			p.t = t
			if form.account != account {
				account = form.account
				p.become(emailOf(account))
			}
			p.do(webtest.Desktop())
			p.open(form.page)
			for _, f := range form.fields {
				p.fill(f[0], f[1])
			}
			if form.button == "" {
				p.scan("")
			} else {
				p.press(form.button)
			}
			p.check(form.page + " refused")
		})
	}
}
