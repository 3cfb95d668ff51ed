package story_test

import (
	"context"
	"fmt"
	"os"
	"sync"
	"testing"

	"passnum/internal/app"
	"passnum/internal/demo"
)

func TestMain(m *testing.M) {
	code := m.Run()
	everyTest.end()
	if everyTest.failed {
		code = 1
	}
	os.Exit(code)
}

// lasting is a testing.TB that outlives each test, for what all share.
type lasting struct {
	testing.TB
	mu       sync.Mutex
	cleanups []func()
	failed   bool
}

var everyTest = &lasting{}

func (l *lasting) Helper() {}

func (l *lasting) Context() context.Context { return context.Background() }

func (l *lasting) Cleanup(f func()) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.cleanups = append(l.cleanups, f)
}

func (l *lasting) Errorf(format string, args ...any) {
	l.failed = true
	fmt.Fprintf(os.Stderr, format+"\n", args...)
}

func (l *lasting) Fatalf(format string, args ...any) { panic(fmt.Sprintf(format, args...)) }

func (l *lasting) Fatal(args ...any) { panic(fmt.Sprint(args...)) }

func (l *lasting) end() {
	for i := len(l.cleanups) - 1; i >= 0; i-- {
		l.cleanups[i]()
	}
}

// demonstration is the site on the demonstration world, loaded once for all
// tests: they read it, and what they write stays out of each other's way.
var demonstration = sync.OnceValue(func() *site {
	return newSite(everyTest, func(s *site) {
		if err := app.LoadDemo(context.Background(), s.config); err != nil {
			everyTest.Fatal(err)
		}
		// No autovacuum on a test server: unmeasured tables are read in the worst of orders.
		if _, err := s.base.Owner().Exec(context.Background(), "ANALYZE"); err != nil {
			everyTest.Fatal(err)
		}
		s.password = demo.Password
	})
})
