package referentiel

import (
	"slices"
	"strings"

	"passnum/internal/fold"
)

// everyday is what people call a service when they do not know its label, in
// plain form (no accents, singular and plural), with the entries meant.
var everyday = []struct {
	words   string
	entries []int
}{
	{"impot impots fiscal taxe taxes declaration revenu", []int{85}},
	{"demarche demarches administratif administrative administratives papiers papier formulaire", []int{72, 84, 85, 86, 87, 88, 89, 90, 91, 92, 93, 94, 95}},
	{"mail mails mel email emails courriel courriels messagerie gmail outlook boite", []int{48, 12, 105}},
	{"smartphone smartphones telephone telephones portable mobile", []int{38, 74, 75, 76, 77, 78, 79, 80, 27}},
	{"iphone apple ipad", []int{75, 45}},
	{"samsung tablette tablettes", []int{74}},
	{"application applications appli applis", []int{76, 79}},
	{"caf allocation allocations apl aide aides familiales logement", []int{90}},
	{"rsa prime droits", []int{86, 90}},
	{"cv curriculum vitae", []int{124, 125}},
	{"chomage chomeur france travail pole actualisation actualiser", []int{84}},
	{"emploi travail job boulot embauche metier", []int{127, 6, 20, 84, 124, 125, 128, 129}},
	{"retraite retraites pension cnav carsat", []int{87}},
	{"secu securite sociale sante ameli cpam carte vitale assurance maladie medecin", []int{93, 89}},
	{"edf engie facture factures energie chauffage", []int{88, 81}},
	{"ordinateur ordinateurs pc clavier souris", []int{44, 45, 46}},
	{"word libreoffice openoffice ecrire lettre taper", []int{66, 67, 68, 103}},
	{"excel calc tableau tableaux calcul", []int{69, 70, 71}},
	{"powerpoint diaporama expose", []int{112, 113}},
	{"photo photos appareil image", []int{53, 54, 55, 109}},
	{"visio visioconference zoom teams appel appeler appels petits enfants", []int{15, 65}},
	{"whatsapp messenger sms discuter", []int{14}},
	{"tiktok reseau reseaux sociaux", []int{5, 6, 56, 58, 60, 62, 64}},
	{"x", []int{58, 59}},
	{"connexion wifi box fibre", []int{33, 34, 36, 47}},
	{"arnaque arnaques virus pirate piratage mot passe proteger confidentialite", []int{108, 2, 98, 28}},
	{"ecole college lycee pronote ent", []int{82}},
	{"acheter achat achats payer banque paypal", []int{28}},
	{"vendre vente annonce leboncoin", []int{119}},
	{"creche cantine periscolaire", []int{94}},
	{"musique film films youtube netflix serie", []int{21}},
	{"rumeur infox intox fake news desinformation", []int{39}},
	{"bitcoin crypto cryptomonnaie", []int{32}},
	{"parent parents ado ados ecran ecrans addiction", []int{3, 4, 23, 26}},
	{"gps plan itineraire trajet", []int{101, 122}},
	{"colis recommande courrier timbre", []int{91}},
	{"signature signer", []int{72, 73}},
	{"sauvegarde sauvegarder cle usb disque", []int{51, 52}},
	{"formation cours apprendre", []int{123}},
	{"programmer coder code", []int{121}},
	{"site blog", []int{116, 117}},
}

// idle words say nothing of the service looked for: « faire mes impôts ».
var idle = strings.Fields("a au aux avec c ce comment d de des du en et faire gerer j je l la le les ma mes mon ou par pour qu que s sa savoir se ses son sur un une utiliser")

// everydayText is what else people call the entry.
func everydayText(number int) string {
	var words []string
	for _, e := range everyday {
		if slices.Contains(e.entries, number) {
			words = append(words, e.words)
		}
	}
	return strings.Join(words, " ")
}

// queryWords are the words of q that matter; all of them when none does.
func queryWords(q string) []string {
	words := fold.Words(q)
	telling := slices.DeleteFunc(slices.Clone(words), func(w string) bool { return slices.Contains(idle, w) })
	if len(telling) == 0 {
		return words
	}
	return telling
}
