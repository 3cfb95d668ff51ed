package structure

import (
	"net/http"
	"strconv"

	"github.com/a-h/templ"
	"github.com/google/uuid"

	"passnum/internal/money"
	"passnum/internal/reporting/finder"
	"passnum/internal/structure"
	"passnum/web/httpx"
	"passnum/web/placeui"
	"passnum/web/ui"
	"passnum/web/urls"
)

// placeFrame is what every page of one place shows around its form.
type placeFrame struct {
	Place          structure.Place
	Tag            templ.Component
	Tabs           []ui.Tab
	Shown, MayShow bool
	PublicHref     string
	Preview        previewView
	offers         []structure.Offer
}

// previewView is the place as the public sees it, and what its page lacks.
type previewView struct {
	Public   placeui.View
	Meter    ui.MeterArgs
	Missing  []missingView
	Stranger bool // the structure is not shown yet
}

type missingView struct{ Label, Href string }

var placeTabs = []struct{ page, label string }{{"", "Le lieu"}, {"tarifs", "Prix et durées"}, {"horaires", "Horaires"}, {"accueil", "Accueil"}, {"etapes", "Étapes"}, {"apercu", "Aperçu"}}

// frame finds the place of the address and what surrounds its page.
func (h *PlaceHandlers) frame(r *http.Request, page string) (placeFrame, error) {
	id, err := httpx.PathUUID(r, "id")
	if err != nil {
		return placeFrame{}, err
	}
	actor := httpx.Actor(r)
	place, err := h.Structures.Place(r.Context(), actor, id)
	if err != nil {
		return placeFrame{}, err
	}
	d, err := h.Structures.Dossier(r.Context(), actor)
	if err != nil {
		return placeFrame{}, err
	}
	offers, err := h.Structures.Offers(r.Context(), actor, id)
	if err != nil {
		return placeFrame{}, err
	}
	f := placeFrame{Place: place, Tag: placeTag(place, d.State), Shown: place.Published, offers: offers,
		MayShow: !place.Published && d.State == structure.Qualified && len(place.Entries) > 0}
	if place.Published {
		f.PublicHref = urls.PublicPlace(id)
	}
	for _, t := range placeTabs {
		href := urls.StructurePlace(id)
		if t.page != "" {
			href = urls.StructurePlace(id, t.page)
		}
		f.Tabs = append(f.Tabs, ui.Tab{Label: t.label, Href: href, Current: t.page == page})
	}
	f.Preview = h.previewOf(r, place, offers)
	return f, nil
}

// show renders one page of a place.
func (f placeFrame) show(w http.ResponseWriter, r *http.Request, code int, title string, errors ui.Errors, scripts []string, content templ.Component) error {
	page := httpx.Page(r, title+", "+f.Place.Name)
	page.Crumbs = placeCrumbs(ui.Crumb{Label: "Lieux", Href: urls.StructurePlaces()}, ui.Crumb{Label: f.Place.Name, Href: urls.StructurePlace(f.Place.ID)}, ui.Crumb{Label: title})
	page.Errors = errors
	page.Scripts = append(page.Scripts, scripts...)
	return httpx.Render(w, r, code, framedPage(page, f, title, content))
}

func (h *PlaceHandlers) previewOf(r *http.Request, p structure.Place, offers []structure.Offer) previewView {
	now := h.Structures.Clock()
	c := structure.CompletenessOf(p, len(offers))
	v := previewView{Public: placeui.New(sheetOf(p, offers, nil, httpx.Actor(r).OrganisationName), now), Stranger: !p.Published}
	v.Meter = ui.MeterArgs{ID: "completude", Label: "Page complétée", Value: int64(c.Done()), Max: int64(len(c.Parts)), Text: strconv.Itoa(c.Percent()) + "\u00a0%", Tone: ui.Good}
	for _, part := range c.Missing() {
		href := ""
		switch {
		case p.ID == uuid.Nil:
		case part.Page == "":
			href = urls.StructurePlace(p.ID)
		default:
			href = urls.StructurePlace(p.ID, part.Page)
		}
		v.Missing = append(v.Missing, missingView{part.Label, href})
	}
	return v
}

// sheetOf is a place as the public would read it.
func sheetOf(p structure.Place, offers []structure.Offer, stops []structure.Stop, name string) finder.Sheet {
	s := finder.Sheet{Place: finder.Place{ID: p.ID, Accepts: true, StructureName: name, Name: p.Name, Referent: p.Referent, Street: p.Street, Complement: p.Complement,
		PostalCode: p.PostalCode, Town: p.Town, INSEE: p.Insee, Latitude: p.Latitude, Longitude: p.Longitude, Phone: p.Phone, Email: p.Email, Website: p.Website,
		OpeningHours: p.OpeningHours, Presentation: p.Presentation, Summary: p.Summary, Access: p.Access, Transport: p.Transport, Entries: p.Entries, Families: p.Families,
		Modes: p.Modes, NothingToPay: p.NothingToPay, Audiences: p.Audiences, SpecialCares: p.SpecialCares, AccessWays: p.AccessWays, Languages: p.Languages,
		Accessibility: p.Accessibility, AccessibilityURL: p.AccessibilityURL, AppointmentURL: p.AppointmentURL, Programmes: p.Programmes, Labels: p.Labels,
		Itinerant: p.Itinerant, ConfirmedAt: p.ConfirmedAt, UpdatedAt: p.UpdatedAt}}
	for _, o := range offers {
		s.Offers = append(s.Offers, finder.Offer{Entry: o.Entry, Modes: o.Modes, Minutes: o.Minutes, PriceCents: amount(o.PriceCents), RemainsCents: amount(o.RemainsCents)})
	}
	for _, stop := range stops {
		s.Stops = append(s.Stops, finder.Stop{ID: stop.ID, PlaceID: p.ID, Name: stop.Name, Street: stop.Street, PostalCode: stop.PostalCode, Town: stop.Town,
			Latitude: stop.Latitude, Longitude: stop.Longitude, OpeningHours: stop.OpeningHours})
	}
	return s
}

func amount(c *money.Cents) *int32 {
	if c == nil {
		return nil
	}
	n := int32(*c)
	return &n
}

// preview answers the form while it is being typed.
func (h *PlaceHandlers) preview(w http.ResponseWriter, r *http.Request) error {
	values, err := httpx.Form(r)
	if err != nil {
		return err
	}
	id, _ := httpx.Query(r).UUID("lieu")
	place, err := h.Structures.PreviewPlace(r.Context(), httpx.Actor(r), id, readPlace(values))
	if err != nil {
		return err
	}
	var offers []structure.Offer
	if id != uuid.Nil {
		if offers, err = h.Structures.Offers(r.Context(), httpx.Actor(r), id); err != nil {
			return err
		}
	}
	return httpx.Render(w, r, http.StatusOK, preview(h.previewOf(r, place, offers)))
}

// wholePreview shows the whole public page, published or not.
func (h *PlaceHandlers) wholePreview(w http.ResponseWriter, r *http.Request) error {
	f, err := h.frame(r, "apercu")
	if err != nil {
		return err
	}
	stops, err := h.Structures.Stops(r.Context(), httpx.Actor(r), f.Place.ID)
	if err != nil {
		return err
	}
	v := placeui.New(sheetOf(f.Place, f.offers, stops, httpx.Actor(r).OrganisationName), h.Structures.Clock())
	page := httpx.Page(r, "Aperçu, "+f.Place.Name)
	page.Crumbs = placeCrumbs(ui.Crumb{Label: "Lieux", Href: urls.StructurePlaces()}, ui.Crumb{Label: f.Place.Name, Href: urls.StructurePlace(f.Place.ID)}, ui.Crumb{Label: "Aperçu"})
	return httpx.Render(w, r, http.StatusOK, previewPage(page, f, v))
}
