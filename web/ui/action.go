package ui

import "github.com/a-h/templ"

// ButtonKind is how much a button asks for attention.
type ButtonKind string

// The kinds of buttons; a screen has one Primary at most.
const (
	Primary   ButtonKind = ""
	Secondary ButtonKind = "secondary"
	Warning   ButtonKind = "warning"
	// Quiet looks like a link.
	Quiet ButtonKind = "quiet"
)

// ButtonArgs describes one button.
type ButtonArgs struct {
	Label string
	// Hidden completes the label for screen readers when several look alike.
	Hidden string
	Kind   ButtonKind
	// Href makes it a link.
	Href string
	// Name and Value are sent with the form; FormAction changes its address.
	Name, Value, FormAction string
	Icon                    string
	// Large is the one act of a work screen, as wide as its column.
	Large bool
	// Once ignores a second click within a second.
	Once     bool
	Disabled bool
	Attrs    templ.Attributes
}

// Pair is a key and its value.
type Pair struct{ Key, Value string }

// Pagination is the addresses of a list's neighbouring pages; empty ones are
// not shown. Text says where one is, if known.
type Pagination struct{ PrevHref, NextHref, Text string }

// Tab is one view of an object.
type Tab struct {
	Label, Href string
	Current     bool
	Count       string
}

func (b ButtonArgs) class() string {
	if b.Kind == Quiet {
		return "pn-quiet"
	}
	class := "govuk-button"
	if b.Kind != Primary {
		class += " govuk-button--" + string(b.Kind)
	}
	if b.Large {
		class += " pn-button--large"
	}
	return class
}

func (b ButtonArgs) linkAttributes() templ.Attributes {
	a := templ.Attributes{"class": b.class(), "href": string(templ.URL(b.Href))}
	for key, value := range b.Attrs {
		a[key] = value
	}
	return a
}

func (b ButtonArgs) attributes() templ.Attributes {
	a := templ.Attributes{"class": b.class(), "type": "submit", "data-module": "govuk-button"}
	set := func(key, value string) {
		if value != "" {
			a[key] = value
		}
	}
	set("name", b.Name)
	if b.Name != "" {
		a["value"] = b.Value
	}
	if b.FormAction != "" {
		a["formaction"] = string(templ.URL(b.FormAction))
	}
	if b.Once {
		a["data-prevent-double-click"] = "true"
	}
	if b.Disabled {
		a["disabled"] = true
	}
	for key, value := range b.Attrs {
		a[key] = value
	}
	return a
}
