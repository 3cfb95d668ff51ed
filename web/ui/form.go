package ui

import (
	"github.com/a-h/templ"
)

// FormArgs describes a form; it posts unless Method says « get ».
type FormArgs struct {
	Action, Method, ID string
	// Multipart is for forms with a FileUpload.
	Multipart bool
	// Guard asks before leaving with unsent changes.
	Guard bool
	// SubmitOnChange sends the form when a choice changes.
	SubmitOnChange bool
	Class          string
	Attrs          templ.Attributes
}

func (f FormArgs) attributes() templ.Attributes {
	a := templ.Attributes{"action": string(templ.URL(f.Action)), "method": "post", "novalidate": true}
	if f.Method != "" {
		a["method"] = f.Method
	}
	if f.ID != "" {
		a["id"] = f.ID
	}
	if f.Class != "" {
		a["class"] = f.Class
	}
	if f.Multipart {
		a["enctype"] = "multipart/form-data"
	}
	if f.Guard {
		a["data-guard"] = true
	}
	if f.SubmitOnChange {
		a["data-submit-on-change"] = true
	}
	for key, value := range f.Attrs {
		a[key] = value
	}
	return a
}

// Search is a one-field search form.
type Search struct {
	Action, Label, Hint, Value string
	// Name is the field's; « q » when empty.
	Name string
	// Button is its word; « Chercher » when empty.
	Button string
	Big    bool
}

func (s Search) name() string {
	if s.Name == "" {
		return "q"
	}
	return s.Name
}

func (s Search) id() string { return "chercher-" + s.name() }

func (s Search) button() string {
	if s.Button == "" {
		return "Chercher"
	}
	return s.Button
}

func (s Search) attributes() templ.Attributes {
	a := templ.Attributes{"class": "govuk-input", "type": "search", "id": s.id(), "name": s.name(), "value": s.Value}
	if s.Hint != "" {
		a["aria-describedby"] = s.id() + "-hint"
	}
	return a
}

// ComboboxArgs is a field whose proposals come from a URL answering
// ComboboxOptions to « ?q= ».
type ComboboxArgs struct {
	Field
	// Source is the proposals' address, without the query.
	Source string
	// ValueName is the hidden field that carries the chosen option's value.
	ValueName string
	// Chosen is that value when the form is shown again.
	Chosen string
}

// ComboboxOption is one proposal; Detail tells namesakes apart.
type ComboboxOption struct{ Value, Label, Detail string }

func (c ComboboxArgs) comboAttributes() templ.Attributes {
	a := c.inputAttributes()
	a["data-combobox-input"] = true
	a["autocomplete"] = "off"
	return a
}

// Commune is the commune field's arguments: the typed name and the INSEE code.
type Commune struct {
	Field
	Code string
}

func (c Commune) combobox() ComboboxArgs {
	f := c.Field
	if f.Hint == "" {
		f.Hint = "Nom ou code postal"
	}
	return ComboboxArgs{Field: f, Source: "/communes", ValueName: f.Name + "_code", Chosen: c.Code}
}
