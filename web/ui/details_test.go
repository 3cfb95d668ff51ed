package ui_test

import (
	"strings"
	"testing"

	"github.com/a-h/templ"

	"passnum/web/ui"
)

// A field that was refused is never folded away, however deep.
func TestDetailsOpenOnWhatWasRefused(t *testing.T) {
	t.Parallel()
	for message, open := range map[string]bool{"": false, "Écrivez le motif.": true} {
		field := ui.TextInput(ui.Field{Name: "motif", Label: "Motif", Error: message})
		var out strings.Builder
		if err := ui.Details("Refuser").Render(templ.WithChildren(t.Context(), field), &out); err != nil {
			t.Fatal(err)
		}
		html := out.String()
		if got := strings.HasPrefix(html, `<details class="govuk-details" open>`); got != open {
			t.Errorf("refused for %q: open is %t: %s", message, got, html)
		}
		if !strings.Contains(html, "Refuser") || strings.Count(html, `name="motif"`) != 1 {
			t.Errorf("what is inside is lost: %s", html)
		}
	}
}
