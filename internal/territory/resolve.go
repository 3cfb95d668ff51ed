package territory

import (
	"strings"

	"passnum/internal/fault"
)

// The refusals of Resolve that never vary.
var (
	// ErrCommuneMissing refuses an empty field.
	ErrCommuneMissing = fault.New(fault.KindInvalid, "Saisissez une commune\u00a0: son nom ou son code postal.")
	// ErrCommuneUnknown refuses a name that no commune bears.
	ErrCommuneUnknown = fault.New(fault.KindInvalid, "Aucune commune ne correspond\u00a0: vérifiez l’orthographe, ou saisissez le code postal.")
)

// Resolve finds the one commune meant by a form: by the INSEE code that the
// field's proposals send, else by what was typed, as happens without
// JavaScript. It refuses, with a fault, what fits no commune or several, and
// then names them.
func (ix *Index) Resolve(code, typed string) (Commune, error) {
	if c, ok := ix.Commune(code); ok {
		return c, nil
	}
	if strings.TrimSpace(typed) == "" {
		return Commune{}, ErrCommuneMissing
	}
	const shown = 4
	found := ix.Search(typed, shown+1)
	if len(found) == 0 {
		return Commune{}, ErrCommuneUnknown
	}
	if len(found) == 1 || onlyFirstIsExact(typed, found) || (len(found) == 2 && found[1].Code == found[0].Parent) {
		return found[0], nil
	}
	labels := make([]string, 0, shown)
	for _, c := range found[:min(shown, len(found))] {
		labels = append(labels, c.Label())
	}
	sentence := "Plusieurs communes correspondent, comme " + strings.Join(labels, ", ") + ". "
	if readQuery(typed).whole == "" {
		return Commune{}, fault.New(fault.KindInvalid, sentence+"Saisissez aussi le nom.")
	}
	return Commune{}, fault.New(fault.KindInvalid, sentence+"Ajoutez le code postal.")
}

// onlyFirstIsExact reports whether the whole of the first name, and of no
// other, was typed.
func onlyFirstIsExact(typed string, found []Commune) bool {
	want := readQuery(typed)
	exact := func(c Commune) bool { return want.whole != "" && c.text == " "+want.whole }
	return exact(found[0]) && !exact(found[1])
}
