package structure

import (
	"net/http"
	"slices"
	"strconv"

	"passnum/internal/fault"
	"passnum/internal/referentiel"
	"passnum/internal/structure"
	"passnum/web/httpx"
	"passnum/web/ui"
	"passnum/web/ui/format"
	"passnum/web/urls"
)

// offersView is what a place says of each of its services.
type offersView struct {
	Action string
	Free   bool // the place promises that there is nothing to pay
	Groups []offerGroup
	Errors ui.Errors
}

// offerGroup is a category: a line for all of it, then a line for each service.
type offerGroup struct {
	Title, Count string
	Open         bool
	All          offerLine
	Lines        []offerLine
}

// offerLine is the details of a service, or of a whole category.
type offerLine struct {
	Key, Label string
	structure.OfferForm
	Modes  []ui.Option
	Errors ui.Errors
}

func (l offerLine) field(name string) string { return structure.OfferField(name, l.Key) }

// said lists what is wrong in a line.
func (l offerLine) said() []string {
	var list []string
	for _, name := range []string{"duree", "prix", "reste"} {
		if sentence := l.Errors.For(l.field(name)); sentence != "" {
			list = append(list, sentence)
		}
	}
	return list
}

func newOfferLine(key, label string, form structure.OffersForm, errors ui.Errors) offerLine {
	l := offerLine{Key: key, Label: label, OfferForm: form[key], Errors: errors}
	l.Modes = ui.Selected([]ui.Option{{Label: "comme le lieu"}, {Value: "individuel", Label: "individuel"}, {Value: "collectif", Label: "collectif"}, {Value: "les_deux", Label: "les deux"}}, l.Mode)
	return l
}

func newOffersView(f placeFrame, form structure.OffersForm, refusal *fault.Error) offersView {
	v := offersView{Action: urls.StructurePlace(f.Place.ID, "tarifs"), Free: f.Place.NothingToPay, Errors: ui.ErrorsFrom(refusal)}
	for _, c := range referentiel.Load().Categories() {
		g := offerGroup{Title: c.Name, All: newOfferLine(c.Code, "Toute la catégorie", form, v.Errors)}
		told := 0
		for _, e := range c.Entries {
			if !slices.Contains(f.Place.Entries, int16(e.Number)) {
				continue
			}
			key := strconv.Itoa(e.Number)
			line := newOfferLine(key, e.Label, form, v.Errors)
			if line.OfferForm != (structure.OfferForm{}) {
				told++
			}
			g.Open = g.Open || len(line.said()) > 0
			g.Lines = append(g.Lines, line)
		}
		if len(g.Lines) == 0 {
			continue
		}
		g.Open = g.Open || len(g.All.said()) > 0 || len(v.Groups) == 0
		g.Count = format.Count(len(g.Lines), "service", "services") + ", " + format.Count(told, "précisé", "précisés")
		v.Groups = append(v.Groups, g)
	}
	return v
}

func readOffers(v httpx.Values) structure.OffersForm {
	form := structure.OffersForm{}
	read := func(key string) {
		f := structure.OfferForm{Mode: v.Get(structure.OfferField("mode", key)), Minutes: v.Get(structure.OfferField("duree", key)),
			Price: v.Get(structure.OfferField("prix", key)), Remains: v.Get(structure.OfferField("reste", key))}
		if f != (structure.OfferForm{}) {
			form[key] = f
		}
	}
	for _, c := range referentiel.Load().Categories() {
		read(c.Code)
		for _, e := range c.Entries {
			read(strconv.Itoa(e.Number))
		}
	}
	return form
}

func (h *PlaceHandlers) offers(w http.ResponseWriter, r *http.Request) error {
	f, err := h.frame(r, "tarifs")
	if err != nil {
		return err
	}
	v := newOffersView(f, structure.OffersFormOf(f.offers), nil)
	return f.show(w, r, http.StatusOK, "Prix et durées", v.Errors, nil, offersForm(v))
}

func (h *PlaceHandlers) saveOffers(w http.ResponseWriter, r *http.Request) error {
	f, err := h.frame(r, "tarifs")
	if err != nil {
		return err
	}
	values, err := httpx.Form(r)
	if err != nil {
		return err
	}
	form := readOffers(values)
	_, err = h.Structures.SaveOffers(r.Context(), httpx.Actor(r), f.Place.ID, form)
	if refusal, ok := fault.ForForm(err); ok {
		v := newOffersView(f, form, refusal)
		return f.show(w, r, httpx.Status(refusal.Kind), "Prix et durées", v.Errors, nil, offersForm(v))
	}
	if err != nil {
		return err
	}
	httpx.Flash(r, ui.Good, "Les prix et les durées sont enregistrés.")
	return httpx.SeeOther(w, r, urls.StructurePlace(f.Place.ID, "tarifs"))
}
