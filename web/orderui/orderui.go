// Package orderui turns an order into what its pages show, the same for who
// ordered it and for the operator. It refuses to know who is reading beyond
// that, and holds no handler.
package orderui

import (
	"cmp"
	"fmt"
	"strings"

	"github.com/a-h/templ"

	"passnum/internal/audit"
	"passnum/internal/french"
	"passnum/internal/money"
	"passnum/internal/order"
	"passnum/web/ui"
	"passnum/web/ui/format"
)

// Tag is an order's state word.
func Tag(state order.State) templ.Component { return ui.Tag(Tone(state), state.Label()) }

// Tone is how a state should be felt by who reads: waiting for the
// commanditaire is a warning, active is good.
func Tone(state order.State) ui.Tone {
	switch {
	case state == order.Active:
		return ui.Good
	case state == order.Cancelled:
		return ui.Bad
	case state == order.Draft:
		return ui.Neutral
	case state.Who() == order.ByCommanditaire:
		return ui.Warn
	default:
		return ui.Info
	}
}

// Lead says an order in one line.
func Lead(o order.Order) string {
	return o.Format() + " · " + o.FaceTotal().String() + " · " + o.Validity.String()
}

// Next says what is expected now and of whom, to one reader; empty at the end.
func Next(state order.State, reader order.Party) string {
	return expected(state.Who(), state.Expected(), reader)
}

// NextOf is Next for one order, which may be printed by who ordered it.
func NextOf(o order.Order, reader order.Party) string {
	return expected(o.Who(), o.Expected(), reader)
}

func expected(who order.Party, what string, reader order.Party) string {
	switch who {
	case order.ByNobody:
		return ""
	case reader:
		return "Ensuite, à vous\u00a0: " + what + "."
	case order.ByCommanditaire:
		return "Ensuite\u00a0: le commanditaire doit " + what + "."
	case order.ByCounters:
		return "Ensuite\u00a0: les points de distribution doivent " + what + "."
	default:
		return "Ensuite\u00a0: l’opérateur doit " + what + "."
	}
}

// Timeline says where an order stands, step by step.
func Timeline(o order.Order, reader order.Party) []ui.Step {
	if o.State == order.Cancelled {
		return cancelledTimeline(o)
	}
	var steps []ui.Step
	for _, state := range order.Line {
		if state == order.Draft && o.State != order.Draft {
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

// Price is a quote in lines, its total last.
func Price(q order.Quote) ui.TableArgs {
	row := func(label, vat string, amount money.Cents) ui.Row {
		return ui.NewRow(ui.Text(label), ui.Text(vat), ui.Amount(amount))
	}
	t := ui.TableArgs{
		Caption: "Prix détaillé", HideCaption: true, Compact: true, Columns: ui.Columns("Désignation", "TVA", "#Montant"),
		Rows: []ui.Row{
			row("Valeur faciale des chèques", "hors champ", q.Face),
			row("Frais de gestion, "+q.FeeRate.String()+" de la valeur faciale", money.VATStandard.String(), q.Fees),
		},
	}
	if q.Services > 0 {
		t.Rows = append(t.Rows, row("Services d’accompagnement", money.VATStandard.String(), q.Services))
	}
	t.Rows = append(t.Rows, row("TVA sur les frais et services", "", q.VAT))
	t.Foot = []ui.Row{{Strong: true, Cells: []templ.Component{ui.Text("Total à payer"), ui.Text("TTC"), ui.Amount(q.Total)}}}
	return t
}

// Terms is what the chèques buy, where and until when; change, if any, gives
// the address that changes an answer, by the form's section.
func Terms(o order.Specification, change func(section string) string) []ui.SummaryRow {
	href := func(section string) string {
		if change == nil {
			return ""
		}
		return change(section)
	}
	rows := []ui.SummaryRow{
		{Key: "Format", Value: o.Format(), ChangeHref: href("format")},
		{Key: "Validité", Value: french.Capital(o.Validity.String()) + ". Un mois de tolérance ensuite.", ChangeHref: href("validite")},
		{Key: "Où les chèques servent", Value: o.Perimeter.String(), ChangeHref: href("usage")},
		{Key: "Ce qu’ils paient", Value: o.Coverage.String(), ChangeHref: href("usage")},
		{Key: "Structures", Value: structures(o), ChangeHref: href("usage")},
		{Key: "Scans sans réseau", Value: lateTrust(o.Trust()), ChangeHref: href("usage")},
		{Key: "Public cible", Value: orNone(o.PublicCible, "Non précisé"), ChangeHref: href("usage")},
		{Key: "Message imprimé", Value: orNone(o.Message, "Aucun"), ChangeHref: href("habillage")},
	}
	if o.Notes != "" {
		rows = append(rows, ui.SummaryRow{Key: "Notes", Value: o.Notes, ChangeHref: href("habillage")})
	}
	return rows
}

func lateTrust(t order.LateTrust) string {
	if t.Cap == 0 {
		return "Jamais encaissés d’office"
	}
	return format.Count(t.Cap, "chèque", "chèques") + " par appareil et par jour, scannés depuis " + format.Count(t.Days, "jour", "jours") + " au plus"
}

func structures(o order.Specification) string {
	if o.Structures == order.StructuresAgreed {
		return "Celles que le commanditaire a agréées"
	}
	return "Toutes les structures qualifiées"
}

func orNone(text, none string) string {
	if text == "" {
		return none
	}
	return text
}

// Shares is who pays the face value.
func Shares(o order.Order) ui.TableArgs {
	t := ui.TableArgs{Caption: "Qui paie la valeur faciale", HideCaption: true, Compact: true, Columns: ui.Columns("Organisation", "#Part")}
	t.Rows = append(t.Rows, ui.NewRow(ui.Text(o.Commanditaire), ui.Amount(o.OwnShare())))
	for _, c := range o.Cofunders {
		t.Rows = append(t.Rows, ui.NewRow(ui.Text(c.Name), ui.Amount(c.Share)))
	}
	return t
}

// Deliveries is where the carnets go and what became of each parcel.
func Deliveries(o order.Order) ui.TableArgs {
	t := ui.TableArgs{Caption: "Points de livraison", HideCaption: true, Columns: ui.Columns("Point", "#Carnets", "Numéros", "Colis"),
		Empty: ui.EmptyArgs{Title: "Aucun point choisi", Body: "Les carnets partent vers les points dont la convention de mandat est signée."}}
	for _, d := range o.Deliveries {
		t.Rows = append(t.Rows, ui.NewRow(ui.TwoLines(ui.Text(d.PointName), d.AiguilleurName+" · "+d.Town), ui.Number(d.Carnets), ui.Text(numbers(d)), parcel(d)))
	}
	return t
}

func numbers(d order.Delivery) string {
	if d.From == 0 {
		return "—"
	}
	return fmt.Sprintf("%d\u00a0à\u00a0%d", d.From, d.To)
}

func parcel(d order.Delivery) templ.Component {
	switch {
	case d.ReceivedAt != nil && d.Received < d.Carnets:
		return ui.TwoLines(ui.Tag(ui.Warn, "reçu incomplet"), fmt.Sprintf("%d sur %d, le %s", d.Received, d.Carnets, format.ShortDate(*d.ReceivedAt)))
	case d.ReceivedAt != nil:
		return ui.TwoLines(ui.Tag(ui.Good, "reçu"), "le\u00a0"+format.ShortDate(*d.ReceivedAt))
	case d.ShippedAt != nil && d.Tracking != "":
		return ui.TwoLines(ui.Tag(ui.Info, "expédié"), "suivi "+d.Tracking)
	case d.ShippedAt != nil:
		return ui.Tag(ui.Info, "expédié")
	default:
		return ui.Tag(ui.Neutral, "à expédier")
	}
}

// Funds is what was received, against what the quote asks for.
func Funds(o order.Order) ui.TableArgs {
	t := ui.TableArgs{Caption: "Fonds reçus", HideCaption: true, Compact: true, Columns: ui.Columns("Mandat", "Reçu le", "#Montant")}
	var total money.Cents
	for _, r := range o.Funds {
		total += r.Total()
		t.Rows = append(t.Rows, ui.NewRow(ui.Serial(r.Mandat), ui.Text(format.Date(r.ReceivedOn)), ui.Amount(r.Total())))
	}
	if len(t.Rows) > 0 {
		t.Foot = []ui.Row{{Strong: true, Cells: []templ.Component{ui.Text("Reçu"), ui.Text("sur " + o.Quote().Total.String()), ui.Amount(total)}}}
	}
	return t
}

// Figures is an order before it circulates: what is bought and what is paid.
func Figures(o order.Order) []ui.Figure {
	var received money.Cents
	for _, r := range o.Funds {
		received += r.Total()
	}
	funds := ui.Figure{Label: "Fonds reçus", Value: received.Short(), Note: "sur " + o.Quote().Total.String() + " à payer"}
	if o.FullyFunded() {
		funds.Tag = ui.Tag(ui.Good, "complet")
	}
	return []ui.Figure{
		{Label: "Carnets", Value: format.Number(o.Carnets), Note: format.Count(o.Cheques(), "chèque", "chèques")},
		{Label: "Valeur des chèques", Value: o.FaceTotal().Short(), Note: o.FaceValue.Short() + " par chèque"},
		{Label: "Total à payer", Value: o.Quote().Total.Short(), Note: "frais et TVA compris"},
		funds,
	}
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

// DocumentName names a document for a person.
func DocumentName(d order.Document) string {
	switch d.Kind {
	case order.DocumentQuote:
		if strings.HasSuffix(d.Name, "-signe.pdf") {
			return "Devis signé"
		}
		return "Devis"
	case order.DocumentProof:
		return "Bon à tirer"
	case order.DocumentLogo:
		return "Logo"
	default:
		return d.Name
	}
}

// DocumentKind says what file it is: « PDF, 120 Ko, 4 novembre 2026 ».
func DocumentKind(d order.Document) string {
	kind := "PDF"
	if strings.HasPrefix(d.MediaType, "image/") {
		kind = "image"
	}
	return kind + ", " + format.Size(int64(d.Size)) + ", " + format.Date(d.CreatedAt)
}
