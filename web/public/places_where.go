package public

import (
	"context"
	"math"
	"regexp"
	"strconv"
	"strings"

	"passnum/internal/fault"
	"passnum/internal/fold"
	"passnum/internal/reporting/finder"
	"passnum/internal/territory"
	"passnum/web/ui/format"
)

// Geocode finds the position of an address: ok is false when it is not known, or
// when nobody answers.
type Geocode func(ctx context.Context, address string) (label string, latitude, longitude float64, insee string, ok bool)

// where is around what one looks.
type where struct {
	Typed   string
	Commune *territory.Commune
	From    *finder.Position
	Near    bool                // around the person
	Exact   string              // the address, when it was found
	Several []territory.Commune // when the text fits more than one
	Note    string              // what was understood, when it is not what was typed
	Refusal *fault.Error        // nothing fits
}

// aroundMe is the text of the field when the browser gave the position.
const aroundMe = "Autour de moi"

// set reports whether a place to begin was asked for.
func (w where) set() bool { return w.Commune != nil || w.From != nil }

// departement is whose outline a map shows; empty when nothing tells.
func (w where) departement() string {
	if w.Commune == nil {
		return ""
	}
	return w.Commune.Departement
}

// readWhere understands a position, a commune, a postal code or an address.
func (h *FinderHandlers) readWhere(ctx context.Context, typed, code, position string) where {
	w := where{Typed: strings.TrimSpace(typed)}
	if c, ok := h.Communes.Commune(code); ok && w.Typed == "" {
		w.Typed = c.Label()
	}
	if w.Typed == "" || w.Typed == aroundMe {
		w.Typed = ""
		w.near(h.Communes, position)
		return w
	}
	const longest = 200
	if words := []rune(w.Typed); len(words) > longest {
		w.Typed = string(words[:longest])
	}
	// A code that no longer fits what was typed over it gives way to the text, as
	// happens when the field is changed without script.
	if c, ok := h.Communes.Commune(code); ok && !strings.EqualFold(w.Typed, c.Label()) {
		code = ""
	}
	c, err := h.Communes.Resolve(code, w.Typed)
	if err == nil {
		w.at(h.Communes, c)
		w.Typed = c.Label()
		return w
	}
	if w.Several = h.Communes.Search(w.Typed, communesProposed); len(w.Several) > 1 {
		return w
	}
	w.Several = nil
	if h.address(ctx, &w) {
		return w
	}
	if refusal, ok := fault.As(err); ok {
		w.Refusal = fault.Field("commune", refusal.Sentence)
	}
	return w
}

// near takes a position that the browser gave, to the hundredth of a degree: a
// kilometre is enough, and an address that others may read tells no more.
func (w *where) near(index *territory.Index, position string) {
	lat, lon, found := strings.Cut(position, ",")
	latitude, err := strconv.ParseFloat(lat, 64)
	longitude, err2 := strconv.ParseFloat(lon, 64)
	if !found || err != nil || err2 != nil || !(math.Abs(latitude) <= 90 && math.Abs(longitude) <= 180) {
		return
	}
	w.Near, w.Typed = true, aroundMe
	w.From = &finder.Position{Latitude: math.Round(latitude*100) / 100, Longitude: math.Round(longitude*100) / 100}
	if c, ok := index.Nearest(latitude, longitude); ok {
		w.Commune = &c
	}
}

func (w *where) at(index *territory.Index, c territory.Commune) {
	w.Commune = &c
	if lat, lon, _, ok := index.Locate(c.Code); ok {
		w.From = &finder.Position{Latitude: lat, Longitude: lon}
	}
}

// inAddress is the end of an address: « 23000 Guéret ».
var inAddress = regexp.MustCompile(`\b(\d{5})\s+(\S.*)$`)

// address asks the national service; when it does not answer, or does not know,
// the commune that ends the address is enough.
func (h *FinderHandlers) address(ctx context.Context, w *where) bool {
	if !strings.Contains(w.Typed, " ") {
		return false
	}
	if h.Geocode != nil {
		if label, lat, lon, insee, ok := h.Geocode(ctx, w.Typed); ok {
			w.From, w.Exact = &finder.Position{Latitude: lat, Longitude: lon}, label
			if c, known := h.Communes.Commune(insee); known {
				w.Commune = &c
			}
			return true
		}
	}
	for _, end := range ends(w.Typed) {
		if c, err := h.Communes.Resolve("", end); err == nil {
			w.at(h.Communes, c)
			w.Note = "L’adresse n’a pas été trouvée\u00a0: voici les lieux près " + format.Of(c.Name) + "."
			return true
		}
		if w.Several = h.Communes.Search(end, communesProposed); len(w.Several) > 1 {
			return true
		}
		w.Several = nil
	}
	return false
}

// ends lists what may be the commune that ends an address: what follows a postal
// code or a comma, else the last words, the most of them first.
func ends(address string) []string {
	if m := inAddress.FindStringSubmatch(address); m != nil {
		return []string{m[1] + " " + m[2]}
	}
	if i := strings.LastIndex(address, ","); i >= 0 {
		return []string{address[i+1:]}
	}
	words := strings.Fields(address)
	if len(words) < 3 || !street.MatchString(fold.Text(address)) {
		return nil
	}
	var list []string
	for i := 2; i < len(words); i++ {
		list = append(list, strings.Join(words[i:], " "))
	}
	return list
}

// street begins an address, in plain form: « 12 bis rue », « place ».
var street = regexp.MustCompile(`^(\d+ ?(bis|ter|quater|[a-d])? )?(rue|avenue|av|boulevard|bd|place|pl|chemin|route|rte|impasse|allee|allees|cours|quai|square|lotissement|residence|hameau|lieu dit|zone|za|esplanade|passage|sentier|faubourg) `)

// position is what a link keeps of where one is: two decimals.
func (w where) position() string {
	if !w.Near || w.From == nil {
		return ""
	}
	return strconv.FormatFloat(w.From.Latitude, 'f', 2, 64) + "," + strconv.FormatFloat(w.From.Longitude, 'f', 2, 64)
}
