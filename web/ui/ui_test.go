package ui_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/a-h/templ"

	"passnum/internal/fault"
	"passnum/internal/money"
	"passnum/web/assets"
	"passnum/web/ui"
)

func render(t *testing.T, c templ.Component) string {
	t.Helper()
	var b strings.Builder
	if err := c.Render(t.Context(), &b); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func contains(t *testing.T, html string, wanted ...string) {
	t.Helper()
	for _, w := range wanted {
		if !strings.Contains(html, w) {
			t.Errorf("missing %q in:\n%s", w, html)
		}
	}
}

func TestRefusedFormLinksEachSentenceToItsField(t *testing.T) {
	t.Parallel()
	errs := ui.ErrorsFrom(fault.Invalid(fault.FieldError{Field: "points[2].name", Sentence: "Nommez le point."}))
	html := render(t, in(ui.Layout(ui.Page{Title: "Points", Errors: errs}),
		ui.TextInput(ui.Field{Name: "points[2].name", Label: "Nom", Error: errs.For("points[2].name")})))
	contains(t, html, "<title>Erreur\u00a0: Points – Passnum</title>", `href="#points-2-name"`, `id="points-2-name"`,
		`name="points[2].name"`, `aria-describedby="points-2-name-error"`, `aria-invalid="true"`)
	if ui.ErrorsFrom(nil).Any() {
		t.Error("no refusal, yet something to show")
	}
}

func TestFirstOptionCarriesTheQuestionsIdentifier(t *testing.T) {
	t.Parallel()
	html := render(t, ui.Radios(ui.Choices{Name: "format", Legend: "Format", Options: ui.Selected([]ui.Option{{Value: "5"}, {Value: "10"}}, "10")}))
	contains(t, html, `id="format"`, `id="format-2"`)
	if strings.Count(html, "checked") != 1 {
		t.Errorf("want one choice checked:\n%s", html)
	}
}

func TestPasswordIsNeverWrittenBack(t *testing.T) {
	t.Parallel()
	html := render(t, ui.TextInput(ui.Field{Name: "password", Type: "password", Value: "secret"}))
	if strings.Contains(html, "secret") {
		t.Error("the password is in the page")
	}
}

func TestLinksRefuseScripts(t *testing.T) {
	t.Parallel()
	const script = "javascript:alert(1)"
	html := render(t, templ.Join(ui.Link("a", script), ui.Button(ui.ButtonArgs{Label: "b", Href: script}),
		in(ui.Form(ui.FormArgs{Action: script}), ui.Button(ui.ButtonArgs{Label: "c", FormAction: script}))))
	if strings.Contains(html, "javascript:") {
		t.Errorf("a script got through:\n%s", html)
	}
}

func TestVisitorsPagesAreIndexedAndOthersAreNot(t *testing.T) {
	t.Parallel()
	if html := render(t, ui.Public(ui.Page{Title: "Lieux"})); strings.Contains(html, "noindex") {
		t.Error("a public page hides from search engines")
	}
	contains(t, render(t, ui.Layout(ui.Page{Title: "À faire", Actor: &ui.Actor{}})), `content="noindex, nofollow"`)
}

func TestChartRepeatsItsFiguresInATable(t *testing.T) {
	t.Parallel()
	html := render(t, ui.BarChart(ui.BarChartArgs{Label: "Montants", Unit: "Montant",
		Format: func(v int64) string { return money.Cents(v).Short() },
		Bars:   []ui.Bar{{Label: "oct.", Value: 250000}, {Label: "nov.", Value: 0, Current: true}}}))
	contains(t, html, `role="img" aria-label="Montants"`, "<table", money.Cents(250000).Short(), "pn-bar--current")
	contains(t, render(t, ui.BarChart(ui.BarChartArgs{Label: "Rien"})), "<svg")
}

func TestNoInlineStyleOrScript(t *testing.T) {
	t.Parallel()
	forbidden := regexp.MustCompile(`\sstyle=|\son[a-z]+=|<script[^>]*>[^<]|<style`)
	for name, page := range galleryPages() {
		if found := forbidden.FindString(render(t, page)); found != "" {
			t.Errorf("%s: %q breaks the content security policy", name, found)
		}
	}
}

// TestEveryIconExists reads every screen, since an unknown icon draws nothing.
func TestEveryIconExists(t *testing.T) {
	t.Parallel()
	named := regexp.MustCompile(`Icon(?:\(|:\s*)"([^"]+)"`)
	err := filepath.WalkDir("..", func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || !strings.HasSuffix(path, ".templ") && (!strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_templ.go")) {
			return err
		}
		source, err := os.ReadFile(path)
		for _, match := range named.FindAllStringSubmatch(string(source), -1) {
			if _, ok := assets.Icon(match[1]); !ok {
				t.Errorf("%s: icon %q is not in web/assets/icons.txt", path, match[1])
			}
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}
