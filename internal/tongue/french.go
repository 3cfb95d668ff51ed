package tongue

var french = Words{
	Code: "fr", Dir: "ltr", Name: "Français",

	Title: "Vos chèques Pass numérique",
	Paid:  "Ils paient de l’aide pour apprendre à utiliser internet, un ordinateur ou un téléphone.",
	Free:  "Pour vous, c’est gratuit.",

	Cheques: "Vos chèques", Until: "À utiliser jusqu’au %s inclus.", Keep: "Gardez vos chèques comme de l’argent.",
	HowTitle:     "Comment faire\u00a0?",
	How:          [3]string{"Appelez un des lieux ci-dessous.", "Prenez rendez-vous.", "Venez avec vos chèques et cette lettre."},
	Services:     "Ce que l’on vous propose d’apprendre",
	ServicesNote: "Montrez cette liste au lieu.",
	Steps:        "Vos étapes",
	StepsNote:    "Cochez une case quand l’étape est faite.",
	NoPlace:      "Trouver un lieu", OnePlace: "Le lieu le plus proche", Many: "Les lieux les plus proches",
	Call: "Appelez le %s", CallSomeone: "Appelez %s\u00a0: %s", AskFor: "Demandez %s",
	Open: "Ouvert\u00a0:", Access: "Accès\u00a0:", Transport: "En transport\u00a0:",
	Learn: "On y apprend\u00a0:", SameTown: "dans la commune", Metres: "à %s\u00a0m", Kilometres: "à %s\u00a0km",
	Ateliers:    "Prochains ateliers près d’ici",
	Appointment: "Mon rendez-vous", AppointmentDay: "Le", AppointmentTime: "à", AppointmentWith: "avec",
	AllPlaces: "Tous les lieux\u00a0:", OrCall: "ou au",
	Carnet: "Numéro du carnet\u00a0:", CarnetNote: "Gardez ce numéro\u00a0: il sert si vous perdez vos chèques.",
	Photo: "Mes lieux Pass numérique", PhotoNote: "Prenez cette page en photo avec votre téléphone.",
	Closed: "fermé", Always: "tous les jours, à toute heure", Everyday: "tous les jours",
	DayRange: "du %s au %s", TimeRange: "%s\u00a0–\u00a0%s", Date: "%[1]d\u00a0%[2]s\u00a0%[3]d", Decimal: ",",
	Comma: ", ", And: " et ",

	Days:   [8]string{"lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche", "jours fériés"},
	Months: [12]string{"janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre", "octobre", "novembre", "décembre"},
	Levels: [3]Meaning{
		{"Découvrir", "comprendre à quoi sert internet"}, {"Maîtriser", "apprendre à s’en servir"}, {"Augmenter son pouvoir d’agir", "aller plus loin, seul"}},
	Categories: [9]Meaning{
		{"S’informer", "savoir ce qui existe"}, {"Comprendre", "savoir comment cela marche"},
		{"Utiliser", "se servir d’un ordinateur, d’un téléphone, d’internet"}, {"Faire ses démarches en ligne", "impôts, santé, allocations, retraite"},
		{"Identité numérique", "ce que l’on sait de vous sur internet"}, {"Contribuer", "partager ce que l’on sait"},
		{"Contrôler ses données", "protéger ses informations"}, {"Explorer de nouvelles possibilités", "créer, publier, fabriquer"},
		{"S’insérer professionnellement", "chercher un travail"}},
	Families: [9]string{"les démarches en ligne", "les outils de tous les jours", "la recherche d’emploi", "la sécurité sur internet", "les enfants et les écrans",
		"les loisirs et la création", "la culture du numérique", "se servir d’un ordinateur", "acheter du matériel à prix solidaire"},
}
