package aiguilleur

import (
	"errors"
	"net/http"
	"slices"
	"strconv"

	"github.com/go-chi/chi/v5"
	"github.com/google/uuid"

	"passnum/internal/distribution"
	"passnum/internal/fault"
	"passnum/internal/guidance"
	"passnum/internal/identity"
	"passnum/internal/referentiel"
	"passnum/web/httpx"
	"passnum/web/ui"
	"passnum/web/urls"
)

// OrientationHandlers serves the diagnostic of the counter and the letter's page
// to photograph. Answers live as long as a request: they are in no address, no
// session and no table.
type OrientationHandlers struct {
	Network  *distribution.Service
	Guidance *guidance.Service
}

// Routes mounts the screens under /aiguilleur.
func (h *OrientationHandlers) Routes(r chi.Router) {
	r.Group(func(r chi.Router) {
		r.Use(httpx.Need(identity.HandOver))
		r.Method(http.MethodGet, "/orientation", httpx.Handler(h.ask))
		r.Method(http.MethodPost, "/orientation", httpx.Handler(h.diagnose))
		r.Method(http.MethodPost, "/orientation/suite", httpx.Handler(h.goOn))
	})
	r.Group(func(r chi.Router) {
		r.Use(httpx.Need(identity.StockRead))
		r.Method(http.MethodGet, "/lettre/{id}/photo", httpx.Handler((&Handlers{Network: h.Network}).photo))
	})
}

type questionsView struct {
	desk      desk
	lead      string
	questions []ui.Choices
}

// room is where an orientation takes place, and the work screen it goes back to.
type room struct {
	distribution.Setting
	desk desk
}

// ask shows the questions, for a carnet about to be given or for advice.
func (h *OrientationHandlers) ask(w http.ResponseWriter, r *http.Request) error {
	query := httpx.Query(r)
	set, err := h.setting(r, query)
	if errors.Is(err, distribution.ErrNoPoint) {
		return noPoint(w, r)
	}
	if err != nil {
		return err
	}
	return httpx.Render(w, r, http.StatusOK, questionsPage(orientationPage(r, set), newQuestionsView(set, nil)))
}

func (h *OrientationHandlers) setting(r *http.Request, v httpx.Values) (room, error) {
	wanted, err := uuid.Parse(v.Get("point"))
	if err != nil {
		wanted = remembered(r)
	}
	point, _, err := h.Network.Counter(r.Context(), httpx.Actor(r), wanted)
	if err != nil {
		return room{}, err
	}
	d := readDesk(v, point.ID)
	set, err := h.Network.Orient(r.Context(), httpx.Actor(r), point, d.carnet())
	return room{set, d}, err
}

func orientationPage(r *http.Request, set room) ui.Page {
	p := httpx.Page(r, "Orientation")
	p.Back = &ui.Crumb{Label: "Guichet", Href: urls.Counter()}
	if set.desk.carnet() != "" {
		p.Back = &ui.Crumb{Label: "Remise du carnet", Href: set.desk.href()}
	}
	return p
}

func newQuestionsView(set room, answers guidance.Answers) questionsView {
	v := questionsView{desk: set.desk,
		lead: "Lisez les questions à voix haute. Les réponses ne sont pas conservées. On peut en passer."}
	for i, q := range guidance.Questions {
		c := ui.Choices{Name: q.Key, Legend: strconv.Itoa(i+1) + ". " + q.Text, Hint: q.Help, Columns: 3}
		if len(q.Answers) == 4 {
			c.Columns = 2
		}
		for _, a := range q.Answers {
			c.Options = append(c.Options, ui.Option{Value: a.Key, Label: a.Label})
		}
		c.Options = ui.Selected(c.Options, answers[q.Key]...)
		v.questions = append(v.questions, c)
	}
	return v
}

// several reports whether a question of the view takes several answers.
func (v questionsView) several(i int) bool { return guidance.Questions[i].Several }

func readAnswers(v httpx.Values) guidance.Answers {
	answers := guidance.Answers{}
	for _, q := range guidance.Questions {
		if given := v.All(q.Key); len(given) > 0 {
			answers[q.Key] = given
		}
	}
	return answers
}

// diagnose answers with the proposal, and forgets.
func (h *OrientationHandlers) diagnose(w http.ResponseWriter, r *http.Request) error {
	form, err := httpx.Form(r)
	if err != nil {
		return err
	}
	set, err := h.setting(r, form)
	if err != nil {
		return err
	}
	w.Header().Set("Cache-Control", "no-store")
	answers := readAnswers(form)
	if refusal, ok := fault.ForForm(answers.Check()); ok {
		p := orientationPage(r, set)
		p.Errors = ui.ErrorsFrom(refusal)
		return httpx.Render(w, r, http.StatusUnprocessableEntity, questionsPage(p, newQuestionsView(set, answers)))
	}
	entries := guidance.Diagnose(answers, set.Covered)
	pathways, err := h.Guidance.Proposals(r.Context(), httpx.Actor(r), set.CommanditaireID, entries, set.Covered)
	if err != nil {
		return err
	}
	places, err := h.Network.PlacesGiving(r.Context(), httpx.Actor(r), set.Setting, entries)
	if err != nil {
		return err
	}
	return httpx.Render(w, r, http.StatusOK, proposalPage(orientationPage(r, set), newProposalView(set, entries, pathways, places)))
}

// goOn returns to the hand-over, with the services that the person agreed to
// keep, or without.
func (h *OrientationHandlers) goOn(w http.ResponseWriter, r *http.Request) error {
	form, err := httpx.Form(r)
	if err != nil {
		return err
	}
	point, _ := form.UUID("point")
	d := readDesk(form, point)
	if form.Get("accord") != yes {
		d.services, d.pathway = nil, nil
	}
	d.services = slices.DeleteFunc(d.services, func(n int) bool { return referentiel.ValidateEntries([]int{n}) != nil })
	return httpx.SeeOther(w, r, d.href())
}
