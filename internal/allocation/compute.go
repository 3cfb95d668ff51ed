package allocation

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"passnum/internal/fold"
	"passnum/internal/territory"
)

// town is a commune of a plan, and its points.
type town struct {
	code, name string
	weight     int64
	points     []int
}

// gather groups points by commune, in the order of their names.
func gather(shares []Share) []*town {
	byCode := map[string]*town{}
	var towns []*town
	for i, s := range shares {
		t := byCode[s.CommuneCode]
		if t == nil {
			t = &town{code: s.CommuneCode, name: s.Commune}
			byCode[s.CommuneCode] = t
			towns = append(towns, t)
		}
		t.points = append(t.points, i)
	}
	slices.SortStableFunc(towns, func(a, b *town) int {
		return cmp.Or(cmp.Compare(fold.Text(a.name), fold.Text(b.name)), cmp.Compare(a.code, b.code))
	})
	return towns
}

// propose fills the shares of a plan by its rule: each commune gets its own,
// which its points share evenly. What is wrong in the commanditaire's file is
// told line by line.
func propose(total int, rule Rule, shares []Share, rows []Row, communes *territory.Index) ([]Share, error) {
	towns := gather(shares)
	switch rule.Basis {
	case ByPopulation:
		for _, t := range towns {
			if c, ok := communes.Commune(t.code); ok {
				t.weight = int64(c.Population) * 1000
			}
		}
	case ByFile:
		if err := weigh(towns, rows, communes); err != nil {
			return nil, err
		}
	case Evenly:
	default:
		return nil, ErrBasis
	}
	weights := make([]int64, len(towns))
	for i, t := range towns {
		weights[i] = t.weight
	}
	parts, err := Split(total, rule.Fixed, weights)
	if err != nil {
		return nil, err
	}
	var filled []Share
	for i, t := range towns {
		among, err := Split(parts[i], 0, make([]int64, len(t.points)))
		if err != nil {
			return nil, err
		}
		for j, at := range t.points {
			share := shares[at]
			share.Weight, share.Proposed, share.Carnets = t.weight, among[j], among[j]
			filled = append(filled, share)
		}
	}
	return filled, nil
}

// weigh gives the communes of a plan the weights of a file. A line whose commune
// is not in the plan is a problem: its weight would be lost in silence.
func weigh(towns []*town, rows []Row, communes *territory.Index) error {
	f := &file{}
	seen := map[*town]int{}
	for _, row := range rows {
		t, what := match(towns, row.Name, communes)
		if t == nil {
			f.problem(row.Line, 1, what)
			continue
		}
		if before := seen[t]; before > 0 {
			f.problem(row.Line, 1, fmt.Sprintf("%s est déjà à la ligne %d", t.name, before))
			continue
		}
		seen[t] = row.Line
		t.weight = row.Weight
	}
	return missing(f, towns, seen)
}

// missing tells apart the lines that are wrong and the communes without a line.
func missing(f *file, towns []*town, seen map[*town]int) error {
	var without []string
	for _, t := range towns {
		if seen[t] == 0 {
			without = append(without, t.name)
		}
	}
	problems := f.problems
	if len(without) > 0 {
		shown := without[:min(len(without), mostProblems)]
		problems = append(problems, "Il manque une ligne pour\u00a0: "+strings.Join(shown, ", ")+". Écrivez 0 si la commune n’a que la part fixe.")
	}
	return tell(problems, f.more)
}

// match finds the commune that a line names: among those of the plan first, so
// that a name borne by several communes of the country is not ambiguous here.
func match(towns []*town, name string, communes *territory.Index) (*town, string) {
	code := strings.ToUpper(strings.ReplaceAll(name, " ", ""))
	if len(code) == 4 && strings.Trim(code, "0123456789") == "" {
		code = "0" + code // a spreadsheet ate the first zero
	}
	var named *town
	for _, t := range towns {
		if t.code == code || communes.Current(code) == t.code && code != "" {
			return t, ""
		}
		if simple(t.name) == simple(name) {
			if named != nil {
				return nil, "plusieurs communes de cette répartition s’appellent «\u00a0" + shorten(name) + "\u00a0»\u00a0: écrivez le code INSEE"
			}
			named = t
		}
	}
	if named != nil {
		return named, ""
	}
	if c, err := communes.Resolve(code, name); err == nil {
		return nil, c.Name + " n’a aucun point dans cette répartition"
	}
	return nil, "«\u00a0" + shorten(name) + "\u00a0» n’est pas une commune connue"
}

// simple makes « St-Étienne » and « SAINT ETIENNE » one word.
func simple(name string) string {
	words := strings.Fields(fold.Text(strings.NewReplacer("-", " ", "’", " ", "'", " ").Replace(name)))
	for i, w := range words {
		switch w {
		case "st":
			words[i] = "saint"
		case "ste":
			words[i] = "sainte"
		}
	}
	return strings.Join(words, " ")
}
