package webtest

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
)

// Console collects what a tab complains about: script errors, refused
// resources, breaches of the content security policy.
type Console struct {
	mu      sync.Mutex
	entries []string
}

// Watch listens to a tab from now on. Answers with one of the statuses given
// (a refused form's 422) are not complaints.
func Watch(t testing.TB, ctx context.Context, statuses ...int) *Console {
	t.Helper()
	c := &Console{}
	err := chromedp.Listen(ctx, func(event any) {
		switch e := event.(type) {
		case *runtime.EventExceptionThrown:
			c.add("exception: " + thrown(e.ExceptionDetails))
		case *runtime.EventConsoleAPICalled:
			if e.Type == runtime.ConsoleAPICalledTypeError || e.Type == runtime.ConsoleAPICalledTypeWarning {
				c.add(string(e.Type) + ": " + arguments(e.Args))
			}
		case *log.EventEntryAdded:
			if e.Entry.Level == log.EntryLevelError && !expected(e.Entry.Text, statuses) {
				c.add(string(e.Entry.Source) + ": " + e.Entry.Text + " " + e.Entry.URL)
			}
		}
	})
	if err != nil {
		t.Fatalf("browser: %v", err)
	}
	return c
}

// Empty fails the test for each complaint heard so far, then forgets them.
func (c *Console) Empty(t testing.TB) {
	t.Helper()
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, entry := range c.entries {
		t.Errorf("console: %s", entry)
	}
	c.entries = nil
}

func (c *Console) add(entry string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.entries = append(c.entries, entry)
}

func expected(text string, statuses []int) bool {
	for _, status := range statuses {
		if strings.Contains(text, fmt.Sprintf("status of %d", status)) {
			return true
		}
	}
	return false
}

func arguments(args []*runtime.RemoteObject) string {
	words := make([]string, len(args))
	for i, a := range args {
		words[i] = string(a.Value) + a.Description
	}
	return strings.Join(words, " ")
}

func thrown(d *runtime.ExceptionDetails) string {
	if d.Exception != nil {
		return d.Text + " " + d.Exception.Description
	}
	return d.Text
}
