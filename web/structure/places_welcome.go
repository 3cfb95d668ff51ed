package structure

import (
	"net/http"

	"passnum/internal/fault"
	"passnum/internal/mednum"
	"passnum/internal/structure"
	"passnum/web/httpx"
	"passnum/web/ui"
	"passnum/web/urls"
)

// welcomeView is who a place is for and how it receives people.
type welcomeView struct {
	Action string
	Form   structure.WelcomeForm
	Errors ui.Errors
}

func newWelcomeView(f placeFrame, form structure.WelcomeForm, refusal *fault.Error) welcomeView {
	return welcomeView{Action: urls.StructurePlace(f.Place.ID, "accueil"), Form: form, Errors: ui.ErrorsFrom(refusal)}
}

func wordOptions(words []structure.Word, chosen []string) []ui.Option {
	options := make([]ui.Option, len(words))
	for i, w := range words {
		options[i] = ui.Option{Value: w.Code, Label: w.Label}
	}
	return ui.Selected(options, chosen...)
}

func plainOptions(words, chosen []string) []ui.Option {
	options := make([]ui.Option, len(words))
	for i, w := range words {
		options[i] = ui.Option{Value: w, Label: w}
	}
	return ui.Selected(options, chosen...)
}

func (v welcomeView) audiences() []ui.Option {
	return plainOptions(mednum.Audiences, v.Form.Audiences)
}
func (v welcomeView) cares() []ui.Option {
	return plainOptions(mednum.SpecialCare, v.Form.SpecialCares)
}
func (v welcomeView) ways() []ui.Option { return plainOptions(mednum.AccessWays, v.Form.AccessWays) }
func (v welcomeView) programmes() []ui.Option {
	return plainOptions(mednum.Programmes, v.Form.Programmes)
}
func (v welcomeView) labels() []ui.Option { return plainOptions(mednum.Labels, v.Form.Labels) }

func readWelcome(v httpx.Values) structure.WelcomeForm {
	return structure.WelcomeForm{Summary: v.Get("resume"), Audiences: v.All("publics"), SpecialCares: v.All("prises_en_charge"), Languages: v.All("langues"),
		Accessibility: v.All("accessibilite"), AccessibilityURL: v.Get("acceslibre"), AppointmentURL: v.Get("rendez_vous"), AccessWays: v.All("modalites_acces"),
		Programmes: v.All("programmes"), Labels: v.All("labels")}
}

func (h *PlaceHandlers) welcome(w http.ResponseWriter, r *http.Request) error {
	f, err := h.frame(r, "accueil")
	if err != nil {
		return err
	}
	v := newWelcomeView(f, structure.WelcomeFormOf(f.Place), nil)
	return f.show(w, r, http.StatusOK, "Accueil", v.Errors, nil, welcomeForm(v))
}

func (h *PlaceHandlers) saveWelcome(w http.ResponseWriter, r *http.Request) error {
	f, err := h.frame(r, "accueil")
	if err != nil {
		return err
	}
	values, err := httpx.Form(r)
	if err != nil {
		return err
	}
	form := readWelcome(values)
	_, err = h.Structures.SaveWelcome(r.Context(), httpx.Actor(r), f.Place.ID, form)
	if refusal, ok := fault.ForForm(err); ok {
		v := newWelcomeView(f, form, refusal)
		return f.show(w, r, httpx.Status(refusal.Kind), "Accueil", v.Errors, nil, welcomeForm(v))
	}
	if err != nil {
		return err
	}
	httpx.Flash(r, ui.Good, "L’accueil du lieu est enregistré.")
	return httpx.SeeOther(w, r, urls.StructurePlace(f.Place.ID, "accueil"))
}
