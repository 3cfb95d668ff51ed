package distribution

import (
	"regexp"
	"slices"
	"strconv"
	"strings"

	"passnum/internal/carnet"
)

// span is following carnet numbers, both ends included.
type span struct{ from, to int }

var (
	separators = regexp.MustCompile(`[,;\n]+`)
	through    = regexp.MustCompile(`\s+(?:à|a|au|jusqu’à|jusqu'à)\s+|\s*(?:\.\.+|→)\s*`)
)

// parseMissing reads the missing numbers of a parcel, typed as serials or as
// bare numbers, alone or « premier à dernier », into disjoint spans in order.
func parseMissing(typed string, from, to int) ([]span, error) {
	var spans []span
	for _, part := range separators.Split(typed, -1) {
		if part = strings.TrimSpace(part); part == "" {
			continue
		}
		ends := through.Split(part, -1)
		first, ok1 := parseNumber(ends[0])
		last, ok2 := parseNumber(ends[len(ends)-1])
		if !ok1 || !ok2 || len(ends) > 2 || first < from || last > to || last < first {
			return nil, ErrMissingUnread
		}
		spans = append(spans, span{first, last})
	}
	return merge(spans), nil
}

func parseNumber(typed string) (int, bool) {
	typed = strings.TrimSpace(typed)
	if n, err := strconv.Atoi(typed); err == nil && len(typed) <= 6 {
		return n, n > 0
	}
	serial, err := carnet.ParseSerial(typed)
	if err != nil {
		return 0, false
	}
	return carnet.NumberOf(serial)
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

// without is what remains of a span once holes, disjoint and in order, are taken
// out of it.
func without(all span, holes []span) []span {
	var rest []span
	next := all.from
	for _, hole := range holes {
		if hole.from > next {
			rest = append(rest, span{next, hole.from - 1})
		}
		next = hole.to + 1
	}
	if next <= all.to {
		rest = append(rest, span{next, all.to})
	}
	return rest
}
