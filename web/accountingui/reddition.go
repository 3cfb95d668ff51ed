package accountingui

import (
	"net/http"
	"strconv"

	"github.com/google/uuid"

	"passnum/internal/reporting/accounting"
	"passnum/web/httpx"
	"passnum/web/ui"
	"passnum/web/ui/format"
	"passnum/web/urls"
)

// redditionView is the account given to one commanditaire.
type redditionView struct {
	accounting.Reddition
	Title, Lead                         string
	Years                               []yearLink
	Figures                             []ui.Figure
	Use, Accounts, Fees, Receipts, Paid ui.TableArgs
	AsideLines                          []accounting.AsideLine
	PDF, CSV                            string
}

func newRedditionView(r *http.Request, a accounting.Reddition, years []int, href func(accounting.OrderAccount) string) redditionView {
	during := a.Total
	v := redditionView{
		Reddition: a, Title: "Reddition des comptes " + strconv.Itoa(a.Year), Years: yearLinks(r, years, a.Year), AsideLines: a.Aside.Lines(),
		Lead: a.Name + ". Arrêtée au " + format.Date(a.To) + ", à remettre avant le " + format.Date(a.Deadline) + ".",
		Figures: []ui.Figure{
			{Label: "Fonds détenus", Value: a.After.Held().String(), Note: "au " + format.Date(a.To)},
			figure("Utilisés et payés", during.Paid), figure("Remboursés ou échangés", during.Returned), figure("Restant à rembourser", during.Closing),
		},
		Accounts: ordersTable("Compte des chèques", a.Orders, a.Total, href),
	}
	v.Use = ui.TableArgs{Caption: "Emploi des fonds", HideCaption: true, Columns: ui.Columns("Valeur faciale des chèques", "#Montant")}
	for _, l := range a.Use {
		v.Use.Rows = append(v.Use.Rows, ui.Row{Strong: l.Sum, Cells: ui.NewRow(ui.Text(l.Label), ui.Amount(l.Amount)).Cells})
	}
	v.Fees = ui.TableArgs{Caption: "Frais de l’opérateur", HideCaption: true, Columns: ui.Columns("Frais", "#Montant"), Empty: ui.EmptyArgs{Title: "Aucuns frais cette année-là"}}
	for _, f := range accounting.FeesBetween(a.Before, a.After) {
		v.Fees.Rows = append(v.Fees.Rows, ui.NewRow(ui.Text(f.Label), ui.Amount(f.Amount)))
	}
	v.Receipts, v.Paid = receiptsTable(a.Receipts), paidTable(a.Structures)
	return v
}

func receiptsTable(receipts []accounting.OrderReceipt) ui.TableArgs {
	t := ui.TableArgs{Caption: "Fonds reçus", HideCaption: true, Columns: ui.Columns("Mandat", "Reçu le", "Commande", "Payeur", "#Valeur", "#Frais et TVA", "#Total"),
		Empty: ui.EmptyArgs{Title: "Aucun fonds reçu cette année-là"}}
	for _, l := range receipts {
		t.Rows = append(t.Rows, ui.NewRow(ui.Text(l.Mandat), ui.Text(format.Typed(l.ReceivedOn)), ui.Text(l.OrderNumber), ui.Text(l.Payer), ui.Amount(l.FaceCents), ui.Amount(l.FeesCents+l.VATCents), ui.Amount(l.Total())))
	}
	return t
}

func paidTable(structures []accounting.PaidStructure) ui.TableArgs {
	t := ui.TableArgs{Caption: "Structures payées", HideCaption: true, Columns: ui.Columns("Structure", "SIRET", "#Chèques", "#Valeur", "#Corrections", "#Frais TTC", "#Net viré"),
		Empty: ui.EmptyArgs{Title: "Aucune structure payée cette année-là"}}
	var sum accounting.PaidStructure
	for _, l := range structures {
		t.Rows = append(t.Rows, ui.NewRow(ui.TwoLines(ui.Text(l.Name), l.Town), ui.Text(format.SIRET(l.SIRET)), ui.Number(int(l.Cheques)), ui.Amount(l.GrossCents), ui.Amount(l.Adjust), ui.Amount(-l.Fees), ui.Amount(l.NetCents)))
		sum.Cheques += l.Cheques
		sum.GrossCents += l.GrossCents
		sum.Adjust += l.Adjust
		sum.Fees += l.Fees
		sum.NetCents += l.NetCents
	}
	if len(structures) > 1 {
		t.Foot = []ui.Row{{Strong: true, Cells: ui.NewRow(ui.Text("Total"), ui.Text(""), ui.Number(int(sum.Cheques)), ui.Amount(sum.GrossCents), ui.Amount(sum.Adjust), ui.Amount(-sum.Fees), ui.Amount(sum.NetCents)).Cells}}
	}
	return t
}

func (h *OperatorHandlers) reddition(w http.ResponseWriter, r *http.Request) error {
	id, err := httpx.PathUUID(r, "id")
	if err != nil {
		return err
	}
	year, years, err := yearAsked(r, h.Accounts)
	if err != nil {
		return err
	}
	a, err := h.Accounts.Reddition(r.Context(), httpx.Actor(r), year, id)
	if err != nil {
		return err
	}
	v := newRedditionView(r, a, years, func(o accounting.OrderAccount) string { return urls.AdminTrail(o.OrderID) })
	v.PDF, v.CSV = urls.AdminReddition(id, year, "pdf"), urls.AdminReddition(id, year, "csv")
	return httpx.Render(w, r, http.StatusOK, redditionPage(operatorPage(r, v.Title, ui.Crumb{Label: a.Name}), v))
}

func (h *OperatorHandlers) redditionPDF(w http.ResponseWriter, r *http.Request) error {
	id, err := httpx.PathUUID(r, "id")
	if err != nil {
		return err
	}
	return redditionPDF(w, r, h.Accounts, id)
}

func (h *OperatorHandlers) redditionSheet(w http.ResponseWriter, r *http.Request) error {
	id, err := httpx.PathUUID(r, "id")
	if err != nil {
		return err
	}
	return redditionSheet(w, r, h.Accounts, id)
}

func (h *Handlers) reddition(w http.ResponseWriter, r *http.Request) error {
	year, years, err := yearAsked(r, h.Accounts)
	if err != nil {
		return err
	}
	a, err := h.Accounts.Reddition(r.Context(), httpx.Actor(r), year, httpx.Actor(r).OrganisationID)
	if err != nil {
		return err
	}
	v := newRedditionView(r, a, years, nil)
	v.PDF, v.CSV = urls.AccountsFile("reddition.pdf", year), urls.AccountsFile("structures.csv", year)
	page := httpx.Page(r, v.Title)
	page.Crumbs = []ui.Crumb{{Label: "Finances", Href: urls.Finances()}, {Label: "Comptes", Href: urls.AccountsOf(year)}, {Label: "Reddition"}}
	return httpx.Render(w, r, http.StatusOK, redditionPage(page, v))
}

func (h *Handlers) redditionPDF(w http.ResponseWriter, r *http.Request) error {
	return redditionPDF(w, r, h.Accounts, httpx.Actor(r).OrganisationID)
}

func (h *Handlers) redditionSheet(w http.ResponseWriter, r *http.Request) error {
	return redditionSheet(w, r, h.Accounts, httpx.Actor(r).OrganisationID)
}

func redditionPDF(w http.ResponseWriter, r *http.Request, s *accounting.Service, id uuid.UUID) error {
	year, _, err := yearAsked(r, s)
	if err != nil {
		return err
	}
	name, pdf, err := s.RedditionPDF(r.Context(), httpx.Actor(r), year, id)
	if err != nil {
		return err
	}
	return httpx.PDF(w, name, pdf)
}

func redditionSheet(w http.ResponseWriter, r *http.Request, s *accounting.Service, id uuid.UUID) error {
	year, _, err := yearAsked(r, s)
	if err != nil {
		return err
	}
	name, write, err := s.RedditionSheet(r.Context(), httpx.Actor(r), year, id)
	return sendSheet(w, name, write, err)
}
