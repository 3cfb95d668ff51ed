package public

import (
	"context"
	"fmt"
	"math"
	"regexp"
	"strconv"
	"strings"

	"passnum/internal/fault"
	"passnum/internal/reporting/finder"
	"passnum/internal/territory"
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
	var end string
	if m := inAddress.FindStringSubmatch(w.Typed); m != nil {
		end = m[1] + " " + m[2]
	} else if _, last, found := strings.Cut(w.Typed, ","); found {
		end = last
	} else {
		return false
	}
	c, err := h.Communes.Resolve("", end)
	if err != nil {
		return false
	}
	w.at(h.Communes, c)
	w.Note = fmt.Sprintf("L’adresse n’a pas été trouvée\u00a0: voici les lieux près de %s.", c.Name)
	return true
}

// position is what a link keeps of where one is: two decimals.
func (w where) position() string {
	if !w.Near || w.From == nil {
		return ""
	}
	return strconv.FormatFloat(w.From.Latitude, 'f', 2, 64) + "," + strconv.FormatFloat(w.From.Longitude, 'f', 2, 64)
}
