package training_test

import (
	"errors"
	"testing"

	"github.com/google/uuid"

	"passnum/internal/fault"
	"passnum/internal/identity"
	"passnum/internal/testworld"
	"passnum/internal/training"
)

func TestLessonsCanBePassed(t *testing.T) {
	t.Parallel()
	for _, c := range training.Courses() {
		seen := map[string]bool{}
		for _, l := range c.Lessons {
			if seen[l.Key] || l.Key == "attestation" {
				t.Errorf("%s: lesson %s twice, or a reserved word", c.Key, l.Key)
			}
			seen[l.Key] = true
			if len(l.Questions) == 0 || len(l.Parts) == 0 || l.Minutes == 0 {
				t.Errorf("%s/%s is empty", c.Key, l.Key)
			}
			for _, q := range l.Questions {
				if q.Right < 0 || q.Right >= len(q.Answers) || len(q.Answers) < 2 || q.Because == "" {
					t.Errorf("%s/%s: %s", c.Key, l.Key, q.Text)
				}
			}
		}
	}
}

func pass(t *testing.T, s *training.Service, actor identity.Actor, course training.Course) {
	t.Helper()
	for _, l := range course.Lessons {
		var answers []int
		for _, q := range l.Questions {
			answers = append(answers, q.Right)
		}
		got, err := s.Answer(t.Context(), actor, course.Key, l.Key, answers)
		if err != nil || !got.Passed {
			t.Fatalf("%s: %v %v", l.Key, got, err)
		}
	}
}

func TestAttestationAfterEveryLesson(t *testing.T) {
	t.Parallel()
	w := testworld.New(t)
	s := training.NewService(w.DB)
	course := training.For(w.Agent)[0]
	wrong, err := s.Answer(t.Context(), w.Agent, course.Key, course.Lessons[0].Key, []int{0})
	if err != nil || wrong.Passed || wrong.Right[0] {
		t.Errorf("a wrong answer passes: %v %v", wrong, err)
	}
	if _, err := s.Attest(t.Context(), w.Agent, course.Key, nil); !errors.Is(err, training.ErrUnfinished) {
		t.Errorf("attested too soon: %v", err)
	}
	pass(t, s, w.Agent, course)
	pass(t, s, w.Agent, course) // following it again changes nothing
	given, err := s.Attest(t.Context(), w.Agent, course.Key, nil)
	if err != nil {
		t.Fatal(err)
	}
	again, err := s.Attest(t.Context(), w.Agent, course.Key, []uuid.UUID{w.Point})
	if err != nil || again.ID != given.ID || len(again.PointIDs) != 1 {
		t.Errorf("asked again: %v %v", again, err)
	}
	for name, actor := range map[string]identity.Actor{"counter": w.Agent, "commanditaire": w.Commanditaire} {
		counts, err := s.TrainedAgents(t.Context(), actor, []uuid.UUID{w.Point})
		if err != nil || counts[w.Point] != 1 {
			t.Errorf("%s counts %v, %v", name, counts, err)
		}
	}
	if counts, err := s.TrainedAgents(t.Context(), w.Other, []uuid.UUID{w.Point}); err != nil || len(counts) != 0 {
		t.Errorf("a stranger counts %v, %v", counts, err)
	}
	if _, err := s.Attestation(t.Context(), w.Mediateur, given.ID); !fault.Is(err, fault.KindNotFound) {
		t.Errorf("another organisation reads it: %v", err)
	}
	w.Exec(`UPDATE memberships SET ended_at = now() WHERE account_id = $1`, w.Agent.AccountID)
	if counts, err := s.TrainedAgents(t.Context(), w.Commanditaire, []uuid.UUID{w.Point}); err != nil || len(counts) != 0 {
		t.Errorf("someone who left counts: %v, %v", counts, err)
	}
}
