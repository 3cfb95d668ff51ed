package guidance

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/google/uuid"

	"passnum/internal/fault"
	"passnum/internal/referentiel"
)

// Step is one step of a parcours: an entry, in the parcours' own words if any.
type Step struct {
	Entry int
	Words string
}

// Title is the step as people read it.
func (s Step) Title() string {
	if s.Words != "" {
		return s.Words
	}
	return referentiel.Load().Label(s.Entry)
}

// Level is 1 to 3: Découvrir, Maîtriser, Augmenter.
func (s Step) Level() int {
	e, _ := referentiel.Load().Entry(s.Entry)
	return e.Level
}

// Pathway is one version of a parcours.
type Pathway struct {
	ID              uuid.UUID
	RootID          uuid.UUID
	Version         int
	CommanditaireID *uuid.UUID // nil for the operator's
	Title           string
	Summary         string
	Entries         []int16
	Words           []string
	CreatedAt       time.Time
	SupersededAt    *time.Time
	ArchivedAt      *time.Time
}

// Steps are the parcours' steps, in order.
func (p Pathway) Steps() []Step { return stepsOf(p.Entries, p.Words) }

func stepsOf(entries []int16, words []string) []Step {
	steps := make([]Step, len(entries))
	for i, e := range entries {
		steps[i].Entry = int(e)
		if i < len(words) {
			steps[i].Words = words[i]
		}
	}
	return steps
}

// Archived reports whether counters no longer propose it.
func (p Pathway) Archived() bool { return p.ArchivedAt != nil }

// Current reports whether this is the last version.
func (p Pathway) Current() bool { return p.SupersededAt == nil }

// Rows is how many steps a form offers at each level; MostSteps how many a
// parcours has at most.
var Rows = [3]int{4, 6, 4}

// MostSteps fit on a letter, and in a carnet.
const MostSteps = 12

// Row is a step as typed: an entry's number and the step's own words.
type Row struct{ Entry, Words string }

// Form is a parcours as typed; Levels[0] is Découvrir. Errors name the fields
// « titre », « resume », « service-1-1 » and « mots-1-1 ».
type Form struct {
	Title, Summary string
	Levels         [3][]Row
}

// FormOf is the form filled with a parcours, with blank rows to add steps.
func FormOf(p Pathway) Form {
	f := Form{Title: p.Title, Summary: p.Summary}
	for _, s := range p.Steps() {
		level := s.Level() - 1
		f.Levels[level] = append(f.Levels[level], Row{strconv.Itoa(s.Entry), s.Words})
	}
	return f.Padded()
}

// Padded completes each level with blank rows.
func (f Form) Padded() Form {
	for i := range f.Levels {
		for len(f.Levels[i]) < Rows[i] {
			f.Levels[i] = append(f.Levels[i], Row{})
		}
	}
	return f
}

// FieldName names a field of a step: FieldName("service", 1, 2) is the second
// step of Découvrir.
func FieldName(kind string, level, row int) string {
	return kind + "-" + strconv.Itoa(level) + "-" + strconv.Itoa(row)
}

// read checks every field; steps come in the order of their levels.
func (f Form) read() (Pathway, error) {
	var c fault.Collector
	p := Pathway{Title: strings.Join(strings.Fields(f.Title), " "), Summary: strings.Join(strings.Fields(f.Summary), " ")}
	c.Check(p.Title != "", "titre", "Donnez un titre au parcours, comme vous le diriez à la personne.")
	c.Check(len([]rune(p.Title)) <= 80, "titre", "Raccourcissez le titre\u00a0: 80 caractères au plus.")
	c.Check(len([]rune(p.Summary)) <= 200, "resume", "Raccourcissez ce texte\u00a0: 200 caractères au plus.")
	for level := range f.Levels {
		for row, typed := range f.Levels[level] {
			p.addStep(&c, level+1, row+1, typed)
		}
	}
	c.Check(len(p.Entries) >= 2, "service-1-1", "Choisissez au moins deux étapes.")
	c.Check(len(p.Entries) <= MostSteps, "service-1-1", "Gardez douze étapes au plus.")
	return p, c.Err()
}

func (p *Pathway) addStep(c *fault.Collector, level, row int, typed Row) {
	entry, words := strings.TrimSpace(typed.Entry), strings.Join(strings.Fields(typed.Words), " ")
	c.Check(len([]rune(words)) <= 80, FieldName("mots", level, row), "Raccourcissez ces mots\u00a0: 80 caractères au plus.")
	if entry == "" {
		c.Check(words == "", FieldName("service", level, row), "Choisissez le service de cette étape.")
		return
	}
	number, err := strconv.Atoi(entry)
	e, known := referentiel.Load().Entry(number)
	switch {
	case err != nil || !known || e.Level != level:
		c.Add(FieldName("service", level, row), "Ce service n’est pas de ce niveau\u00a0: choisissez dans la liste.")
	case slices.Contains(p.Entries, int16(number)):
		c.Add(FieldName("service", level, row), "Ce service est déjà une étape du parcours.")
	default:
		p.Entries, p.Words = append(p.Entries, int16(number)), append(p.Words, words)
	}
}

// same reports whether two versions say the same.
func (p Pathway) same(other Pathway) bool {
	return p.Title == other.Title && p.Summary == other.Summary && slices.Equal(p.Entries, other.Entries) && slices.Equal(p.Words, other.Words)
}

// Suit ranks the parcours that share at least two steps with the proposed
// entries and whose steps the chèques all pay for (covered; nil for all): the
// closest first, two at most.
func Suit(pathways []Pathway, entries, covered []int) []Pathway {
	type match struct {
		pathway Pathway
		shared  int
	}
	var matches []match
	for _, p := range pathways {
		m := match{pathway: p}
		paid := true
		for _, s := range p.Steps() {
			if slices.Contains(entries, s.Entry) {
				m.shared++
			}
			paid = paid && pays(covered, s.Entry)
		}
		if paid && m.shared >= 2 {
			matches = append(matches, m)
		}
	}
	// Stable: a commanditaire's own come first, and keep that place when equal.
	slices.SortStableFunc(matches, func(a, b match) int {
		if a.shared != b.shared {
			return b.shared - a.shared
		}
		return len(a.pathway.Entries) - len(b.pathway.Entries)
	})
	var suited []Pathway
	for _, m := range matches[:min(2, len(matches))] {
		suited = append(suited, m.pathway)
	}
	return suited
}
