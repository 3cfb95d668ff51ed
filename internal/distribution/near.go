package distribution

import (
	"context"
	"math"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/google/uuid"

	"passnum/internal/hours"
	"passnum/internal/money"
	"passnum/internal/postgres"
	"passnum/internal/referentiel"
	"passnum/internal/territory"
)

// NearPlace is a place that accepts an order's chèques, as a person needs it to
// go there.
type NearPlace struct {
	Name      string
	Structure string
	Referent  string
	Address   string
	Town      string
	Phone     string
	Hours     string
	Access    string
	Distance  string // « 3 km »; empty when it cannot be told
	Services  []string
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
	Entries      []int16
	km           float64 // +Inf when unknown
}

// nearest lists the published places that accept an order's chèques, nearest to
// the point first.
func (s *Service) nearest(ctx context.Context, tx *postgres.Tx, commanditaire, order uuid.UUID, point Point) ([]NearPlace, error) {
	rows, err := postgres.All[placeRow](ctx, tx, `
		SELECT name, structure, referent, street, complement, postal_code, town, insee, latitude, longitude, phone, opening_hours, access, entries
		FROM accepting_places(@commanditaire, @order, @latitude, @longitude, @ancestors, 40)`,
		postgres.Args{"commanditaire": commanditaire, "order": order, "latitude": point.Latitude, "longitude": point.Longitude, "ancestors": point.Ancestors})
	if err != nil {
		return nil, err
	}
	for i := range rows {
		rows[i].km = s.distance(point, rows[i])
	}
	slices.SortStableFunc(rows, func(a, b placeRow) int {
		switch {
		case a.km < b.km:
			return -1
		case a.km > b.km:
			return 1
		default:
			return 0 // the database's order: by shared territory
		}
	})
	var places []NearPlace
	for i, row := range rows {
		if i > 0 && !math.IsInf(row.km, 1) && row.km > farthestKm || len(places) == shownPlaces {
			break
		}
		places = append(places, row.near(point))
	}
	return places, nil
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

func (p placeRow) near(point Point) NearPlace {
	return NearPlace{Name: p.Name, Structure: p.Structure, Referent: p.Referent, Address: addressLine(p.Street, p.Complement, p.PostalCode, p.Town), Town: p.Town,
		Phone: p.Phone, Hours: uncapital(hours.Say(p.OpeningHours)), Access: p.Access, Distance: distanceWords(p.km, p.Insee == point.Insee), Services: shortServices(p.Entries)}
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
		words = append(words, count(rest, "autre service", "autres services"))
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
	return uncapital(label)
}

// uncapital starts a text as the middle of a sentence does.
func uncapital(text string) string {
	first, size := utf8.DecodeRuneInString(text)
	if size == 0 {
		return ""
	}
	return string(unicode.ToLower(first)) + text[size:]
}

// properNames are the first words of labels that keep their capital.
var properNames = map[string]bool{"Facebook": true, "Google": true, "Instagram": true, "Pinterest": true, "Pôle": true, "Skype": true, "Snapchat": true, "Twitter": true}
