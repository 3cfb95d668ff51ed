package qualification

import (
	"slices"

	"passnum/internal/structure"
)

// FlaggedPart is a step with all that may be flagged in it.
type FlaggedPart struct {
	Title string
	Flags []FlagValue
}

// FlagValue is what may be flagged, as it reads now.
type FlagValue struct {
	Flag
	Value string
}

// MayFlag reports whether corrections may be asked of a file in this state.
func MayFlag(s structure.State) bool {
	return s == structure.Submitted || s == structure.Corrections || StaysAsItIs(s)
}

// StaysAsItIs reports whether asking for corrections leaves the file's state.
func StaysAsItIs(s structure.State) bool {
	return s == structure.Qualified || s == structure.Suspended
}

// Flaggable lists all that may be flagged in a file: each field of each step,
// each place, each paper, and each step as a whole.
func (r Review) Flaggable() []FlaggedPart {
	var parts []FlaggedPart
	for _, p := range r.Parts {
		part := FlaggedPart{Title: p.Title}
		for _, f := range r.fieldsOf(p) {
			part.Flags = append(part.Flags, FlagValue{Flag{Step: p.Step, Field: f.Key, Label: f.Label}, f.Value})
		}
		whole := FlagValue{Flag: Flag{Step: p.Step, Label: p.Title}, Value: "Toute l’étape"}
		parts = append(parts, FlaggedPart{part.Title, append(part.Flags, whole)})
	}
	return parts
}

// fieldsOf is a step's own fields, or what it gathers.
func (r Review) fieldsOf(p Part) []Field {
	switch p.Step {
	case StepPlaces:
		list := make([]Field, 0, len(r.PlaceList))
		for _, place := range r.PlaceList {
			list = append(list, Field{Key: place.ID.String(), Label: place.Name, Value: place.Address()})
		}
		return list
	case StepDocuments:
		var list []Field
		for _, d := range r.Documents {
			if !slices.ContainsFunc(list, func(f Field) bool { return f.Key == d.Kind }) {
				list = append(list, Field{Key: d.Kind, Label: d.Label(), Value: d.Name})
			}
		}
		return list
	case StepEligibility:
		return slices.DeleteFunc(slices.Clone(p.Fields), func(f Field) bool { return f.Key == "resultat" })
	default:
		return p.Fields
	}
}
