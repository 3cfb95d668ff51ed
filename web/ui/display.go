package ui

import (
	"github.com/a-h/templ"

	"passnum/internal/money"
	"passnum/web/assets"
)

// Header is the top of an object's page.
type Header struct {
	// Kicker is a word above the title, when the page has no crumbs.
	Kicker, Title, Lead string
	Tag                 templ.Component
	Actions             templ.Component
}

// Figure is one figure: its name, the figure, what to compare it with.
type Figure struct {
	Label, Value, Note string
	Tag                templ.Component
}

// GridShape is how a Grid shares the width.
type GridShape string

// The shapes of a Grid on a wide screen.
const (
	TwoOne GridShape = "2-1"
	OneTwo GridShape = "1-2"
	Halves GridShape = "1-1"
	Thirds GridShape = "1-1-1"
)

// VerdictArgs is the answer to a check.
type VerdictArgs struct {
	Tone Tone
	// Word is the answer: « Valable », « Déjà utilisé ».
	Word, Reason, Action string
}

// Line is one line of Lines. Word is its verdict, shown with the tone's sign.
type Line struct {
	Tone                  Tone
	Strong, Title, Detail string
	Word                  string
	Action                templ.Component
}

// EmptyArgs is what an empty list says.
type EmptyArgs struct{ Title, Body, Action, ActionHref string }

// Amount is an amount of money as a component, for a table's cell.
func Amount(c money.Cents) templ.Component { return Text(c.String()) }

// Number is a whole number as a component, for a table's cell.
func Number(n int) templ.Component { return Text(money.Count(int64(n))) }

func iconDrawing(name string) string {
	drawing, _ := assets.Icon(name)
	return drawing
}
