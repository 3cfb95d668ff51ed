package accountingui

import (
	"io"
	"net/http"
	"strconv"

	"github.com/a-h/templ"

	"passnum/internal/reporting/accounting"
	"passnum/web/httpx"
	"passnum/web/ui"
	"passnum/web/ui/format"
	"passnum/web/urls"
)

// annualView is a compte annuel on screen.
type annualView struct {
	Year            int
	Title, Lead     string
	Closed          bool
	Years           []yearLink
	Tabs            []ui.Tab
	Figures         []ui.Figure
	Own, Funded     ui.TableArgs
	HasFunded       bool
	OwnTitle        string
	Aside           []accounting.AsideLine
	PDF, CSV        string
	RedditionHref   string
	Empty, Operator bool
}

func newAnnualView(r *http.Request, a accounting.Annual, years []int) annualView {
	v := annualView{
		Year: a.Year, Title: "Compte annuel " + strconv.Itoa(a.Year), Closed: a.Closed, Years: yearLinks(r, years, a.Year), Aside: a.Aside.Lines(), Empty: len(a.Orders) == 0,
		Lead: "Arrêté au " + format.Date(a.To) + ". À remettre aux commanditaires avant le " + format.Date(a.Deadline) + ".",
		Figures: []ui.Figure{
			figure("Commandés", a.Total.Ordered), figure("Utilisés et payés", a.Total.Paid),
			figure("Rejetés, remboursés ou échangés", accounting.Column{Cheques: a.Total.Rejected.Cheques + a.Total.Returned.Cheques, Amount: a.Total.Rejected.Amount + a.Total.Returned.Amount}),
			figure("Restant à rembourser", a.Total.Closing),
		},
	}
	return v
}

func figure(label string, c accounting.Column) ui.Figure {
	note := format.Count(int(c.Cheques), "chèque", "chèques")
	if c.Cheques == 0 && c.Amount != 0 {
		note = "votre part" // a chèque is not cut
	}
	return ui.Figure{Label: label, Value: c.Amount.String(), Note: note}
}

// columnTitles are those of the compte annuel, after what a line is about.
func columnTitles(first string, more ...string) []ui.Column {
	return ui.Columns(append([]string{first, "#Au 1er janvier", "#Commandés", "#Utilisés et payés", "#Rejetés", "#Remboursés, échangés", "#Restant"}, more...)...)
}

func movementCells(first templ.Component, m accounting.Movement) []templ.Component {
	cells := []templ.Component{first}
	for _, c := range m.Columns() {
		cells = append(cells, ui.TwoLines(ui.Amount(c.Amount), format.Number(int(c.Cheques))))
	}
	return cells
}

func amountCells(first templ.Component, m accounting.Movement) []templ.Component {
	cells := []templ.Component{first}
	for _, c := range m.Columns() {
		cells = append(cells, ui.Amount(c.Amount))
	}
	return cells
}

func total(m accounting.Movement) []ui.Row {
	return []ui.Row{{Strong: true, Cells: movementCells(ui.Text("Total"), m)}}
}

// ordersTable is one line an order; href may be nil.
func ordersTable(caption string, orders []accounting.OrderAccount, sum accounting.Movement, href func(accounting.OrderAccount) string) ui.TableArgs {
	t := ui.TableArgs{Caption: caption, HideCaption: true, Columns: columnTitles("Commande"),
		Empty: ui.EmptyArgs{Title: "Aucune commande cette année-là", Body: "Les comptes commencent à la signature d’une commande."}}
	for _, o := range orders {
		var first templ.Component = ui.Text(o.Number)
		if href != nil {
			first = ui.Link(o.Number, href(o))
		}
		t.Rows = append(t.Rows, ui.Row{Cells: movementCells(ui.TwoLines(first, o.Title), o.Movement)})
	}
	if len(orders) > 1 {
		t.Foot = total(sum)
	}
	return t
}

func (h *OperatorHandlers) annual(w http.ResponseWriter, r *http.Request) error {
	year, years, err := yearAsked(r, h.Accounts)
	if err != nil {
		return err
	}
	a, err := h.Accounts.Annual(r.Context(), httpx.Actor(r), year, nil)
	if err != nil {
		return err
	}
	v := newAnnualView(r, a, years)
	v.Operator, v.OwnTitle, v.Tabs = true, "Par commanditaire", operatorTabs(year, urls.AdminAccountsOf(year))
	v.PDF, v.CSV = urls.AdminAccountsFile("annuel.pdf", year), urls.AdminAccountsFile("annuel.csv", year)
	v.Own = ui.TableArgs{Caption: "Par commanditaire", HideCaption: true, Columns: columnTitles("Commanditaire"),
		Empty: ui.EmptyArgs{Title: "Rien cette année-là", Body: "Les comptes commencent à la signature d’une commande."}, Foot: total(a.Total)}
	for _, g := range a.Commanditaires() {
		v.Own.Rows = append(v.Own.Rows, ui.Row{Cells: movementCells(ui.TwoLines(ui.Link(g.Name, urls.AdminReddition(g.CommanditaireID, year)), format.Count(len(g.Orders), "commande", "commandes")), g.Total)})
	}
	page := httpx.Page(r, v.Title)
	page.Crumbs = []ui.Crumb{{Label: "Finances", Href: urls.AdminFinances()}, {Label: "Comptes"}}
	return httpx.Render(w, r, http.StatusOK, annualPage(page, v))
}

func (h *Handlers) annual(w http.ResponseWriter, r *http.Request) error {
	year, years, err := yearAsked(r, h.Accounts)
	if err != nil {
		return err
	}
	a, err := h.Accounts.Annual(r.Context(), httpx.Actor(r), year, nil)
	if err != nil {
		return err
	}
	own, funded, sum, shares := split(a)
	a.Total = sum
	if len(own) == 0 && len(funded) > 0 {
		a.Total = shares
	}
	v := newAnnualView(r, a, years)
	v.OwnTitle = "Vos commandes"
	v.PDF, v.CSV = urls.AccountsFile("annuel.pdf", year), urls.AccountsFile("annuel.csv", year)
	v.Own = ordersTable("Vos commandes", own, sum, nil)
	v.Funded, v.HasFunded = fundedTable(funded, shares), len(funded) > 0
	if len(own) > 0 {
		v.RedditionHref = urls.Reddition(year)
	}
	page := httpx.Page(r, v.Title)
	page.Crumbs = []ui.Crumb{{Label: "Finances", Href: urls.Finances()}, {Label: "Comptes"}}
	return httpx.Render(w, r, http.StatusOK, annualPage(page, v))
}

// split tells the reader's own orders from those it co-funds, with what they add
// up to: the whole of its own, its part of the others.
func split(a accounting.Annual) (own, funded []accounting.OrderAccount, sum, shares accounting.Movement) {
	for _, o := range a.Orders {
		if o.Share != nil {
			funded = append(funded, o)
			shares = shares.Plus(o.Share.Movement)
			continue
		}
		own = append(own, o)
		sum = sum.Plus(o.Movement)
	}
	return own, funded, sum, shares
}

func fundedTable(orders []accounting.OrderAccount, shares accounting.Movement) ui.TableArgs {
	t := ui.TableArgs{Caption: "Votre part", HideCaption: true, Columns: columnTitles("Commande")}
	for _, o := range orders {
		first := ui.TwoLines(ui.Text(o.Number+" · "+o.Commanditaire), "votre part\u00a0: "+o.Share.Whole.String())
		t.Rows = append(t.Rows, ui.Row{Cells: amountCells(first, o.Share.Movement)})
	}
	if len(orders) > 1 {
		t.Foot = []ui.Row{{Strong: true, Cells: amountCells(ui.Text("Total"), shares)}}
	}
	return t
}

func (h *OperatorHandlers) annualPDF(w http.ResponseWriter, r *http.Request) error {
	return annualPDF(w, r, h.Accounts)
}

func (h *Handlers) annualPDF(w http.ResponseWriter, r *http.Request) error {
	return annualPDF(w, r, h.Accounts)
}

func annualPDF(w http.ResponseWriter, r *http.Request, s *accounting.Service) error {
	year, _, err := yearAsked(r, s)
	if err != nil {
		return err
	}
	name, pdf, err := s.AnnualPDF(r.Context(), httpx.Actor(r), year, nil)
	if err != nil {
		return err
	}
	return httpx.PDF(w, name, pdf)
}

func (h *OperatorHandlers) annualSheet(w http.ResponseWriter, r *http.Request) error {
	return annualSheet(w, r, h.Accounts)
}

func (h *Handlers) annualSheet(w http.ResponseWriter, r *http.Request) error {
	return annualSheet(w, r, h.Accounts)
}

func annualSheet(w http.ResponseWriter, r *http.Request, s *accounting.Service) error {
	year, _, err := yearAsked(r, s)
	if err != nil {
		return err
	}
	name, write, err := s.AnnualSheet(r.Context(), httpx.Actor(r), year, nil)
	return sendSheet(w, name, write, err)
}

func sendSheet(w http.ResponseWriter, name string, write func(io.Writer) error, err error) error {
	if err != nil {
		return err
	}
	return httpx.CSV(w, name, func(w http.ResponseWriter) error { return write(w) })
}
