package webtest

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/chromedp/chromedp"
)

// Violation is one accessibility rule broken on a page, and where.
type Violation struct {
	ID     string `json:"id"`
	Impact string `json:"impact"`
	Help   string `json:"help"`
	Nodes  []struct {
		HTML           string `json:"html"`
		FailureSummary string `json:"failureSummary"`
	} `json:"nodes"`
}

// String names the rule and every place that breaks it.
func (v Violation) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s (%s): %s", v.ID, v.Impact, v.Help)
	for _, n := range v.Nodes {
		fmt.Fprintf(&b, "\n  %s\n    %s", n.HTML, strings.ReplaceAll(n.FailureSummary, "\n", "\n    "))
	}
	return b.String()
}

// axeRun answers JSON, so that an error inside axe is told apart from no
// violation; nothing when the page does not hold axe yet.
const axeRun = `globalThis.axe?.run(document, {
	runOnly: {type: "tag", values: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa"]},
	resultTypes: ["violations"],
}).then((r) => JSON.stringify(r.violations)) ?? ""`

// Axe checks the page as it stands against WCAG 2.0 to 2.2, A and AA, and fails
// the test for each violation.
func Axe(t testing.TB, ctx context.Context) {
	t.Helper()
	for _, v := range Violations(t, ctx) {
		t.Errorf("accessibility: %s", v)
	}
}

// Violations returns what Axe would report.
func Violations(t testing.TB, ctx context.Context) []Violation {
	t.Helper()
	run := chromedp.Evaluate[string](axeRun, chromedp.EvalAwaitPromise)
	answer := Read(t, ctx, run)
	if answer == "" {
		source, err := axeSource()
		if err != nil {
			t.Fatal(err)
		}
		Do(t, ctx, chromedp.Evaluate[chromedp.Void](source+"\n;true"))
		answer = Read(t, ctx, run)
	}
	var violations []Violation
	if err := json.Unmarshal([]byte(answer), &violations); err != nil {
		t.Fatalf("axe answered %q: %v", answer, err)
	}
	return violations
}

var axeSource = sync.OnceValues(func() (string, error) {
	root, err := repositoryRoot()
	if err != nil {
		return "", err
	}
	body, err := os.ReadFile(filepath.Join(root, "node_modules", "axe-core", "axe.min.js"))
	if err != nil {
		return "", fmt.Errorf("axe-core is missing, run \"npm ci\": %w", err)
	}
	return string(body), nil
})

func repositoryRoot() (string, error) {
	dir, err := os.Getwd()
	if err != nil {
		return "", err
	}
	for {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			return dir, nil
		}
		parent := filepath.Dir(dir)
		if parent == dir {
			return "", fmt.Errorf("no go.mod above the tests")
		}
		dir = parent
	}
}
