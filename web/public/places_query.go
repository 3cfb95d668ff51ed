package public

import (
	"context"
	"net/url"
	"slices"
	"strconv"

	"passnum/internal/mednum"
	"passnum/internal/referentiel"
	"passnum/internal/reporting/finder"
	"passnum/internal/structure"
	"passnum/web/placeui"
	"passnum/web/urls"
)

// radii are the distances offered, in kilometres; zero is everywhere.
var radii = []int{10, 30, 60, 0}

// usualRadius is how far one looks first.
const usualRadius = 30

const yes, no = "oui", "non"

// placesQuery is what the address asks for. What makes no sense is ignored: a
// stale link shows more, never an error.
type placesQuery struct {
	where
	placeui.Asked
	Radius        int
	Category      string
	Level         int
	Mode          string
	Free          bool
	Accessibility []string
	Language      string
	Programme     string
	Open          bool // now
	Known         bool // also the places that take no chèque
	Everywhere    bool // also where the chèque presented is not accepted
	Map           bool

	base string // the page of the search: /lieux, or a frame's
	site string // whose frame it is
}

func (h *FinderHandlers) readPlacesQuery(ctx context.Context, values url.Values) placesQuery {
	q := placesQuery{Radius: usualRadius, base: urls.PublicPlaces()}
	q.where = h.readWhere(ctx, values.Get("commune"), values.Get("commune_code"), values.Get("ici"))
	if km, err := strconv.Atoi(values.Get("rayon")); err == nil && slices.Contains(radii, km) {
		q.Radius = km
	}
	if _, ok := referentiel.Load().Category(values.Get("categorie")); ok {
		q.Category = values.Get("categorie")
	}
	if level, err := strconv.Atoi(values.Get("niveau")); err == nil && level >= 1 && level <= 3 {
		q.Level = level
	}
	q.Asked = placeui.ReadAsked(values)
	if mode := values.Get("accompagnement"); mode == "individuel" || mode == "collectif" {
		q.Mode = mode
	}
	for _, w := range structure.Accessibilities {
		if slices.Contains(values["acces"], w.Code) {
			q.Accessibility = append(q.Accessibility, w.Code)
		}
	}
	for _, w := range structure.Languages {
		if w.Code == values.Get("langue") {
			q.Language = w.Code
		}
	}
	if slices.Contains(mednum.Programmes, values.Get("programme")) {
		q.Programme = values.Get("programme")
	}
	for name, into := range map[string]*bool{"gratuit": &q.Free, "ouvert": &q.Open, "recenses": &q.Known, "carte": &q.Map} {
		*into = values.Get(name) == yes
	}
	q.Everywhere = values.Get("carnet") == no
	return q
}

// entries lists the services that the filters accept; nil for all.
func (q placesQuery) entries() []int16 {
	if q.Words == "" && q.Category == "" && q.Level == 0 {
		return nil
	}
	among := referentiel.Load().All()
	if q.Words != "" {
		among = q.Services()
	}
	numbers := []int16{}
	for _, e := range among {
		if (q.Category == "" || e.Category == q.Category) && (q.Level == 0 || e.Level == q.Level) {
			numbers = append(numbers, int16(e.Number))
		}
	}
	return numbers
}

// filtered reports whether something else than where one looks narrows the list.
func (q placesQuery) filtered() bool { return q.Words != "" || q.precise() }

// precise reports whether one of the less common criteria is set.
func (q placesQuery) precise() bool {
	return q.Category != "" || q.Level != 0 || q.Mode != "" || q.Free || len(q.Accessibility) > 0 || q.Language != "" || q.Programme != "" || q.Open || q.Known
}

// bare is the same search without any criterion but where one looks.
func (q placesQuery) bare() placesQuery {
	return placesQuery{where: q.where, Radius: q.Radius, Everywhere: q.Everywhere, Map: q.Map, base: q.base, site: q.site}
}

func (h *FinderHandlers) search(q placesQuery, reach *finder.Reach) finder.Search {
	s := finder.Search{Entries: q.entries(), Mode: q.Mode, NothingToPay: q.Free, Accessibility: q.Accessibility, Language: q.Language, Programme: q.Programme,
		Known: q.Known, Reach: reach, Limit: placesShown, From: q.From}
	if q.Open {
		s.OpenAt = h.Now()
	}
	if q.Commune != nil {
		s.INSEE = q.Commune.Code
	}
	if q.From != nil {
		s.Radius = float64(q.Radius)
	}
	return s
}

// values is this search as the address says it.
func (q placesQuery) values() url.Values {
	values := url.Values{}
	set := func(name, value string) {
		if value != "" {
			values.Set(name, value)
		}
	}
	if q.Near {
		set("ici", q.position())
	} else {
		set("commune", q.Typed)
		if q.Commune != nil && q.Exact == "" && q.Note == "" {
			set("commune_code", q.Commune.Code)
		}
	}
	if q.set() && q.Radius != usualRadius {
		set("rayon", strconv.Itoa(q.Radius))
	}
	set("apprendre", q.Words)
	for name, number := range map[string]int{"service": q.Entry, "niveau": q.Level} {
		if number > 0 {
			set(name, strconv.Itoa(number))
		}
	}
	for name, text := range map[string]string{"categorie": q.Category, "accompagnement": q.Mode, "langue": q.Language, "programme": q.Programme, "pour": q.site} {
		set(name, text)
	}
	for name, on := range map[string]bool{"gratuit": q.Free, "ouvert": q.Open, "recenses": q.Known, "carte": q.Map} {
		if on {
			set(name, yes)
		}
	}
	if q.Everywhere {
		values.Set("carnet", no)
	}
	if len(q.Accessibility) > 0 {
		values["acces"] = q.Accessibility
	}
	return values
}

// address is this search with some values changed; an empty one is dropped.
func (q placesQuery) address(pairs ...string) string { return q.addressOf(q.base, pairs...) }

func (q placesQuery) addressOf(path string, pairs ...string) string {
	values := q.values()
	for i := 0; i+1 < len(pairs); i += 2 {
		values.Set(pairs[i], pairs[i+1])
		if pairs[i+1] == "" {
			values.Del(pairs[i])
		}
	}
	if len(values) == 0 {
		return path
	}
	return path + "?" + values.Encode()
}
