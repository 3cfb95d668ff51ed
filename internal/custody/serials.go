package custody

import (
	"cmp"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"passnum/internal/carnet"
)

// Span is following carnets of one order, both ends included.
type Span struct {
	OrderNumber string
	From, To    int
}

// Count is how many carnets the span holds.
func (s Span) Count() int { return s.To - s.From + 1 }

// First is the serial number of its first carnet.
func (s Span) First() string { return carnet.Serial(s.OrderNumber, s.From) }

// Last is the serial number of its last carnet.
func (s Span) Last() string { return carnet.Serial(s.OrderNumber, s.To) }

// String is the span as people write it: « C26-014-000001 à C26-014-000040 ».
func (s Span) String() string {
	if s.From == s.To {
		return s.First()
	}
	return s.First() + " à " + s.Last()
}

// Say writes spans one after the other.
func Say(spans []Span) string {
	words := make([]string, len(spans))
	for i, s := range spans {
		words[i] = s.String()
	}
	return strings.Join(words, ", ")
}

func total(spans []Span) int {
	n := 0
	for _, s := range spans {
		n += s.Count()
	}
	return n
}

var (
	separators = regexp.MustCompile(`[,;\r\n]+`)
	through    = regexp.MustCompile(`\s+(?:à|a|au|jusqu’à|jusqu'à)\s+|\s*(?:\.\.+|→)\s*`)
)

// ParseSpans reads serial numbers typed, or scanned one a line, alone or
// « premier à dernier », into disjoint spans in order. order is the number of
// the only order that bare numbers can mean, "" when there is none. It returns
// the first part that it cannot read.
func ParseSpans(typed, order string) (spans []Span, unread string) {
	for _, part := range separators.Split(typed, -1) {
		if part = strings.TrimSpace(part); part == "" {
			continue
		}
		ends := through.Split(part, -1)
		first, ok := parseOne(ends[0], order)
		last, okToo := first, true
		if len(ends) == 2 && ok {
			last, okToo = parseOne(ends[1], first.OrderNumber)
		}
		if !ok || !okToo || len(ends) > 2 || last.OrderNumber != first.OrderNumber || last.From < first.From {
			return nil, part
		}
		spans = append(spans, Span{first.OrderNumber, first.From, last.From})
	}
	return merge(spans), ""
}

func parseOne(typed, order string) (Span, bool) {
	typed = strings.TrimSpace(typed)
	if n, err := strconv.Atoi(typed); err == nil && len(typed) <= 6 {
		return Span{order, n, n}, n > 0 && order != ""
	}
	serial, err := carnet.ParseSerial(typed)
	if err != nil {
		return Span{}, false
	}
	n, ok := carnet.NumberOf(serial)
	return Span{"20" + serial[1:len(serial)-7], n, n}, ok && n > 0
}

func bySerial(a, b Span) int {
	return cmp.Or(cmp.Compare(a.OrderNumber, b.OrderNumber), cmp.Compare(a.From, b.From))
}

func merge(spans []Span) []Span {
	slices.SortFunc(spans, bySerial)
	var merged []Span
	for _, s := range spans {
		if n := len(merged); n > 0 && s.OrderNumber == merged[n-1].OrderNumber && s.From <= merged[n-1].To+1 {
			merged[n-1].To = max(merged[n-1].To, s.To)
			continue
		}
		merged = append(merged, s)
	}
	return merged
}

// without is what remains of spans once holes are taken out; both are disjoint
// and in order.
func without(all, holes []Span) []Span {
	var rest []Span
	for _, s := range all {
		next := s.From
		for _, hole := range holes {
			if hole.OrderNumber != s.OrderNumber || hole.To < next || hole.From > s.To {
				continue
			}
			if hole.From > next {
				rest = append(rest, Span{s.OrderNumber, next, hole.From - 1})
			}
			next = hole.To + 1
		}
		if next <= s.To {
			rest = append(rest, Span{s.OrderNumber, next, s.To})
		}
	}
	return rest
}

// within is the part of spans that another list also holds.
func within(spans, all []Span) []Span { return without(spans, without(spans, all)) }

// serials lists every number of the spans.
func serials(spans []Span) []string {
	var list []string
	for _, s := range spans {
		for n := s.From; n <= s.To; n++ {
			list = append(list, carnet.Serial(s.OrderNumber, n))
		}
	}
	return list
}
