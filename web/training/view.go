package training

import (
	"slices"
	"strconv"

	"passnum/internal/distribution"
	"passnum/internal/training"
	"passnum/web/ui"
	"passnum/web/ui/format"
	"passnum/web/urls"
)

// courseView is a course with one's progress in it.
type courseView struct {
	Title, For, Length string
	Tasks              []ui.Task
	Next, NextLabel    string
	Done, Total        int
}

type coursesView struct {
	Courses []courseView
	Team    bool
}

func newCoursesView(mine []training.Progress, team bool) coursesView {
	view := coursesView{Team: team}
	for _, p := range mine {
		one := courseView{Title: p.Course.Title, For: p.Course.For, Done: len(p.Passed), Total: len(p.Course.Lessons),
			Length: format.Count(len(p.Course.Lessons), "leçon", "leçons") + ", " + strconv.Itoa(p.Course.Minutes()) + " minutes"}
		for _, l := range p.Course.Lessons {
			task := ui.Task{Title: l.Title, Hint: strconv.Itoa(l.Minutes) + " minutes", Href: urls.Lesson(p.Course.Key, l.Key)}
			if _, done := p.Passed[l.Key]; !done {
				task.Status = ui.Tag(ui.Info, "À suivre")
			}
			one.Tasks = append(one.Tasks, task)
		}
		switch {
		case p.Complete():
			one.Next, one.NextLabel = urls.Attest(p.Course.Key), "Mon attestation"
		case len(p.Passed) == 0:
			one.Next, one.NextLabel = urls.Lesson(p.Course.Key, p.Next().Key), "Commencer"
		default:
			one.Next, one.NextLabel = urls.Lesson(p.Course.Key, p.Next().Key), "Continuer"
		}
		view.Courses = append(view.Courses, one)
	}
	return view
}

// questionView is a question, with what the answer given is worth.
type questionView struct {
	Choices ui.Choices
	Because string // shown once the answer is right
}

type lessonView struct {
	Kicker, Title   string
	Parts           []training.Part
	Questions       []questionView
	Action          string
	Passed          bool
	Next, NextLabel string
	Previous        string
}

func newLessonView(c training.Course, l training.Lesson, index int, answers []int, right []bool) lessonView {
	v := lessonView{Kicker: c.Title + " · leçon " + strconv.Itoa(index+1) + " sur " + strconv.Itoa(len(c.Lessons)), Title: l.Title, Parts: l.Parts,
		Action: urls.Lesson(c.Key, l.Key), Next: urls.Attest(c.Key), NextLabel: "Terminer et demander l’attestation"}
	if index+1 < len(c.Lessons) {
		next := c.Lessons[index+1]
		v.Next, v.NextLabel = urls.Lesson(c.Key, next.Key), "Leçon suivante\u00a0: "+next.Title
	}
	if index > 0 {
		v.Previous = urls.Lesson(c.Key, c.Lessons[index-1].Key)
	}
	for i, q := range l.Questions {
		one := questionView{Choices: ui.Choices{Name: questionName(i), Legend: q.Text}}
		for j, answer := range q.Answers {
			one.Choices.Options = append(one.Choices.Options, ui.Option{Value: strconv.Itoa(j), Label: answer, Checked: i < len(answers) && answers[i] == j})
		}
		if i < len(right) && right[i] {
			one.Because = q.Because
		}
		v.Questions = append(v.Questions, one)
	}
	return v
}

type attestView struct {
	Title    string
	Action   string
	Complete bool
	Remains  string // the next lesson
	Href     string
	Document string // the attestation, once given
	Given    string
	Points   []ui.Option
	chosen   []string
}

func newAttestView(p training.Progress) attestView {
	v := attestView{Title: p.Course.Title, Action: urls.Attest(p.Course.Key), Complete: p.Complete()}
	if !v.Complete {
		v.Remains, v.Href = p.Next().Title, urls.Lesson(p.Course.Key, p.Next().Key)
	}
	if p.Attestation != nil {
		v.Document, v.Given = urls.Attestation(p.Attestation.ID), format.Date(p.Attestation.IssuedAt)
		for _, id := range p.Attestation.PointIDs {
			v.chosen = append(v.chosen, id.String())
		}
	}
	return v
}

// offer lists the points where the person may serve; the only one is chosen.
func (v *attestView) offer(points []distribution.Point) {
	for _, p := range points {
		id := p.ID.String()
		v.Points = append(v.Points, ui.Option{Value: id, Label: p.Name, Checked: len(points) == 1 || slices.Contains(v.chosen, id)})
	}
}

type teamRow struct{ Name, Course, When, Href string }

type teamView struct {
	Rows   []teamRow
	Points []ui.Row
}
