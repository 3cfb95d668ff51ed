package structure

import (
	"net/http"
	"slices"

	"passnum/internal/fault"
	"passnum/internal/hours"
	"passnum/internal/structure"
	"passnum/web/httpx"
	"passnum/web/ui"
	"passnum/web/urls"
)

// weekView is the grid of a place's week.
type weekView struct {
	Action string
	Form   structure.WeekForm
	Ways   []ui.Option
	Errors ui.Errors
}

func newWeekView(f placeFrame, form structure.WeekForm, refusal *fault.Error) weekView {
	chosen := "grille"
	if form.ByHand {
		chosen = "texte"
	}
	return weekView{Action: urls.StructurePlace(f.Place.ID, "horaires"), Form: form, Errors: ui.ErrorsFrom(refusal), Ways: ui.Selected([]ui.Option{
		{Value: "grille", Label: "Dans la grille, pour une semaine ordinaire"},
		{Value: "texte", Label: "À la main", Hint: "Quand c’est plus compliqué\u00a0: jours fériés, vacances, une semaine sur deux"}}, chosen)}
}

// box is one box of the grid.
type box struct{ Name, Label, Value, Error string }

// boxes are those of a day: two spans, from and to.
func (v weekView) boxes(day int) []box {
	var list []box
	words := [hours.SpansADay]string{"premier créneau", "second créneau"}
	for i, span := range v.Form.Grid[day] {
		for _, side := range []struct{ code, word, value string }{{"de", "de", span.From}, {"a", "à", span.To}} {
			name := structure.GridField(day, i, side.code)
			list = append(list, box{name, hours.Days[day] + ", " + words[i] + ", " + side.word, side.value, v.Errors.For(name)})
		}
	}
	return list
}

// halves are the boxes of a day by span: from, to.
func (v weekView) halves(day int) [][]box {
	return slices.Collect(slices.Chunk(v.boxes(day), 2))
}

// said lists what is wrong in a day.
func (v weekView) said(day int) []string {
	var list []string
	for _, b := range v.boxes(day) {
		if b.Error != "" {
			list = append(list, b.Error)
		}
	}
	return list
}

func readWeek(v httpx.Values) structure.WeekForm {
	form := structure.WeekForm{ByHand: v.Get("saisie") == "texte", Typed: v.Get("horaires")}
	for day := range form.Grid {
		for i := range form.Grid[day] {
			form.Grid[day][i] = hours.Span{From: v.Get(structure.GridField(day, i, "de")), To: v.Get(structure.GridField(day, i, "a"))}
		}
	}
	return form
}

func (h *PlaceHandlers) week(w http.ResponseWriter, r *http.Request) error {
	f, err := h.frame(r, "horaires")
	if err != nil {
		return err
	}
	v := newWeekView(f, structure.WeekFormOf(f.Place), nil)
	return f.show(w, r, http.StatusOK, "Horaires", v.Errors, nil, weekForm(v))
}

func (h *PlaceHandlers) saveWeek(w http.ResponseWriter, r *http.Request) error {
	f, err := h.frame(r, "horaires")
	if err != nil {
		return err
	}
	values, err := httpx.Form(r)
	if err != nil {
		return err
	}
	form := readWeek(values)
	if values.Has("recopier") {
		const friday = 4
		for day := 1; day <= friday; day++ {
			form.Grid[day] = form.Grid[0]
		}
		v := newWeekView(f, form, nil)
		return f.show(w, r, http.StatusOK, "Horaires", v.Errors, nil, weekForm(v))
	}
	_, err = h.Structures.SaveWeek(r.Context(), httpx.Actor(r), f.Place.ID, form)
	if refusal, ok := fault.ForForm(err); ok {
		v := newWeekView(f, form, refusal)
		return f.show(w, r, httpx.Status(refusal.Kind), "Horaires", v.Errors, nil, weekForm(v))
	}
	if err != nil {
		return err
	}
	httpx.Flash(r, ui.Good, "Les horaires sont enregistrés.")
	return httpx.SeeOther(w, r, urls.StructurePlace(f.Place.ID, "horaires"))
}
