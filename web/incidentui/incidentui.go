// Package incidentui words incidents for each of their readers: the operator,
// the structure, the commanditaire. It refuses to read any.
package incidentui

import (
	"net/http"

	"github.com/a-h/templ"

	"passnum/internal/incident"
	"passnum/internal/sheet"
	"passnum/web/httpx"
	"passnum/web/ui"
	"passnum/web/ui/format"
	"passnum/web/urls"
)

// Reader is who an incident is shown to.
type Reader int

// The readers.
const (
	ForOperator Reader = iota
	ForStructure
	ForCommanditaire
)

// ReadFilter reads a list's filters from its address; nonsense chooses all.
func ReadFilter(query httpx.Values) incident.Filter {
	f := incident.Filter{Search: query.Get("q")}
	for _, state := range incident.States {
		if query.Get("etat") == string(state) {
			f.State = state
		}
	}
	for _, kind := range incident.Kinds {
		if query.Get("nature") == string(kind) {
			f.Kind = kind
		}
	}
	return f
}

// SheetOf is the address of the sheet that holds the same incidents as a list.
func SheetOf(address string, f incident.Filter) string {
	return urls.With(address, "etat", string(f.State), "nature", string(f.Kind), "q", f.Search)
}

// StateOptions are the states of a filter.
func StateOptions(chosen incident.State) []ui.Option {
	options := []ui.Option{{Value: "", Label: "Tous"}}
	for _, state := range incident.States {
		options = append(options, ui.Option{Value: string(state), Label: state.Label()})
	}
	return ui.Selected(options, string(chosen))
}

// KindOptions are the kinds of a filter.
func KindOptions(chosen incident.Kind) []ui.Option {
	options := []ui.Option{{Value: "", Label: "Toutes"}}
	for _, kind := range incident.Kinds {
		options = append(options, ui.Option{Value: string(kind), Label: kind.Label()})
	}
	return ui.Selected(options, string(chosen))
}

// Tag is the state of an incident as a word.
func Tag(i incident.Incident) templ.Component {
	switch {
	case i.CancelledByID != nil && i.CancelledState == incident.Decided:
		return ui.Tag(ui.Neutral, "annulé")
	case i.State == incident.Proposed:
		return ui.Tag(ui.Warn, i.State.Label())
	case i.State == incident.Refused:
		return ui.Tag(ui.Neutral, i.State.Label())
	default:
		return ui.Tag(ui.Good, i.State.Label())
	}
}

// Table lists incidents for a reader.
func Table(found []incident.Incident, reader Reader) ui.TableArgs {
	columns := map[Reader][]string{
		ForOperator:      {"Incident", "Structure", "Chèque", "#Montant", "Sur le relevé", "État"},
		ForStructure:     {"Correction", "Chèque", "Motif", "#Montant", "Sur le relevé"},
		ForCommanditaire: {"Correction", "Structure", "Chèque", "Motif", "#Vous revient"},
	}[reader]
	t := ui.TableArgs{Caption: "Incidents", HideCaption: true, Columns: ui.Columns(columns...), Empty: empty(reader)}
	for _, i := range found {
		name := ui.TwoLines(ui.Text(i.Kind.Label()), i.Number+", "+format.Date(i.ProposedAt))
		switch reader {
		case ForOperator:
			t.Rows = append(t.Rows, ui.NewRow(ui.TwoLines(ui.Link(i.Number, urls.AdminIncident(i.ID)), i.Kind.Label()), ui.Text(i.Structure), cheque(i), ui.Amount(i.AmountCents), ui.Text(standing(i)), Tag(i)))
		case ForStructure:
			t.Rows = append(t.Rows, ui.NewRow(name, cheque(i), ui.Text(i.Reason), ui.Amount(i.AmountCents), ui.Text(standing(i))))
		default:
			t.Rows = append(t.Rows, ui.NewRow(name, ui.Text(i.Structure), cheque(i), ui.Text(i.Reason), backTo(i)))
		}
	}
	return t
}

// standing is empty for what no statement will ever carry.
func standing(i incident.Incident) string {
	if i.State != incident.Decided {
		return ""
	}
	return i.Standing()
}

// backTo is what comes back to the commanditaire: nothing of a gesture, which
// comes from the operator's fees.
func backTo(i incident.Incident) templ.Component {
	if i.Kind.Takes() {
		return ui.Amount(-i.AmountCents)
	}
	if i.Kind == incident.Cancellation && i.AmountCents > 0 {
		return ui.Amount(-i.AmountCents)
	}
	return ui.Text("rien")
}

func cheque(i incident.Incident) templ.Component {
	if i.Serial == "" {
		return ui.Text(i.OrderNumber)
	}
	return ui.TwoLines(ui.Serial(i.Serial), "n°\u00a0"+format.Number(i.Rank)+", "+format.Date(*i.RedeemedOn))
}

func empty(reader Reader) ui.EmptyArgs {
	switch reader {
	case ForOperator:
		return ui.EmptyArgs{Title: "Aucun incident", Body: "Un trop-perçu, une fraude ou un geste commercial, proposé puis décidé, apparaît ici."}
	case ForStructure:
		return ui.EmptyArgs{Title: "Aucune correction", Body: "Vos paiements n’ont jamais été corrigés."}
	default:
		return ui.EmptyArgs{Title: "Aucune correction", Body: "Si un chèque de vos commandes a été payé à tort, sa valeur vous revient et la correction apparaît ici."}
	}
}

// WriteSheet answers incidents as a sheet, one by one.
func WriteSheet(w http.ResponseWriter, export func(each func(incident.Incident) error) error) error {
	return httpx.CSV(w, "incidents.csv", func(w http.ResponseWriter) error {
		out := sheet.NewWriter(w)
		err := out.Header("Numéro", "Nature", "Structure", "Commanditaire", "Commande", "Carnet", "Chèque", "Encaissé le", "Montant (€)", "Motif", "État",
			"Proposé le", "Proposé par", "Décidé le", "Décidé par", "Décision", "Paiement d’origine", "Sur le relevé")
		if err != nil {
			return err
		}
		if err := export(func(i incident.Incident) error { return out.Row(cells(i)...) }); err != nil {
			return err
		}
		return out.Flush()
	})
}

func cells(i incident.Incident) []sheet.Cell {
	row := []sheet.Cell{sheet.Text(i.Number), sheet.Text(i.Kind.Label()), sheet.Text(i.Structure), sheet.Text(i.Commanditaire), sheet.Text(i.OrderNumber), sheet.Text(i.Serial)}
	if i.RedeemedOn != nil {
		row = append(row, sheet.Int(i.Rank), sheet.Date(*i.RedeemedOn))
	} else {
		row = append(row, sheet.Text(""), sheet.Text(""))
	}
	row = append(row, sheet.Money(i.AmountCents), sheet.Text(i.Reason), sheet.Text(i.State.Label()), sheet.Time(i.ProposedAt), sheet.Text(i.ProposedByName))
	if i.DecidedAt != nil {
		row = append(row, sheet.Time(*i.DecidedAt))
	} else {
		row = append(row, sheet.Text(""))
	}
	return append(row, sheet.Text(i.DecidedByName), sheet.Text(i.Decision), sheet.Text(i.OriginNumber), sheet.Text(standing(i)))
}
