package public

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"passnum/internal/fault"
	"passnum/internal/referentiel"
	"passnum/internal/reporting"
	"passnum/internal/territory"
	"passnum/web/httpx"
	"passnum/web/ui"
	"passnum/web/urls"
)

// placesShown is how many places a page lists.
const placesShown = 20

// radii are the distances offered, in kilometres; zero is everywhere.
var radii = []int{10, 30, 60, 0}

// usualRadius is how far one looks first.
const usualRadius = 30

// placesQuery is what the address asks for. What makes no sense is ignored: a
// stale link shows more, never an error.
type placesQuery struct {
	Typed    string
	Commune  *territory.Commune
	Several  []territory.Commune // when the text fits more than one
	Refusal  *fault.Error        // the commune is unknown
	Radius   int
	Category string
	Level    int
	Words    string // what one wants to learn, as typed
	Entry    int
	Mode     string
	Free     bool
}

func (h *Handlers) readPlacesQuery(values url.Values) placesQuery {
	q := placesQuery{Typed: strings.TrimSpace(values.Get("commune")), Radius: usualRadius, Free: values.Get("gratuit") == "oui"}
	if code := values.Get("commune_code"); code != "" || q.Typed != "" {
		q.find(h.Communes, code)
	}
	if km, err := strconv.Atoi(values.Get("rayon")); err == nil && slices.Contains(radii, km) {
		q.Radius = km
	}
	if _, ok := referentiel.Load().Category(values.Get("categorie")); ok {
		q.Category = values.Get("categorie")
	}
	if level, err := strconv.Atoi(values.Get("niveau")); err == nil && level >= 1 && level <= 3 {
		q.Level = level
	}
	q.readService(values)
	if mode := values.Get("accompagnement"); mode == "individuel" || mode == "collectif" {
		q.Mode = mode
	}
	return q
}

// readService takes the service that was chosen, unless something else was typed
// over it, as happens without script.
func (q *placesQuery) readService(values url.Values) {
	const longest = 100
	q.Words = strings.TrimSpace(values.Get("apprendre"))
	if words := []rune(q.Words); len(words) > longest {
		q.Words = string(words[:longest])
	}
	number, err := strconv.Atoi(values.Get("service"))
	if err != nil {
		return
	}
	if e, ok := referentiel.Load().Entry(number); ok && (!values.Has("apprendre") || q.Words == e.Label) {
		q.Entry, q.Words = number, e.Label
	}
}

// services lists what was asked for by name; nil when nothing was.
func (q placesQuery) services() []referentiel.Entry {
	if e, ok := referentiel.Load().Entry(q.Entry); ok {
		return []referentiel.Entry{e}
	}
	if q.Words == "" {
		return nil
	}
	return referentiel.Load().Search(q.Words)
}

// find resolves the commune. A code that no longer fits what was typed over it
// gives way to the text, as happens when the field is changed without script.
func (q *placesQuery) find(index *territory.Index, code string) {
	if c, ok := index.Commune(code); ok && q.Typed != "" && !strings.EqualFold(q.Typed, c.Label()) {
		code = ""
	}
	c, err := index.Resolve(code, q.Typed)
	if err != nil {
		const proposed = 6
		if q.Several = index.Search(q.Typed, proposed); len(q.Several) > 1 {
			return
		}
		if refusal, ok := fault.As(err); ok {
			q.Refusal = fault.Field("commune", refusal.Sentence)
		}
		return
	}
	q.Commune, q.Typed = &c, c.Label()
}

// entries lists the services that the filters accept; nil for all.
func (q placesQuery) entries() []int16 {
	if q.Words == "" && q.Category == "" && q.Level == 0 {
		return nil
	}
	among := referentiel.Load().All()
	if q.Words != "" {
		among = q.services()
	}
	numbers := []int16{}
	for _, e := range among {
		if (q.Category == "" || e.Category == q.Category) && (q.Level == 0 || e.Level == q.Level) {
			numbers = append(numbers, int16(e.Number))
		}
	}
	return numbers
}

// filtered reports whether something else than the commune narrows the list.
func (q placesQuery) filtered() bool {
	return q.Words != "" || q.precise()
}

// precise reports whether one of the less common criteria is set.
func (q placesQuery) precise() bool {
	return q.Category != "" || q.Level != 0 || q.Mode != "" || q.Free
}

func (q placesQuery) search(index *territory.Index) reporting.PlaceSearch {
	s := reporting.PlaceSearch{Entries: q.entries(), Mode: q.Mode, NothingToPay: q.Free, Limit: placesShown}
	if q.Commune == nil {
		return s
	}
	s.INSEE = q.Commune.Code
	if lat, lon, _, ok := index.Locate(q.Commune.Code); ok {
		s.From, s.Radius = &reporting.Position{Latitude: lat, Longitude: lon}, float64(q.Radius)
	}
	return s
}

// address is this search with some values changed; pairs of key and value.
func (q placesQuery) address(pairs ...string) string {
	values := map[string]string{"commune": q.Typed, "apprendre": q.Words, "categorie": q.Category, "accompagnement": q.Mode}
	if q.Commune != nil {
		values["commune_code"], values["rayon"] = q.Commune.Code, strconv.Itoa(q.Radius)
	}
	if q.Level > 0 {
		values["niveau"] = strconv.Itoa(q.Level)
	}
	if q.Entry > 0 {
		values["service"] = strconv.Itoa(q.Entry)
	}
	if q.Free {
		values["gratuit"] = "oui"
	}
	for i := 0; i+1 < len(pairs); i += 2 {
		values[pairs[i]] = pairs[i+1]
	}
	var flat []string
	for key, value := range values {
		flat = append(flat, key, value)
	}
	return urls.With(urls.PublicPlaces(), flat...)
}

func (h *Handlers) places(w http.ResponseWriter, r *http.Request) error {
	q := h.readPlacesQuery(r.URL.Query())
	search := q.search(h.Communes)
	httpx.Cursor(r, &search.After)
	var list []reporting.Place
	var more bool
	var err error
	if q.Refusal == nil && len(q.Several) == 0 {
		if list, more, err = h.Reports.Places(r.Context(), search); err != nil {
			return err
		}
	}
	p := page(r, placesTitle(q), "Trouvez un lieu qui accepte le Pass numérique près de chez vous.")
	p.Errors = ui.ErrorsFrom(q.Refusal)
	v := newPlacesView(q, list)
	if len(list) > 0 {
		v.Pager = httpx.Pager(r, more, list[len(list)-1].Cursor())
	}
	status := http.StatusOK
	if q.Refusal != nil {
		status = http.StatusUnprocessableEntity
	}
	return httpx.Render(w, r, status, placesPage(p, v))
}

func (h *Handlers) place(w http.ResponseWriter, r *http.Request) error {
	id, err := httpx.PathUUID(r, "id")
	if err != nil {
		return err
	}
	place, err := h.Reports.Place(r.Context(), id)
	if err != nil {
		return err
	}
	p := httpx.Page(r, place.Name)
	p.Description = place.Name + ", " + place.Town + " : un lieu qui accepte le Pass numérique."
	p.Crumbs = []ui.Crumb{{Label: "Accueil", Href: urls.Home()}, {Label: "Lieux", Href: urls.PublicPlaces()}, {Label: place.Name}}
	return httpx.Render(w, r, http.StatusOK, placePage(p, newPlaceView(place)))
}
