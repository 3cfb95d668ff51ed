package training

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/google/uuid"

	"passnum/internal/audit"
	"passnum/internal/fault"
	"passnum/internal/identity"
	"passnum/internal/postgres"
)

// Service is the use cases of training.
type Service struct{ db *postgres.DB }

// NewService prepares the use cases.
func NewService(db *postgres.DB) *Service { return &Service{db} }

// What training refuses.
var (
	// ErrNoCourse is a course or a lesson that does not exist, or is for others.
	ErrNoCourse = fault.New(fault.KindNotFound, "Cette leçon n’existe pas, ou elle ne concerne pas votre travail.")
	// ErrUnfinished refuses an attestation before the last lesson.
	ErrUnfinished = fault.New(fault.KindConflict, "Il reste des leçons à terminer avant l’attestation.")
	// ErrNoName refuses an attestation that would name nobody.
	ErrNoName = fault.New(fault.KindConflict, "Indiquez d’abord votre nom dans «\u00a0Mon compte\u00a0»\u00a0: il figure sur l’attestation.")
	// ErrNoAttestation is an attestation that does not exist or is another's.
	ErrNoAttestation = fault.New(fault.KindNotFound, "Cette attestation n’existe pas.")
)

// CourseFor finds a course that concerns the actor; ErrNoCourse otherwise.
func CourseFor(actor identity.Actor, key string) (Course, error) {
	for _, c := range For(actor) {
		if c.Key == key {
			return c, nil
		}
	}
	return Course{}, ErrNoCourse
}

// Mine is the actor's progress in each course that concerns them.
func (s *Service) Mine(ctx context.Context, actor identity.Actor) ([]Progress, error) {
	courses := For(actor)
	list := make([]Progress, len(courses))
	err := s.db.InOrganisation(ctx, actor, func(tx *postgres.Tx) error {
		for i, c := range courses {
			var err error
			if list[i], err = progressOf(ctx, tx, actor, c); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("read training: %w", err)
	}
	return list, nil
}

// Answered is what a person's answers were worth, question by question.
type Answered struct {
	Right  []bool
	Passed bool
}

// Answer judges the answers to a lesson, one index a question (−1 for none), and
// records the lesson when all are right. ErrNoCourse for an unknown lesson.
func (s *Service) Answer(ctx context.Context, actor identity.Actor, course, lesson string, answers []int) (Answered, error) {
	c, err := CourseFor(actor, course)
	if err != nil {
		return Answered{}, err
	}
	l, _, ok := c.Lesson(lesson)
	if !ok {
		return Answered{}, ErrNoCourse
	}
	judged := Answered{Right: make([]bool, len(l.Questions)), Passed: true}
	for i, q := range l.Questions {
		judged.Right[i] = i < len(answers) && answers[i] == q.Right
		judged.Passed = judged.Passed && judged.Right[i]
	}
	if !judged.Passed {
		return judged, nil
	}
	err = s.db.InOrganisation(ctx, actor, func(tx *postgres.Tx) error { return recordLesson(ctx, tx, actor, c, l) })
	if err != nil {
		return Answered{}, fmt.Errorf("record lesson: %w", err)
	}
	return judged, nil
}

// Attest gives the attestation of a course whose lessons are all passed, for the
// points where the person serves; asking again only changes the points. It
// answers ErrUnfinished and ErrNoName. The caller has checked that the points
// are the organisation's.
func (s *Service) Attest(ctx context.Context, actor identity.Actor, course string, points []uuid.UUID) (Attestation, error) {
	c, err := CourseFor(actor, course)
	if err != nil {
		return Attestation{}, err
	}
	if strings.TrimSpace(actor.Name) == "" {
		return Attestation{}, ErrNoName
	}
	var given Attestation
	err = s.db.InOrganisation(ctx, actor, func(tx *postgres.Tx) error {
		progress, err := progressOf(ctx, tx, actor, c)
		if err != nil {
			return err
		}
		if !progress.Complete() {
			return ErrUnfinished
		}
		if given, err = attest(ctx, tx, actor, c, points); err != nil || progress.Attestation != nil {
			return err
		}
		return audit.Record(ctx, tx, actor, audit.Act{Name: "attestation de formation", SubjectKind: "formation", SubjectID: given.ID,
			Detail: map[string]any{"parcours": c.Key, "édition": c.Edition}})
	})
	if err != nil {
		return Attestation{}, fmt.Errorf("attest training: %w", err)
	}
	return given, nil
}

// Attestation finds an attestation of the actor's organisation: one's own, or
// any for who manages the team; ErrNoAttestation otherwise.
func (s *Service) Attestation(ctx context.Context, actor identity.Actor, id uuid.UUID) (Attestation, error) {
	list, err := s.Team(ctx, actor)
	if err != nil {
		return Attestation{}, err
	}
	i := slices.IndexFunc(list, func(a Attestation) bool { return a.ID == id })
	if i < 0 {
		return Attestation{}, ErrNoAttestation
	}
	return list[i], nil
}

// Team lists the attestations of the actor's organisation, by name; only one's
// own for who does not see the team.
func (s *Service) Team(ctx context.Context, actor identity.Actor) ([]Attestation, error) {
	if !actor.SignedIn() {
		return nil, identity.ErrForbidden
	}
	var list []Attestation
	err := s.db.InOrganisation(ctx, actor, func(tx *postgres.Tx) (err error) {
		list, err = attestations(ctx, tx, actor)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("list attestations: %w", err)
	}
	return list, nil
}

// TrainedAgents counts, for points the actor runs or follows, the people who
// hold the counter's attestation and still work there. Points without any are
// absent.
func (s *Service) TrainedAgents(ctx context.Context, actor identity.Actor, points []uuid.UUID) (map[uuid.UUID]int, error) {
	counts := map[uuid.UUID]int{}
	err := s.db.InOrganisation(ctx, actor, func(tx *postgres.Tx) error {
		rows, err := postgres.All[struct {
			PointID uuid.UUID
			People  int
		}](ctx, tx, `SELECT point_id, people FROM trained_agents(@points, @course)`, postgres.Args{"points": points, "course": CounterCourse})
		for _, r := range rows {
			counts[r.PointID] = r.People
		}
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("count trained agents: %w", err)
	}
	return counts, nil
}
