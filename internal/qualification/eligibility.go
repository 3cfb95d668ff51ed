package qualification

import (
	"context"
	"strconv"

	"passnum/internal/fault"
	"passnum/internal/identity"
	"passnum/internal/postgres"
)

// Outcome is what the questionnaire concludes.
type Outcome string

// The outcomes. NotYet keeps a file from being sent; ToReview leaves it to the
// operator.
const (
	Eligible Outcome = "eligible"
	ToReview Outcome = "examiner"
	NotYet   Outcome = "pas_encore"
)

// enough is the share of the points, in percent, from which a body is eligible.
const enough = 60

// Verdict is the questionnaire's result, told at once and in the open.
type Verdict struct {
	Complete    bool
	Outcome     Outcome
	Points, Max int
	// Todo lists what to do first, of the answers that stop.
	Todo []string
}

// Label is the verdict in French.
func (v Verdict) Label() string {
	if !v.Complete {
		return ""
	}
	score := " (" + strconv.Itoa(v.Points) + " points sur " + strconv.Itoa(v.Max) + ")"
	return map[Outcome]string{Eligible: "Éligible", ToReview: "À examiner", NotYet: "Pas encore"}[v.Outcome] + score
}

// Judge reads the answers to today's questionnaire.
func Judge(given map[string]string) Verdict {
	v := Verdict{Complete: given["version"] == QuestionnaireVersion}
	for _, q := range Questionnaire {
		best := 0
		for _, a := range q.Answers {
			best = max(best, a.Points)
		}
		v.Max += best
		a, known := q.answer(given[q.Key])
		v.Complete = v.Complete && known
		v.Points += a.Points
		if a.Stops {
			v.Todo = append(v.Todo, a.Effect)
		}
	}
	switch {
	case len(v.Todo) > 0:
		v.Outcome = NotYet
	case v.Points*100 >= v.Max*enough:
		v.Outcome = Eligible
	default:
		v.Outcome = ToReview
	}
	return v
}

// ReadAnswers checks that every question of today has one of its answers; typed
// is by the question's key.
func ReadAnswers(typed map[string]string) (map[string]string, error) {
	var c fault.Collector
	given := map[string]string{"version": QuestionnaireVersion}
	for _, q := range Questionnaire {
		a, known := q.answer(typed[q.Key])
		c.Check(known, q.Key, "Choisissez la réponse la plus proche.")
		given[q.Key] = a.Value
	}
	return given, c.Err()
}

// SaveEligibility keeps the answers to the questionnaire. structure.ErrClosed,
// or refused fields.
func (s *Service) SaveEligibility(ctx context.Context, actor identity.Actor, typed map[string]string) (Saved, error) {
	return s.save(ctx, actor, StepEligibility, func(context.Context, *postgres.Tx, stepState) (answers, error) {
		given, err := ReadAnswers(typed)
		return given, err
	}, nil)
}
