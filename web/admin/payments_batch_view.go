package admin

import (
	"encoding/hex"
	"strconv"

	"passnum/internal/identity"
	"passnum/internal/money"
	"passnum/internal/settlement"
	"passnum/web/paymentui"
	"passnum/web/ui"
	"passnum/web/ui/format"
	"passnum/web/urls"
)

func (v paymentView) lead() string {
	if v.Rhythm == settlement.Weekly {
		return "Structures payées chaque semaine, chèques acceptés jusqu’au " + format.Date(v.Cutoff) + "."
	}
	return "Chèques acceptés jusqu’au " + format.Date(v.Cutoff) + "."
}

// Partial reports whether the bank has answered for some lines only.
func (v paymentView) Partial() bool {
	return v.State == settlement.Approved && v.Ended > 0
}

func (v paymentView) progress() string {
	text := format.Count(v.Ended, "virement", "virements") + " sur " + format.Number(v.Batch.Lines)
	if v.Back > 0 {
		text += ", dont " + format.Count(v.Back, "revenu", "revenus")
	}
	return text
}

func (v *paymentView) addFiles(files []settlement.File) {
	v.files = files
	v.Files = ui.TableArgs{Caption: "Fichiers pour la banque", HideCaption: true, Columns: ui.Columns("Fichier", "Référence", "#Virements", "#Montant", "Empreinte SHA-256")}
	if !v.May {
		return
	}
	for _, f := range files {
		label := "Fichier " + strconv.Itoa(f.Part)
		if len(files) == 1 {
			label = "Fichier pour la banque"
		}
		v.Files.Rows = append(v.Files.Rows, ui.NewRow(ui.DownloadLink(label, urls.AdminPaymentFilePart(v.ID, f.Part), v.BankVersion.String()),
			ui.Serial(f.MessageID), ui.Number(f.Transfers), ui.Amount(f.TotalCents), ui.Serial(hex.EncodeToString(f.SHA256[:8])+"…")))
	}
}

func (v paymentView) sendLabel() string {
	if v.Parts > 1 {
		return "Télécharger les " + strconv.Itoa(v.Parts) + " fichiers bancaires"
	}
	return "Télécharger le fichier bancaire"
}

func (v paymentView) sendWords() string {
	if v.Parts > 1 {
		return "Votre banque limite la taille des fichiers\u00a0: le lot en fait " + strconv.Itoa(v.Parts) + ", réunis dans un zip. Déposez-les tous sur son site. Ils restent les mêmes, à l’octet près, à chaque téléchargement."
	}
	return "Téléchargez le fichier des virements et déposez-le sur le site de votre banque. Il reste le même, à l’octet près, à chaque téléchargement."
}

// askedDay is the day that the files ask for.
func (v paymentView) askedDay() string {
	if v.ExecutionOn == nil {
		return ""
	}
	return "Le fichier demande le " + format.Date(*v.ExecutionOn) + "."
}

func (v paymentView) partOptions() []ui.Option {
	options := []ui.Option{{Value: "", Label: "Tous les fichiers"}}
	for _, f := range v.files {
		options = append(options, ui.Option{Value: strconv.Itoa(f.Part), Label: "Fichier " + strconv.Itoa(f.Part) + " (" + f.TotalCents.String() + ")"})
	}
	return options
}

// paymentLineView is what one structure is paid.
type paymentLineView struct {
	settlement.LinePage
	MayExecute  bool
	Day         string
	Errors      ui.Errors
	Table, Sums ui.TableArgs
	Count       ui.TableArgs // how the amount is made, when fees or incidents are in it
	Pager       ui.Pagination
}

func newPaymentLineView(l settlement.LinePage, actor identity.Actor, day string) paymentLineView {
	return paymentLineView{
		LinePage: l, Day: day, MayExecute: actor.Can(identity.PlatformPayments) && l.State == settlement.Approved,
		Sums: paymentui.Subtotals(l), Table: paymentui.Cheques("Chèques payés", l.Cheques, ui.EmptyArgs{Title: "Aucun chèque", Body: "Cette ligne ne porte que des corrections."}),
		Count: countTable(l.Line),
	}
}

// CameBack reports whether the bank refused the transfer or sent it back.
func (v paymentLineView) CameBack() bool {
	return v.State == settlement.Rejected || v.State == settlement.Returned
}

func countTable(l settlement.Line) ui.TableArgs {
	t := ui.TableArgs{Caption: "Comment ce montant est fait", HideCaption: true, Columns: ui.Columns("Ce qui compte", "#Montant"),
		Foot: []ui.Row{ui.NewRow(ui.Text("Montant du virement"), ui.Amount(l.AmountCents))}}
	add := func(label string, amount money.Cents) {
		if amount != 0 {
			t.Rows = append(t.Rows, ui.NewRow(ui.Text(label), ui.Amount(amount)))
		}
	}
	if l.RepaysLineID != nil {
		add("Virement revenu, payé de nouveau", l.GrossCents)
		return t
	}
	add("Valeur des chèques", l.GrossCents)
	add("Incidents", l.AdjustCents)
	add("Frais sur les chèques utilisés, hors taxe", -l.FeeCents)
	add("TVA sur ces frais", -l.FeeVATCents)
	return t
}

func (v paymentLineView) figures() []ui.Figure {
	return []ui.Figure{
		{Label: "Montant", Value: v.AmountCents.String()},
		{Label: "Chèques", Value: strconv.Itoa(v.Line.Cheques)},
		{Label: "Compte payé", Value: "…\u00a0" + v.IBAN[max(0, len(v.IBAN)-4):], Note: v.AccountHolder},
	}
}
