package mednum

import (
	"strings"

	"passnum/internal/fold"
	"passnum/internal/referentiel"
)

// The lists of version 1.0.2.
var (
	Services    = familyNames()
	Audiences   = []string{"Jeunes", "Étudiants", "Familles et/ou enfants", "Seniors", "Femmes"}
	SpecialCare = []string{"Surdité", "Handicaps moteurs", "Handicaps mentaux", "Illettrisme", "Langues étrangères (anglais)", "Langues étrangères (autres)", "Déficience visuelle"}
	Fees        = []string{"Gratuit", "Gratuit sous condition", "Payant"}
	Programmes  = []string{"Aidants Connect", "Bibliothèques numérique de référence", "Certification PIX", "Conseillers numériques", "Emmaüs Connect", "France Services",
		"Grande école du numérique", "La Croix Rouge", "Point d'accès numérique CAF", "Promeneurs du net", "Relais numérique (Emmaüs Connect)"}
	// Labels leaves out the stages of La Poste: the schema's own pattern cannot
	// hold their real name, so they are written with the other labels.
	Labels = []string{"Formé à « Mon Espace Santé »", "Formé à « DUPLEX » (illettrisme)", "Arnia/MedNum BFC (Bourgogne-Franche-Comté)",
		"Collectif ressources et acteurs réemploi (Normandie)", "Fabriques de Territoire", "Les Éclaireurs du numérique (Drôme)",
		"Mes Papiers (Métropole de Lyon)", "ORDI 3.0", "SUD LABS (PACA)"}
	AccessWays = []string{"Se présenter", "Téléphoner", "Contacter par mail", "Prendre un RDV en ligne", "Ce lieu n'accueille pas de public", "Envoyer un mail avec une fiche de prescription"}
	Itinerance = []string{"Itinérant", "Fixe"}
)

const poste = "Étapes numériques (La Poste)"

// Modes ties the schema's ways of helping to our codes.
var Modes = []struct{ Label, Code string }{
	{"En autonomie", "autonomie"}, {"Accompagnement individuel", "individuel"}, {"Dans un atelier collectif", "collectif"}, {"À distance", "distance"},
}

func modeLabels() []string {
	var labels []string
	for _, m := range Modes {
		labels = append(labels, m.Label)
	}
	return labels
}

func familyNames() []string {
	var names []string
	for _, f := range referentiel.Families {
		names = append(names, f.String())
	}
	return names
}

// vocabulary finds the schema's word for what a file wrote, whatever its
// accents, capitals and apostrophes.
type vocabulary map[string][]string

func newVocabulary(words []string, former map[string][]string) vocabulary {
	v := vocabulary{}
	for written, meant := range former {
		v[fold.Text(written)] = meant
	}
	for _, w := range words {
		v[fold.Text(w)] = []string{w}
	}
	return v
}

// vocabularies by column of version 1.0.2. Columns that are not there take any word.
var vocabularies = map[string]vocabulary{
	"itinerance":                      newVocabulary(Itinerance, nil),
	"services":                        newVocabulary(Services, formerServices),
	"publics_specifiquement_adresses": newVocabulary(Audiences, formerAudiences),
	"prise_en_charge_specifique":      newVocabulary(SpecialCare, formerCare),
	"frais_a_charge":                  newVocabulary(Fees, formerFees),
	"dispositif_programmes_nationaux": newVocabulary(Programmes, formerProgrammes),
	"formations_labels":               newVocabulary(Labels, map[string][]string{poste: nil, "Étapes numériques(La Poste)": nil}),
	"modalites_acces":                 newVocabulary(AccessWays, nil),
	"modalites_accompagnement":        newVocabulary(modeLabels(), formerModes),
}

// acceptsPass reports whether a word says that the Pass numérique is accepted.
func acceptsPass(word string) bool {
	plain := fold.Text(word)
	return plain == "aptic" || strings.HasPrefix(plain, "aptic ") || strings.HasPrefix(plain, "accepte le pass numerique")
}
