package proof

import (
	"context"
	"sync"

	"passnum/internal/postgres"
)

// side is the work that two connections share: one takes checks from the front,
// the other from the back, until they meet. Each check sees its own moment of
// the database, whichever connection runs it.
type side struct {
	mu          sync.Mutex
	checks      []Check
	report      Report
	front, back int  // what is left is [front, back)
	begun       bool // by the second connection
	err         error
}

// sideBySide is runAll on whole tables, on tx and on a second connection if the
// pool has one to give meanwhile: it is never waited for.
func sideBySide(ctx context.Context, db *postgres.DB, tx *postgres.Tx, checks []Check) (Report, error) {
	s := &side{checks: checks, report: make(Report, len(checks)), back: len(checks)}
	waiting, giveUp := context.WithCancel(ctx)
	defer giveUp()
	var second sync.WaitGroup
	second.Go(func() {
		// Nothing is written there: what matters of its end is what its checks found.
		_ = db.InPlatform(waiting, postgres.System{}, "", func(other *postgres.Tx) error { return s.help(ctx, other) })
	})
	err := s.work(ctx, tx, s.fromFront)
	if s.stop(err) {
		giveUp()
	}
	second.Wait()
	if err == nil {
		err = s.err
	}
	if err != nil {
		return nil, err
	}
	return s.report, untune(ctx, tx)
}

// help is the second connection's part.
func (s *side) help(ctx context.Context, tx *postgres.Tx) error {
	s.mu.Lock()
	idle := s.front >= s.back
	s.begun = !idle
	s.mu.Unlock()
	if idle {
		return nil
	}
	err := s.work(ctx, tx, s.fromBack)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.err = err
	if err != nil {
		s.back = s.front // the other stops too
	}
	return err
}

func (s *side) work(ctx context.Context, tx *postgres.Tx, next func() (int, bool)) error {
	if err := tune(ctx, tx, true); err != nil {
		return err
	}
	for i, ok := next(); ok; i, ok = next() {
		if err := s.checks[i].into(ctx, tx, &s.report[i]); err != nil {
			return err
		}
	}
	return nil
}

// stop leaves nothing to take after an error, and reports whether the second
// connection is still being waited for in vain.
func (s *side) stop(err error) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if err != nil {
		s.back = s.front
	}
	return !s.begun
}

func (s *side) fromFront() (int, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.front >= s.back {
		return 0, false
	}
	s.front++
	return s.front - 1, true
}

func (s *side) fromBack() (int, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.front >= s.back {
		return 0, false
	}
	s.back--
	return s.back, true
}
