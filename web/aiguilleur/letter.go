package aiguilleur

import (
	"net/http"

	"passnum/internal/distribution"
	"passnum/web/httpx"
	"passnum/web/ui"
	"passnum/web/ui/format"
	"passnum/web/urls"
)

type letterView struct {
	commanditaire, counter, serial string
	cheques, until                 string
	title                          string
	places                         []letterPlace
	placesURL, phone               string
	pdfHref                        string
}

type letterPlace struct {
	title, address, call, hours, access, services string
}

// letter is the orientation letter, to print from the browser.
func (h *Handlers) letter(w http.ResponseWriter, r *http.Request) error {
	id, err := httpx.PathUUID(r, "id")
	if err != nil {
		return err
	}
	letter, err := h.Network.Letter(r.Context(), httpx.Actor(r), id)
	if err != nil {
		return err
	}
	p := httpx.Page(r, "Lettre du carnet "+letter.HandOver.Serial)
	p.Back = &ui.Crumb{Label: "Remise suivante", Href: urls.With(urls.HandOver(), "point", letter.HandOver.PointID.String())}
	return httpx.Render(w, r, http.StatusOK, letterPage(p, newLetterView(letter)))
}

func newLetterView(l distribution.Letter) letterView {
	v := letterView{
		commanditaire: l.Terms.Commanditaire, counter: l.Point.Name + ", le " + format.Date(l.Date), serial: l.HandOver.Serial,
		cheques: l.Terms.Format(), until: format.Date(l.UsableUntil), placesURL: l.PlacesURL, phone: l.OperatorPhone, pdfHref: urls.LetterPDF(l.HandOver.ID),
		title: "Les lieux les plus proches",
	}
	switch len(l.Places) {
	case 0:
		v.title = "Trouver un lieu"
	case 1:
		v.title = "Le lieu le plus proche"
	}
	for _, place := range l.Places {
		v.places = append(v.places, newLetterPlace(place))
	}
	return v
}

func newLetterPlace(p distribution.NearPlace) letterPlace {
	v := letterPlace{title: p.Name, address: p.Address, hours: p.Hours, access: p.Access, services: format.List(p.Services)}
	if p.Distance != "" {
		v.title += " (" + p.Distance + ")"
	}
	switch {
	case p.Phone != "" && p.Referent != "":
		v.call = "Appelez " + p.Referent + "\u00a0: " + phone(p.Phone)
	case p.Phone != "":
		v.call = "Appelez le " + phone(p.Phone)
	case p.Referent != "":
		v.call = "Demandez " + p.Referent
	}
	return v
}

func (h *Handlers) letterPDF(w http.ResponseWriter, r *http.Request) error {
	id, err := httpx.PathUUID(r, "id")
	if err != nil {
		return err
	}
	document, err := h.Network.LetterPDF(r.Context(), httpx.Actor(r), id)
	if err != nil {
		return err
	}
	return httpx.Inline(w, document.Name, httpx.TypePDF, document.Content)
}
