package app_test

import (
	"strings"
	"sync"
	"testing"

	"passnum/internal/carnet/code"
)

// logs keeps what a server logs while it is still writing.
type logs struct {
	mu   sync.Mutex
	text strings.Builder
}

func (l *logs) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(p)
}

func (l *logs) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.String()
}

func codeKey(t *testing.T) string {
	t.Helper()
	return code.GenerateKey("k1")
}
