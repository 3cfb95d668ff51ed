// Package referentiel holds the 129 services of the national référentiel that a
// Pass can buy: their numbers, levels, categories, labels and their mapping to
// the nine families of the national schema of places. It refuses to change at
// run time: entries are facts, a new edition is a new seed file.
package referentiel

import (
	_ "embed"
	"encoding/csv"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync"

	"passnum/internal/fold"
)

//go:embed seed.csv
var seed string

// Entry is one service of the référentiel.
type Entry struct {
	Number   int
	Level    int
	Category string
	// Published is the label as published in 2020, typos included: exports and
	// comparisons with other bodies use it.
	Published string
	// Label is what people read: typos mended, dated names explained.
	Label    string
	Families []Family

	text     string // the label, in plain form
	everyday string // the same, with what people call it
}

// Searchable is the text Search looks at, in plain form, for a page that has to
// search without the server.
func (e Entry) Searchable() string { return e.everyday }

// Category is one of the nine groups of entries, « 1.1 » to « 3.5 ».
type Category struct {
	Code    string
	Level   int
	Name    string
	Entries []Entry
}

// Level is one of the three steps of the référentiel.
type Level struct {
	Number     int
	Name       string
	Categories []Category
}

// Count tells how many entries the level holds.
func (l Level) Count() int {
	n := 0
	for _, c := range l.Categories {
		n += len(c.Entries)
	}
	return n
}

// Referentiel is the immutable list of entries; callers must not modify what
// its methods return.
type Referentiel struct {
	entries    []Entry
	levels     []Level
	categories []Category
}

var levelNames = []string{
	"Découvrir les enjeux du numérique",
	"Maîtriser le numérique",
	"Augmenter son pouvoir d’agir grâce au numérique",
}

var categoryNames = []struct{ code, name string }{
	{"1.1", "S’informer"},
	{"1.2", "Comprendre"},
	{"2.1", "Utiliser"},
	{"2.2", "Faire ses démarches en ligne"},
	{"3.1", "Identité numérique"},
	{"3.2", "Contribuer"},
	{"3.3", "Contrôler ses données"},
	{"3.4", "Explorer de nouvelles possibilités"},
	{"3.5", "S’insérer professionnellement"},
}

var load = sync.OnceValue(func() *Referentiel {
	r, err := parse(seed)
	if err != nil {
		// The seed is compiled in: a broken one is a broken build, which the
		// tests refuse.
		panic(err)
	}
	return r
})

// Load gives the référentiel, parsed once for the life of the process.
func Load() *Referentiel { return load() }

// All lists the 129 entries by number.
func (r *Referentiel) All() []Entry { return r.entries }

// Levels lists the three levels with their categories and entries.
func (r *Referentiel) Levels() []Level { return r.levels }

// Categories lists the nine categories, in order, with their entries.
func (r *Referentiel) Categories() []Category { return r.categories }

// Entry finds an entry by its number.
func (r *Referentiel) Entry(number int) (Entry, bool) {
	if number < 1 || number > len(r.entries) {
		return Entry{}, false
	}
	return r.entries[number-1], true
}

// Category finds a category by its code, « 2.1 ».
func (r *Referentiel) Category(code string) (Category, bool) {
	i := slices.IndexFunc(r.categories, func(c Category) bool { return c.Code == code })
	if i < 0 {
		return Category{}, false
	}
	return r.categories[i], true
}

// Level finds a level by its number.
func (r *Referentiel) Level(number int) (Level, bool) {
	if number < 1 || number > len(r.levels) {
		return Level{}, false
	}
	return r.levels[number-1], true
}

// Label gives the label of an entry, or its bare number when it is unknown.
func (r *Referentiel) Label(number int) string {
	if e, ok := r.Entry(number); ok {
		return e.Label
	}
	return "Service n°\u00a0" + strconv.Itoa(number)
}

// Search lists the entries whose label has a word beginning with each word of
// q, accents, case and plurals ignored, then those that people name so (« impôts »
// finds « Déclarer ses revenus en ligne »); an entry whose number is q comes
// first. When none has every word, those that have the most are listed. An empty
// q lists everything.
func (r *Referentiel) Search(q string) []Entry {
	number := queryNumber(fold.Words(q))
	words := queryWords(q)
	var found, named []Entry
	if e, ok := r.Entry(number); ok {
		found = append(found, e)
	}
	for _, e := range r.entries {
		switch {
		case e.Number == number:
		case fold.MatchesAll(e.text, words):
			found = append(found, e)
		case fold.MatchesAll(e.everyday, words):
			named = append(named, e)
		}
	}
	if found = append(found, named...); len(found) > 0 {
		return found
	}
	return nearest(r.entries, words)
}

// queryNumber reads « 44 », « n°44 » or « service 44 » as the number 44.
func queryNumber(words []string) int {
	if len(words) == 0 || len(words) > 2 {
		return 0
	}
	last := words[len(words)-1]
	if len(words) == 2 && !slices.Contains([]string{"n", "no", "numero", "service"}, words[0]) {
		return 0
	}
	n, err := strconv.Atoi(last)
	if err != nil {
		return 0
	}
	return n
}

func parse(text string) (*Referentiel, error) {
	rows, err := csv.NewReader(strings.NewReader(text)).ReadAll()
	if err != nil {
		return nil, fmt.Errorf("reading the seed: %w", err)
	}
	r := &Referentiel{}
	for i, row := range rows[1:] {
		e, err := parseEntry(row)
		if err != nil {
			return nil, fmt.Errorf("seed line %d: %w", i+2, err)
		}
		if e.Number != i+1 {
			return nil, fmt.Errorf("seed line %d: number %d out of sequence", i+2, e.Number)
		}
		r.entries = append(r.entries, e)
	}
	r.group()
	return r, nil
}

func parseEntry(row []string) (Entry, error) {
	number, err := strconv.Atoi(row[0])
	if err != nil {
		return Entry{}, err
	}
	level, err := strconv.Atoi(row[1])
	if err != nil {
		return Entry{}, err
	}
	e := Entry{Number: number, Level: level, Category: row[2], Published: row[3], Label: row[4]}
	for code := range strings.SplitSeq(row[5], "|") {
		f := Family(code)
		if !f.Known() {
			return Entry{}, fmt.Errorf("unknown family %q", code)
		}
		e.Families = append(e.Families, f)
	}
	e.text = fold.Text(e.Label + " " + e.Published)
	e.everyday = e.text + " " + everydayText(number)
	return e, nil
}

func (r *Referentiel) group() {
	for i, name := range levelNames {
		r.levels = append(r.levels, Level{Number: i + 1, Name: name})
	}
	for _, c := range categoryNames {
		category := Category{Code: c.code, Level: int(c.code[0] - '0'), Name: c.name}
		for _, e := range r.entries {
			if e.Category == c.code {
				category.Entries = append(category.Entries, e)
			}
		}
		r.categories = append(r.categories, category)
		level := &r.levels[category.Level-1]
		level.Categories = append(level.Categories, category)
	}
}
