package guidance

import "slices"

// Unknown is the answer « je ne sais pas », which every question accepts.
const Unknown = "nsp"

// Answer is one way of answering a question. Keys are sent by forms and never
// shown.
type Answer struct{ Key, Label string }

// Question is read aloud by an agent.
type Question struct {
	Key, Text, Help string
	// Several answers may be given.
	Several bool
	Answers []Answer
}

var (
	unknown = Answer{Unknown, "Je ne sais pas"}
	howWell = []Answer{{"oui", "Oui, sans aide"}, {"peu", "Un peu"}, {"non", "Non"}, unknown}
)

// Questions is the diagnostic, in the order in which it is read.
var Questions = []Question{
	{Key: "souhaits", Text: "Qu’aimeriez-vous faire plus facilement\u00a0?", Help: "Plusieurs réponses sont possibles.", Several: true, Answers: []Answer{
		{"demarches", "Mes papiers, mes démarches"}, {"proches", "Écrire, appeler, voir mes proches"}, {"emploi", "Chercher un travail"},
		{"enfants", "Aider mes enfants, suivre l’école"}, {"achats", "Acheter, payer, m’informer"}, {"loisirs", "Mes photos, mes loisirs"}, unknown}},
	{Key: "appareil", Text: "Avec quoi allez-vous sur internet, ou pourriez-vous y aller\u00a0?", Answers: []Answer{
		{"telephone", "Un téléphone"}, {"tablette", "Une tablette"}, {"ordinateur", "Un ordinateur"}, {"plusieurs", "Plusieurs appareils"}, {"aucun", "Rien pour l’instant"}, unknown}},
	{Key: "ordinateur", Text: "Savez-vous vous servir de la souris et du clavier d’un ordinateur\u00a0?", Answers: howWell},
	{Key: "telephone", Text: "Sur un téléphone à écran tactile, savez-vous installer une application\u00a0?", Answers: howWell},
	{Key: "courriel", Text: "Avez-vous une adresse électronique que vous lisez vous-même\u00a0?", Help: "Une adresse électronique, ou adresse mail\u00a0: par exemple prenom@exemple.fr.", Answers: howWell},
	{Key: "internet", Text: "Pour trouver un horaire ou une adresse, cherchez-vous sur internet\u00a0?", Answers: howWell},
	{Key: "organismes", Text: "Quelles démarches aimeriez-vous faire vous-même\u00a0?", Help: "Plusieurs réponses sont possibles.", Several: true, Answers: []Answer{
		{"impots", "Les impôts"}, {"caf", "La CAF, les allocations"}, {"sante", "La santé, la Sécurité sociale"}, {"retraite", "La retraite"},
		{"travail", "France Travail"}, {"energie", "L’électricité, le gaz"}, {"aucune", "Aucune"}, unknown}},
	{Key: "arnaque", Text: "Un message vous demande votre carte bancaire\u00a0: savez-vous voir s’il est faux\u00a0?", Answers: howWell},
}

func questionOf(key string) (Question, bool) {
	i := slices.IndexFunc(Questions, func(q Question) bool { return q.Key == key })
	if i < 0 {
		return Question{}, false
	}
	return Questions[i], true
}

func (q Question) accepts(answer string) bool {
	return slices.ContainsFunc(q.Answers, func(a Answer) bool { return a.Key == answer })
}
