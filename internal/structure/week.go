package structure

import (
	"context"
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"github.com/google/uuid"

	"passnum/internal/fault"
	"passnum/internal/hours"
	"passnum/internal/identity"
	"passnum/internal/postgres"
)

// WeekForm is the opening hours of a place: a grid of an ordinary week or, where
// that does not say it all, a line of text.
type WeekForm struct {
	ByHand bool   // saisie: « texte » or « grille »
	Typed  string // horaires
	// Grid holds the boxes as typed: jour-1-1-de, jour-1-1-a, the day and the span.
	Grid hours.Week
}

// WeekFormOf is the form filled with a place.
func WeekFormOf(p Place) WeekForm {
	week, ok := hours.WeekOf(p.OpeningHours)
	return WeekForm{ByHand: !ok, Typed: hours.Editable(p.OpeningHours), Grid: week}
}

// GridField names a box of the grid; day and span begin at 0, side is « de » or « a ».
func GridField(day, span int, side string) string {
	return "jour-" + strconv.Itoa(day+1) + "-" + strconv.Itoa(span+1) + "-" + side
}

var clockTyped = regexp.MustCompile(`^(\d{1,2})\s*(?:[h:]\s*(\d{2})?)?$`)

// readClock reads « 9 », « 9h30 », « 09:30 » as « 09:30 ».
func readClock(typed string) (string, bool) {
	m := clockTyped.FindStringSubmatch(strings.ToLower(strings.TrimSpace(typed)))
	if m == nil {
		return "", false
	}
	hour, _ := strconv.Atoi(m[1])
	minute, _ := strconv.Atoi(m[2])
	return fmt.Sprintf("%02d:%02d", hour, minute), hour < 24 && minute < 60 || hour == 24 && minute == 0
}

func (f WeekForm) read() (string, error) {
	var c fault.Collector
	if f.ByHand {
		typed := hours.Read(strings.Join(strings.Fields(f.Typed), " "))
		if refusal := hoursSentence(typed); refusal != "" {
			c.Add("horaires", refusal)
		}
		return typed, c.Err()
	}
	var week hours.Week
	for day, spans := range f.Grid {
		for i, span := range spans {
			week[day][i] = readSpan(span, day, i, &c)
		}
		if first, second := week[day][0], week[day][1]; first.To != "" && second.From != "" && second.From <= first.To {
			c.Add(GridField(day, 1, "de"), hours.Days[day]+"\u00a0: l’après-midi commence après la fin du matin.")
		}
		if week[day][0] == (hours.Span{}) {
			week[day][0], week[day][1] = week[day][1], hours.Span{}
		}
	}
	return week.OSM(), c.Err()
}

func readSpan(typed hours.Span, day, span int, c *fault.Collector) hours.Span {
	if strings.TrimSpace(typed.From+typed.To) == "" {
		return hours.Span{}
	}
	from, fromOK := readClock(typed.From)
	to, toOK := readClock(typed.To)
	c.Check(fromOK, GridField(day, span, "de"), hours.Days[day]+"\u00a0: écrivez l’heure d’ouverture comme 9\u00a0h ou 9\u00a0h\u00a030.")
	c.Check(toOK, GridField(day, span, "a"), hours.Days[day]+"\u00a0: écrivez l’heure de fermeture comme 12\u00a0h ou 12\u00a0h\u00a030.")
	if fromOK && toOK && from >= to {
		c.Add(GridField(day, span, "a"), hours.Days[day]+"\u00a0: la fermeture vient après l’ouverture.")
	}
	return hours.Span{From: from, To: to}
}

// SaveWeek changes the opening hours of a place; the public sees them at once.
// ErrNoPlace.
func (s *Service) SaveWeek(ctx context.Context, actor identity.Actor, id uuid.UUID, form WeekForm) (Place, error) {
	if _, err := s.Place(ctx, actor, id); err != nil {
		return Place{}, err
	}
	osm, err := form.read()
	if err != nil {
		return Place{}, err
	}
	return s.change(ctx, actor, id, "horaires d’un lieu", func(_ *postgres.Tx, p *Place) error {
		p.OpeningHours = osm
		return nil
	})
}
