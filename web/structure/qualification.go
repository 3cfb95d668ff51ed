package structure

import (
	"net/http"

	"github.com/a-h/templ"

	"passnum/internal/fault"
	"passnum/internal/french"
	"passnum/internal/qualification"
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
	Tasks         []ui.Task
	Progress      ui.MeterArgs
	Parts         []partView
	Amendments    []amendmentView
	Missing       []missingPart
	Lacks         string // how much is missing
	Sends, Undoes bool
	Editable      bool
	// Renews links to the renewal of a qualification that holds.
	Renews bool
}

// missingPart is a step that is not done, and where it is.
type missingPart struct{ Label, Href string }

// partView is one step to read again.
type partView struct {
	Title, Href, Change, Saved string
	Tag                        templ.Component
	Rows                       []ui.SummaryRow
	// Open shows what it says at once: something is to be done in it.
	Open bool
}

// amendmentView is a change that waits for the operator.
type amendmentView struct {
	Title, Lead, Href string
	Rows              []ui.Row
}

func (h *Handlers) qualification(w http.ResponseWriter, r *http.Request) error {
	actor := httpx.Actor(r)
	f, err := h.Files.File(r.Context(), actor)
	if err != nil {
		return err
	}
	corrections, err := h.Files.Corrections(r.Context(), actor)
	if err != nil {
		return err
	}
	page := httpx.Page(r, "Dossier de la structure")
	page.Crumbs = []ui.Crumb{{Label: "Notre structure", Href: urls.Structure()}, {Label: "Dossier"}}
	return httpx.Render(w, r, http.StatusOK, dossierPage(page, newDossierView(f, corrections)))
}

func newDossierView(f qualification.File, corrections []qualification.Correction) dossierView {
	v := dossierView{Tag: ui.Tag(stateTone(f.State), f.State.Label()), Status: newStatus(f.Dossier), Sends: f.State.Open(), Undoes: f.State == structure.Submitted,
		Renews:   f.State == structure.Qualified,
		Editable: f.State.Open() || f.State == structure.Qualified || f.State == structure.Suspended}
	done := f.Done()
	v.Progress = ui.MeterArgs{ID: "avancement", Label: "Avancement du dossier", Value: int64(done), Max: int64(len(f.Parts)),
		Text: format.Number(done) + " sur " + format.Count(len(f.Parts), "étape", "étapes")}
	if v.Sends {
		v.Tasks = tasks(f, corrections)
	}
	for _, p := range f.Parts {
		if v.Sends && !p.Done {
			v.Missing = append(v.Missing, missingPart{french.Capital(p.Lacking()), partHref(p.Step)})
		}
		// The list of steps already says which ones are empty.
		if !v.Sends || p.Done || p.SavedAt != nil {
			v.Parts = append(v.Parts, newPart(p, v.Editable))
		}
	}
	v.Lacks = "Il manque encore " + format.Count(len(v.Missing), "étape", "étapes")
	for _, a := range f.Amendments {
		v.Amendments = append(v.Amendments, newAmendment(a))
	}
	return v
}

// partHref is where a step is done: the places have their own pages.
func partHref(step string) string {
	if step == qualification.StepPlaces {
		return urls.StructurePlaces()
	}
	return urls.Qualification(step)
}

func newPart(p qualification.Part, editable bool) partView {
	v := partView{Title: p.Title, Change: "Voir", Tag: ui.Tag(ui.Good, "complet")}
	if !p.Done {
		v.Tag, v.Open = ui.Tag(ui.Warn, "à\u00a0compléter"), true
	}
	switch p.Step {
	case qualification.StepPlaces, qualification.StepBank, qualification.StepDocuments, qualification.StepCharter, qualification.StepEligibility:
		v.Href = partHref(p.Step)
	default:
		if editable {
			v.Href, v.Change = partHref(p.Step), "Modifier"
		}
	}
	if p.SavedAt != nil {
		v.Saved = "Enregistré le " + format.DateTime(*p.SavedAt) + " par " + p.SavedBy
	}
	if p.Step == qualification.StepEligibility {
		p.Fields = p.Fields[:1] // the answers are on the step's own page
	}
	for _, f := range p.Fields {
		v.Rows = append(v.Rows, ui.SummaryRow{Key: f.Label, Value: orNone(f.Value)})
	}
	if p.Step == qualification.StepDocuments {
		v.Rows = []ui.SummaryRow{{Key: "Pièces", Value: paperState(p)}}
	}
	return v
}

func paperState(p qualification.Part) string {
	if p.Done {
		return "Toutes les pièces demandées sont déposées"
	}
	return "Il manque " + p.Lacks
}

func newAmendment(a qualification.Amendment) amendmentView {
	v := amendmentView{Title: a.Title, Lead: "Demandé le " + format.DateTime(a.At) + " par " + a.By + ".", Href: urls.QualificationAmendment(a.ID)}
	for _, f := range a.Fields {
		v.Rows = append(v.Rows, ui.NewRow(ui.Text(f.Label), ui.Text(orNothing(f.Before)), ui.Text(orNothing(f.Value))))
	}
	return v
}

func orNone(s string) string {
	if s == "" {
		return "Non renseigné"
	}
	return s
}

func orNothing(s string) string {
	if s == "" {
		return "rien"
	}
	return s
}

func (h *Handlers) submit(w http.ResponseWriter, r *http.Request) error {
	do := func() error { return h.Files.Submit(r.Context(), httpx.Actor(r)) }
	return h.act(w, r, do, "Le dossier est envoyé. Nous vous répondons par courriel.", urls.Qualification())
}

func (h *Handlers) takeBack(w http.ResponseWriter, r *http.Request) error {
	do := func() error { return h.Files.TakeBack(r.Context(), httpx.Actor(r)) }
	return h.act(w, r, do, "Le dossier est de nouveau modifiable. Envoyez-le quand il est prêt.", urls.Qualification())
}

func (h *Handlers) withdrawAmendment(w http.ResponseWriter, r *http.Request) error {
	id, err := httpx.PathUUID(r, "id")
	if err != nil {
		return err
	}
	if err := h.Files.WithdrawAmendment(r.Context(), httpx.Actor(r), id); fault.Is(err, fault.KindNotFound) {
		return err
	} else if err != nil {
		return h.act(w, r, func() error { return err }, "", urls.Qualification())
	}
	httpx.Flash(r, ui.Good, "Le changement est retiré\u00a0: le dossier reste comme il est.")
	return httpx.SeeOther(w, r, urls.Qualification())
}
