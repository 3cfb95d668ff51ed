package structure

import (
	"net/http"
	"strconv"
	"time"

	"github.com/a-h/templ"
	"github.com/go-chi/chi/v5"

	"passnum/internal/french"
	"passnum/internal/settlement"
	"passnum/web/httpx"
	"passnum/web/paymentui"
	"passnum/web/ui"
	"passnum/web/ui/format"
	"passnum/web/urls"
)

func (h *PaymentHandlers) bordereau(w http.ResponseWriter, r *http.Request) error {
	id, err := httpx.PathUUID(r, "line")
	if err != nil {
		return err
	}
	name, pdf, err := h.Payments.OwnBordereau(r.Context(), httpx.Actor(r), id)
	if err != nil {
		return err
	}
	return httpx.PDF(w, name, pdf)
}

func (h *PaymentHandlers) year(w http.ResponseWriter, r *http.Request) error {
	number, err := paymentYear(r)
	if err != nil {
		return err
	}
	y, err := h.Payments.OwnYear(r.Context(), httpx.Actor(r), number)
	if err != nil {
		return err
	}
	page := httpx.Page(r, "Paiements de "+strconv.Itoa(number))
	page.Crumbs = []ui.Crumb{{Label: "Paiements", Href: urls.StructurePayments()}, {Label: strconv.Itoa(number)}}
	return httpx.Render(w, r, http.StatusOK, paymentYearTemplate(page, newPaymentYearView(y)))
}

// yearPaper serves the papers of a year.
func (h *PaymentHandlers) yearPaper(w http.ResponseWriter, r *http.Request) error {
	year, err := paymentYear(r)
	if err != nil {
		return err
	}
	if chi.URLParam(r, "paper") == "recapitulatif.csv" {
		name, write, err := h.Payments.OwnRecapSheet(r.Context(), httpx.Actor(r), year)
		return sendPaymentSheet(w, name, write, err)
	}
	paper := h.Payments.OwnRecap
	switch chi.URLParam(r, "paper") {
	case "recapitulatif":
	case "attestation":
		paper = h.Payments.OwnAttestation
	default:
		return settlement.ErrNothingPaid
	}
	name, pdf, err := paper(r.Context(), httpx.Actor(r), year)
	if err != nil {
		return err
	}
	return httpx.PDF(w, name, pdf)
}

func paymentYear(r *http.Request) (int, error) {
	year, err := strconv.Atoi(chi.URLParam(r, "year"))
	if err != nil || year < 2000 || year > 2200 {
		return 0, settlement.ErrNothingPaid
	}
	return year, nil
}

// paymentYearView is what the structure was paid in a year.
type paymentYearView struct {
	settlement.Year
	Lead                       string
	Figures                    []ui.Figure
	Months, Payers, Transfers  ui.TableArgs
	Attestation, Recap, Detail string
}

func newPaymentYearView(y settlement.Year) paymentYearView {
	v := paymentYearView{
		Year: y, Lead: "Virements exécutés du 1er janvier au " + format.Date(y.Upto) + ".",
		Attestation: urls.StructurePaymentYear(y.Year, "attestation"), Recap: urls.StructurePaymentYear(y.Year, "recapitulatif"),
		Detail: urls.StructurePaymentYear(y.Year, "recapitulatif.csv"),
		Figures: []ui.Figure{
			{Label: "Net payé", Value: y.Total.Net.String(), Note: format.Count(len(y.Transfers), "virement", "virements")},
			{Label: "Valeur des chèques", Value: y.Total.Gross.String(), Note: paymentui.Count(y.Total.Cheques)},
			{Label: "Corrections", Value: y.Total.Adjust.String(), Note: "incidents et gestes"},
			{Label: "Frais retenus", Value: y.Total.Fees.String(), Note: "TVA comprise"},
		},
	}
	v.Months = paymentSums("Par mois", "Mois")
	for i, m := range y.Months {
		v.Months.Rows = append(v.Months.Rows, paymentSumsRow(ui.Text(french.Capital(french.Month(time.Month(i+1)))), m))
	}
	v.Months.Foot = []ui.Row{{Strong: true, Cells: paymentSumsRow(ui.Text("Total"), y.Total).Cells}}
	v.Payers = ui.TableArgs{Caption: "Par commanditaire", HideCaption: true, Columns: ui.Columns("Commanditaire", "#Chèques", "#Valeur")}
	for _, c := range y.Commanditaires {
		v.Payers.Rows = append(v.Payers.Rows, ui.NewRow(ui.Text(c.Commanditaire), ui.Number(c.Cheques), ui.Amount(c.AmountCents)))
	}
	v.Transfers = paymentSums("Virement par virement", "Paiement")
	for _, t := range y.Transfers {
		note := "virement du " + format.Date(t.On)
		if t.Back {
			note = "revenu le " + format.Date(t.On)
		}
		v.Transfers.Rows = append(v.Transfers.Rows, paymentSumsRow(ui.TwoLines(ui.Link(t.Number, urls.StructurePayment(t.LineID)), note), t.Sums))
	}
	return v
}

// paymentSums starts a table of sums.
func paymentSums(caption, first string) ui.TableArgs {
	return ui.TableArgs{Caption: caption, HideCaption: true, Columns: ui.Columns(first, "#Chèques", "#Valeur", "#Corrections", "#Frais", "#Net")}
}

func paymentSumsRow(first templ.Component, s settlement.Sums) ui.Row {
	return ui.NewRow(first, ui.Number(s.Cheques), ui.Amount(s.Gross), ui.Amount(s.Adjust), ui.Amount(-s.Fees), ui.Amount(s.Net))
}
