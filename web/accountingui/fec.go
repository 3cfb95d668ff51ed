package accountingui

import (
	"net/http"
	"strconv"

	"passnum/internal/reporting/accounting"
	"passnum/web/httpx"
	"passnum/web/ui"
	"passnum/web/ui/format"
	"passnum/web/urls"
)

// fecView is the ledger's export before it is downloaded, and its check.
type fecView struct {
	Title, Name          string
	Tabs                 []ui.Tab
	Years                []yearLink
	Figures              []ui.Figure
	Report               *accounting.FECReport
	File, Notice, Verify string
	Closed               bool
	Accounts             ui.TableArgs
}

func (h *OperatorHandlers) fec(w http.ResponseWriter, r *http.Request) error {
	return h.showFEC(w, r, false)
}

// fecCheck writes the whole file to its validator before showing the page.
func (h *OperatorHandlers) fecCheck(w http.ResponseWriter, r *http.Request) error {
	return h.showFEC(w, r, true)
}

func (h *OperatorHandlers) showFEC(w http.ResponseWriter, r *http.Request, check bool) error {
	year, years, err := yearAsked(r, h.Accounts)
	if err != nil {
		return err
	}
	b, err := h.Accounts.Balance(r.Context(), httpx.Actor(r), year)
	if err != nil {
		return err
	}
	v := fecView{
		Title: "Export du grand livre " + strconv.Itoa(year), Name: h.Accounts.FECName(b.To), Tabs: operatorTabs(year, urls.AdminFEC(year)), Years: yearLinks(r, years, year),
		File: urls.AdminAccountsFile("fec/fichier", year), Notice: urls.AdminAccountsFile("fec/descriptif", year), Verify: urls.AdminFEC(year, "controle"), Closed: b.To.Before(h.Accounts.Today()),
		Figures: []ui.Figure{
			{Label: "Écritures de l’année", Value: format.Number(int(b.Entries))}, {Label: "Débits", Value: b.Debit.String()}, {Label: "Crédits", Value: b.Credit.String()},
			{Label: "Écart", Value: (b.Debit - b.Credit).String(), Note: "à-nouveaux non compris"},
		},
	}
	if check {
		report, err := h.Accounts.CheckFEC(r.Context(), httpx.Actor(r), year)
		if err != nil {
			return err
		}
		v.Report = &report
	}
	v.Accounts = ui.TableArgs{Caption: "Plan de comptes", HideCaption: true, Compact: true, Columns: ui.Columns("Compte", "Libellé", "Auxiliaire")}
	for _, a := range accounting.Chart() {
		who := map[accounting.Party]string{accounting.OfCommanditaire: "par commanditaire", accounting.OfStructure: "par structure"}[a.Party]
		v.Accounts.Rows = append(v.Accounts.Rows, ui.NewRow(ui.Text(a.Number), ui.Text(a.Label), ui.Text(who)))
	}
	return httpx.Render(w, r, http.StatusOK, fecPage(operatorPage(r, v.Title, ui.Crumb{Label: "Export"}), v))
}

func (h *OperatorHandlers) fecFile(w http.ResponseWriter, r *http.Request) error {
	year, _, err := yearAsked(r, h.Accounts)
	if err != nil {
		return err
	}
	f, err := h.Accounts.FEC(r.Context(), httpx.Actor(r), year)
	if err != nil {
		return err
	}
	httpx.Attach(w, f.Name, "text/plain; charset="+"iso-8859-15")
	_, err = f.Write(w)
	return err
}

func (h *OperatorHandlers) fecNotice(w http.ResponseWriter, r *http.Request) error {
	year, _, err := yearAsked(r, h.Accounts)
	if err != nil {
		return err
	}
	f, err := h.Accounts.FEC(r.Context(), httpx.Actor(r), year)
	if err != nil {
		return err
	}
	httpx.Attach(w, "descriptif-"+f.Name, "text/plain; charset=utf-8")
	return accounting.WriteFECNotice(w, f.Name)
}
