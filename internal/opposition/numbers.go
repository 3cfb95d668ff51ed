package opposition

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"passnum/internal/carnet"
	"passnum/internal/fault"
)

// span is following carnet numbers, both ends included.
type span struct{ from, to int }

// numbers is what was typed: carnets of one order. Its number is empty when only
// bare numbers were given.
type numbers struct {
	order string
	spans []span
}

func (n numbers) count() int {
	total := 0
	for _, s := range n.spans {
		total += s.to - s.from + 1
	}
	return total
}

// bounds are the two ends of each span, as SQL reads them.
func (n numbers) bounds() (from, to []int32) {
	for _, s := range n.spans {
		from, to = append(from, int32(s.from)), append(to, int32(s.to))
	}
	return from, to
}

var (
	separators = regexp.MustCompile(`[,;\r\n]+`)
	through    = regexp.MustCompile(`\s+(?:à|a|au|jusqu’à|jusqu'à|-|–)\s+|\s*(?:\.\.+|→)\s*`)
	spaces     = regexp.MustCompile(`[\s\x{a0}\x{202f}]+`)
)

// readNumbers reads serials, or bare numbers when order is known, alone or
// « premier à dernier », on lines or between commas.
func readNumbers(typed, order string) (numbers, error) {
	n := numbers{order: order}
	for i, part := range separators.Split(typed, -1) {
		if part = strings.TrimSpace(part); part == "" {
			continue
		}
		if err := n.read(part); err != nil {
			return n, atEntry(err, i, part)
		}
	}
	if len(n.spans) == 0 {
		return n, ErrUnread
	}
	n.spans = merge(n.spans)
	if n.count() > Most {
		return n, ErrTooMany
	}
	return n, nil
}

// atEntry names the entry that could not be read.
func atEntry(err error, i int, part string) error {
	if err != ErrUnread {
		return err
	}
	const longest = 40
	if r := []rune(part); len(r) > longest {
		part = string(r[:longest]) + "…"
	}
	return fault.Field("numeros", fmt.Sprintf("Ligne %d\u00a0: «\u00a0%s\u00a0» n’est pas un numéro de carnet. Il est sur la couverture et sur le talon, et ressemble à C26-014-001258.", i+1, part))
}

func (n *numbers) read(part string) error {
	ends := through.Split(part, -1)
	if len(ends) == 1 {
		if words := spaces.Split(part, -1); len(words) > 1 && allSerials(words) {
			for _, word := range words {
				if err := n.read(word); err != nil {
					return err
				}
			}
			return nil
		}
	}
	if len(ends) > 2 {
		return ErrUnread
	}
	first, err := n.one(ends[0])
	if err != nil {
		return err
	}
	last, err := n.one(ends[len(ends)-1])
	if err != nil || last < first {
		return cmpErr(err, ErrUnread)
	}
	n.spans = append(n.spans, span{first, last})
	return nil
}

func cmpErr(err, otherwise error) error {
	if err != nil {
		return err
	}
	return otherwise
}

func allSerials(words []string) bool {
	return !slices.ContainsFunc(words, func(w string) bool {
		_, err := carnet.ParseSerial(w)
		return err != nil
	})
}

// one reads one number; a serial fixes the order, or must be of the one fixed.
func (n *numbers) one(typed string) (int, error) {
	typed = strings.TrimSpace(typed)
	if bare := spaces.ReplaceAllString(typed, ""); len(bare) <= 6 && n.order != "" {
		if number, err := strconv.Atoi(bare); err == nil && number > 0 {
			return number, nil
		}
	}
	serial, err := carnet.ParseSerial(typed)
	if err != nil {
		return 0, ErrUnread
	}
	number, ok := carnet.NumberOf(serial)
	if !ok || number == 0 {
		return 0, ErrUnread
	}
	order := "20" + serial[1:strings.LastIndex(serial, "-")]
	if n.order != "" && n.order != order {
		return 0, ErrSeveralOrders
	}
	n.order = order
	return number, nil
}

func merge(spans []span) []span {
	slices.SortFunc(spans, func(a, b span) int { return a.from - b.from })
	var merged []span
	for _, s := range spans {
		if n := len(merged); n > 0 && s.from <= merged[n-1].to+1 {
			merged[n-1].to = max(merged[n-1].to, s.to)
			continue
		}
		merged = append(merged, s)
	}
	return merged
}

// Spans writes carnet numbers as serials, following ones together.
func Spans(orderNumber string, list []int) []string {
	var words []string
	for i := 0; i < len(list); {
		last := i
		for last+1 < len(list) && list[last+1] == list[last]+1 {
			last++
		}
		word := carnet.Serial(orderNumber, list[i])
		if last > i {
			word += " à " + carnet.Serial(orderNumber, list[last])
		}
		words = append(words, word)
		i = last + 1
	}
	return words
}
