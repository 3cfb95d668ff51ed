// Package programmeui shows the calls of funders: to the operator that writes
// them, to the funder that follows its money, to those who ask for its help.
package programmeui

import (
	"net/http"
	"strings"
	"time"

	"github.com/a-h/templ"

	"passnum/internal/money"
	"passnum/internal/order"
	"passnum/internal/programme"
	"passnum/internal/sheet"
	"passnum/web/httpx"
	"passnum/web/ui"
	"passnum/web/ui/format"
	"passnum/web/urls"
)

// audience is who reads, and where its pages are.
type audience struct {
	list     string
	page     func(p programme.Programme, act ...string) string
	order    func(r programme.Request) string // empty when the reader cannot open it
	operator bool
}

var forOperator = audience{
	list: urls.AdminProgrammes(), operator: true,
	page:  func(p programme.Programme, act ...string) string { return urls.AdminProgramme(p.ID, act...) },
	order: func(r programme.Request) string { return urls.AdminOrder(r.OrderID) },
}

var forParty = audience{
	list: urls.Programmes(),
	page: func(p programme.Programme, act ...string) string { return urls.Programme(p.ID, act...) },
	order: func(r programme.Request) string {
		if r.OrderState == order.Draft || !r.State.Live() || r.Title == "" {
			return ""
		}
		return urls.Order(r.OrderID)
	},
}

// pageView is a programme's page, ready to show.
type pageView struct {
	programme.Page
	audience
	MayAnswer, MayClose, MayEdit bool
	Opens                        bool // orders may ask today
	Typed                        httpx.Values
	Errors                       ui.Errors
}

func (v pageView) typed(name string) string { return v.Typed.Get(name) }

// waiting are the lines to answer.
func (v pageView) waiting() []programme.Line {
	var lines []programme.Line
	for _, l := range v.Lines {
		if l.State == programme.Asked {
			lines = append(lines, l)
		}
	}
	return lines
}

func (v pageView) tag() templ.Component {
	switch {
	case v.ClosedAt != nil:
		return ui.Tag(ui.Neutral, "clos")
	case v.Opens:
		return ui.Tag(ui.Good, "ouvert")
	default:
		return ui.Tag(ui.Info, "hors période")
	}
}

// figures are the envelope and what became of what it promised.
func (v pageView) figures() []ui.Figure {
	t := v.Totals
	return []ui.Figure{
		{Label: "Enveloppe", Value: v.Envelope.Short(), Note: v.Left().String() + " encore disponibles"},
		{Label: "Engagé", Value: v.Committed.Short(), Note: format.Percent(int64(v.Committed), int64(v.Envelope)) + " de l’enveloppe"},
		{Label: "Versé", Value: t.Paid.Short(), Note: "sur " + t.Agreed.String() + " acceptés"},
		{Label: "Utilisé", Value: t.Used.Short(), Note: t.Returned.String() + " rendus par avoir"},
	}
}

// terms are the rules of a call.
func terms(p programme.Programme) []ui.SummaryRow {
	rows := []ui.SummaryRow{
		{Key: "Financeur", Value: p.Funder},
		{Key: "Taux", Value: p.Rate.String() + " de la valeur des chèques"},
		{Key: "Demandes", Value: "du " + format.Date(p.OpensOn) + " au " + format.Date(p.ClosesOn)},
		{Key: "Qui peut demander", Value: whoAsks(p)},
		{Key: "Versement", Value: route(p)},
	}
	optional := []struct {
		key   string
		value money.Cents
	}{{"Plafond par commande", p.OrderCap}, {"Plafond par commanditaire", p.CommanditaireCap}, {"Commande minimale", p.LeastFace}}
	for _, o := range optional {
		if o.value > 0 {
			rows = append(rows, ui.SummaryRow{Key: o.key, Value: o.value.String()})
		}
	}
	if p.TargetPublic != "" {
		rows = append(rows, ui.SummaryRow{Key: "Public visé", Value: p.TargetPublic + ", " + p.Target.String() + " au moins"})
	}
	if p.ClosedAt != nil {
		rows = append(rows, ui.SummaryRow{Key: "Clos le", Value: format.Date(*p.ClosedAt) + " par " + p.ClosedByName + "\u00a0: " + p.ClosedReason})
	}
	return rows
}

func whoAsks(p programme.Programme) string {
	if len(p.Kinds) == 0 {
		return "toutes les organisations qui commandent"
	}
	return strings.Join(p.KindLabels(), ", ")
}

func route(p programme.Programme) string {
	if p.Direct {
		return "directement sur le compte réservé"
	}
	return "au commanditaire, qui paie le tout"
}

// reached says the target public that orders declare, against what was asked.
func (v pageView) reached() string {
	if v.Totals.Reached == nil {
		return "Aucune commande n’a encore déclaré son public."
	}
	return v.Totals.Reached.String() + " déclarés, pour " + v.Target.String() + " attendus\u00a0: " + v.TargetPublic + "."
}

func stateTag(s programme.State) templ.Component {
	tones := map[programme.State]ui.Tone{programme.Asked: ui.Warn, programme.Accepted: ui.Good, programme.Refused: ui.Bad}
	return ui.Tag(tones[s], s.Label())
}

// lines is what each order asked, got, used and gave back.
func (v pageView) lines() ui.TableArgs {
	t := ui.TableArgs{
		Caption: "Commandes rattachées", HideCaption: true,
		Columns: ui.Columns("Commande", "#Part", "#Versé", "#Utilisé", "#Pas encore utilisé", "#Rendu", "État"),
		Empty:   ui.EmptyArgs{Title: "Aucune commande rattachée", Body: "Un commanditaire rattache sa commande avant de signer le devis. Elle apparaît ici aussitôt."},
	}
	for _, l := range v.Lines {
		name := ui.Text(l.Title)
		if href := v.order(l.Request); href != "" {
			name = ui.Link(l.Title, href)
		}
		state := stateTag(l.State)
		if l.Reason != "" {
			state = ui.TwoLines(state, l.Reason)
		} else if l.Reached != nil {
			state = ui.TwoLines(state, "public visé\u00a0: "+l.Reached.String())
		}
		t.Rows = append(t.Rows, ui.NewRow(ui.TwoLines(name, strings.Join(nonEmpty(l.Commanditaire, l.Number), " · ")), ui.Amount(l.Share), ui.Amount(l.Received), ui.Amount(l.Used),
			ui.Amount(l.Circulating+l.Expired+l.Held), ui.Amount(l.Returned), state))
	}
	if tot := v.Totals; len(v.Lines) > 1 {
		t.Foot = []ui.Row{{Strong: true, Cells: []templ.Component{ui.Text("Ensemble"), ui.Amount(tot.Committed), ui.Amount(tot.Paid), ui.Amount(tot.Used),
			ui.Amount(tot.Circulating + tot.Expired + tot.Held), ui.Amount(tot.Returned), ui.Text("")}}}
	}
	return t
}

func nonEmpty(words ...string) []string {
	var kept []string
	for _, word := range words {
		if word != "" {
			kept = append(kept, word)
		}
	}
	return kept
}

// table lists programmes.
func table(a audience, today time.Time, programmes []programme.Programme, mine func(programme.Programme) bool, empty ui.EmptyArgs) ui.TableArgs {
	t := ui.TableArgs{Caption: "Programmes", HideCaption: true, Columns: ui.Columns("Programme", "#Enveloppe", "#Engagé", "#Disponible", "Demandes jusqu’au", "État"), Empty: empty}
	for _, p := range programmes {
		state := ui.Tag(ui.Info, "annoncé")
		switch {
		case p.ClosedAt != nil:
			state = ui.Tag(ui.Neutral, "clos")
		case mine(p):
			state = ui.Tag(ui.Good, "le vôtre")
		case p.Left() == 0:
			state = ui.Tag(ui.Warn, "épuisé")
		case p.Open(today):
			state = ui.Tag(ui.Good, "ouvert")
		case today.After(p.ClosesOn):
			state = ui.Tag(ui.Info, "hors période")
		}
		t.Rows = append(t.Rows, ui.NewRow(ui.TwoLines(ui.Link(p.Name, a.page(p)), p.Funder+", "+p.Rate.String()), ui.Amount(p.Envelope), ui.Amount(p.Committed),
			ui.Amount(p.Left()), ui.Text(format.MediumDate(p.ClosesOn)), state))
	}
	return t
}

// writeCSV is the same table for a spreadsheet, one line an order.
func writeCSV(w http.ResponseWriter, page programme.Page) error {
	return httpx.CSV(w, "programme.csv", func(w http.ResponseWriter) error {
		out := sheet.NewWriter(w)
		err := out.Header("Programme", "Financeur", "Commanditaire", "Commande", "Titre", "Étape", "Demandée le", "Réponse", "Motif", "Valeur des chèques",
			"Part engagée", "Versé", "Utilisé", "En circulation", "Expiré", "Reçu, pas encore en circulation", "Rendu par avoir", "Public atteint déclaré (%)")
		if err != nil {
			return err
		}
		for _, l := range page.Lines {
			reached := sheet.Text("")
			if l.Reached != nil {
				reached = sheet.Text(strings.TrimSuffix(l.Reached.String(), "\u00a0%"))
			}
			if err := out.Row(sheet.Text(page.Name), sheet.Text(page.Funder), sheet.Text(l.Commanditaire), sheet.Text(l.Number), sheet.Text(l.Title),
				sheet.Text(l.OrderState.Label()), sheet.Time(l.AskedAt), sheet.Text(l.State.Label()), sheet.Text(l.Reason), sheet.Money(l.Face),
				sheet.Money(l.Share), sheet.Money(l.Received), sheet.Money(l.Used), sheet.Money(l.Circulating), sheet.Money(l.Expired),
				sheet.Money(l.Held), sheet.Money(l.Returned), reached); err != nil {
				return err
			}
		}
		return out.Flush()
	})
}

// offerState says where an order stands with a call.
func offerState(o programme.Offer) templ.Component {
	if o.Request == nil {
		return nil
	}
	return stateTag(o.Request.State)
}
