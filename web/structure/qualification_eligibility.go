package structure

import (
	"net/http"
	"strings"

	"passnum/internal/fault"
	"passnum/internal/qualification"
	"passnum/internal/structure"
	"passnum/web/httpx"
	"passnum/web/ui"
	"passnum/web/ui/format"
	"passnum/web/urls"
)

type eligibilityView struct {
	stepView
	Given   map[string]string
	Verdict qualification.Verdict
}

func (h *Handlers) eligibilityForm(w http.ResponseWriter, r *http.Request) error {
	return h.renderEligibility(w, r, http.StatusOK, nil, nil)
}

func (h *Handlers) renderEligibility(w http.ResponseWriter, r *http.Request, code int, typed map[string]string, refusal *fault.Error) error {
	page, step, o, err := h.open(r, judgedPage, refusal)
	if err != nil {
		return err
	}
	v := eligibilityView{step, o.Content, qualification.Judge(o.Content)}
	if typed != nil {
		v.Given, v.Verdict = typed, qualification.Verdict{}
	}
	return httpx.Render(w, r, code, eligibilityStep(page, v))
}

func (h *Handlers) saveEligibility(w http.ResponseWriter, r *http.Request) error {
	v, err := httpx.Form(r)
	if err != nil {
		return err
	}
	typed := TypedAnswers(v)
	saved, err := h.Files.SaveEligibility(r.Context(), httpx.Actor(r), typed)
	return h.kept(w, r, saved, err, "Vos réponses sont enregistrées.", urls.Qualification(qualification.StepEligibility), func(refusal *fault.Error) error {
		return h.renderEligibility(w, r, httpx.Status(refusal.Kind), typed, refusal)
	})
}

// TypedAnswers reads what Questions asked.
func TypedAnswers(v httpx.Values) map[string]string {
	typed := map[string]string{}
	for _, q := range qualification.Questionnaire {
		typed[q.Key] = v.Get(q.Key)
	}
	return typed
}

// questionChoices is one question, each answer with what it changes.
func questionChoices(i int, q qualification.Question, given map[string]string, errors ui.Errors, hint string) ui.Choices {
	options := make([]ui.Option, len(q.Answers))
	for j, a := range q.Answers {
		options[j] = ui.Option{Value: a.Value, Label: a.Label, Hint: a.Effect}
	}
	return ui.Choices{Name: q.Key, Legend: format.Number(i+1) + ". " + q.Text, Hint: hint, Error: errors.For(q.Key), Options: ui.Selected(options, given[q.Key])}
}

type verdictWords struct {
	tone        ui.Tone
	title, body string
}

// wordsOf says what a verdict means, and what to do.
func wordsOf(v qualification.Verdict) verdictWords {
	score := format.Number(v.Points) + " points sur " + format.Number(v.Max) + ". "
	switch v.Outcome {
	case qualification.Eligible:
		return verdictWords{ui.Good, "Éligible", score + "Continuez le dossier\u00a0: l’opérateur vérifiera le reste."}
	case qualification.ToReview:
		return verdictWords{ui.Warn, "À examiner", score + "Continuez le dossier. Expliquez dans votre présentation ce qui vous manque et comment vous y travaillez\u00a0: l’opérateur en parlera avec vous."}
	default:
		return verdictWords{ui.Bad, "Pas encore", "Certaines réponses ne permettent pas encore d’accepter les chèques. Voici ce qu’il faut faire d’abord\u00a0; revenez ensuite changer votre réponse."}
	}
}

// currentCharter and currentTerms are the texts in force, to read.
func currentCharter() text { return newText(structure.CurrentCharter) }

func currentTerms() text { return newText(structure.CurrentTerms) }

func newText(c structure.Charter) text {
	t := text{Version: c.Version}
	for _, a := range c.Articles {
		t.Items = append(t.Items, ui.NumberedItem{Title: a.Title, Body: paragraph(a.Body)})
	}
	return t
}

// listed splits a list kept as « a,b ».
func listed(s string) []string {
	if s == "" {
		return nil
	}
	return strings.Split(s, ",")
}
