package guidance

import (
	"cmp"
	"maps"
	"slices"

	"passnum/internal/fault"
	"passnum/internal/referentiel"
)

// A diagnostic proposes between fewest and most entries, unless the chèques pay
// for fewer.
const (
	fewest = 3
	most   = 6
)

// Answers are what was answered, by question; they live as long as a request.
type Answers map[string][]string

// The refusals of a diagnostic.
var (
	// ErrNoAnswer refuses a diagnostic to which nothing was answered.
	ErrNoAnswer = fault.Field("souhaits", "Répondez à une question au moins. «\u00a0Je ne sais pas\u00a0» est une réponse.")
	// ErrAnswer refuses an answer that is not in the list.
	ErrAnswer = fault.New(fault.KindInvalid, "Une des réponses n’est pas dans la liste. Rechargez la page.")
)

// Check refuses unknown answers, several where one is asked, and none at all.
func (a Answers) Check() error {
	given := 0
	for key, list := range a {
		q, ok := questionOf(key)
		if !ok || len(list) > 1 && !q.Several {
			return ErrAnswer
		}
		for _, answer := range list {
			if !q.accepts(answer) {
				return ErrAnswer
			}
		}
		given += len(list)
	}
	if given == 0 {
		return ErrNoAnswer
	}
	return nil
}

func (a Answers) says(question, answer string) bool { return slices.Contains(a[question], answer) }

// skills are the questions that ask what a person already does alone.
var skills = []string{"ordinateur", "telephone", "courriel", "internet", "arnaque"}

// alone counts the skills a person has.
func (a Answers) alone() int {
	n := 0
	for _, skill := range skills {
		if a.says(skill, "oui") {
			n++
		}
	}
	return n
}

// Diagnose proposes entries, by level then by number: 3 to 6 of those the
// chèques pay for (covered; nil for all), or fewer when they pay for fewer.
func Diagnose(answers Answers, covered []int) []int {
	points := score(answers)
	ref := referentiel.Load()
	for entry := range points {
		e, _ := ref.Entry(entry)
		points[entry] += fit(answers.alone(), e.Level)
	}
	maps.DeleteFunc(points, func(entry, n int) bool { return n < 3 || !pays(covered, entry) })
	ranked := slices.SortedFunc(maps.Keys(points), func(a, b int) int {
		return cmp.Or(cmp.Compare(points[b], points[a]), cmp.Compare(a, b))
	})
	ranked = ranked[:min(len(ranked), most)]
	for _, entry := range fallback(answers) {
		if len(ranked) < fewest && pays(covered, entry) && !slices.Contains(ranked, entry) {
			ranked = append(ranked, entry)
		}
	}
	// Levels follow numbers in the référentiel.
	slices.Sort(ranked)
	return ranked
}

func score(answers Answers) map[int]int {
	points := map[int]int{}
	for _, r := range rules {
		if !answers.says(r.question, r.answer) {
			continue
		}
		for entry, n := range r.points {
			if beside(answers, r.question) {
				n /= 2
			}
			points[entry] += n
		}
	}
	return points
}

// beside reports whether a question is about a device the person does not use.
func beside(answers Answers, question string) bool {
	switch question {
	case "ordinateur":
		return answers.says("appareil", "telephone") || answers.says("appareil", "tablette")
	case "telephone":
		return answers.says("appareil", "ordinateur")
	}
	return false
}

// fit prefers first steps for who does little alone, and last ones for who does
// much.
func fit(alone, level int) int {
	switch {
	case alone <= 1 && level == 3:
		return -2
	case alone <= 1 && level == 1, alone >= 4 && level == 3:
		return 1
	case alone >= 4 && level == 1:
		return -2
	}
	return 0
}

// fallback completes a short proposal: what everybody gains from, then whatever
// the chèques pay for.
func fallback(answers Answers) []int {
	list := []int{11, 48, 44, 2}
	if answers.alone() >= 3 {
		list = []int{98, 108, 51, 39}
	}
	for _, e := range referentiel.Load().All() {
		list = append(list, e.Number)
	}
	return list
}

func pays(covered []int, entry int) bool { return covered == nil || slices.Contains(covered, entry) }
