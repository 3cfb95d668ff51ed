package admin

import (
	"time"

	"github.com/a-h/templ"

	"passnum/internal/identity"
	"passnum/internal/money"
	"passnum/internal/settlement"
	"passnum/web/httpx"
	"passnum/web/orderui"
	"passnum/web/paymentui"
	"passnum/web/ui"
	"passnum/web/ui/format"
	"passnum/web/urls"
)

// How many of the structures that are owed money the list names.
const duesShown = 10

type paymentsView struct {
	Figures []ui.Figure
	// Mine is the batches that wait for the reader's approval.
	Mine    []settlement.Batch
	Prepare string // the primary action's label, empty when there is none
	Dues    ui.TableArgs
	Others  string // how many structures the table leaves out
	Batches ui.TableArgs
	Pager   ui.Pagination
}

func newPaymentsView(actor identity.Actor, batches []settlement.Batch, dues []settlement.Due, suggestion time.Time) paymentsView {
	owed, held := sumDues(dues)
	v := paymentsView{Dues: duesTable(dues), Batches: batchesTable(batches)}
	var waiting, sent money.Cents
	cut := false
	for _, b := range batches {
		cut = cut || b.Cutoff.Equal(suggestion) && b.Rhythm == settlement.Monthly
		switch b.State {
		case settlement.Prepared:
			waiting += b.TotalCents
			if actor.Can(identity.PlatformPayments) && b.PreparedBy != actor.AccountID {
				v.Mine = append(v.Mine, b)
			}
		case settlement.Approved:
			sent += b.TotalCents
		}
	}
	v.Figures = []ui.Figure{
		{Label: "Dû aux structures", Value: owed.amount.String(), Note: paymentui.Count(owed.cheques) + ", aujourd’hui compris"},
		{Label: "Dont retenu", Value: held.amount.String(), Note: structureCount(held.structures)},
		{Label: "À approuver", Value: waiting.String(), Note: "préparé, pas encore figé"},
		{Label: "À exécuter", Value: sent.String(), Note: "approuvé, virement à confirmer"},
	}
	if actor.Can(identity.PlatformPayments) && !cut && owed.cheques > 0 {
		v.Prepare = "Préparer le contre-paiement " + format.Of(format.Month(suggestion))
	}
	if more := len(dues) - duesShown; more > 0 {
		v.Others = "et " + format.Count(more, "autre structure", "autres structures")
	}
	return v
}

type dueSum struct {
	structures, cheques int
	amount              money.Cents
}

// sumDues sums what is owed, and of it what is held.
func sumDues(dues []settlement.Due) (owed, held dueSum) {
	for _, d := range dues {
		owed.structures++
		owed.cheques += d.Cheques + d.Young.Cheques
		owed.amount += d.TotalCents() + d.Young.AmountCents
		if d.Hold != "" {
			held.structures++
			held.cheques += d.Cheques
			held.amount += max(0, d.TotalCents())
		}
	}
	return owed, held
}

func structureCount(n int) string { return format.Count(n, "structure", "structures") }

func duesTable(dues []settlement.Due) ui.TableArgs {
	t := ui.TableArgs{
		Caption: "Ce qui est dû, par structure", HideCaption: true, Columns: ui.Columns("Structure", "Depuis le", "#Chèques", "#Montant", "État"),
		Empty: ui.EmptyArgs{Title: "Rien n’est dû", Body: "Chaque chèque accepté a été payé, ou compté dans un contre-paiement."},
	}
	for _, d := range dues[:min(len(dues), duesShown)] {
		t.Rows = append(t.Rows, ui.NewRow(ui.TwoLines(ui.Text(d.StructureName), format.SIRET(d.SIRET)), ui.Text(format.MediumDate(d.From)),
			ui.Number(d.Cheques), ui.Amount(d.AmountCents), holdWord(d.Hold)))
	}
	return t
}

func holdWord(hold string) templ.Component {
	if hold == "" {
		return ui.Tag(ui.Good, "payable")
	}
	return ui.TwoLines(ui.Tag(ui.Warn, "retenu"), hold)
}

func batchesTable(batches []settlement.Batch) ui.TableArgs {
	t := ui.TableArgs{
		Caption: "Contre-paiements", HideCaption: true, Columns: ui.Columns("Numéro", "Jusqu’au", "#Virements", "#Montant", "État", "Prochaine étape"),
		Empty: ui.EmptyArgs{Title: "Aucun contre-paiement", Body: "Le premier se prépare quand un mois est fini."},
	}
	for _, b := range batches {
		t.Rows = append(t.Rows, ui.NewRow(paymentui.Number(b.Number, urls.AdminPayment(b.ID)), cutoffCell(b), ui.Number(b.Lines),
			ui.Amount(b.TotalCents), paymentui.OperatorTag(b.State), ui.Muted(paymentNextStep(b))))
	}
	return t
}

// cutoffCell is the last day paid, and whether it ends a week.
func cutoffCell(b settlement.Batch) templ.Component {
	if b.Rhythm == settlement.Weekly {
		return ui.TwoLines(ui.Text(format.MediumDate(b.Cutoff)), "semaine")
	}
	return ui.Text(format.MediumDate(b.Cutoff))
}

func paymentNextStep(b settlement.Batch) string {
	switch b.State {
	case settlement.Prepared:
		return "approbation, par une autre personne que " + b.PreparedByName
	case settlement.Approved:
		return "virement à confirmer"
	default:
		return "virement du " + format.Date(*b.ExecutedOn)
	}
}

// dueHolder tells a structure's SIRET, and whose account is paid when it bears
// another name.
func dueHolder(d settlement.Due) string {
	if d.AccountHolder == "" || d.AccountHolder == d.StructureName {
		return format.SIRET(d.SIRET)
	}
	return format.SIRET(d.SIRET) + " · compte au nom " + format.Of(d.AccountHolder)
}

func paidSpan(from, to time.Time) string {
	if from.Equal(to) {
		return "le " + format.ShortDate(from)
	}
	return "du " + format.ShortDate(from) + " au " + format.ShortDate(to)
}

// paymentView is one contre-paiement, ready to show.
type paymentView struct {
	settlement.Dossier
	May      bool // the reader may act on payments
	Own      bool // the reader prepared it
	Sent     bool // its bank file was downloaded
	Day      string
	Errors   ui.Errors
	Figures  []ui.Figure
	Timeline []ui.Step
	Table    ui.TableArgs
	Files    ui.TableArgs
	Journal  []ui.JournalEntry
	Pager    ui.Pagination

	files []settlement.File
}

func newPaymentView(d settlement.Dossier, actor identity.Actor, today string, typed httpx.Values, errors ui.Errors) paymentView {
	v := paymentView{
		Dossier: d, May: actor.Can(identity.PlatformPayments), Own: actor.AccountID == d.PreparedBy, Day: today, Errors: errors,
		Journal: orderui.Journal(d.History), Table: paymentLinesTable(d),
	}
	_, v.Sent = d.Happened(settlement.ActSent)
	if typed.Has("date") {
		v.Day = typed.Get("date")
	}
	v.Figures = []ui.Figure{
		{Label: "Montant", Value: d.TotalCents.String(), Note: "pour " + d.GrossCents.String() + " de chèques"},
		{Label: "Virements", Value: format.Number(d.Batch.Lines), Note: format.Count(d.Parts, "fichier bancaire", "fichiers bancaires")},
		{Label: "Chèques", Value: format.Number(d.Cheques), Note: "acceptés jusqu’au " + format.ShortDate(d.Cutoff)},
		{Label: "Frais retenus", Value: d.FeesCents.String(), Note: "TVA comprise"},
	}
	v.Timeline = paymentTimeline(v)
	return v
}

// CanApprove reports whether the reader is the second pair of eyes.
func (v paymentView) CanApprove() bool { return v.May && !v.Own && v.State == settlement.Prepared }

// CanDiscard reports whether the preparation may still be undone.
func (v paymentView) CanDiscard() bool { return v.May && v.State == settlement.Prepared }

// Frozen reports whether the batch was approved, now or before.
func (v paymentView) Frozen() bool { return v.State != settlement.Prepared }

func paymentTimeline(v paymentView) []ui.Step {
	steps := []ui.Step{
		{Label: "Préparé", Date: format.ShortDate(v.PreparedAt), Note: v.PreparedByName, State: ui.Done},
		{Label: "Approuvé", Note: "par une autre personne que " + v.PreparedByName, State: ui.Current},
		{Label: "Fichier remis à la banque", Note: "par les finances"},
		{Label: "Virements exécutés", Note: "date à relever sur le compte"},
	}
	if v.Frozen() {
		steps[1] = ui.Step{Label: "Approuvé", Date: format.ShortDate(*v.ApprovedAt), Note: v.ApprovedByName + " · lot figé", State: ui.Done}
		steps[2].State = ui.Current
	}
	if sent, ok := v.Happened(settlement.ActSent); ok {
		steps[2] = ui.Step{Label: "Fichier téléchargé pour la banque", Date: format.ShortDate(sent.At), Note: sent.ActorName, State: ui.Done}
		steps[3].State = ui.Current
	}
	if v.State == settlement.Executed {
		steps[2].State = ui.Done
		steps[3] = ui.Step{Label: "Virements exécutés", Date: format.ShortDate(*v.ExecutedOn), State: ui.Done}
	}
	return steps
}

func paymentLinesTable(d settlement.Dossier) ui.TableArgs {
	t := ui.TableArgs{Caption: "Lignes de virement", HideCaption: true, Columns: ui.Columns("Structure", "Compte payé", "#Chèques", "#Montant", "État")}
	for _, l := range d.Page {
		t.Rows = append(t.Rows, ui.NewRow(
			ui.TwoLines(ui.Link(l.StructureName, urls.AdminPaymentLine(d.ID, l.ID)), format.SIRET(l.StructureSIRET)),
			ui.TwoLines(ui.Text(l.AccountHolder), format.IBAN(l.IBAN)),
			ui.Number(l.Cheques), lineAmount(l), lineState(l)))
	}
	return t
}

// lineAmount is what the line pays, and what it is made of when it is not only
// its chèques.
func lineAmount(l settlement.Line) templ.Component {
	switch {
	case l.RepaysLineID != nil:
		return ui.TwoLines(ui.Amount(l.AmountCents), "virement refait")
	case l.GrossCents != l.AmountCents:
		return ui.TwoLines(ui.Amount(l.AmountCents), "de "+l.GrossCents.String())
	default:
		return ui.Amount(l.AmountCents)
	}
}

func lineState(l settlement.Line) templ.Component {
	switch l.State {
	case settlement.Prepared:
		return ui.Tag(ui.Warn, "à\u00a0approuver")
	case settlement.Approved:
		return ui.Tag(ui.Info, "à\u00a0exécuter")
	case settlement.Executed:
		return ui.Tag(ui.Good, "exécuté")
	case settlement.Rejected:
		return ui.Tag(ui.Bad, "rejeté")
	default:
		return ui.Tag(ui.Bad, "revenu")
	}
}
