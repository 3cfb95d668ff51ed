package invoiceui

import (
	"strconv"
	"strings"
	"time"

	"github.com/a-h/templ"
	"github.com/google/uuid"

	"passnum/internal/invoicing"
	"passnum/internal/money"
	"passnum/web/ui"
	"passnum/web/ui/format"
	"passnum/web/urls"
)

// viewStructures is the list of factures of downstream fees.
const viewStructures = "structures"

func title(d invoicing.Document) string {
	if d.Kind == invoicing.Credit {
		return "Avoir " + d.Number
	}
	return "Facture " + d.Number
}

func paperName(d invoicing.Document) string {
	if d.Kind == invoicing.Credit {
		return "Avoir en PDF"
	}
	return "Facture en PDF"
}

func stateTag(s invoicing.State) templ.Component {
	tone := map[invoicing.State]ui.Tone{invoicing.ToPay: ui.Info, invoicing.Partly: ui.Info, invoicing.Late: ui.Warn, invoicing.Paid: ui.Good}[s]
	return ui.Tag(tone, s.Label())
}

func sendingTag(s invoicing.Sending) templ.Component {
	tone := map[invoicing.Sending]ui.Tone{invoicing.Taken: ui.Info, invoicing.Deposited: ui.Info, invoicing.Rejected: ui.Bad, invoicing.Accepted: ui.Good}[s]
	return ui.Tag(tone, s.Label())
}

type listView struct {
	Tabs        []ui.Tab
	Figures     []ui.Figure
	Filter      invoicing.Filter
	Number      string
	Order       string // whose documents are listed, when one was asked for
	States      []ui.Option
	Years       []ui.Option
	Buyers      []ui.Option
	Table       ui.TableArgs
	Pager       ui.Pagination
	CSV, Zip    string
	ZipYear     string
	Mine        bool
	OfStructure bool
	MayNeeds    bool
	Waiting     bool
	Bills       ui.TableArgs
}

func newListView(f invoicing.Filter, page []invoicing.Row, sum invoicing.Summary, buyers []invoicing.Buyer, years []int, today time.Time) listView {
	v := listView{Filter: f, Number: f.Number}
	v.Figures = []ui.Figure{
		{Label: "Facturé en " + strconv.Itoa(today.Year()), Value: sum.Issued.String(), Note: "avoirs déduits"},
		{Label: "Reste à payer", Value: sum.Due.String(), Note: format.Count(sum.DueCount, "facture", "factures")},
		{Label: "En retard", Value: sum.Late.String(), Note: format.Count(sum.LateN, "facture", "factures")},
	}
	if f.OrderID != uuid.Nil {
		v.Order = f.OrderID.String()
	}
	v.States = []ui.Option{{Label: "Tous les états"}}
	for _, s := range invoicing.States {
		v.States = append(v.States, ui.Option{Value: string(s), Label: s.Label()})
	}
	v.States = ui.Selected(v.States, string(f.State))
	v.Years = []ui.Option{{Label: "Toutes les années"}}
	for _, y := range years {
		v.Years = append(v.Years, ui.Option{Value: strconv.Itoa(y), Label: strconv.Itoa(y)})
	}
	if f.Year != 0 {
		v.Years = ui.Selected(v.Years, strconv.Itoa(f.Year))
	}
	v.Buyers = []ui.Option{{Label: "Tous les acheteurs"}}
	for _, b := range buyers {
		v.Buyers = append(v.Buyers, ui.Option{Value: b.ID.String(), Label: b.Name})
	}
	if f.BuyerID != uuid.Nil {
		v.Buyers = ui.Selected(v.Buyers, f.BuyerID.String())
	}
	if len(years) > 0 {
		year := years[0]
		if f.Year != 0 {
			year = f.Year
		}
		v.Zip, v.ZipYear = urls.AdminInvoiceYear(year), strconv.Itoa(year)
	}
	v.Table = v.table(page, urls.AdminInvoice, true)
	return v
}

// tabs are the operator's three lists.
func (v *listView) tabs(waiting int) {
	structures := v.Filter.Side == invoicing.Structures
	v.Tabs = []ui.Tab{
		{Label: "Commandes", Href: urls.AdminInvoices(), Current: !v.Waiting && !structures},
		{Label: "À émettre", Href: urls.AdminBills(), Current: v.Waiting, Count: strconv.Itoa(waiting)},
		{Label: "Frais des structures", Href: urls.With(urls.AdminInvoices(), "vue", viewStructures), Current: structures},
	}
}

func (v listView) table(page []invoicing.Row, link func(uuid.UUID, ...string) string, buyers bool) ui.TableArgs {
	t := ui.TableArgs{Caption: "Factures et avoirs", HideCaption: true, Columns: ui.Columns("Numéro", "Date", "Acheteur", "#Total TTC", "#Reste à payer", "État"),
		Empty: ui.EmptyArgs{Title: "Aucune facture", Body: "Aucune facture ne répond à ces critères."}}
	if v.Filter.State == "" && v.Filter.Year == 0 && v.Number == "" && v.Filter.BuyerID == uuid.Nil {
		t.Empty.Body = "La première apparaîtra ici dès qu’elle sera émise."
	}
	for _, r := range page {
		detail := ""
		if r.OrderNumber != "" {
			detail = "commande " + r.OrderNumber
		}
		sign := money.Cents(1)
		if r.Kind == invoicing.Credit {
			sign = -1
		}
		due := ui.Amount(r.Due)
		if r.Due == 0 {
			due = ui.Muted("—")
		}
		state := stateTag(r.State)
		if buyers && r.Sending != invoicing.NotSent && r.State != invoicing.Paid && !v.Mine {
			state = ui.TwoLines(state, r.Sending.Label())
		}
		t.Rows = append(t.Rows, ui.NewRow(ui.Link(r.Number, link(r.ID)), ui.Text(format.MediumDate(r.IssuedOn)),
			ui.TwoLines(ui.Text(r.BuyerName), detail), ui.Amount(sign*r.Total), due, state))
	}
	return t
}

func billsTable(list []invoicing.Waiting) ui.TableArgs {
	t := ui.TableArgs{Caption: "Ce qui est à facturer", HideCaption: true, Columns: ui.Columns("Commande", "Acheteur", "Objet", "#À facturer", "État"),
		Empty: ui.EmptyArgs{Title: "Rien n’est à facturer", Body: "Chaque commande signée, et chaque étape rendue, a déjà sa facture."}}
	for _, w := range list {
		state := ui.Tag(ui.Good, "prête")
		if len(w.Problems) > 0 {
			state = ui.TwoLines(ui.Tag(ui.Warn, "à compléter"), w.Problems[0])
		}
		t.Rows = append(t.Rows, ui.NewRow(ui.Link(w.OrderNumber, urls.AdminBill(w.OrderID, w.PayerID, w.CauseID)), ui.TwoLines(ui.Text(w.Payer), w.OrderName), ui.Text(w.Label),
			ui.Amount(w.Total()), state))
	}
	return t
}

// linesTable is the lines of a document, or of a bill.
func linesTable(lines []invoicing.Line) ui.TableArgs {
	t := ui.TableArgs{Caption: "Lignes", HideCaption: true, Columns: ui.Columns("Désignation", "#Quantité", "#Prix HT", "TVA", "#Montant HT")}
	for _, l := range lines {
		t.Rows = append(t.Rows, ui.NewRow(ui.Text(l.Label), ui.Number(l.Quantity), ui.Amount(l.Unit), ui.Text(l.Tax.String()), ui.Amount(l.Amount)))
	}
	return t
}

type billView struct {
	invoicing.Waiting
	Services   []invoicing.ServiceCode
	References invoicing.References
	Errors     ui.Errors
	May        bool
	Figures    []ui.Figure
	Lines      ui.TableArgs
}

func (v *billView) fill() {
	v.Lines = linesTable(v.Waiting.Lines)
	v.Figures = []ui.Figure{
		{Label: "Valeur faciale", Value: v.Face.String(), Note: "hors champ de la TVA"},
		{Label: "Frais et services", Value: v.Fees.String(), Note: "hors taxes"},
		{Label: "TVA", Value: v.VAT.String(), Note: "due à l’encaissement"},
		{Label: "Total", Value: v.Total().String(), Note: "à payer sous 30\u00a0jours"},
	}
}

// serviceOptions offers the buyer's services, and none.
func serviceOptions(list []invoicing.ServiceCode, chosen string) []ui.Option {
	options := []ui.Option{{Label: "Aucun"}}
	known := chosen == ""
	for _, s := range list {
		label := s.Code
		if s.Label != "" {
			label += " — " + s.Label
		}
		options = append(options, ui.Option{Value: s.Code, Label: label})
		known = known || s.Code == chosen
	}
	if !known {
		options = append(options, ui.Option{Value: chosen, Label: chosen})
	}
	return ui.Selected(options, chosen)
}

type correctionView struct {
	invoicing.Dossier
	Act, Reason string
	References  invoicing.References
	Services    []invoicing.ServiceCode
	Errors      ui.Errors
}

// Left is what the avoir would take back.
func (v correctionView) Left() money.Cents { return v.Total - v.Credited }

type needsView struct {
	ServiceRequired, EngagementRequired bool
	Usual, Services                     string
	Errors                              ui.Errors
	May                                 bool
}

func newNeedsView(a invoicing.Accounting) needsView {
	var lines []string
	for _, s := range a.Services {
		line := s.Code
		if s.Label != "" {
			line += ", " + s.Label
		}
		lines = append(lines, line)
	}
	return needsView{ServiceRequired: a.ServiceRequired, EngagementRequired: a.EngagementRequired, Usual: a.Usual, Services: strings.Join(lines, "\n")}
}
