package structure

import (
	"net/http"

	"github.com/a-h/templ"

	"passnum/internal/fault"
	"passnum/internal/structure"
	"passnum/web/httpx"
	"passnum/web/ui"
	"passnum/web/ui/format"
	"passnum/web/urls"
)

// knownView is the places of the national data that a structure may take.
type knownView struct {
	Typed  string
	Places []structure.KnownPlace
	Claims []structure.Claim
	Empty  ui.EmptyArgs
}

func (h *PlaceHandlers) known(w http.ResponseWriter, r *http.Request) error {
	actor := httpx.Actor(r)
	v := knownView{Typed: httpx.Query(r).Get("q"), Empty: ui.EmptyArgs{Title: "Aucun lieu recensé ne porte votre SIRET", Body: "Cherchez-le par son nom et sa commune\u00a0: beaucoup de fichiers n’ont pas de SIRET."}}
	if v.Typed != "" {
		v.Empty = ui.EmptyArgs{Title: "Aucun lieu recensé ne correspond", Body: "Essayez moins de mots. S’il n’est pas recensé, ajoutez-le.", Action: "Ajouter un lieu", ActionHref: urls.NewPlace()}
	}
	var err error
	if v.Places, err = h.Structures.KnownPlaces(r.Context(), actor, v.Typed); err != nil {
		return err
	}
	if v.Claims, err = h.Structures.Claims(r.Context(), actor); err != nil {
		return err
	}
	page := httpx.Page(r, "Reprendre un lieu recensé")
	page.Crumbs = placeCrumbs(ui.Crumb{Label: "Lieux", Href: urls.StructurePlaces()}, ui.Crumb{Label: "Lieux recensés"})
	return httpx.Render(w, r, http.StatusOK, knownPage(page, v))
}

// claimView is one known place that a structure says is its own.
type claimView struct {
	Place  structure.KnownPlace
	Proved bool
	Reason string
	Errors ui.Errors
}

func (h *PlaceHandlers) readKnown(r *http.Request) (claimView, error) {
	id, err := httpx.PathUUID(r, "id")
	if err != nil {
		return claimView{}, err
	}
	var v claimView
	if v.Place, err = h.Structures.KnownPlace(r.Context(), httpx.Actor(r), id); err != nil {
		return v, err
	}
	v.Proved, err = h.Structures.Proves(r.Context(), httpx.Actor(r), v.Place)
	return v, err
}

func renderClaim(w http.ResponseWriter, r *http.Request, code int, v claimView) error {
	page := httpx.Page(r, v.Place.Name)
	page.Crumbs = placeCrumbs(ui.Crumb{Label: "Lieux", Href: urls.StructurePlaces()}, ui.Crumb{Label: "Lieux recensés", Href: urls.KnownPlaces()}, ui.Crumb{Label: v.Place.Name})
	page.Errors = v.Errors
	return httpx.Render(w, r, code, claimPage(page, v))
}

func (h *PlaceHandlers) claimForm(w http.ResponseWriter, r *http.Request) error {
	v, err := h.readKnown(r)
	if err != nil {
		return err
	}
	return renderClaim(w, r, http.StatusOK, v)
}

func (h *PlaceHandlers) claim(w http.ResponseWriter, r *http.Request) error {
	v, err := h.readKnown(r)
	if err != nil {
		return err
	}
	values, err := httpx.Form(r)
	if err != nil {
		return err
	}
	v.Reason = values.Get("raison")
	taken, err := h.Structures.Claim(r.Context(), httpx.Actor(r), v.Place.ID, v.Reason)
	if refusal, ok := fault.ForForm(err); ok {
		v.Errors = ui.ErrorsFrom(refusal)
		return renderClaim(w, r, httpx.Status(refusal.Kind), v)
	}
	if err != nil {
		return err
	}
	if taken {
		httpx.Flash(r, ui.Good, "Ce lieu est à vous. Complétez-le\u00a0: il sera affiché dès que ses services seront choisis.")
		return httpx.SeeOther(w, r, urls.StructurePlace(v.Place.ID))
	}
	httpx.Flash(r, ui.Good, "Votre demande est envoyée\u00a0: l’opérateur vous répond par courriel.")
	return httpx.SeeOther(w, r, urls.KnownPlaces())
}

func claimTag(c structure.Claim) templ.Component {
	switch c.State {
	case structure.ClaimAccepted:
		return ui.Tag(ui.Good, "accordé")
	case structure.ClaimRefused:
		return ui.Tag(ui.Bad, "refusé")
	default:
		return ui.Tag(ui.Info, "en attente")
	}
}

func claimCells(claims []structure.Claim) []ui.Row {
	rows := make([]ui.Row, len(claims))
	for i, c := range claims {
		rows[i] = ui.NewRow(ui.TwoLines(ui.Text(c.PlaceName), c.PlaceAddress), ui.Text(format.Date(c.AskedAt)), claimTag(c), ui.Text(c.Answer))
	}
	return rows
}

func knownCells(places []structure.KnownPlace) []ui.Row {
	rows := make([]ui.Row, len(places))
	for i, p := range places {
		rows[i] = ui.NewRow(ui.TwoLines(ui.Link(p.Name, urls.KnownPlace(p.ID)), p.Address()), ui.Text(p.Parent), ui.Text(p.Source))
	}
	return rows
}
