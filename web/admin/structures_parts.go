package admin

import (
	"passnum/internal/french"
	"passnum/internal/qualification"
	"passnum/internal/qualification/document"
	"passnum/internal/structure"
	"passnum/web/ui"
	"passnum/web/ui/format"
)

func (v *fileView) addParts(review qualification.Review) {
	for _, p := range review.Parts {
		part := newPartView(p, review.Corrections)
		part.Open = toRead(review, p)
		switch p.Step {
		case qualification.StepPlaces:
			v.Place = part
		case qualification.StepBank:
			v.Bank = part
		case qualification.StepDocuments:
			if n := document.ToCheck(review.Documents); n > 0 && p.Done {
				part.Tag = ui.Tag(ui.Warn, format.Number(n)+"\u00a0à\u00a0vérifier")
			}
			v.Paper = part
		default:
			v.Parts = append(v.Parts, part)
		}
	}
}

// toRead reports whether a step is shown open: it lacks something, is to be
// corrected, or is read now to decide. What is settled is folded.
func toRead(r qualification.Review, p qualification.Part) bool {
	for _, c := range r.Corrections {
		if c.Open() && c.Step == p.Step {
			return true
		}
	}
	switch p.Step {
	case qualification.StepRole, qualification.StepContact, qualification.StepCharter:
		return !p.Done
	case qualification.StepDocuments:
		return !p.Done || r.State == structure.Submitted || document.ToCheck(r.Documents) > 0
	case qualification.StepBank:
		current, _ := structure.InForce(r.Accounts)
		waiting, _ := structure.Pending(r.Accounts)
		return !p.Done || r.State == structure.Submitted || waiting.Waiting() || current.MatchHolds()
	default:
		return !p.Done || r.State == structure.Submitted
	}
}

func newPartView(p qualification.Part, corrections []qualification.Correction) partView {
	part := partView{Title: p.Title, Tag: ui.Tag(ui.Good, "complet"), Flags: flagsOn(corrections, p.Step, "")}
	if !p.Done {
		part.Tag = ui.Tag(ui.Warn, "incomplet")
	}
	if p.SavedAt != nil {
		part.Saved = "Enregistré le " + format.DateTime(*p.SavedAt) + " par " + p.SavedBy
	}
	var empty []string
	flagged := false
	for _, f := range p.Fields {
		flags := flagsOn(corrections, p.Step, f.Key)
		if f.Value == "" && p.Done && len(flags) == 0 {
			empty = append(empty, french.Small(f.Label))
			continue
		}
		flagged = flagged || len(flags) > 0
		part.Rows = append(part.Rows, ui.SummaryRow{Key: f.Label, Body: fieldValue(orMissing(f.Value), flags)})
	}
	if len(empty) > 0 {
		part.Empty = "Facultatif, laissé vide\u00a0: " + format.List(empty) + "."
	}
	// The answers weigh in the result: they are read when it surprises.
	if p.Step == qualification.StepEligibility && p.Done && !flagged {
		part.Rows, part.Folded = part.Rows[:1], part.Rows[1:]
	}
	return part
}

// flagsOn are the open corrections asked on a field.
func flagsOn(list []qualification.Correction, step, field string) []string {
	var sentences []string
	for _, c := range list {
		if c.Open() && c.Step == step && c.Field == field {
			sentences = append(sentences, c.Sentence)
		}
	}
	return sentences
}

func orMissing(s string) string {
	if s == "" {
		return "À compléter par la structure"
	}
	return s
}
