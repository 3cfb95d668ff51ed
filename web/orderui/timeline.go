package orderui

import (
	"cmp"
	"strings"

	"passnum/internal/audit"
	"passnum/internal/french"
	"passnum/internal/order"
	"passnum/web/ui"
	"passnum/web/ui/format"
)

// Timeline says where an order stands, step by step.
func Timeline(o order.Order, reader order.Party) []ui.Step {
	if o.State == order.Cancelled {
		return cancelledTimeline(o)
	}
	var steps []ui.Step
	for _, state := range order.Line {
		if state == order.Draft && o.State != order.Draft || state == order.Closed && o.State != order.Closed {
			continue
		}
		steps = append(steps, step(o, state, reader))
	}
	return steps
}

func step(o order.Order, state order.State, reader order.Party) ui.Step {
	s := ui.Step{Label: state.DoneLabel()}
	switch rank := state.Rank() - o.State.Rank(); {
	case rank <= 0:
		s.State = ui.Done
		s.Date, s.Note = happened(o, state)
	case rank == 1:
		s.State = ui.Current
		s.Note = french.Capital(strings.TrimLeft(strings.TrimPrefix(NextOf(o, reader), "Ensuite"), ",:\u00a0 "))
	}
	if state == order.Funded && s.State != ui.Done && o.Attested > 0 {
		s.Note = strings.TrimSpace(s.Note + " Déjà reçu\u00a0: " + o.Attested.String() + " de valeur faciale.")
	}
	return s
}

// happened tells when a state was last entered, by whom, and what was noted.
func happened(o order.Order, state order.State) (date, note string) {
	for _, done := range o.Steps {
		if done.State == state {
			date = format.ShortDate(done.At)
			note = noted(done.ActorName, done.Note)
		}
	}
	return date, note
}

// noted joins who acted and what was noted, which may begin with the name.
func noted(name, note string) string {
	if note == "" || strings.HasPrefix(note, name) {
		return cmp.Or(note, name)
	}
	return name + " · " + note
}

func cancelledTimeline(o order.Order) []ui.Step {
	var steps []ui.Step
	for _, done := range o.Steps {
		steps = append(steps, ui.Step{Label: done.State.DoneLabel(), Date: format.ShortDate(done.At), Note: noted(done.ActorName, done.Note), State: ui.Done})
	}
	return steps
}

// Journal is an order's history.
func Journal(lines []audit.Line) []ui.JournalEntry {
	entries := make([]ui.JournalEntry, len(lines))
	for i, line := range lines {
		who := line.ActorName
		if who == "" {
			who = "Passnum"
		}
		entries[i] = ui.JournalEntry{When: format.DateTime(line.At), Who: who, What: french.Capital(line.Act)}
	}
	return entries
}
