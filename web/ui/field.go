package ui

import (
	"strconv"
	"strings"

	"github.com/a-h/templ"
)

// Field is one labelled control and its error.
type Field struct {
	// Name is the form's key, and the refusal's field name.
	Name string
	// ID defaults to Name; error summaries link to it.
	ID    string
	Label string
	// Big makes the label the page's question.
	Big bool
	// HideLabel keeps the label for screen readers only.
	HideLabel bool
	// Optional adds « (facultatif) » to the label.
	Optional bool
	Hint     string
	Error    string
	Value    string
	// Type is the input's type; text when empty.
	Type         string
	InputMode    string
	Autocomplete string
	Width        Width
	Prefix       string
	Suffix       string
	Autofocus    bool
	Disabled     bool
	ReadOnly     bool
	// Code is a big field with spaced signs for serials and chèque codes.
	Code bool
	// Scanner keeps the cursor in the field for a USB scanner.
	Scanner   bool
	MaxLength int
	// Rows is a TextArea's height; 5 when zero.
	Rows int
	// Accept is the file types of a FileUpload: « application/pdf ».
	Accept string
	Attrs  templ.Attributes
}

// Width is how many signs a field expects; its size is a hint to the person.
type Width int

// The widths of fields; zero takes the whole column.
const (
	WidthFull Width = 0
	Width2    Width = 2
	Width3    Width = 3
	Width4    Width = 4
	Width5    Width = 5
	Width10   Width = 10
	Width20   Width = 20
	Width30   Width = 30
)

// Option is one answer of a Select, of Radios, of Checkboxes or of tiles.
type Option struct {
	Value, Label, Hint string
	Checked            bool
	Disabled           bool
	// Or is a word shown before the option to set it apart: « ou ».
	Or string
	// Reveal is shown under a radio or a checkbox while it is chosen.
	Reveal templ.Component
}

// Choices is a question with its possible answers.
type Choices struct {
	Name, Legend string
	// ID defaults to Name.
	ID         string
	Big        bool
	HideLegend bool
	Optional   bool
	Hint       string
	Error      string
	Options    []Option
	// Small makes radios and checkboxes compact.
	Small bool
	// Inline puts short answers side by side.
	Inline bool
	// Columns is how many tiles stand in a row on a wide screen: 1, 2, 3, or 5
	// when each holds a few signs.
	Columns int
	Attrs   templ.Attributes
}

// Selected marks the options whose values are given as chosen.
func Selected(options []Option, values ...string) []Option {
	marked := make([]Option, len(options))
	for i, o := range options {
		for _, v := range values {
			o.Checked = o.Checked || o.Value == v
		}
		marked[i] = o
	}
	return marked
}

func (f Field) id() string {
	if f.ID != "" {
		return f.ID
	}
	return fieldID(f.Name)
}

// fieldID turns a form key into an identifier a link can name.
func fieldID(name string) string {
	return strings.NewReplacer("[", "-", "]", "", ".", "-").Replace(name)
}

func describedBy(id, hint, err string) string {
	var ids []string
	if hint != "" {
		ids = append(ids, id+"-hint")
	}
	if err != "" {
		ids = append(ids, id+"-error")
	}
	return strings.Join(ids, " ")
}

func (f Field) attributes(class string) templ.Attributes {
	a := templ.Attributes{"class": f.class(class), "id": f.id(), "name": f.Name}
	set := func(key, value string) {
		if value != "" {
			a[key] = value
		}
	}
	set("aria-describedby", describedBy(f.id(), f.Hint, f.Error))
	set("inputmode", f.InputMode)
	set("autocomplete", f.Autocomplete)
	set("accept", f.Accept)
	if f.MaxLength > 0 {
		a["maxlength"] = strconv.Itoa(f.MaxLength)
	}
	if f.Code {
		a["autocapitalize"], a["autocomplete"], a["spellcheck"] = "characters", "off", "false"
	}
	flags := map[string]bool{"disabled": f.Disabled, "readonly": f.ReadOnly, "autofocus": f.Autofocus || f.Scanner, "data-scanner": f.Scanner}
	for key, on := range flags {
		if on {
			a[key] = true
		}
	}
	if f.Error != "" {
		a["aria-invalid"] = "true"
	}
	for key, value := range f.Attrs {
		a[key] = value
	}
	return a
}

func (f Field) class(base string) string {
	class := base
	if f.Error != "" {
		class += " " + base + "--error"
	}
	if f.Width > 0 {
		class += " govuk-input--width-" + strconv.Itoa(int(f.Width))
	}
	if f.Code {
		class += " pn-code-input"
	}
	return class
}

func (f Field) inputAttributes() templ.Attributes {
	a := f.attributes("govuk-input")
	a["type"] = "text"
	if f.Type != "" {
		a["type"] = f.Type
	}
	if f.Value != "" && f.Type != "password" {
		a["value"] = f.Value
	}
	return a
}

func (f Field) areaAttributes() templ.Attributes {
	a := f.attributes("govuk-textarea")
	a["rows"] = "5"
	if f.Rows > 0 {
		a["rows"] = strconv.Itoa(f.Rows)
	}
	return a
}

func (f Field) fileAttributes() templ.Attributes {
	a := f.attributes("govuk-file-upload")
	a["type"] = "file"
	return a
}

func (f Field) money() Field {
	f.Suffix, f.InputMode = "€", "decimal"
	if f.Width == WidthFull {
		f.Width = Width10
	}
	return f
}

func (f Field) date() Field {
	f.InputMode = "numeric"
	if f.Width == WidthFull {
		f.Width = Width10
	}
	if f.Hint == "" {
		f.Hint = "Par exemple, 31/12/2026"
	}
	return f
}

func (c Choices) id() string {
	if c.ID != "" {
		return c.ID
	}
	return fieldID(c.Name)
}

// optionID gives the first option the question's identifier, so that the error
// summary's link lands on a control.
func (c Choices) optionID(i int) string {
	if i == 0 {
		return c.id()
	}
	return c.id() + "-" + strconv.Itoa(i+1)
}

func (c Choices) class(base string) string {
	class := base
	if c.Small {
		class += " " + base + "--small"
	}
	if c.Inline {
		class += " " + base + "--inline"
	}
	return class
}

func (c Choices) tilesClass() string {
	if c.Columns > 1 {
		return "pn-tiles pn-tiles--" + strconv.Itoa(min(c.Columns, 5))
	}
	return "pn-tiles"
}

func groupClass(err string) string {
	if err != "" {
		return "govuk-form-group govuk-form-group--error"
	}
	return "govuk-form-group"
}

func labelClass(kind string, big, hidden bool) string {
	class := "govuk-" + kind + " govuk-" + kind + "--" + map[bool]string{true: "l", false: "s"}[big]
	if hidden {
		class += " govuk-visually-hidden"
	}
	return class
}
