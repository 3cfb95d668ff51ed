package distribution

import (
	"fmt"
	"slices"

	"passnum/internal/fault"
	"passnum/internal/french"
)

// SayRanks names chèques of a carnet: « n° 1 à 3 et 5 »; empty for none.
func SayRanks(ranks []int) string {
	var parts []string
	for i := 0; i < len(ranks); {
		j := i
		for j+1 < len(ranks) && ranks[j+1] == ranks[j]+1 {
			j++
		}
		switch j - i {
		case 0:
			parts = append(parts, fmt.Sprint(ranks[i]))
		case 1:
			parts = append(parts, fmt.Sprint(ranks[i]), fmt.Sprint(ranks[j]))
		default:
			parts = append(parts, fmt.Sprintf("%d à %d", ranks[i], ranks[j]))
		}
		i = j + 1
	}
	if len(parts) == 0 {
		return ""
	}
	return "n°\u00a0" + french.List(parts)
}

// ranksLeft are the chèques of a carnet of so many that are not out.
func ranksLeft(cheques int, out []int) []int {
	var left []int
	for rank := 1; rank <= cheques; rank++ {
		if !slices.Contains(out, rank) {
			left = append(left, rank)
		}
	}
	return left
}

// choose reads which chèques of a card are asked for; nil is the whole carnet,
// also when every chèque of an untouched one was named.
func (c CarnetCard) choose(ranks []int) ([]int, error) {
	refuse := func(sentence string) ([]int, error) {
		return nil, &fault.Error{Kind: fault.KindConflict, Sentence: sentence, Fields: []fault.FieldError{{Field: "ranks", Sentence: sentence}}}
	}
	left := "Il reste " + french.Count(len(c.Left), "chèque", "chèques") + " (" + SayRanks(c.Left) + ")."
	switch {
	case ranks == nil && c.Started:
		return refuse("Ce carnet est entamé au guichet\u00a0: choisissez les chèques à remettre. " + left)
	case ranks == nil:
		return nil, nil
	case len(ranks) == 0:
		return nil, fault.Field("ranks", "Cochez au moins un chèque.")
	}
	for _, rank := range ranks {
		if rank < 1 || rank > c.Terms.Cheques {
			return nil, fault.Field("ranks", "Ce carnet a "+french.Count(c.Terms.Cheques, "chèque", "chèques")+"\u00a0: choisissez leurs numéros.")
		}
		if !slices.Contains(c.Left, rank) {
			return refuse(fmt.Sprintf("Le chèque n°\u00a0%d a déjà été remis. %s", rank, left))
		}
	}
	if !c.Started && len(ranks) == c.Terms.Cheques {
		return nil, nil
	}
	return ranks, nil
}
