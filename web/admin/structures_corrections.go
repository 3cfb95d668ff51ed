package admin

import (
	"net/http"

	"passnum/internal/fault"
	"passnum/internal/qualification"
	"passnum/web/httpx"
	"passnum/web/ui"
	"passnum/web/ui/format"
	"passnum/web/urls"
)

// flagView is one piece of information, and what is to be corrected in it.
type flagView struct{ Label, Value, Name, Sentence, Error string }

// flagPartView is a step; Open shows its fields at once.
type flagPartView struct {
	Title, Said string
	Open        bool
	Flags       []flagView
}

type correctionsView struct {
	Lead, Action, Back, Note string
	Parts                    []flagPartView
}

func (h *StructureHandlers) corrections(w http.ResponseWriter, r *http.Request) error {
	return h.renderCorrections(w, r, http.StatusOK, httpx.Values{}, nil)
}

func (h *StructureHandlers) renderCorrections(w http.ResponseWriter, r *http.Request, code int, typed httpx.Values, refusal *fault.Error) error {
	id, err := httpx.PathUUID(r, "id")
	if err != nil {
		return err
	}
	review, err := h.Files.Review(r.Context(), httpx.Actor(r), id)
	if err != nil {
		return err
	}
	page := httpx.Page(r, "Demander des corrections, "+review.Name)
	page.Crumbs = []ui.Crumb{{Label: "Structures", Href: urls.AdminStructures()}, {Label: review.Name, Href: urls.AdminStructure(id)}, {Label: "Corrections"}}
	page.Errors = ui.ErrorsFrom(refusal)
	v := correctionsView{Action: urls.AdminCorrections(id), Back: urls.AdminStructure(id), Note: typed.Get("note"), Lead: "Le dossier lui revient. Chaque remarque est montrée en face de l’information."}
	if qualification.StaysAsItIs(review.State) {
		v.Lead = "La structure garde son état. Chaque remarque lui est montrée en face de l’information."
	}
	sentence := func(f qualification.Flag) string {
		if name := qualification.FlagName(f.Step, f.Field); typed.Has(name) {
			return typed.Get(name)
		}
		return firstOf(flagsOn(review.Corrections, f.Step, f.Field))
	}
	for _, part := range review.Flaggable() {
		v.Parts = append(v.Parts, newFlagPart(part, page.Errors, sentence))
	}
	return httpx.Render(w, r, code, correctionsPage(page, v))
}

// newFlagPart is a step, open once something is said of it.
func newFlagPart(part qualification.FlaggedPart, errors ui.Errors, sentence func(qualification.Flag) string) flagPartView {
	view, asked := flagPartView{Title: part.Title}, 0
	for _, f := range part.Flags {
		flag := flagView{Label: f.Label, Value: f.Value, Name: qualification.FlagName(f.Step, f.Field), Sentence: sentence(f.Flag)}
		if f.Field == "" {
			flag.Label, flag.Value = "Toute l’étape", "Ce qui ne tient pas à une seule information"
		} else if f.Value == "" {
			flag.Value = "Laissé vide"
		}
		if flag.Error = errors.For(flag.Name); flag.Sentence != "" || flag.Error != "" {
			asked++
		}
		view.Flags = append(view.Flags, flag)
	}
	if asked > 0 {
		view.Open, view.Said = true, format.Count(asked, "remarque", "remarques")
	}
	return view
}

func firstOf(list []string) string {
	if len(list) == 0 {
		return ""
	}
	return list[0]
}

func (h *StructureHandlers) askCorrections(w http.ResponseWriter, r *http.Request) error {
	id, err := httpx.PathUUID(r, "id")
	if err != nil {
		return err
	}
	form, err := httpx.Form(r)
	if err != nil {
		return err
	}
	review, err := h.Files.Review(r.Context(), httpx.Actor(r), id)
	if err != nil {
		return err
	}
	var flags []qualification.Flag
	for _, part := range review.Flaggable() {
		for _, f := range part.Flags {
			if f.Sentence = form.Get(qualification.FlagName(f.Step, f.Field)); f.Sentence != "" {
				flags = append(flags, f.Flag)
			}
		}
	}
	err = h.Files.AskCorrections(r.Context(), httpx.Actor(r), id, flags, form.Get("note"))
	if refusal, ok := fault.ForForm(err); ok {
		return h.renderCorrections(w, r, httpx.Status(refusal.Kind), form, refusal)
	}
	if err != nil {
		return err
	}
	httpx.Flash(r, ui.Good, format.Count(len(flags), "correction est demandée", "corrections sont demandées")+". La structure est prévenue.")
	return httpx.SeeOther(w, r, urls.AdminStructure(id))
}

func (h *StructureHandlers) withdrawCorrection(w http.ResponseWriter, r *http.Request) error {
	id, err := httpx.PathUUID(r, "id")
	if err != nil {
		return err
	}
	correction, err := httpx.PathUUID(r, "correction")
	if err != nil {
		return err
	}
	if err := h.Files.WithdrawCorrection(r.Context(), httpx.Actor(r), id, correction); err != nil {
		return err
	}
	httpx.Flash(r, ui.Good, "La correction n’est plus demandée.")
	return httpx.SeeOther(w, r, urls.AdminStructure(id))
}
