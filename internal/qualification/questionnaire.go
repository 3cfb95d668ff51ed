package qualification

// Question is one question of the questionnaire.
type Question struct {
	Key, Text, Why string
	Answers        []Answer
}

// Answer is one choice, with what it changes and why: nothing is secret.
type Answer struct {
	Value, Label, Effect string
	Points               int
	// Stops says that nobody can be qualified with this answer; Effect says what
	// to do first.
	Stops bool
}

// QuestionnaireVersion names today's questions: a file answers the questions of
// its day, and new ones are asked before it is sent.
const QuestionnaireVersion = "2026-11"

// Questionnaire lists today's questions.
var Questionnaire = []Question{
	{"accueil", "Quand recevez-vous des personnes pour les aider avec le numérique\u00a0?", "Une personne qui vient avec un chèque doit trouver quelqu’un.", []Answer{
		{"semaine", "Chaque semaine, à des heures annoncées", "3 points\u00a0: on peut venir sans savoir qui appeler.", 3, false},
		{"mois", "Quelques fois par mois, ou sur rendez-vous", "2 points\u00a0: annoncez bien vos dates et votre téléphone.", 2, false},
		{"projet", "Pas encore, c’est un projet", "Pas encore\u00a0: ouvrez d’abord un premier créneau régulier, puis revenez ici.", 0, true},
	}},
	{"accompagnants", "Qui accompagne les personnes\u00a0?", "Les services civiques, les stagiaires et les bénévoles aident beaucoup, mais pas seuls.", []Answer{
		{"professionnels", "Des salariés, des agents ou des indépendants dont c’est le métier", "3 points.", 3, false},
		{"encadres", "Des bénévoles, des services civiques ou des stagiaires, avec une personne expérimentée présente", "2 points\u00a0: la charte demande cette présence.", 2, false},
		{"seuls", "Des bénévoles, des services civiques ou des stagiaires, sans encadrement sur place", "Pas encore\u00a0: la charte demande qu’une personne formée ou expérimentée soit présente.", 0, true},
	}},
	{"formation", "Comment vos médiateurs ont-ils appris ce métier\u00a0?", "Un chèque paie un service de qualité.", []Answer{
		{"diplome", "Un titre ou un diplôme (responsable d’espace de médiation numérique, conseiller numérique…)", "3 points.", 3, false},
		{"experience", "Au moins un an d’expérience", "3 points\u00a0: l’expérience vaut un diplôme.", 3, false},
		{"courte", "Une formation courte", "1 point\u00a0: nous en parlerons avec vous.", 1, false},
		{"aucune", "Ils débutent", "0 point\u00a0: dites dans votre présentation comment vous les formez.", 0, false},
	}},
	{"prix", "Vos prix sont-ils connus avant de commencer\u00a0?", "Une personne ne doit pas découvrir un prix après le service.", []Answer{
		{"affiches", "Oui, affichés ou publiés", "2 points.", 2, false},
		{"annonces", "Oui, dits à chaque personne", "2 points.", 2, false},
		{"variables", "Ils dépendent de la personne", "0 point\u00a0: écrivez une grille de tarifs avant d’accepter un chèque.", 0, false},
	}},
	{"reste", "Avec un chèque, reste-t-il quelque chose à payer\u00a0?", "Beaucoup de personnes n’ont que leur carnet.", []Answer{
		{"rien", "Rien, pour tous nos services ou presque", "3 points\u00a0: votre lieu porte «\u00a0rien à payer avec le chèque\u00a0».", 3, false},
		{"parfois", "Parfois, et nous le disons avant", "1 point\u00a0: le reste à payer est affiché service par service.", 1, false},
		{"souvent", "Le plus souvent", "0 point\u00a0: certains commanditaires ne vous choisiront pas.", 0, false},
	}},
	{"vente", "Vendez-vous autre chose pendant l’accompagnement (matériel, abonnement, assurance)\u00a0?", "Accompagner n’est pas vendre.", []Answer{
		{"non", "Non", "3 points.", 3, false},
		{"separe", "Oui, mais à un autre moment et sans lien", "1 point\u00a0: nous vérifierons que les deux sont bien séparés.", 1, false},
		{"lie", "Oui, l’accompagnement y conduit", "Pas encore\u00a0: séparez d’abord la vente de l’accompagnement.", 0, true},
	}},
	{"donnees", "Comment protégez-vous ce que vous voyez à l’écran\u00a0?", "Mots de passe, comptes, papiers\u00a0: la confiance est tout.", []Answer{
		{"regle", "Une règle écrite, connue de tous", "2 points.", 2, false},
		{"habitude", "De bonnes habitudes, sans écrit", "1 point\u00a0: la charte peut vous servir d’écrit.", 1, false},
		{"rien", "Nous n’y avons pas encore pensé", "0 point\u00a0: l’article «\u00a0Protéger les personnes\u00a0» de la charte est un bon début.", 0, false},
	}},
	{"acces", "Une personne qui se déplace mal peut-elle être accompagnée\u00a0?", "Sur place, chez elle, ou dans un autre lieu.", []Answer{
		{"oui", "Oui", "2 points.", 2, false},
		{"partie", "En partie", "1 point\u00a0: décrivez l’accès sur la page de chaque lieu.", 1, false},
		{"non", "Non", "0 point\u00a0: indiquez un lieu voisin qui le peut.", 0, false},
	}},
	{"assurance", "Êtes-vous assuré en responsabilité civile pour cet accueil\u00a0?", "Pour vous autant que pour les personnes.", []Answer{
		{"oui", "Oui, ou notre administration est son propre assureur", "2 points.", 2, false},
		{"non", "Pas encore", "Pas encore\u00a0: demandez une attestation à votre assureur, c’est souvent déjà compris dans votre contrat.", 0, true},
	}},
	{"regle", "Êtes-vous à jour de vos déclarations fiscales et sociales\u00a0?", "L’argent versé est le plus souvent public.", []Answer{
		{"oui", "Oui", "2 points.", 2, false},
		{"echeancier", "Un échéancier est en cours, et respecté", "1 point\u00a0: joignez-en une copie aux pièces.", 1, false},
		{"non", "Non", "Pas encore\u00a0: convenez d’abord d’un échéancier avec l’administration.", 0, true},
	}},
}

// answer finds one of the question's answers.
func (q Question) answer(value string) (Answer, bool) {
	for _, a := range q.Answers {
		if a.Value == value {
			return a, true
		}
	}
	return Answer{}, false
}

func questionFields() []field {
	fields := make([]field, 0, len(Questionnaire))
	for _, q := range Questionnaire {
		fields = append(fields, field{q.Key, q.Text, func(value string) string {
			a, _ := q.answer(value)
			return a.Label
		}})
	}
	return fields
}
