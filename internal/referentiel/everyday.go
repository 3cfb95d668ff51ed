package referentiel

import (
	"slices"
	"strings"

	"passnum/internal/fold"
)

// everyday is what people call a service when they do not know its label, in
// plain form (no accents, singular), with the entries meant: brands, names of
// administrations, and plain words for what the label says in technical ones. A
// word is only lent to entries that teach what people look for with it.
var everyday = []struct {
	words   string
	entries []int
}{
	{"impot fiscal taxe declaration revenu", []int{85}},
	{"demarche administratif administrative papier formulaire", []int{72, 84, 85, 86, 87, 88, 89, 90, 91, 92, 93, 94, 95}},
	{"passeport permis conduire carte identite grise immatriculation prefecture ants amende titre sejour etranger etat civil", []int{95}}, // opened with FranceConnect
	{"mail mel email courriel messagerie gmail outlook boite adresse", []int{48, 12, 105}},
	{"piece jointe joindre", []int{48, 49}},
	{"spam indesirable phishing hameconnage", []int{12, 48}},
	{"smartphone telephone portable mobile", []int{38, 74, 75, 76, 77, 78, 79, 80, 27}},
	{"iphone apple ipad tablette", []int{75}},
	{"mac macbook apple", []int{45}},
	{"samsung tablette", []int{74}},
	{"tablette tactile", []int{77, 80}},
	{"application appli", []int{76, 79}},
	{"caf allocation apl aide familiale logement", []int{90}},
	{"caf rsa prime activite droit handicap mdph aah", []int{86}},
	{"rsa prime", []int{90}},
	{"cv curriculum vitae", []int{124, 125}},
	{"chomage chomeur france travail pole actualisation actualiser", []int{84}},
	{"emploi travail job boulot embauche metier stage alternance", []int{127, 6, 20, 84, 124, 125, 128, 129}},
	{"lettre motivation candidature candidater postuler offre", []int{127, 20}},
	{"linkedin", []int{6, 125}},
	{"retraite pension cnav carsat", []int{87}},
	{"secu securite sociale sante ameli cpam carte vitale assurance maladie medecin doctolib rendez vous medical mon espace", []int{93, 89}},
	{"edf engie facture energie chauffage", []int{88, 81}},
	{"ordinateur pc clavier souris", []int{44, 45, 46}},
	{"imprimer imprimante scanner copier coller ranger dossier fichier bureau mise mettre jour", []int{44, 45, 46}},
	{"dossier fichier ranger", []int{50}},
	{"word libreoffice openoffice ecrire lettre taper", []int{66, 67, 68, 103}},
	{"excel calc tableau calcul", []int{69, 70, 71}},
	{"powerpoint diaporama expose", []int{112, 113}},
	{"photo appareil image", []int{53, 54, 55, 109}},
	{"visio visioconference video zoom teams meet facetime appel appeler petit enfant", []int{15, 65}},
	{"whatsapp messenger sms discuter", []int{14}},
	{"tiktok reseau sociaux", []int{5, 6, 56, 58, 60, 62, 64}},
	{"x", []int{58, 59}},
	{"connexion wifi box fibre", []int{33, 34, 36, 47}},
	{"navigateur chrome firefox edge safari moteur recherche google chercher", []int{11, 43, 104}},
	{"arnaque virus pirate piratage mot passe identifiant proteger confidentialite phishing hameconnage", []int{108, 2, 98, 28}},
	{"cookie publicite trace historique rgpd", []int{98}},
	{"ecole college lycee pronote ent", []int{82}},
	{"acheter achat payer banque paypal", []int{28}},
	{"vendre vente annonce leboncoin vinted", []int{119}},
	{"covoiturage blablacar airbnb vinted", []int{19}},
	{"creche cantine periscolaire nounou garde", []int{94}},
	{"musique film youtube netflix serie podcast radio", []int{21}},
	{"rumeur infox intox fake news desinformation", []int{39}},
	{"bitcoin crypto cryptomonnaie", []int{32}},
	{"parent ado ecran addiction", []int{3, 4, 23, 26}},
	{"controle parental harcelement cyberharcelement", []int{26, 3}},
	{"gps plan itineraire trajet bus train transport maps", []int{101, 122}},
	{"colis recommande courrier timbre", []int{91}},
	{"signature signer electronique", []int{72, 73}},
	{"vote petition citoyen participer", []int{120}},
	{"sauvegarde sauvegarder cle usb disque", []int{51, 52}},
	{"formation cours apprendre", []int{123}},
	{"programmer coder code scratch", []int{121}},
	{"site blog", []int{116, 117}},
}

// idle words say nothing of the service looked for: « je veux faire mes impôts ».
var idle = strings.Fields(`a ai aimerais apprendre au aux avec besoin c ce comment creer d dans de des du en envoyer et faire gerer j je l la le les ma mes mon ou
	par peux pour pouvoir qu que recevoir s sa savoir se ses son sur un une utiliser veux voudrais`)

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

// queryWords are the words of q that matter, in the singular; all of them when
// none does. Letters that stand alone are an abbreviation: « C.V. » is « cv ».
func queryWords(q string) []string {
	words := fold.Words(q)
	telling := slices.DeleteFunc(slices.Clone(words), func(w string) bool { return slices.Contains(idle, w) })
	if spelt := strings.Join(words, ""); len(words) > 1 && len(spelt) == len(words) {
		telling = []string{spelt}
	}
	if len(telling) == 0 {
		telling = words
	}
	for i, w := range telling {
		telling[i] = singular(w)
	}
	return telling
}

// singular drops the mark of the plural; a word is looked for by how it begins,
// so the plural is found too.
func singular(word string) string {
	const shortest = 3 // « gps » and « bus » are no plurals
	if len(word) > shortest && (strings.HasSuffix(word, "s") || strings.HasSuffix(word, "x")) {
		return word[:len(word)-1]
	}
	return word
}

// nearest lists, when no entry has every word, the entries that have the most of
// them: « allocations chômage » finds those of the CAF and of France Travail.
func nearest(entries []Entry, words []string) []Entry {
	var best []Entry
	most := 0
	for _, e := range entries {
		n := 0
		for _, w := range words {
			if len(w) > 1 && fold.MatchesAll(e.everyday, []string{w}) {
				n++
			}
		}
		if n > most {
			best, most = nil, n
		}
		if n == most && n > 0 {
			best = append(best, e)
		}
	}
	return best
}
