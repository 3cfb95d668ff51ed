package code

import (
	"fmt"
	"strings"

	"passnum/internal/fault"
)

// groupLen is how many symbols a printed group holds.
const groupLen = 4

// Explain says in French what is wrong with a text that Parse refuses, and in
// which printed group when the check symbols tell. It never quotes the text.
func Explain(typed string) string {
	_, err := Parse(typed)
	refusal, ok := fault.As(err)
	switch {
	case !ok:
		return ""
	case refusal != ErrMalformed || len(typed) > maxTyped:
		return refusal.Sentence
	}
	payload, _ := unwrap(strings.ToUpper(tidy(typed)))
	if said := slipOf(payload); said != "" {
		return said
	}
	return refusal.Sentence
}

// slipOf explains a text that should have been a code; empty when it is too far
// from one to be explained.
func slipOf(payload string) string {
	signs, strange := []rune{}, []int{}
	for _, r := range payload {
		if separates(r) {
			continue
		}
		if !strings.ContainsRune(Alphabet, r) {
			strange = append(strange, len(signs))
		}
		signs = append(signs, r)
	}
	switch n := len(signs); {
	case n == 0 || len(strange) > groupLen:
		return ""
	case n != Length:
		return lengthSlip(n, payload)
	case len(strange) > 0:
		return strangeSlip(strange)
	}
	s, _ := spell(payload)
	return locate(s).sentence()
}

// lengthSlip counts what is missing or in excess, and where when the groups
// were typed apart.
func lengthSlip(n int, payload string) string {
	said := fmt.Sprintf("Ce code a %s\u00a0: un code de chèque a 16 caractères.", counted(n))
	groups := strings.FieldsFunc(payload, separates)
	if len(groups) != Length/groupLen {
		return said
	}
	wrong := 0
	for i, g := range groups {
		if len([]rune(g)) == groupLen {
			continue
		}
		if wrong > 0 {
			return said
		}
		wrong = i + 1
	}
	return said + fmt.Sprintf(" Le %s groupe en compte %d au lieu de 4.", ordinal(wrong), len([]rune(groups[wrong-1])))
}

func strangeSlip(strange []int) string {
	group := strange[0]/groupLen + 1
	for _, at := range strange {
		if at/groupLen+1 != group {
			return "Plusieurs groupes contiennent un signe qui n’existe pas sur les chèques. Vérifiez les 16 caractères\u00a0: il n’y a ni 0, ni 1, ni I, ni O."
		}
	}
	return fmt.Sprintf("Le %s groupe contient un signe qui n’existe pas sur les chèques. Vérifiez-le\u00a0: il n’y a ni 0, ni 1, ni I, ni O.", ordinal(group))
}

// slip is what the two check sums tell of a word that breaks them.
type slip struct {
	kind         slipKind
	group, other int // printed groups, from 1; other is 0 when there is one
}

type slipKind int

const (
	several slipKind = iota // more than the sums can tell
	one                     // one wrong symbol
	swapped                 // two neighbours inverted
	turned                  // two groups in each other's place
)

// locate finds the slip that would make s valid if it were the only one. A
// wrong symbol of value d at position p adds d to the first sum and p·d to the
// second, so their quotient is p; an inversion leaves the first sum alone.
func locate(s symbols) slip {
	plain, weighted := s.sums(Length)
	if plain != 0 {
		for p := 1; p <= Length; p++ {
			if mod(p*plain) == weighted {
				return slip{kind: one, group: groupOf(p)}
			}
		}
		return slip{}
	}
	if found := inversion(s, weighted); found.kind != several {
		return found
	}
	return turn(s)
}

// inversion finds two neighbours whose inversion explains the second sum. When
// several could, it tells which groups only if they are in the same one.
func inversion(s symbols, weighted int) slip {
	var found slip
	for p := 1; p < Length; p++ {
		if mod(int(s[p])-int(s[p-1])) != weighted {
			continue
		}
		this := slip{kind: swapped, group: groupOf(p), other: groupOf(p + 1)}
		if this.other == this.group {
			this.other = 0
		}
		if found.kind != several && found != this {
			return slip{kind: swapped}
		}
		found = this
	}
	return found
}

// turn finds the only two printed groups that may be in each other's place.
func turn(s symbols) slip {
	var found slip
	for a := range Length / groupLen {
		for b := a + 1; b < Length/groupLen; b++ {
			t := s
			copy(t[a*groupLen:], s[b*groupLen:(b+1)*groupLen])
			copy(t[b*groupLen:], s[a*groupLen:(a+1)*groupLen])
			if judge(t) != valid {
				continue
			}
			if found.kind != several {
				return slip{}
			}
			found = slip{kind: turned, group: a + 1, other: b + 1}
		}
	}
	return found
}

func groupOf(position int) int { return (position-1)/groupLen + 1 }

func (s slip) sentence() string {
	switch {
	case s.kind == one:
		return fmt.Sprintf("Le %s groupe contient une erreur. Comparez-le avec le chèque.", ordinal(s.group))
	case s.kind == swapped && s.group == 0:
		return "Deux caractères voisins semblent inversés. Comparez les quatre groupes avec le chèque."
	case s.kind == swapped && s.other == 0:
		return fmt.Sprintf("Deux caractères semblent inversés dans le %s groupe. Comparez-le avec le chèque.", ordinal(s.group))
	case s.kind == swapped:
		return fmt.Sprintf("Deux caractères semblent inversés entre la fin du %s groupe et le début du %s.", ordinal(s.group), ordinal(s.other))
	case s.kind == turned:
		return fmt.Sprintf("Le %s et le %s groupe semblent inversés.", ordinal(s.group), ordinal(s.other))
	default:
		return "Plusieurs caractères sont faux. Vérifiez les 16 caractères imprimés sur le chèque, groupe par groupe."
	}
}

func ordinal(n int) string {
	if n == 1 {
		return "1er"
	}
	return fmt.Sprint(n, "e")
}

func counted(n int) string {
	if n == 1 {
		return "1 caractère"
	}
	return fmt.Sprint(n, " caractères")
}
