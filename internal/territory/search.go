package territory

import (
	"cmp"
	"regexp"
	"slices"
	"strings"

	"passnum/internal/fold"
)

// query is what a person typed, ready to be compared with folded names.
type query struct {
	whole  string   // « saint eti », without postal codes
	words  []string // each with a leading space, so that it must begin a word
	postal string
	// departement comes from a label sent back as it was: « Limoges (87) ».
	departement string
}

var departementPattern = regexp.MustCompile(`\s*\((\d[\dAB]\d?)\)\s*$`)

// Search lists at most limit communes whose name has a word beginning with each
// word of q, or whose postal code begins with q: accents and case do not count,
// « st » means « saint », and « 23000 guéret » works too. A whole name comes
// first, then names that begin with q, then the others, then former villages;
// the most populated first within each.
func (ix *Index) Search(q string, limit int) []Commune {
	want := readQuery(q)
	if limit <= 0 || (want.whole == "" && want.postal == "") {
		return nil
	}
	if want.whole == "" {
		return ix.byPostalCode(want.postal, limit)
	}
	var ranks [3][]Commune
	for i := range ix.communes {
		c := &ix.communes[i]
		rank, ok := want.rank(c.text)
		if ok && len(ranks[rank]) < limit && want.holds(c) {
			ranks[rank] = append(ranks[rank], *c)
		}
	}
	found := slices.Concat(ranks[0], ranks[1], ranks[2])
	if len(found) < limit {
		found = ix.appendFormers(found, want, limit)
	}
	return found[:min(limit, len(found))]
}

func readQuery(q string) query {
	var out query
	var kept []string
	if m := departementPattern.FindStringSubmatchIndex(q); m != nil {
		out.departement, q = q[m[2]:m[3]], q[:m[0]]
	}
	words := fold.Words(q)
	for _, w := range words {
		switch {
		case isNumber(w) && (len(words) == 1 || len(w) == 5):
			out.postal = w
			continue
		case w == "st":
			w = "saint"
		case w == "ste":
			w = "sainte"
		}
		kept = append(kept, w)
		out.words = append(out.words, " "+w)
	}
	out.whole = strings.Join(kept, " ")
	return out
}

func isNumber(w string) bool {
	return strings.IndexFunc(w, func(r rune) bool { return r < '0' || r > '9' }) < 0
}

// rank compares with a folded name led by a space: 0 is the whole name, 1 its
// beginning, 2 words in it.
func (q query) rank(text string) (int, bool) {
	for _, w := range q.words {
		if !strings.Contains(text, w) {
			return 0, false
		}
	}
	switch name := text[1:]; {
	case name == q.whole:
		return 0, true
	case strings.HasPrefix(name, q.whole):
		return 1, true
	}
	return 2, true
}

// holds reports whether the commune has the postal code and the département
// that the query names, if it does.
func (q query) holds(c *Commune) bool {
	return c.postalBeginsWith(q.postal) && (q.departement == "" || q.departement == c.Departement)
}

func (c *Commune) postalBeginsWith(prefix string) bool {
	return prefix == "" || slices.ContainsFunc(c.PostalCodes, func(p string) bool { return strings.HasPrefix(p, prefix) })
}

// byPostalCode puts an arrondissement before the whole of its commune: 75011 is
// Paris 11e more than Paris.
func (ix *Index) byPostalCode(prefix string, limit int) []Commune {
	var found, split []Commune
	for i := range ix.communes {
		c := &ix.communes[i]
		switch {
		case !c.postalBeginsWith(prefix):
		case c.split:
			split = append(split, *c)
		case len(found) < limit:
			found = append(found, *c)
		}
	}
	if len(prefix) < 5 {
		found = append(split, found...)
	} else {
		found = append(found, split...)
	}
	return found[:min(limit, len(found))]
}

func (ix *Index) appendFormers(found []Commune, want query, limit int) []Commune {
	seen := map[string]bool{}
	for _, c := range found {
		seen[c.Code] = true
	}
	for _, f := range ix.formerNames {
		if len(found) == limit {
			break
		}
		c := ix.communes[f.commune]
		if _, ok := want.rank(f.text); ok && !seen[c.Code] && want.holds(&c) {
			c.Former = f.name
			seen[c.Code] = true
			found = append(found, c)
		}
	}
	return found
}

// SearchEPCI lists at most limit EPCI whose name has a word beginning with each
// word of q, the most populated first.
func (ix *Index) SearchEPCI(q string, limit int) []EPCI {
	want := readQuery(q)
	var found []EPCI
	for _, e := range ix.epcis {
		if _, ok := want.rank(e.text); ok && want.whole != "" {
			found = append(found, e)
		}
	}
	slices.SortFunc(found, func(a, b EPCI) int {
		return cmp.Or(cmp.Compare(b.Population, a.Population), cmp.Compare(a.Code, b.Code))
	})
	return found[:min(limit, len(found))]
}
