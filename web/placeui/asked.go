package placeui

import (
	"net/url"
	"strconv"
	"strings"

	"passnum/internal/referentiel"
	"passnum/web/ui"
	"passnum/web/urls"
)

// Asked is what one wants to learn: a service chosen in the list, or words.
type Asked struct {
	Words string // as typed, or the service's name
	Entry int    // the service chosen; zero for none
}

// ReadAsked takes the service that was chosen, unless something else was typed
// over it, as happens without script.
func ReadAsked(values url.Values) Asked {
	const longest = 100
	a := Asked{Words: strings.TrimSpace(values.Get("apprendre"))}
	if words := []rune(a.Words); len(words) > longest {
		a.Words = string(words[:longest])
	}
	number, err := strconv.Atoi(values.Get("service"))
	if err != nil {
		return a
	}
	if e, ok := referentiel.Load().Entry(number); ok && (!values.Has("apprendre") || a.Words == e.Label) {
		a.Entry, a.Words = number, e.Label
	}
	return a
}

// Services lists what was asked for by name; nil when nothing was.
func (a Asked) Services() []referentiel.Entry {
	if e, ok := referentiel.Load().Entry(a.Entry); ok {
		return []referentiel.Entry{e}
	}
	if a.Words == "" {
		return nil
	}
	return referentiel.Load().Search(a.Words)
}

// Numbers are those of the services; nil when nothing was asked for, and a number
// that no service has when none is called so.
func (a Asked) Numbers() []int16 {
	if a.Words == "" {
		return nil
	}
	var numbers []int16
	for _, e := range a.Services() {
		numbers = append(numbers, int16(e.Number))
	}
	if numbers == nil {
		return []int16{0}
	}
	return numbers
}

// Field asks for a service.
func (a Asked) Field() ui.ComboboxArgs {
	field := ui.ComboboxArgs{Field: ui.Field{Name: "apprendre", Label: "Pour apprendre", Value: a.Words, Hint: "Photo, impôts, smartphone…"}, Source: urls.ProposeServices(), ValueName: "service"}
	if a.Entry > 0 {
		field.Chosen = strconv.Itoa(a.Entry)
	}
	return field
}
