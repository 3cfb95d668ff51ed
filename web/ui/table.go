package ui

import "github.com/a-h/templ"

// TableArgs is a table: what it lists, its columns, its rows.
type TableArgs struct {
	// Caption names the table; HideCaption when the card's title already does.
	Caption     string
	HideCaption bool
	// ID tells tables of a page apart when Scroll is set.
	ID      string
	Columns []Column
	Rows    []Row
	// Foot is totals.
	Foot []Row
	// Empty replaces a table without rows.
	Empty EmptyArgs
	// Scroll keeps the columns on a phone, for figures to compare.
	Scroll bool
	// Compact brings rows closer.
	Compact bool
}

// Column is a column's title; numeric ones are aligned right.
type Column struct {
	Label     string
	Numeric   bool
	HideLabel bool
	// SortHref sorts by the column; Sorted says it is.
	SortHref string
	Sorted   Sorting
}

// Sorting is the order of a column.
type Sorting string

// The orders of a column.
const (
	Ascending  Sorting = "ascending"
	Descending Sorting = "descending"
)

// Row is a row's cells, as many as columns.
type Row struct {
	Cells  []templ.Component
	Strong bool
}

// NewRow is a plain row.
func NewRow(cells ...templ.Component) Row { return Row{Cells: cells} }

// Columns makes text columns from their titles; a title that begins with « # »
// is numeric.
func Columns(labels ...string) []Column {
	columns := make([]Column, len(labels))
	for i, label := range labels {
		if label != "" && label[0] == '#' {
			columns[i] = Column{Label: label[1:], Numeric: true}
			continue
		}
		columns[i] = Column{Label: label}
	}
	return columns
}

func (c Column) cardLabel() string {
	if c.HideLabel {
		return ""
	}
	return c.Label
}

func (t TableArgs) class() string {
	class := "pn-table"
	if !t.Scroll {
		class += " pn-table--cards"
	}
	if !t.Scroll && len(t.Columns) == 2 && t.Columns[1].Numeric {
		class += " pn-table--pairs"
	}
	if t.Compact {
		class += " pn-table--compact"
	}
	return class
}

func (t TableArgs) captionClass() string {
	if t.HideCaption {
		return "govuk-visually-hidden"
	}
	return "pn-table__caption"
}

func (t TableArgs) wrapperAttributes() templ.Attributes {
	a := templ.Attributes{"class": "pn-table-wrap"}
	if t.Scroll {
		a["tabindex"], a["role"], a["aria-label"] = "0", "region", t.Caption
	}
	return a
}

// SummaryRow is one answer: Body wins over Value.
type SummaryRow struct {
	Key, Value string
	Body       templ.Component
	// ChangeHref leads back to the question; Change is its word, « Modifier » when empty.
	ChangeHref, Change string
}

func (r SummaryRow) change() string {
	if r.Change == "" {
		return "Modifier"
	}
	return r.Change
}

// Task is one thing to complete; a nil Status says « Fait ».
type Task struct {
	Title, Hint, Href string
	Status            templ.Component
}

// StepState is where a step stands.
type StepState int

// The states of a step.
const (
	Next StepState = iota
	Current
	Done
)

// Step is one step of a Timeline. Note says who did it or who acts next.
type Step struct {
	Label, Date, Note string
	State             StepState
	Body              templ.Component
}

func (s Step) state() string {
	return [...]string{Next: "next", Current: "current", Done: "done"}[s.State]
}

func (s Step) spoken() string {
	return [...]string{Next: "À venir\u00a0: ", Current: "En cours\u00a0: ", Done: "Fait\u00a0: "}[s.State]
}

// NumberedItem is one item of Numbered.
type NumberedItem struct {
	Title, Href, Detail string
	Body                templ.Component
}

// JournalEntry is one event of an object's history.
type JournalEntry struct{ When, Who, What, Detail string }
