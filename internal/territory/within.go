package territory

import "slices"

// Within lists the communes that lie in one of the given codes, as SQL tests a
// perimeter: none for no code. Arrondissements are left to their commune.
func (ix *Index) Within(codes []string) []Commune {
	var inside []Commune
	for _, c := range ix.communes {
		if c.Parent == "" && slices.ContainsFunc(ix.Ancestors(c.Code), func(code string) bool { return slices.Contains(codes, code) }) {
			inside = append(inside, c)
		}
	}
	return inside
}
