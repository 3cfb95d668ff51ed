package finder

import (
	"math"
	"slices"
	"strings"

	"github.com/google/uuid"

	"passnum/internal/postgres"
)

// query is a search in SQL. Only the criteria that were set are written: the
// planner then knows what it looks for.
type query struct {
	args   postgres.Args
	wanted []string // what a place p must be
}

func newQuery(q Search) query {
	built := query{args: postgres.Args{}}
	if !q.Known {
		built.want(`p.structure_id IS NOT NULL`)
	}
	built.teaching(q)
	if len(q.Accessibility) > 0 {
		built.want(`p.accessibility @> @accessibility`, "accessibility", q.Accessibility)
	}
	if q.Language != "" {
		built.want(`@language = ANY (p.languages)`, "language", q.Language)
	}
	if q.Programme != "" {
		built.want(`@programme = ANY (p.programmes)`, "programme", q.Programme)
	}
	built.reach(q.Reach)
	return built
}

// teaching is what one learns there and how. What a place says of a service
// comes before what it says of itself.
func (q *query) teaching(search Search) {
	if entries := search.payable(); entries != nil {
		q.want(`p.entries && @entries`, "entries", entries)
	}
	place, service := search.how(`p.modes`, `p.nothing_to_pay`), search.how(`CASE WHEN o.modes <> '{}' THEN o.modes ELSE p.modes END`, `coalesce(o.remains_cents = 0, p.nothing_to_pay)`)
	if search.Mode != "" {
		q.args["mode"] = search.Mode
	}
	switch {
	case place == ``:
	case search.Entries == nil:
		q.want(place)
	default: // most places say nothing particular of a service: these are told apart at once
		const said = `FROM place_offers o WHERE o.place_id = p.id AND o.entry = ANY (@entries) AND o.published`
		q.want(`CASE WHEN p.id IN (SELECT place_id FROM place_offers WHERE entry = ANY (@entries) AND published)
			THEN EXISTS (SELECT 1 ` + said + ` AND ` + service + `) OR ` + place + `
				AND (SELECT count(*) FROM unnest(p.entries) AS e (number) WHERE e.number = ANY (@entries)) > (SELECT count(*) ` + said + `)
			ELSE ` + place + ` END`)
	}
}

// how is the conditions on the way one is helped, and on what is left to pay.
func (s Search) how(modes, free string) string {
	var conditions []string
	if s.Mode != "" {
		conditions = append(conditions, `@mode = ANY (`+modes+`)`)
	}
	if s.NothingToPay {
		conditions = append(conditions, free)
	}
	return strings.Join(conditions, ` AND `)
}

// payable is the entries looked for, of which the chèques pay; nil for all.
func (s Search) payable() []int16 {
	if s.Reach == nil || s.Reach.entries == nil {
		return s.Entries
	}
	if s.Entries == nil {
		return s.Reach.entries
	}
	both := []int16{}
	for _, e := range s.Entries {
		if slices.Contains(s.Reach.entries, e) {
			both = append(both, e)
		}
	}
	return both
}

func (q *query) want(condition string, named ...any) {
	q.wanted = append(q.wanted, condition)
	for i := 0; i+1 < len(named); i += 2 {
		q.args[named[i].(string)] = named[i+1]
	}
}

func (q *query) reach(r *Reach) {
	if r == nil {
		return
	}
	q.want(`p.structure_id IS NOT NULL`)
	if len(r.perimeter) > 0 {
		q.want(`p.ancestors && @perimeter`, "perimeter", r.perimeter)
	}
	if r.structures != nil {
		q.want(`p.structure_id = ANY (@agreed)`, "agreed", r.structures)
	}
}

// place is the conditions on a place p.
func (q query) place() string {
	return strings.Join(append([]string{`p.published`}, q.wanted...), ` AND `)
}

// stopped tells the places that are found at their stops only.
const stopped = `p.itinerant AND EXISTS (SELECT 1 FROM place_stops s WHERE s.structure_id = p.structure_id AND s.place_id = p.id)`

// spots lists where the places are: (id, stop_id, label, opening_hours, insee,
// latitude, longitude, km), a place once, at its nearest.
func (q query) spots(search Search) string {
	if search.From == nil {
		return `SELECT p.id, NULL::uuid AS stop_id, p.town || ' ' || p.name AS label, p.opening_hours, p.insee, p.latitude, p.longitude, 0::float8 AS km FROM places p WHERE ` + q.place()
	}
	q.args["lat"], q.args["lon"] = search.From.Latitude, search.From.Longitude
	with, places := ``, `places p WHERE `+q.place()
	if search.Radius == 0 { // no index narrows: all are read, once
		with = `WITH fitting AS MATERIALIZED (SELECT p.id, p.structure_id, p.name, p.town, p.insee, p.opening_hours, p.latitude, p.longitude, p.itinerant FROM ` + places + `) `
		places = `fitting p WHERE true`
	}
	inPlaces, inStops := q.box("p", search), q.box("t", search)
	union := `
		SELECT p.id, NULL::uuid AS stop_id, p.town || ' ' || p.name AS label, p.opening_hours, p.insee, p.latitude, p.longitude, ` + distance("p") + ` AS km
		FROM ` + places + inPlaces + ` AND NOT (` + stopped + `)
		UNION ALL
		SELECT p.id, t.id, p.town || ' ' || p.name, t.opening_hours, t.insee, t.latitude, t.longitude, ` + distance("t") + `
		FROM place_stops t JOIN ` + strings.Replace(places, ` WHERE `, ` ON p.id = t.place_id WHERE t.published AND p.itinerant AND `, 1) + inStops
	if search.Radius == 0 || search.INSEE != "" {
		union += `
		UNION ALL
		SELECT p.id, NULL, p.town || ' ' || p.name, p.opening_hours, p.insee, NULL, NULL, CASE WHEN p.insee = @insee THEN 0 ELSE @unplaced END
		FROM ` + places + ` AND p.latitude IS NULL` + q.unplaced(search)
		q.args["insee"], q.args["unplaced"] = search.INSEE, Unplaced
	}
	near := ``
	if search.Radius > 0 {
		near, q.args["radius"] = ` WHERE km <= @radius::float8`, search.Radius
	}
	return with + `SELECT DISTINCT ON (id) * FROM (` + union + `) AS every` + near + ` ORDER BY id, km`
}

func (q query) unplaced(search Search) string {
	if search.Radius > 0 {
		return ` AND p.insee = @insee`
	}
	return ``
}

// box is what an index can narrow: a square around the circle.
func (q query) box(alias string, search Search) string {
	if search.Radius == 0 {
		return ` AND ` + alias + `.latitude IS NOT NULL`
	}
	const kmPerDegree = 111.0 // a little less than the truth: the square holds the circle
	high := search.Radius / kmPerDegree
	wide := high / math.Max(0.01, math.Cos((math.Abs(search.From.Latitude)+high)*math.Pi/180))
	q.args["south"], q.args["north"] = search.From.Latitude-high, search.From.Latitude+high
	q.args["west"], q.args["east"] = search.From.Longitude-wide, search.From.Longitude+wide
	return ` AND ` + alias + `.latitude BETWEEN @south AND @north AND ` + alias + `.longitude BETWEEN @west AND @east`
}

// distance is the kilometres from the search's centre, as the crow flies.
func distance(alias string) string {
	return strings.ReplaceAll(`12742 * asin(least(1, sqrt(power(sin(radians(#.latitude - @lat::float8) / 2), 2)
		+ cos(radians(@lat::float8)) * cos(radians(#.latitude)) * power(sin(radians(#.longitude - @lon::float8) / 2), 2))))`, "#", alias)
}

// page is the spots after a cursor, the nearest first.
func (q query) page(search Search, after Cursor, limit int) string {
	q.args["limit"] = limit
	key, from := `label, id`, `@label::text, @after::uuid` // an index has them in that order
	if search.From != nil {
		key, from = `km, `+key, `@km::float8, `+from
	}
	next := ``
	if after.ID != uuid.Nil {
		next = ` WHERE (` + key + `) > (` + from + `)`
		q.args["label"], q.args["after"] = after.Label, after.ID
		if search.From != nil {
			q.args["km"] = after.Km
		}
	}
	return `SELECT id, stop_id, label, opening_hours, insee, latitude, longitude, km FROM (` + q.spots(search) + `) AS near` + next + ` ORDER BY ` + key + ` LIMIT @limit`
}
