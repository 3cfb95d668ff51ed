package mednum

// What the words of version 0.1.1 became.
var (
	formerServices = map[string][]string{
		"Devenir autonome dans les démarches administratives":           {"Aide aux démarches administratives"},
		"Réaliser des démarches administratives avec un accompagnement": {"Aide aux démarches administratives"},
		"Prendre en main un smartphone ou une tablette":                 {"Maîtrise des outils numériques du quotidien"},
		"Prendre en main un ordinateur":                                 {"Maîtrise des outils numériques du quotidien"},
		"Utiliser le numérique au quotidien":                            {"Maîtrise des outils numériques du quotidien"},
		"Approfondir ma culture numérique":                              {"Compréhension du monde numérique"},
		"Favoriser mon insertion professionnelle":                       {"Insertion professionnelle via le numérique"},
		"Accéder à une connexion internet":                              {"Accès internet et matériel informatique"},
		"Accéder à du matériel":                                         {"Accès internet et matériel informatique"},
		"S'équiper en matériel informatique":                            {"Acquisition de matériel informatique à prix solidaire"},
		"Créer et développer mon entreprise":                            {"Insertion professionnelle via le numérique"},
		"Créer avec le numérique":                                       {"Loisirs et créations numériques"},
		"Accompagner les démarches de santé":                            {"Aide aux démarches administratives"},
		"Promouvoir la citoyenneté numérique":                           {"Compréhension du monde numérique"},
		"Soutenir la parentalité et l'éducation avec le numérique":      {"Parentalité et éducation avec le numérique"},
	}
	formerAudiences = map[string][]string{
		"Seniors (+ 65 ans)": {"Seniors"}, "Familles/enfants": {"Familles et/ou enfants"}, "Jeunes (16-26 ans)": {"Jeunes"},
		"Uniquement femmes": {"Femmes"}, "Adultes": nil,
	}
	formerCare = map[string][]string{
		"Public langues étrangères": {"Langues étrangères (autres)"}, "Personnes en situation d'illettrisme": {"Illettrisme"},
		"Handicaps mentaux : déficiences limitant les activités d'une personne":                        {"Handicaps mentaux"},
		"Handicaps psychiques : troubles psychiatriques donnant lieu à des atteintes comportementales": {"Handicaps mentaux"},
	}
	formerFees = map[string][]string{
		"Gratuit : Je peux accéder gratuitement au lieu et à ses services":                                                                   {"Gratuit"},
		"Gratuit sous condition : La gratuité est conditionnée à des critères (situation familiale, convention avec un organisme social...)": {"Gratuit sous condition"},
		"Payant : L'accès au lieu et/ou à ses services est payant":                                                                           {"Payant"},
		"Adhésion : L'accès au lieu et/ou à ses services nécessite d'y adhérer":                                                              {"Payant"},
	}
	formerProgrammes = map[string][]string{
		"CNFS": {"Conseillers numériques"}, "Grandes écoles du numérique": {"Grande école du numérique"},
		"Point relais CAF": {"Point d'accès numérique CAF"}, "Point numérique CAF": {"Point d'accès numérique CAF"},
	}
	formerModes = map[string][]string{
		"Seul : j'ai accès à du matériel et une connexion":                    {"En autonomie"},
		"Avec de l'aide : je suis accompagné seul dans l'usage du numérique":  {"Accompagnement individuel"},
		"Dans un atelier : j'apprends collectivement à utiliser le numérique": {"Dans un atelier collectif"},
		"A ma place : une personne habilitée fait les démarches à ma place":   {"Accompagnement individuel"},
	}
)

// formerColumns are the columns of version 0.1.1 that bear another name since.
var formerColumns = map[string]string{
	"courriel": "courriels", "labels_autres": "autres_formations_labels", "accessibilite": "fiche_acces_libre", "conditions_acces": "frais_a_charge",
	"labels_nationaux": "dispositif_programmes_nationaux", "publics_accueillis": "publics_specifiquement_adresses",
}

// onlyFormer tell a file of version 0.1.1; « cle_ban » had no successor.
var onlyFormer = []string{"cle_ban", "conditions_acces", "labels_nationaux", "publics_accueillis", "labels_autres", "accessibilite"}
