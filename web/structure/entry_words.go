package structure

import (
	"strconv"
	"strings"

	"passnum/internal/referentiel"
)

// entryWords is what a search among services looks at, a line each: the number,
// then its words in plain form.
func entryWords() string {
	all := referentiel.Load().All()
	lines := make([]string, len(all))
	for i, e := range all {
		lines[i] = strconv.Itoa(e.Number) + " " + e.Searchable()
	}
	return strings.Join(lines, "\n")
}
