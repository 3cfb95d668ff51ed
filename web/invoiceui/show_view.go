package invoiceui

import (
	"time"

	"github.com/google/uuid"

	"passnum/internal/invoicing"
	"passnum/internal/money"
	"passnum/web/httpx"
	"passnum/web/ui"
	"passnum/web/ui/format"
)

// showView is one document, ready to show.
type showView struct {
	invoicing.Dossier
	May      bool // the reader may act on it
	Mine     bool // the reader is its buyer, or the order's commanditaire
	Order    string
	Errors   ui.Errors
	typed    httpx.Values
	link     func(file ...string) string
	related  func(uuid.UUID) string
	Day      string
	Figures  []ui.Figure
	Table    ui.TableArgs
	Others   ui.TableArgs
	Money    ui.TableArgs
	Facts    []ui.SummaryRow
	Timeline []ui.Step
}

func newShowView(d invoicing.Dossier, errors ui.Errors, typed httpx.Values) showView {
	return showView{Dossier: d, Errors: errors, typed: typed}
}

// Typed is what was typed in a field, else a first value.
func (v showView) Typed(name, otherwise string) string {
	if v.typed.Has(name) {
		return v.typed.Get(name)
	}
	return otherwise
}

// Correctable reports whether an avoir can still take something back.
func (v showView) Correctable() bool {
	return v.May && v.Kind == invoicing.Facture && v.State != invoicing.Cancelled
}

// Sendable reports whether it still has to reach its buyer.
func (v showView) Sendable() bool {
	return v.May && v.OrderID != nil && v.Sending != invoicing.Accepted && v.State != invoicing.Cancelled
}

func (v *showView) fill(today time.Time) {
	v.Day = format.Typed(today)
	v.Table = linesTable(v.Lines)
	v.figures()
	v.facts()
	v.Others = v.others()
	v.Money = receiptsTable(v.Receipts)
	v.Timeline = v.steps()
}

func (v *showView) figures() {
	word := "Total TTC"
	if v.Kind == invoicing.Credit {
		word = "Total de l’avoir"
	}
	v.Figures = []ui.Figure{{Label: word, Value: v.Total.String(), Note: "dont TVA " + v.VAT.String()}}
	if v.Kind == invoicing.Credit {
		v.Figures = append(v.Figures, ui.Figure{Label: "Valeur faciale", Value: v.Face.String(), Note: format.Count(v.Cheques, "chèque", "chèques")})
		return
	}
	paid := "reçu"
	if v.Settled {
		paid = "retenu sur un paiement"
	}
	v.Figures = append(v.Figures, ui.Figure{Label: "Payé", Value: v.PaidSum().String(), Note: paid},
		ui.Figure{Label: "Crédité par avoir", Value: v.Credited.String(), Note: ""},
		ui.Figure{Label: "Reste à payer", Value: v.Due.String(), Note: v.dueNote()})
}

func (v showView) dueNote() string {
	if v.Due == 0 {
		return "rien n’est attendu"
	}
	return "avant le " + format.Date(v.DueOn)
}

func (v *showView) facts() {
	add := func(key, value string) {
		if value != "" {
			v.Facts = append(v.Facts, ui.SummaryRow{Key: key, Value: value})
		}
	}
	add("Acheteur", v.BuyerName)
	if v.OrderNumber != "" {
		v.Facts = append(v.Facts, ui.SummaryRow{Key: "Commande", Body: ui.Link(v.OrderNumber, v.Order)})
	}
	add("Émise", format.Date(v.IssuedOn)+", par "+v.IssuedByName)
	add("Engagement", v.References.Engagement)
	add("Code service", v.References.Service)
	add("Marché", v.References.Contract)
	add("Motif", v.Reason)
	add("Empreinte du message", short(v.XMLHash))
	add("Empreinte du PDF", short(v.PDFHash))
}

// short is the beginning of a fingerprint, which is enough to compare.
func short(hash string) string {
	if len(hash) < 16 {
		return ""
	}
	return format.Groups(hash[:16])
}

func (v showView) others() ui.TableArgs {
	t := ui.TableArgs{Caption: "Documents liés", HideCaption: true, Columns: ui.Columns("Document", "Date", "#Total TTC", "État")}
	for _, r := range v.Related {
		sign := money.Cents(1)
		if r.Kind == invoicing.Credit {
			sign = -1
		}
		t.Rows = append(t.Rows, ui.NewRow(ui.Link(title(r.Document), v.related(r.ID)), ui.Text(format.MediumDate(r.IssuedOn)), ui.Amount(sign*r.Total), stateTag(r.State)))
	}
	return t
}

func receiptsTable(list []invoicing.Receipt) ui.TableArgs {
	t := ui.TableArgs{Caption: "Reçu de cet acheteur pour la commande", HideCaption: true, Columns: ui.Columns("Mandat", "Reçu le", "#Montant")}
	for _, r := range list {
		t.Rows = append(t.Rows, ui.NewRow(ui.Text(r.Mandat), ui.Text(format.Date(r.ReceivedOn)), ui.Amount(r.Total)))
	}
	return t
}

func (v showView) steps() []ui.Step {
	steps := []ui.Step{{Label: "Émise", Date: format.ShortDate(v.IssuedOn), Note: v.IssuedByName, State: ui.Done}}
	for _, e := range v.Events {
		step := ui.Step{Label: stepName(e.Kind), Date: format.ShortDate(e.OnDay), Note: e.ActorName, State: ui.Done}
		if e.Reference != "" {
			step.Note += ", n° " + e.Reference
		}
		if e.Note != "" {
			step.Note += " : " + e.Note
		}
		steps = append(steps, step)
	}
	if v.Kind == invoicing.Facture {
		switch v.State {
		case invoicing.Paid:
			steps = append(steps, ui.Step{Label: "Payée", State: ui.Done})
		case invoicing.Cancelled:
			steps = append(steps, ui.Step{Label: "Annulée par avoir", State: ui.Done})
		default:
			steps = append(steps, ui.Step{Label: "Paiement attendu", Date: format.ShortDate(v.DueOn), State: ui.Current})
		}
	}
	return steps
}

// stepName names an event as a step of a timeline.
func stepName(kind invoicing.Sending) string {
	return map[invoicing.Sending]string{
		invoicing.Taken: "Téléchargée pour dépôt", invoicing.Deposited: "Déposée", invoicing.Rejected: "Rejetée", invoicing.Accepted: "Acceptée", invoicing.Reminded: "Relancée",
	}[kind]
}
