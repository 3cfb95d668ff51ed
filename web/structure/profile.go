package structure

import (
	"net/http"

	"github.com/a-h/templ"

	"passnum/internal/fault"
	"passnum/internal/identifier"
	"passnum/internal/structure"
	"passnum/web/httpx"
	"passnum/web/ui"
	"passnum/web/ui/format"
	"passnum/web/urls"
)

// filePage is a page about the file, or a part of it.
func filePage(r *http.Request, title string, refusal *fault.Error) ui.Page {
	page := httpx.Page(r, title)
	page.Crumbs = []ui.Crumb{{Label: "Notre structure", Href: urls.Structure()}, {Label: "Dossier", Href: urls.Qualification()}, {Label: title}}
	page.Errors = ui.ErrorsFrom(refusal)
	return page
}

type dossierView struct {
	Tag           templ.Component
	Status        statusView
	Rows          []ui.SummaryRow
	Missing       []string
	Sends, Undoes bool
}

func (h *Handlers) qualification(w http.ResponseWriter, r *http.Request) error {
	d, err := h.Structures.Dossier(r.Context(), httpx.Actor(r))
	if err != nil {
		return err
	}
	page := httpx.Page(r, "Dossier de la structure")
	page.Crumbs = []ui.Crumb{{Label: "Notre structure", Href: urls.Structure()}, {Label: "Dossier"}}
	view := dossierView{Tag: ui.Tag(stateTone(d.State), d.State.Label()), Status: newStatus(d), Rows: dossierRows(d, d.State.Open()),
		Sends: d.State.Open(), Undoes: d.State == structure.Submitted}
	if d.State.Open() {
		view.Missing = d.Missing()
	}
	return httpx.Render(w, r, http.StatusOK, dossierPage(page, view))
}

// dossierRows is the file to read again, each part with a way to change it
// while it is open.
func dossierRows(d structure.Dossier, open bool) []ui.SummaryRow {
	href := func(part string) string {
		if open {
			return urls.Qualification(part)
		}
		return ""
	}
	charter := "Pas encore acceptée"
	if d.CharterAcceptedAt != nil {
		charter = "Acceptée le " + format.Date(*d.CharterAcceptedAt)
		if open && !d.Accepted() {
			charter = "Le texte a changé\u00a0: à accepter de nouveau"
		}
	}
	account := ""
	if !open {
		account = "Voir"
	}
	return []ui.SummaryRow{
		{Key: "Structure", Value: d.Name + ", " + d.Town + ", SIRET " + format.SIRET(d.SIRET)},
		{Key: "Présentation", Value: orNone(d.Presentation), ChangeHref: href("presentation")},
		{Key: "Charte", Value: charter, ChangeHref: href("charte"), Change: "Lire"},
		{Key: "Titulaire du compte", Value: orNone(d.AccountHolder), ChangeHref: urls.Qualification("banque"), Change: account},
		{Key: "IBAN", Value: orNone(identifier.IBAN(d.IBAN).Masked()), ChangeHref: urls.Qualification("banque"), Change: account},
		{Key: "BIC", Value: orNone(d.BIC)},
		{Key: "Lieux", Value: format.Count(d.Places, "lieu", "lieux") + ", dont " + format.Number(d.ReadyPlaces) + " avec des services", ChangeHref: urls.StructurePlaces(), Change: "Voir"},
	}
}

func orNone(s string) string {
	if s == "" {
		return "À compléter"
	}
	return s
}

func (h *Handlers) presentationForm(w http.ResponseWriter, r *http.Request) error {
	d, err := h.Structures.Dossier(r.Context(), httpx.Actor(r))
	if err != nil {
		return err
	}
	return httpx.Render(w, r, http.StatusOK, presentationPage(filePage(r, "Présentation", nil), d.Presentation))
}

func (h *Handlers) savePresentation(w http.ResponseWriter, r *http.Request) error {
	v, err := httpx.Form(r)
	if err != nil {
		return err
	}
	text := v.Get("presentation")
	err = h.Files.SavePresentation(r.Context(), httpx.Actor(r), text)
	if refusal, ok := fault.ForForm(err); ok {
		return httpx.Render(w, r, httpx.Status(refusal.Kind), presentationPage(filePage(r, "Présentation", refusal), text))
	}
	if err != nil {
		return err
	}
	httpx.Flash(r, ui.Good, "La présentation est enregistrée.")
	return httpx.SeeOther(w, r, urls.Structure())
}

type charterView struct {
	Articles []structure.Article
	Version  string
	// Accepted says when today's text was accepted; empty when it was not.
	Accepted string
	Open     bool
}

func (h *Handlers) charterForm(w http.ResponseWriter, r *http.Request) error {
	return h.renderCharter(w, r, http.StatusOK, nil)
}

func (h *Handlers) renderCharter(w http.ResponseWriter, r *http.Request, code int, refusal *fault.Error) error {
	d, err := h.Structures.Dossier(r.Context(), httpx.Actor(r))
	if err != nil {
		return err
	}
	view := charterView{Articles: structure.CurrentCharter.Articles, Version: structure.CurrentCharter.Version, Open: d.State.Open()}
	if d.Accepted() {
		view.Accepted = format.Date(*d.CharterAcceptedAt)
	}
	return httpx.Render(w, r, code, charterPage(filePage(r, "Charte", refusal), view))
}

func (h *Handlers) acceptCharter(w http.ResponseWriter, r *http.Request) error {
	v, err := httpx.Form(r)
	if err != nil {
		return err
	}
	err = h.Files.AcceptCharter(r.Context(), httpx.Actor(r), v.Get("version"), v.Bool("accepte"))
	if refusal, ok := fault.ForForm(err); ok {
		return h.renderCharter(w, r, httpx.Status(refusal.Kind), refusal)
	}
	if err != nil {
		return err
	}
	httpx.Flash(r, ui.Good, "La charte est acceptée.")
	return httpx.SeeOther(w, r, urls.Structure())
}

func (h *Handlers) submit(w http.ResponseWriter, r *http.Request) error {
	do := func() error { return h.Files.Submit(r.Context(), httpx.Actor(r)) }
	return h.act(w, r, do, "Le dossier est envoyé. Nous vous répondons par courriel.", urls.Qualification())
}

func (h *Handlers) takeBack(w http.ResponseWriter, r *http.Request) error {
	do := func() error { return h.Files.TakeBack(r.Context(), httpx.Actor(r)) }
	return h.act(w, r, do, "Le dossier est de nouveau modifiable. Envoyez-le quand il est prêt.", urls.Qualification())
}
