package organisation_test

import (
	"bytes"
	"image"
	"image/png"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/google/uuid"

	"passnum/internal/identity"
	"passnum/internal/structure"
	"passnum/internal/testworld/filetest"
)

func joinForm() url.Values {
	return url.Values{"siret": {"356 000 000 00048"}, "organisation": {"La Poste de Guéret"}, "type": {"public"}, "rue": {"2 place Bonnyaud"},
		"commune": {"Guéret"}, "commune_code": {"23096"}, "capacites": {"commanditaire", "structure"}, "chorus_service": {"oui"},
		"nom": {"Alix Morel"}, "email": {"alix@exemple.test"}, "password": {"une phrase assez longue"}}
}

func TestJoinAndSeeWhereItStands(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	h := s.withSessions()
	send(t, h, httptest.NewRequest(http.MethodGet, "/rejoindre", nil)).want(200, "Rejoindre Passnum", "Que voulez-vous faire ?", "Un code service est exigé")
	r := httptest.NewRequest(http.MethodPost, "/rejoindre", strings.NewReader(joinForm().Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	joined := send(t, h, r)
	joined.to("/rejoindre/recue")
	for path, says := range map[string]string{"/rejoindre/recue": "Votre demande est reçue", "/organisation/parametres": "La Poste de Guéret"} {
		r := httptest.NewRequest(http.MethodGet, path, nil)
		for _, c := range joined.cookies {
			r.AddCookie(c)
		}
		send(t, h, r).want(200, says)
	}
}

func TestJoinRefusedKeepsWhatWasTyped(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	form := joinForm()
	form.Set("siret", "552 100 554 00014")
	form.Set("password", "court")
	p := s.post(identity.Actor{}, "/rejoindre", form).want(422, "l’erreur est dans les 5 derniers chiffres", "au moins 12 caractères")
	if p.value("SIRET") != "552 100 554 00014" || p.value("Nom") != "La Poste de Guéret" || p.value("Mot de passe") != "" || len(p.ticked("capacites")) != 2 {
		t.Error("the form lost what was typed, or kept the password")
	}
	form = joinForm()
	form.Set("email", "agent@exemple.test")
	s.post(identity.Actor{}, "/rejoindre", form).want(422, "Un compte existe déjà avec cette adresse")
}

func TestKnownOrganisationIsNoDeadEnd(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	form := joinForm()
	form.Set("siret", "22230962700016")
	p := s.post(identity.Actor{}, "/rejoindre", form).want(409, "Département de la Creuse est déjà sur Passnum")
	if p.value("Prénom et nom") != "Alix Morel" || p.value("Adresse électronique") != "alix@exemple.test" {
		t.Error("what was typed is lost")
	}
	ask := url.Values{"siret": {"22230962700016"}, "nom": {"Alix Morel"}, "email": {"alix"}}
	s.post(identity.Actor{}, "/rejoindre/existante", ask).want(422, "Cette adresse électronique est mal formée")
	ask.Set("email", "alix@exemple.test")
	s.post(identity.Actor{}, "/rejoindre/existante", ask).to("/rejoindre/recue?a=equipe")
	s.post(identity.Actor{}, "/rejoindre/existante", ask).want(429, "Trop de demandes")
	// Who works alone is not told by their number.
	s.Organisation("Camille Durand", "55210055400021", "independant", identity.Capacities{Structure: true})
	s.get(identity.Actor{}, "/rejoindre/existante?siret=55210055400021").want(200, "Cette organisation est déjà sur Passnum").without("Camille", "Guéret")
	s.get(identity.Actor{}, "/rejoindre/existante?siret=35600000000048").to("/rejoindre?siret=35600000000048")
}

func TestSettingsScreens(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.get(s.Mediateur, "/organisation/parametres").want(200, "Médiathèque de Guéret", "acceptée", "non demandée")
	s.get(s.Cofunder, "/organisation/parametres/identite").want(403)
	s.get(identity.Actor{}, "/organisation/parametres").to("/connexion?suite=%2Forganisation%2Fparametres")
	p := s.post(s.Mediateur, "/organisation/parametres/identite", url.Values{"organisation": {""}, "rue": {"8 avenue Fayolle"}, "commune": {"Saint"}, "contact_email": {"x@exemple.test"}})
	p.want(422, "Indiquez le nom", "Plusieurs communes correspondent")
	if p.value("Numéro et rue") != "8 avenue Fayolle" || p.value("Commune") != "Saint" {
		t.Error("what was typed is lost")
	}
	s.post(s.Mediateur, "/organisation/parametres/identite", url.Values{"organisation": {"Médiathèque"}, "rue": {"8 avenue Fayolle"}, "commune": {"Guéret"},
		"contact_email": {"x@exemple.test"}}).to("/organisation/parametres")
	s.post(s.Commanditaire, "/organisation/parametres/facturation", url.Values{"facturation_rue": {"BP 1"}}).want(422, "Indiquez la ville")
	s.post(s.Commanditaire, "/organisation/parametres/facturation", url.Values{"chorus_engagement": {"oui"}}).to("/organisation/parametres")
	s.get(s.Commanditaire, "/organisation/parametres").want(200, "Numéro d’engagement exigé")
	s.post(s.Commanditaire, "/organisation/parametres/demande", url.Values{}).want(422, "Choisissez ce que vous voulez faire")
	s.post(s.Commanditaire, "/organisation/parametres/demande", url.Values{"capacite": {"structure"}}).to("/organisation/parametres")
	s.post(s.Commanditaire, "/organisation/parametres/demande", url.Values{"capacite": {"structure"}}).want(409, "attend notre réponse")
	s.get(s.Commanditaire, "/organisation/parametres").want(200, "en attente")
}

func TestLogoAndColour(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	const path = "/organisation/parametres/apparence"
	svg := []byte(`<svg xmlns="http://www.w3.org/2000/svg"/>`)
	p := s.upload(s.Commanditaire, path, "logo.png", svg, url.Values{"couleur": {"#B5121B"}}).want(422, "Ce fichier est un dessin SVG")
	if p.value("Code de la couleur") != "#B5121B" {
		t.Error("the colour typed is lost")
	}
	s.upload(s.Commanditaire, path, "logo.png", make([]byte, 2<<20), nil).want(422, "dépasse 1 Mo")
	s.upload(s.Commanditaire, path, "logo.png", make([]byte, 7<<20), nil).want(422, "trop lourd")
	var picture bytes.Buffer
	if err := png.Encode(&picture, image.NewRGBA(image.Rect(0, 0, 30, 20))); err != nil {
		t.Fatal(err)
	}
	s.upload(s.Commanditaire, path, "n’importe.txt", picture.Bytes(), url.Values{"couleur": {"#F2A93B"}}).to("/organisation/parametres")
	settings, err := s.organisations.Settings(t.Context(), s.Commanditaire)
	if err != nil || settings.LogoID == nil {
		t.Fatal(err)
	}
	s.get(s.Commanditaire, path).want(200, "assombrie pour rester lisible")
	logo := s.get(identity.Actor{}, "/logos/"+settings.LogoID.String()).want(200)
	if logo.header.Get("Content-Type") != "image/png" || !strings.Contains(logo.header.Get("Cache-Control"), "immutable") {
		t.Errorf("%v", logo.header)
	}
	s.get(identity.Actor{}, "/logos/"+uuid.NewString()).want(404)
	sheet := s.get(identity.Actor{}, "/t/"+settings.Slug+"/theme.00000000.css").want(200, "--brand:#f2a93b")
	if sheet.header.Get("Cache-Control") != "no-cache" || !strings.HasPrefix(sheet.header.Get("Content-Type"), "text/css") {
		t.Errorf("%v", sheet.header)
	}
	s.get(identity.Actor{}, "/t/personne/theme.00000000.css").want(404)
}

func placeForm() url.Values {
	return url.Values{"nom": {"La Gare"}, "referent": {"Alix Morel"}, "rue": {"3 rue de la Gare"}, "commune": {"Guéret"}, "telephone": {"05 55 12 34 56"},
		"horaires": {"Mo-Fr 09:00-12:00"}, "services": {"3", "44"}, "categories": {"2.2"}, "modes": {"individuel"}, "rien_a_payer": {"oui"}}
}

func TestQualificationInABrowser(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	c, file := s.Candidate, "/structure/qualification"
	s.get(c, "/structure").want(200, "complétez votre dossier", "à faire", "0 sur 9 étapes")
	s.get(c, file).want(200, "Il manque encore 9 étapes", "Votre rôle", "L’organisation", "Les coordonnées")
	p := s.post(c, file+"/banque", url.Values{"titulaire": {"Tiers-lieu"}, "iban": {"FR14 2004 1010 0505 0001 3M02 607"}, "bic": {"PSST"}}).want(422, "8 ou 11 caractères")
	if p.value("IBAN") != "FR14 2004 1010 0505 0001 3M02 607" {
		t.Error("the IBAN typed is lost")
	}
	s.post(c, file+"/banque", url.Values{"titulaire": {"Tiers-lieu"}, "iban": {"FR1420041010050500013M02606"}, "bic": {"PSSTFRPPBOR"}}).to("/structure")
	fillSteps(s, c, file)
	if p := s.post(c, "/structure/lieux/nouveau", placeForm()); !strings.HasPrefix(p.location, "/structure/lieux") {
		t.Fatalf("answered %d %s", p.status, p.location)
	}
	s.get(c, file).want(200, "8 sur 9 étapes", "Des pièces (RIB")
	s.post(c, file+"/envoyer", nil).to(file)
	filetest.Papers(s.World, c)
	s.get(c, "/structure").want(200, "Relire et envoyer", "9 sur 9 étapes")
	s.get(c, file).want(200, "FR•• •••• 2606", "Envoyer le dossier", "Alix Morel", "Enregistré le").without("2004 1010")
	s.get(c, file+"/historique").want(200, "Votre fonction : Directrice → Gérante", "Charte acceptée : version")
	s.post(c, file+"/envoyer", nil).to(file)
	s.get(c, file).want(200, "en cours d’examen", "Reprendre le dossier").without("Modifier")
	s.get(c, file+"/offre").want(200, "n’est pas modifiable")
	s.post(c, file+"/role", url.Values{"qualite": {"representant"}, "fonction": {"Autre"}, "reconnu": {"oui"}}).want(409, "n’est plus modifiable")

	s.get(s.Operator, "/admin/structures").want(200, "Tiers-lieu de la Gare", "aujourd’hui")
	review := "/admin/structures/" + c.OrganisationID.String()
	s.get(s.Operator, review).want(200, "FR•• •••• 2606", "Qualifier")
	s.get(s.Finance, review).want(200).without("Demander des corrections")
	qualify := review + "/decisions/qualifiee"
	p = s.get(s.Operator, qualify).want(200, "24 mois")
	s.post(s.Finance, qualify, url.Values{"duree": {"24"}}).want(403)
	s.post(s.Operator, qualify, url.Values{"duree": {"1"}}).want(422, "Choisissez la durée")
	s.post(s.Operator, review+"/decisions/refusee", url.Values{}).want(422, "Choisissez au moins un motif")
	s.post(s.Operator, qualify, url.Values{"duree": {"24"}, "vu": {"12"}}).want(409, "a changé depuis")
	s.post(s.Operator, qualify, url.Values{"duree": {"24"}, "vu": {p.hidden("vu")}}).to(review)
	s.get(c, "/structure").want(200, "qualifiée", "affiché").without("complétez votre dossier")
	body := bodyStep()
	body.Set("representant_nom", "Dominique Roy")
	s.post(c, file+"/organisation", body).to(file)
	p = s.get(c, file).want(200, "Un changement attend l’opérateur", "Dominique Roy", "Alix Morel")
	withdraw := p.action("Retirer cette demande")
	s.post(s.Mediateur, withdraw, nil).want(404)
	s.post(c, withdraw, nil).to(file)
	s.get(c, file).want(200).without("Dominique Roy")
}

func bodyStep() url.Values {
	return url.Values{"siret": {"552 100 554 00013"}, "type": {"association"}, "rna": {"W231000123"}, "representant_nom": {"Alix Morel"},
		"representant_qualite": {"présidente"}, "representant_courriel": {"alix@exemple.test"}}
}

// fillSteps saves the steps of the file that are forms, after a refusal of each.
func fillSteps(s *site, c identity.Actor, file string) {
	role := url.Values{"qualite": {"representant"}, "fonction": {"Directrice"}, "reconnu": {"oui"}}
	s.post(c, file+"/role", url.Values{"fonction": {"Directrice"}}).want(422, "Choisissez ce que vous êtes", "Cochez la case")
	s.post(c, file+"/role", role).to(file)
	role.Set("fonction", "Gérante")
	s.post(c, file+"/role", role).to(file)
	wrong := bodyStep()
	wrong.Del("rna")
	s.post(c, file+"/organisation", wrong).want(422, "Indiquez le numéro RNA")
	s.post(c, file+"/organisation", bodyStep()).to(file)
	s.get(c, file+"/organisation?annuaire=55210055400013").want(200, "L’annuaire des entreprises ne répond pas")
	contact := url.Values{"organisation": {"Tiers-lieu de la Gare"}, "rue": {"3 rue de la Gare"}, "commune": {"Guéret"}, "contact_email": {"contact@exemple.test"},
		"livraison_rue": {"1 quai nord"}}
	s.post(c, file+"/coordonnees", contact).want(422, "Le code postal compte", "Indiquez la ville")
	contact.Del("livraison_rue")
	s.post(c, file+"/coordonnees", contact).to(file)
	s.post(c, file+"/eligibilite", url.Values{"accueil": {"semaine"}}).want(422, "Choisissez la réponse la plus proche")
	given := url.Values{}
	for key, value := range filetest.Answers() {
		given.Set(key, value)
	}
	given.Set("assurance", "non")
	s.post(c, file+"/eligibilite", given).to(file + "/eligibilite")
	s.get(c, file+"/eligibilite").want(200, "Pas encore", "demandez une attestation")
	given.Set("assurance", "oui")
	s.post(c, file+"/eligibilite", given).to(file + "/eligibilite")
	s.get(c, file+"/eligibilite").want(200, "Éligible")
	s.post(c, file+"/offre", url.Values{"presentation": {""}}).want(422, "Présentez votre structure")
	s.post(c, file+"/offre", url.Values{"presentation": {"Nous accompagnons."}, "modes": {"individuel"}, "publics": {"tous"}, "tarifs": {"10 € l’heure"}, "reste": {"rien"}}).to(file)
	texts := url.Values{"version": {structure.CurrentCharter.Version}, "version_cgu": {structure.CurrentTerms.Version}}
	s.post(c, file+"/charte", texts).want(422, "Cochez la case pour accepter la charte")
	texts.Set("accepte", "oui")
	texts.Set("accepte_cgu", "oui")
	s.post(c, file+"/charte", texts).to(file)
}

// action is where the form of a button goes.
func (p page) action(button string) string {
	for n := range p.root.Descendants() {
		if n.Data != "form" {
			continue
		}
		for child := range n.Descendants() {
			if child.Data == "button" && strings.Contains(text(child), button) {
				return attribute(n, "action")
			}
		}
	}
	return ""
}

// hidden is a hidden field's value.
func (p page) hidden(name string) string {
	for n := range p.root.Descendants() {
		if attribute(n, "name") == name && attribute(n, "type") == "hidden" {
			return attribute(n, "value")
		}
	}
	return ""
}

func TestPlaceScreens(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	form := placeForm()
	form.Set("horaires", "le matin")
	form.Del("nom")
	p := s.post(s.Candidate, "/structure/lieux/nouveau", form).want(422, "Donnez un nom au lieu", "pas compris ces horaires")
	if p.value("Horaires") != "le matin" || len(p.ticked("services")) < 13 {
		t.Errorf("what was chosen is lost: %v", p.ticked("services"))
	}
	place := "/structure/lieux/" + s.Place.String()
	s.get(s.Candidate, place).want(404)
	s.post(s.Candidate, place, placeForm()).want(404)
	p = s.get(s.Mediateur, place).want(200, "Masquer ce lieu")
	if len(p.ticked("services")) != 4 || len(p.ticked("categories")) != 0 {
		t.Error("the services offered are not ticked")
	}
	s.post(s.Mediateur, place, placeForm()).to(place)
	s.get(s.Mediateur, place).want(200, "La Gare", "Du lundi au vendredi 9 h – 12 h")
	s.post(s.Mediateur, place+"/masquer", nil).to(place)
	s.get(s.Mediateur, place).want(200, "masqué", "Afficher ce lieu")
	s.get(s.Mediateur, "/structure/lieux").want(200, "La Gare")
	s.get(s.Agent, "/structure").to("/organisation/parametres")
}

func TestRequestsAndOrganisationsOfTheOperator(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.get(s.Commanditaire, "/admin/demandes").want(403)
	s.get(s.Operator, "/admin/demandes").want(200, "Aucune demande en attente")
	s.post(s.Agent, "/organisation/parametres/demande", url.Values{"capacite": {"structure"}, "message": {"Nous avons un médiateur"}}).to("/organisation/parametres")
	s.get(s.Operator, "/admin/demandes").want(200, "Mairie de Guéret", "aujourd’hui")
	waiting, err := s.organisations.Waiting(t.Context(), s.Operator)
	if err != nil || len(waiting) != 1 {
		t.Fatal(err)
	}
	request := "/admin/demandes/" + waiting[0].ID.String()
	s.get(s.Operator, request).want(200, "Nous avons un médiateur")
	p := s.post(s.Operator, request, url.Values{"decision": {"refuser"}}).want(422, "Écrivez le motif")
	if got := p.ticked("decision"); len(got) != 1 || got[0] != "refuser" {
		t.Errorf("the decision is lost: %v", got)
	}
	s.post(s.Operator, request, url.Values{"decision": {"accepter"}}).to("/admin/demandes")
	s.post(s.Operator, request, url.Values{"decision": {"accepter"}}).want(409, "déjà reçu une réponse")
	s.get(s.Operator, "/admin/organisations?q=mairie").want(200, "Mairie de Guéret", "aiguilleur").without("Département")
	s.get(s.Operator, "/admin/organisations?q=personne").want(200, "Aucune organisation ne correspond")
	s.get(s.Operator, "/admin/organisations/"+s.Mairie.String()).want(200, "Accueil de la mairie", "demande acceptée", "Dossier de la structure", "Camille Martin")
	s.get(s.Operator, "/admin/organisations/"+uuid.NewString()).want(404)
}

func TestAgreementsScreen(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.get(s.Commanditaire, "/commanditaire/structures").want(200, "Aucune structure agréée")
	s.get(s.Commanditaire, "/commanditaire/structures?q=gueret").want(200, "Médiathèque de Guéret", "Agréer")
	agreement := "/commanditaire/structures/" + s.Mediatheque.String()
	s.post(s.Commanditaire, agreement+"/agreer", nil).to("/commanditaire/structures")
	s.get(s.Commanditaire, "/commanditaire/structures").want(200, "Médiathèque de Guéret", "16 novembre 2026", "Mettre fin")
	s.post(s.Cofunder, agreement+"/retirer", nil).want(403)
	s.post(s.Commanditaire, agreement+"/retirer", url.Values{"quand": {"maintenant"}, "motif": {"Fin du programme"}}).to("/commanditaire/structures")
	s.post(s.Commanditaire, "/commanditaire/structures/"+s.Candidate.OrganisationID.String()+"/agreer", nil).want(404)
}
