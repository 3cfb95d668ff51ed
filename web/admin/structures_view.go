package admin

import (
	"strings"
	"time"

	"github.com/a-h/templ"

	"passnum/internal/qualification"
	"passnum/internal/structure"
	"passnum/web/ui"
	"passnum/web/ui/format"
	"passnum/web/urls"
)

// typed writes a day for a sheet, nothing for none.
func typed(t *time.Time) string {
	if t == nil {
		return ""
	}
	return format.Typed(*t)
}

func (h *StructureHandlers) queueTable(list []qualification.QueuedFile, view string) ui.TableArgs {
	t := ui.TableArgs{Caption: "Dossiers", HideCaption: true, Columns: ui.Columns("Structure", "État", "Attend", "À faire")}
	if view == qualification.ToRenew {
		t.Columns[2].Label = "Se termine"
	}
	now := h.Files.Clock()
	for _, f := range list {
		where := f.Town
		if name := h.departement(f.Departement); name != "" {
			where += " (" + name + ")"
		}
		wait := queueWait(f, now)
		if view == qualification.ToRenew && f.ValidUntil != nil {
			wait = ui.TwoLines(ui.Text(format.Date(*f.ValidUntil)), format.Until(*f.ValidUntil, now))
		}
		t.Rows = append(t.Rows, ui.NewRow(ui.TwoLines(ui.Link(f.Name, urls.AdminStructure(f.ID)), where+" · "+format.Count(f.Places, "lieu", "lieux")),
			structureTag(f.State), wait, ui.Text(queueTodo(f))))
	}
	return t
}

// queueWait says for how long a file has waited for somebody.
func queueWait(f qualification.QueuedFile, now time.Time) templ.Component {
	if f.Since == nil {
		return ui.Muted("–")
	}
	days := format.DaysBetween(*f.Since, now)
	if days >= 7 {
		return ui.Tag(ui.Warn, age(days))
	}
	return ui.Text(age(days))
}

// queueTodo says what a file waits for.
func queueTodo(f qualification.QueuedFile) string {
	var parts []string
	add := func(when bool, text string) {
		if when {
			parts = append(parts, text)
		}
	}
	add(f.State == structure.Submitted, "dossier à lire")
	add(f.Amendments > 0, format.Count(f.Amendments, "modification à accepter", "modifications à accepter"))
	add(f.Unread > 0, format.Count(f.Unread, "message", "messages"))
	add(f.Bank, "compte bancaire à confirmer")
	add(f.Corrections > 0, format.Count(f.Corrections, "correction attendue", "corrections attendues"))
	return strings.Join(parts, ", ")
}

// fileTerm says until when a structure is qualified.
func fileTerm(t qualification.Renewal, now time.Time) string {
	switch {
	case t.ValidUntil == nil:
		return ""
	case t.Days < 0:
		return "Échue depuis le " + format.Date(*t.ValidUntil)
	default:
		return "Jusqu’au " + format.Date(*t.ValidUntil) + ", " + format.Until(*t.ValidUntil, now)
	}
}

// accountState is the account in force, and the one that waits.
func accountRows(list []structure.Account) []ui.SummaryRow {
	var rows []ui.SummaryRow
	for _, a := range list {
		if a.State != structure.AccountActive && a.State != structure.AccountWaiting {
			continue
		}
		rows = append(rows, ui.SummaryRow{Key: a.StateLabel(), Body: ui.TwoLines(ui.Text(a.IBAN.Masked()), a.AccountHolder)},
			ui.SummaryRow{Key: "Titulaire", Body: matchTag(a)})
	}
	return rows
}

func placeTableRows(list []structure.Place, corrections []qualification.Correction) []ui.Row {
	var rows []ui.Row
	for _, p := range list {
		tag := ui.Tag(ui.Neutral, "masqué")
		if p.Published {
			tag = ui.Tag(ui.Good, "affiché")
		}
		pay := "Un complément peut être demandé"
		if p.NothingToPay {
			pay = "Rien à payer avec le chèque"
		}
		where := fieldValue(p.Address(), flagsOn(corrections, qualification.StepPlaces, p.ID.String()))
		rows = append(rows, ui.NewRow(placeCell(p, where), ui.TwoLines(ui.Text(format.Count(len(p.Entries), "service", "services")), pay), tag))
	}
	return rows
}

// orNothing writes a value of a change.
func orNothing(s string) string {
	if s == "" {
		return "(rien)"
	}
	return s
}
