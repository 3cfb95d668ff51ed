package mediateur

import (
	"net/http"
	"slices"
	"strconv"

	"github.com/google/uuid"

	"passnum/internal/fault"
	"passnum/internal/money"
	"passnum/internal/redemption"
	"passnum/web/httpx"
)

// What the buttons of the scanner ask for.
const (
	actAdd    = "ajouter"
	actSearch = "chercher"
	actRedeem = "encaisser"
)

// scanForm is the scanner's form as sent, typed values kept.
type scanForm struct {
	act        string
	remove     int // −1 when nothing is to be taken out
	key        string
	sealed     string
	typed      string
	place      string
	entries    []int
	mode       string
	search     string
	duration   string
	price      string
	firstVisit string
	atelier    string // the one that the scanner was opened for
}

// newForm is an empty form; its key makes sending it twice harmless.
func newForm() scanForm {
	return scanForm{remove: -1, key: uuid.NewString(), mode: string(redemption.Individuel)}
}

func readForm(r *http.Request) (scanForm, error) {
	values, err := httpx.Form(r)
	if err != nil {
		return scanForm{}, err
	}
	f := scanForm{
		act: values.Get("action"), remove: -1, key: values.Get("cle"), sealed: values.Get("panier"), typed: values.Raw("codes"),
		place: values.Get("place_id"), mode: values.Get("mode"), search: values.Get("q"),
		duration: values.Get("duration_minutes"), price: values.Get("price_cents"), firstVisit: values.Get("first_visit"), atelier: values.Get("atelier"),
	}
	if n, err := strconv.Atoi(values.Get("retirer")); err == nil {
		f.remove = n
	}
	for _, text := range values.All("entries") {
		if n, err := strconv.Atoi(text); err == nil && !slices.Contains(f.entries, n) {
			f.entries = append(f.entries, n)
		}
	}
	if f.mode == "" { // the question comes once a chèque is in the basket
		f.mode = string(redemption.Individuel)
	}
	if f.key == "" {
		f.key = uuid.NewString()
	}
	return f, nil
}

// request is the séance as the domain wants it; the fields that cannot be read
// are refused by name.
func (f scanForm) request(codes []string) (redemption.Request, error) {
	r := redemption.Request{Key: f.key, Codes: codes, Entries: f.entries, Mode: redemption.Mode(f.mode)}
	var c fault.Collector
	if f.place != "" {
		place, err := uuid.Parse(f.place)
		c.Check(err == nil, "place_id", "Choisissez un lieu de la liste.")
		r.PlaceID = &place
	}
	if price, given, err := f.priceCents(); given {
		c.Check(err == nil, "price_cents", "Écrivez un montant en euros, par exemple 12,50.")
		r.PriceCents = &price
	}
	if f.duration != "" {
		minutes, err := strconv.Atoi(f.duration)
		c.Check(err == nil, "duration_minutes", "Choisissez une durée de la liste.")
		r.DurationMinutes = &minutes
	}
	if f.firstVisit == "oui" || f.firstVisit == "non" {
		first := f.firstVisit == "oui"
		r.FirstVisit = &first
	}
	return r, c.Err()
}

func (f scanForm) priceCents() (price money.Cents, given bool, err error) {
	if f.price == "" {
		return 0, false, nil
	}
	price, err = money.Parse(f.price)
	return price, true, err
}

// placeID is the place asked for; nil when none or nonsense.
func (f scanForm) placeID() *uuid.UUID {
	if id, err := uuid.Parse(f.place); err == nil {
		return &id
	}
	return nil
}
