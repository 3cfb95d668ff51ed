package distribution

import (
	"cmp"
	"context"
	"math"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/google/uuid"

	"passnum/internal/french"
	"passnum/internal/hours"
	"passnum/internal/identifier"
	"passnum/internal/money"
	"passnum/internal/postgres"
	"passnum/internal/referentiel"
	"passnum/internal/territory"
)

// NearPlace is a place that accepts an order's chèques, as a person needs it to
// go there.
type NearPlace struct {
	Name         string
	Structure    string
	Referent     string
	Address      string
	Town         string
	Phone        string
	Hours        string // in French
	OpeningHours string // as stored, for other languages
	Access       string
	Transport    string
	Distance     string  // « 3 km »; empty when it cannot be told
	Km           float64 // +Inf when it cannot be told
	SameTown     bool
	Services     []string
	Entries      []int // those it gives that the chèques pay for
	Gives        []int // those of Entries that were wanted
}

const (
	// shownPlaces fit on one sheet with the hours and services of each.
	shownPlaces = 3
	// farthestKm is beyond what a person without a car is sent to, unless there
	// is nothing nearer.
	farthestKm = 60
)

type placeRow struct {
	Name         string
	Structure    string
	Referent     string
	Street       string
	Complement   string
	PostalCode   string
	Town         string
	Insee        string
	Latitude     *float64
	Longitude    *float64
	Phone        string
	OpeningHours string
	Access       string
	Transport    string
	Entries      []int16
	km           float64 // +Inf when unknown
}

const placeRowColumns = `name, structure, referent, street, complement, postal_code, town, insee, latitude, longitude, phone, opening_hours, access, transport, entries`

// nearest lists the published places that accept an order's chèques and give
// what is wanted, nearest to the point first; when none gives it, those that
// accept the chèques.
func (s *Service) nearest(ctx context.Context, tx *postgres.Tx, commanditaire, order uuid.UUID, point Point, wanted []int) ([]NearPlace, error) {
	rows, err := postgres.All[placeRow](ctx, tx, `
		SELECT `+placeRowColumns+` FROM accepting_places(@commanditaire, @order, @latitude, @longitude, @ancestors, @wanted, 40)`,
		postgres.Args{"commanditaire": commanditaire, "order": order, "latitude": point.Latitude, "longitude": point.Longitude, "ancestors": point.Ancestors,
			"wanted": smallints(wanted)})
	if err != nil {
		return nil, err
	}
	if len(rows) == 0 && len(wanted) > 0 {
		return s.nearest(ctx, tx, commanditaire, order, point, nil)
	}
	return s.choose(rows, point, wanted), nil
}

// published lists the places of the whole network that give what is wanted,
// nearest to the point first, for advice without a carnet.
func (s *Service) published(ctx context.Context, tx *postgres.Tx, point Point, wanted []int) ([]NearPlace, error) {
	rows, err := postgres.All[placeRow](ctx, tx, `
		SELECT name, structure_name AS structure, referent, street, complement, postal_code, town, insee, latitude, longitude, phone, opening_hours, access, transport, entries
		FROM places p WHERE published AND structure_id IS NOT NULL AND (@wanted::smallint[] = '{}' OR entries && @wanted)
		ORDER BY power(latitude - @latitude, 2) + power((longitude - @longitude) * cos(radians(@latitude)), 2) NULLS LAST,
			(SELECT count(*) FROM unnest(ancestors) AS a WHERE a = ANY (@ancestors)) DESC, name, id LIMIT 40`,
		postgres.Args{"latitude": point.Latitude, "longitude": point.Longitude, "ancestors": point.Ancestors, "wanted": smallints(wanted)})
	if err != nil {
		return nil, err
	}
	return s.choose(rows, point, wanted), nil
}

// choose keeps as many places as a letter shows: the nearest, then those that
// give what the ones before do not, then the next nearest.
func (s *Service) choose(rows []placeRow, point Point, wanted []int) []NearPlace {
	for i := range rows {
		rows[i].km = s.distance(point, rows[i])
	}
	// Stable: the database orders by shared territory what has no position.
	slices.SortStableFunc(rows, func(a, b placeRow) int { return cmp.Compare(a.km, b.km) })
	places := []NearPlace{}
	for i, row := range rows {
		if i == 0 || math.IsInf(row.km, 1) || row.km <= farthestKm {
			places = append(places, row.near(point, wanted))
		}
	}
	places = spread(places, shownPlaces)
	slices.SortStableFunc(places, func(a, b NearPlace) int { return cmp.Compare(a.Km, b.Km) })
	return places
}

// spread picks at most n places, nearest first, so that together they give as
// much as possible of what is wanted.
func spread(places []NearPlace, n int) []NearPlace {
	var picked []NearPlace
	given := map[int]bool{}
	left := slices.Clone(places)
	for len(picked) < n && len(left) > 0 {
		best, most := 0, -1
		for i, p := range left {
			adds := 0
			for _, e := range p.Gives {
				if !given[e] {
					adds++
				}
			}
			if len(picked) == 0 {
				adds = min(adds, 1) // the nearest that gives anything wanted
			}
			if adds > most {
				best, most = i, adds
			}
		}
		for _, e := range left[best].Gives {
			given[e] = true
		}
		picked, left = append(picked, left[best]), slices.Delete(left, best, best+1)
	}
	return picked
}

func smallints(numbers []int) []int16 {
	list := make([]int16, len(numbers))
	for i, n := range numbers {
		list[i] = int16(n)
	}
	return list
}

// distance is between the point and the place, or between their communes.
func (s *Service) distance(point Point, p placeRow) float64 {
	if point.Latitude != nil && point.Longitude != nil && p.Latitude != nil && p.Longitude != nil {
		return territory.Distance(*point.Latitude, *point.Longitude, *p.Latitude, *p.Longitude)
	}
	if km, _, ok := s.places.DistanceBetween(point.Insee, p.Insee); ok {
		return km
	}
	return math.Inf(1)
}

func (p placeRow) near(point Point, wanted []int) NearPlace {
	near := NearPlace{Name: p.Name, Structure: p.Structure, Referent: p.Referent, Address: addressLine(p.Street, p.Complement, p.PostalCode, p.Town), Town: p.Town,
		Phone: identifier.Phone(p.Phone).Grouped(), Hours: french.Small(hours.Say(p.OpeningHours)), OpeningHours: p.OpeningHours, Access: p.Access, Transport: p.Transport,
		Distance: distanceWords(p.km, p.Insee == point.Insee), Km: p.km, SameTown: p.Insee == point.Insee, Services: shortServices(p.Entries)}
	for _, e := range p.Entries {
		near.Entries = append(near.Entries, int(e))
		if slices.Contains(wanted, int(e)) {
			near.Gives = append(near.Gives, int(e))
		}
	}
	return near
}

// distanceWords says a distance as far as it is known: two addresses of one
// commune may both stand for its centre.
func distanceWords(km float64, sameCommune bool) string {
	switch {
	case sameCommune && (km < 0.1 || math.IsInf(km, 1)):
		return "même commune"
	case math.IsInf(km, 1):
		return ""
	case km < 0.95:
		return money.Count(int64(max(1, math.Round(km*10)))*100) + "\u00a0m"
	case km < 9.95:
		tenths := int64(math.Round(km * 10))
		return money.Count(tenths/10) + "," + money.Count(tenths%10) + "\u00a0km"
	default:
		return money.Count(int64(math.Round(km))) + "\u00a0km"
	}
}

// shortServices names three services of different kinds in a few words each, and
// counts the others.
func shortServices(entries []int16) []string {
	ref := referentiel.Load()
	seen := map[string]bool{}
	var words []string
	for _, number := range entries {
		entry, ok := ref.Entry(int(number))
		if !ok || seen[entry.Category] || len(words) == 3 {
			continue
		}
		seen[entry.Category] = true
		words = append(words, shortLabel(entry.Label))
	}
	if rest := len(entries) - len(words); rest > 0 && len(words) > 0 {
		words = append(words, french.Count(rest, "autre service", "autres services"))
	}
	return words
}

// shortLabel drops what explains a label and starts it as the middle of a
// sentence does.
func shortLabel(label string) string {
	for _, cut := range []string{" : ", "\u00a0: ", " (", ", "} {
		if i := strings.Index(label, cut); i > 12 {
			label = label[:i]
		}
	}
	_, size := utf8.DecodeRuneInString(label)
	next, _ := utf8.DecodeRuneInString(label[size:])
	word, _, _ := strings.Cut(label, " ")
	if unicode.IsUpper(next) || properNames[word] {
		return label
	}
	return french.Small(label)
}

// properNames are the first words of labels that keep their capital.
var properNames = map[string]bool{"Facebook": true, "Google": true, "Instagram": true, "Pinterest": true, "Pôle": true, "Skype": true, "Snapchat": true, "Twitter": true}
