// Package training serves the lessons of the product and their attestation. It
// refuses to decide who has understood: package training judges the answers.
package training

import (
	"net/http"
	"slices"
	"strconv"

	"github.com/go-chi/chi/v5"
	"github.com/google/uuid"

	"passnum/internal/distribution"
	"passnum/internal/fault"
	"passnum/internal/identity"
	"passnum/internal/print"
	"passnum/internal/training"
	"passnum/web/httpx"
	"passnum/web/ui"
	"passnum/web/ui/format"
	"passnum/web/urls"
)

// Handlers serves the lessons to whoever has a counter or a scanner.
type Handlers struct {
	Training *training.Service
	Network  *distribution.Service
	Issuer   print.Issuer
}

// Routes mounts the screens at the root of the site.
func (h *Handlers) Routes(r chi.Router) {
	r.Group(func(r chi.Router) {
		r.Use(httpx.Need(identity.HandOver, identity.Redeem, identity.TeamRead))
		for path, screen := range map[string]httpx.Handler{
			"/formation": h.courses, "/formation/equipe": h.team, "/formation/attestations/{id}": h.document,
			"/formation/{course}/attestation": h.attestForm, "/formation/{course}/{lesson}": h.lesson,
		} {
			r.Method(http.MethodGet, path, screen)
		}
		r.Method(http.MethodPost, "/formation/{course}/attestation", httpx.Handler(h.attest))
		r.Method(http.MethodPost, "/formation/{course}/{lesson}", httpx.Handler(h.answer))
	})
}

func page(r *http.Request, title string, crumbs ...ui.Crumb) ui.Page {
	p := httpx.Page(r, title)
	p.Crumbs = append([]ui.Crumb{{Label: "Formation", Href: urls.Training()}}, crumbs...)
	p.Crumbs = append(p.Crumbs, ui.Crumb{Label: title})
	return p
}

func (h *Handlers) courses(w http.ResponseWriter, r *http.Request) error {
	actor := httpx.Actor(r)
	mine, err := h.Training.Mine(r.Context(), actor)
	if err != nil {
		return err
	}
	p := httpx.Page(r, "Formation")
	return httpx.Render(w, r, http.StatusOK, coursesPage(p, newCoursesView(mine, managesTeam(actor))))
}

func managesTeam(actor identity.Actor) bool {
	return actor.Can(identity.TeamWrite) || actor.Can(identity.PointWrite)
}

// find reads which lesson the address names.
func find(r *http.Request) (training.Course, training.Lesson, int, error) {
	course, err := training.CourseFor(httpx.Actor(r), chi.URLParam(r, "course"))
	if err != nil {
		return course, training.Lesson{}, 0, err
	}
	lesson, index, ok := course.Lesson(chi.URLParam(r, "lesson"))
	if !ok {
		return course, lesson, 0, training.ErrNoCourse
	}
	return course, lesson, index, nil
}

func (h *Handlers) lesson(w http.ResponseWriter, r *http.Request) error {
	course, lesson, index, err := find(r)
	if err != nil {
		return err
	}
	return httpx.Render(w, r, http.StatusOK, lessonPage(page(r, lesson.Title), newLessonView(course, lesson, index, nil, nil)))
}

func (h *Handlers) answer(w http.ResponseWriter, r *http.Request) error {
	course, lesson, index, err := find(r)
	if err != nil {
		return err
	}
	form, err := httpx.Form(r)
	if err != nil {
		return err
	}
	answers := make([]int, len(lesson.Questions))
	for i := range answers {
		answers[i] = -1
		if n, err := strconv.Atoi(form.Get(questionName(i))); err == nil {
			answers[i] = n
		}
	}
	judged, err := h.Training.Answer(r.Context(), httpx.Actor(r), course.Key, lesson.Key, answers)
	if err != nil {
		return err
	}
	view := newLessonView(course, lesson, index, answers, judged.Right)
	p := page(r, lesson.Title)
	status := http.StatusOK
	if !judged.Passed {
		status = http.StatusUnprocessableEntity
		p.Errors = ui.ErrorsFrom(wrongAnswers(answers, judged.Right))
	}
	view.Passed = judged.Passed
	return httpx.Render(w, r, status, lessonPage(p, view))
}

// wrongAnswers names the questions to read again.
func wrongAnswers(answers []int, right []bool) *fault.Error {
	var c fault.Collector
	for i, ok := range right {
		switch {
		case answers[i] < 0:
			c.Add(questionName(i), "Choisissez une réponse.")
		case !ok:
			c.Add(questionName(i), "Ce n’est pas la bonne réponse\u00a0: relisez la leçon, puis réessayez.")
		}
	}
	f, _ := fault.ForForm(c.Err())
	return f
}

func questionName(i int) string { return "question-" + strconv.Itoa(i+1) }

// points are where the actor may serve; none for who has no counter.
func (h *Handlers) points(r *http.Request) ([]distribution.Point, error) {
	actor := httpx.Actor(r)
	if !actor.Can(identity.HandOver) {
		return nil, nil
	}
	all, err := h.Network.Points(r.Context(), actor)
	if err != nil {
		return nil, err
	}
	return slices.DeleteFunc(all, func(p distribution.Point) bool { return !p.Open() }), nil
}

func (h *Handlers) attestForm(w http.ResponseWriter, r *http.Request) error {
	course, err := training.CourseFor(httpx.Actor(r), chi.URLParam(r, "course"))
	if err != nil {
		return err
	}
	return h.renderAttest(w, r, http.StatusOK, course, nil)
}

func (h *Handlers) renderAttest(w http.ResponseWriter, r *http.Request, status int, course training.Course, refusal *fault.Error) error {
	mine, err := h.Training.Mine(r.Context(), httpx.Actor(r))
	if err != nil {
		return err
	}
	var view attestView
	for _, progress := range mine {
		if progress.Course.Key == course.Key {
			view = newAttestView(progress)
		}
	}
	if course.Key == training.CounterCourse {
		points, err := h.points(r)
		if err != nil {
			return err
		}
		view.offer(points)
	}
	p := page(r, "Attestation")
	p.Errors = ui.ErrorsFrom(refusal)
	return httpx.Render(w, r, status, attestPage(p, view))
}

func (h *Handlers) attest(w http.ResponseWriter, r *http.Request) error {
	course, err := training.CourseFor(httpx.Actor(r), chi.URLParam(r, "course"))
	if err != nil {
		return err
	}
	form, err := httpx.Form(r)
	if err != nil {
		return err
	}
	known, err := h.points(r)
	if err != nil {
		return err
	}
	var points []uuid.UUID
	for _, p := range known {
		if slices.Contains(form.All("points"), p.ID.String()) {
			points = append(points, p.ID)
		}
	}
	_, err = h.Training.Attest(r.Context(), httpx.Actor(r), course.Key, points)
	if refusal, ok := fault.ForForm(err); ok {
		return h.renderAttest(w, r, httpx.Status(refusal.Kind), course, refusal)
	}
	if err != nil {
		return err
	}
	httpx.Flash(r, ui.Good, "Votre attestation est prête.")
	return httpx.SeeOther(w, r, urls.Attest(course.Key))
}

func (h *Handlers) document(w http.ResponseWriter, r *http.Request) error {
	id, err := httpx.PathUUID(r, "id")
	if err != nil {
		return err
	}
	given, err := h.Training.Attestation(r.Context(), httpx.Actor(r), id)
	if err != nil {
		return err
	}
	facts := print.AttestationFacts{Issuer: h.Issuer, Number: given.ID.String()[24:], Person: given.PersonName, Organisation: given.OrganisationName, IssuedAt: given.IssuedAt}
	for _, c := range training.Courses() {
		if c.Key == given.Course {
			facts.Course, facts.Minutes = c.Title, c.Minutes()
			for _, l := range c.Lessons {
				facts.Lessons = append(facts.Lessons, l.Title)
			}
		}
	}
	pdf, err := print.Attestation(facts)
	if err != nil {
		return err
	}
	return httpx.Inline(w, "attestation-formation-"+facts.Number+".pdf", httpx.TypePDF, pdf)
}

func (h *Handlers) team(w http.ResponseWriter, r *http.Request) error {
	actor := httpx.Actor(r)
	if !managesTeam(actor) {
		return identity.ErrForbidden
	}
	list, err := h.Training.Team(r.Context(), actor)
	if err != nil {
		return err
	}
	view := teamView{}
	for _, a := range list {
		view.Rows = append(view.Rows, teamRow{Name: a.PersonName, Course: courseTitle(a.Course), When: format.Date(a.IssuedAt), Href: urls.Attestation(a.ID)})
	}
	points, err := h.trained(r)
	if err != nil {
		return err
	}
	view.Points = points
	return httpx.Render(w, r, http.StatusOK, teamPage(page(r, "Équipe formée"), view))
}

// trained says, for each open point, how many trained people serve there.
func (h *Handlers) trained(r *http.Request) ([]ui.Row, error) {
	points, err := h.points(r)
	if err != nil || len(points) == 0 {
		return nil, err
	}
	ids := make([]uuid.UUID, len(points))
	for i, p := range points {
		ids[i] = p.ID
	}
	counts, err := h.Training.TrainedAgents(r.Context(), httpx.Actor(r), ids)
	if err != nil {
		return nil, err
	}
	rows := make([]ui.Row, len(points))
	for i, p := range points {
		rows[i] = ui.NewRow(ui.Text(p.Name), ui.TrainedTag(counts[p.ID]))
	}
	return rows, nil
}

func courseTitle(key string) string {
	for _, c := range training.Courses() {
		if c.Key == key {
			return c.Title
		}
	}
	return key
}
