package ui

import (
	"strconv"

	"github.com/a-h/templ"
)

// TrainedTag says how many trained people serve at a point.
func TrainedTag(people int) templ.Component {
	switch people {
	case 0:
		return Tag(Warn, "personne de formé")
	case 1:
		return Tag(Good, "1 personne formée")
	default:
		return Tag(Good, strconv.Itoa(people)+" personnes formées")
	}
}
