package distribution

import "slices"

// Category is a coarse, optional word about the person. It is the only thing
// asked at a counter, and never their name.
type Category struct{ Key, Label string }

// Categories lists the choices of the counter, in the order of its tiles. Keys
// are stored and never change.
var Categories = []Category{
	{"retraite", "Retraitée, retraité"},
	{"minima", "Bénéficiaire de minima sociaux"},
	{"emploi", "En recherche d’emploi"},
	{"jeune", "Jeune"},
	{"autre", "Autre"},
	{"inconnu", "Ne sait pas"},
}

// CategoryLabel is the words of a stored key; empty for none.
func CategoryLabel(key string) string {
	for _, c := range Categories {
		if c.Key == key {
			return c.Label
		}
	}
	return ""
}

func knownCategory(key string) bool {
	return key == "" || slices.ContainsFunc(Categories, func(c Category) bool { return c.Key == key })
}
