package admin

import (
	"strconv"
	"time"

	"github.com/a-h/templ"

	"passnum/internal/money"
	"passnum/internal/settlement"
	"passnum/web/paymentui"
	"passnum/web/ui"
	"passnum/web/ui/format"
	"passnum/web/urls"
)

// How many rows a table of the preview shows; the sheet holds them all.
const previewShown = 100

// previewView is what a cut-off would pay.
type previewView struct {
	Typed   string
	Error   string
	Rhythm  settlement.Rhythm
	Rules   settlement.Rules
	Today   time.Time
	May     bool // the reader may prepare
	Shown   bool // the day is good, and was looked at
	Cutoff  time.Time
	Figures []ui.Figure
	Paid    ui.TableArgs
	Held    ui.TableArgs
	Others  string // how many rows the tables leave out
	Changes []string
	Sheet   string // where the whole is downloaded
	Submit  string // the button's words, empty when nothing can be paid
}

func (v *previewView) fill(p settlement.Preview) {
	v.Shown, v.Cutoff, v.Typed, v.Sheet = true, p.Cutoff, format.Typed(p.Cutoff), urls.AdminPaymentPreviewCSV(p.Cutoff, string(p.Rhythm))
	payable := p.Payable()
	var total, fees, held money.Cents
	cheques := 0
	for _, d := range payable {
		total += d.TotalCents()
		fees += d.FeeCents + d.FeeVATCents
		cheques += d.Cheques
	}
	v.Paid, v.Held = paidTable(), heldTable()
	holds := 0
	for _, d := range p.Dues {
		switch {
		case d.Hold != "":
			holds++
			held += max(0, d.TotalCents())
			v.addHeld(d, d.Hold)
		case d.TotalCents() > 0:
			v.addPaid(d)
		}
		if d.Young.Cheques > 0 {
			v.addYoung(d)
		}
	}
	if left := max(0, len(payable)-previewShown) + max(0, holds-previewShown); left > 0 {
		v.Others = "et " + format.Count(left, "autre ligne", "autres lignes") + ", dans le fichier CSV"
	}
	v.Figures = []ui.Figure{
		{Label: "À payer", Value: total.String(), Note: paymentui.Count(cheques)},
		{Label: "Structures", Value: format.Number(len(payable)), Note: format.Count(p.Files, "fichier bancaire", "fichiers bancaires")},
		{Label: "Frais retenus", Value: fees.String(), Note: "TVA comprise, selon les commandes"},
		{Label: "Retenu", Value: held.String(), Note: structureCount(holds) + ", au prochain contre-paiement"},
	}
	v.Changes = previewChanges(p, total)
	if v.May && len(payable) > 0 {
		v.Submit = "Préparer le contre-paiement (" + total.String() + ")"
	}
}

func paidTable() ui.TableArgs {
	return ui.TableArgs{
		Caption: "Ce qui serait payé", HideCaption: true, Columns: ui.Columns("Structure", "Période", "#Chèques", "#Valeur", "#Incidents", "#Frais", "#À payer"),
		Empty: ui.EmptyArgs{Title: "Rien n’est à payer à cette date", Body: "Aucun chèque accepté jusqu’à ce jour n’attend son paiement, ou tous sont retenus."},
	}
}

func heldTable() ui.TableArgs {
	return ui.TableArgs{Caption: "Ce qui serait retenu", HideCaption: true, Columns: ui.Columns("Structure", "#Montant", "Pourquoi")}
}

func (v *previewView) addPaid(d settlement.Due) {
	if len(v.Paid.Rows) >= previewShown {
		return
	}
	v.Paid.Rows = append(v.Paid.Rows, ui.NewRow(ui.TwoLines(ui.Text(d.StructureName), dueHolder(d)), ui.Text(paidSpan(d.From, d.To)), ui.Number(d.Cheques),
		ui.Amount(d.GrossCents), amountOrNone(d.AdjustCents), amountOrNone(-d.FeeCents-d.FeeVATCents), totalCell(d)))
}

// totalCell is what a structure would receive, and of it what is paid again.
func totalCell(d settlement.Due) templ.Component {
	if len(d.Repays) == 0 {
		return ui.Amount(d.TotalCents())
	}
	return ui.TwoLines(ui.Amount(d.TotalCents()), "dont "+d.RepayCents().String()+" à refaire")
}

func amountOrNone(c money.Cents) templ.Component {
	if c == 0 {
		return ui.Muted("–")
	}
	return ui.Amount(c)
}

func (v *previewView) addHeld(d settlement.Due, why string) {
	if len(v.Held.Rows) < previewShown {
		v.Held.Rows = append(v.Held.Rows, ui.NewRow(ui.TwoLines(ui.Text(d.StructureName), dueHolder(d)), ui.Amount(d.TotalCents()), ui.Text(why)))
	}
}

func (v *previewView) addYoung(d settlement.Due) {
	if len(v.Held.Rows) < previewShown {
		v.Held.Rows = append(v.Held.Rows, ui.NewRow(ui.TwoLines(ui.Text(d.StructureName), dueHolder(d)), ui.Amount(d.Young.AmountCents),
			ui.Text("Délai d’attente de la commande\u00a0: "+paymentui.Count(d.Young.Cheques)+" au prochain contre-paiement.")))
	}
}

// previewChanges says in words what differs from the batch before.
func previewChanges(p settlement.Preview, total money.Cents) []string {
	if p.Last == nil {
		return nil
	}
	said := []string{differenceWords(total-p.Last.TotalCents, p.Last.Number)}
	var moved, begun int
	for _, d := range p.Payable() {
		if d.AccountChanged {
			moved++
		}
		if d.PreviousCents == 0 {
			begun++
		}
	}
	if begun > 0 {
		said = append(said, structureCount(begun)+" que le lot précédent ne payait pas")
	}
	if moved > 0 {
		said = append(said, structureCount(moved)+" sur un autre compte que la dernière fois")
	}
	if n := len(p.Gone); n > 0 {
		names := make([]string, 0, 3)
		for _, gone := range p.Gone[:min(3, n)] {
			names = append(names, gone.StructureName)
		}
		more := ""
		if n > 3 {
			more = " et " + strconv.Itoa(n-3) + " de plus"
		}
		said = append(said, structureCount(n)+" à qui rien n’est plus dû\u00a0: "+format.List(names)+more)
	}
	return said
}

func differenceWords(difference money.Cents, last string) string {
	switch {
	case difference > 0:
		return difference.String() + " de plus que " + last
	case difference < 0:
		return (-difference).String() + " de moins que " + last
	default:
		return "Le même montant que " + last
	}
}
