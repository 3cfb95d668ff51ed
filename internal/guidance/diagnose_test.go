package guidance_test

import (
	"errors"
	"slices"
	"testing"

	"passnum/internal/guidance"
	"passnum/internal/referentiel"
)

type answers = guidance.Answers

func TestDiagnose(t *testing.T) {
	t.Parallel()
	beginner := answers{"souhaits": {"demarches"}, "appareil": {"aucun"}, "ordinateur": {"non"}, "telephone": {"non"}, "courriel": {"non"}, "internet": {"non"},
		"organismes": {"impots"}, "arnaque": {"non"}}
	for _, c := range []struct {
		name    string
		answers answers
		covered []int
		want    []int
	}{
		{"beginner with everything to learn", beginner, nil, []int{2, 11, 44, 48, 85, 95}},
		{"phone only, never alone", answers{"appareil": {"telephone"}, "ordinateur": {"non"}, "telephone": {"non"}, "courriel": {"peu"}}, nil, []int{44, 48, 77, 78}},
		{"at ease, looks for work", answers{"souhaits": {"emploi"}, "ordinateur": {"oui"}, "telephone": {"oui"}, "courriel": {"oui"}, "internet": {"oui"}, "arnaque": {"oui"}}, nil,
			[]int{20, 98, 124, 125, 127}},
		{"parent", answers{"souhaits": {"enfants"}, "courriel": {"oui"}}, nil, []int{3, 26, 82, 94}},
		{"two bodies", answers{"organismes": {"caf", "sante"}, "courriel": {"oui"}}, nil, []int{90, 93, 95}},
		{"knows nothing to say", answers{"souhaits": {"nsp"}, "appareil": {"nsp"}, "ordinateur": {"nsp"}, "telephone": {"nsp"}, "courriel": {"nsp"}, "internet": {"nsp"},
			"organismes": {"nsp"}, "arnaque": {"nsp"}}, nil, []int{2, 11, 44, 48, 78}},
		{"only what the chèques pay for", beginner, []int{84, 85, 93, 95, 98}, []int{84, 85, 95}},
		{"chèques that pay for one service", beginner, []int{124}, []int{124}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			if err := c.answers.Check(); err != nil {
				t.Fatal(err)
			}
			if got := guidance.Diagnose(c.answers, c.covered); !slices.Equal(got, c.want) {
				t.Errorf("proposes %v, want %v", got, c.want)
			}
		})
	}
}

// TestEveryAnswerIsHeard gives each answer alone: three to six known entries.
func TestEveryAnswerIsHeard(t *testing.T) {
	t.Parallel()
	if n := len(guidance.Questions); n < 6 || n > 8 {
		t.Errorf("%d questions", n)
	}
	for _, q := range guidance.Questions {
		unknown := false
		for _, a := range q.Answers {
			unknown = unknown || a.Key == guidance.Unknown
			got := guidance.Diagnose(answers{q.Key: {a.Key}}, nil)
			if len(got) < 3 || len(got) > 6 || referentiel.ValidateEntries(got) != nil || !slices.IsSorted(got) {
				t.Errorf("%s %s proposes %v", q.Key, a.Key, got)
			}
		}
		if !unknown {
			t.Errorf("%s does not accept « je ne sais pas »", q.Key)
		}
	}
}

func TestAnswersRefused(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		answers answers
		want    error
	}{
		{answers{}, guidance.ErrNoAnswer},
		{answers{"souhaits": {}}, guidance.ErrNoAnswer},
		{answers{"age": {"80"}}, guidance.ErrAnswer},
		{answers{"courriel": {"peut-être"}}, guidance.ErrAnswer},
		{answers{"courriel": {"oui", "non"}}, guidance.ErrAnswer},
	} {
		if err := c.answers.Check(); !errors.Is(err, c.want) {
			t.Errorf("%v: %v, want %v", c.answers, err, c.want)
		}
	}
}

func TestSuit(t *testing.T) {
	t.Parallel()
	pathway := func(title string, entries ...int16) guidance.Pathway {
		return guidance.Pathway{Title: title, Entries: entries, Words: make([]string, len(entries))}
	}
	list := []guidance.Pathway{pathway("un", 11, 44), pathway("deux", 11, 48), pathway("trois", 11, 44, 48, 98), pathway("autre", 3, 4, 26), pathway("long", 11, 44, 43, 98)}
	titles := func(got []guidance.Pathway) (out []string) {
		for _, p := range got {
			out = append(out, p.Title)
		}
		return out
	}
	if got := titles(guidance.Suit(list, []int{11, 44, 48}, nil)); !slices.Equal(got, []string{"trois", "un"}) {
		t.Error(got)
	}
	if got := titles(guidance.Suit(list, []int{11, 44, 48}, []int{11, 44, 48})); !slices.Equal(got, []string{"un", "deux"}) {
		t.Error("what the chèques do not pay for:", got)
	}
	if got := guidance.Suit(list, []int{124}, nil); got != nil {
		t.Error(got)
	}
}
