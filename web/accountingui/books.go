package accountingui

import (
	"net/http"
	"strconv"
	"time"

	"github.com/a-h/templ"
	"github.com/go-chi/chi/v5"

	"passnum/internal/fault"
	"passnum/internal/money"
	"passnum/internal/reporting/accounting"
	"passnum/web/httpx"
	"passnum/web/ui"
	"passnum/web/ui/format"
	"passnum/web/urls"
)

// balanceView is a balance on screen, general or of one account.
type balanceView struct {
	Title, Lead string
	Tag         templ.Component
	Tabs        []ui.Tab
	Years       []yearLink
	Table       ui.TableArgs
	CSV         string
	Book        string // the whole account's grand livre
}

func (h *OperatorHandlers) balance(w http.ResponseWriter, r *http.Request) error {
	year, years, err := yearAsked(r, h.Accounts)
	if err != nil {
		return err
	}
	b, err := h.Accounts.Balance(r.Context(), httpx.Actor(r), year)
	if err != nil {
		return err
	}
	v := balanceView{
		Title: "Balance générale " + strconv.Itoa(year), Lead: "Du 1er janvier au " + format.Date(b.To) + ", " + format.Count(int(b.Entries), "écriture", "écritures") + ".", Tag: ui.Tag(ui.Good, "équilibrée"),
		Tabs: operatorTabs(year, urls.AdminBalance(year)), Years: yearLinks(r, years, year), CSV: urls.AdminAccountsFile("balance.csv", year),
		Table: balanceTable("Balance générale", "Compte"),
	}
	if !b.Balanced() {
		v.Tag = ui.Tag(ui.Bad, "déséquilibrée")
	}
	for _, l := range b.Lines {
		href := bookOf(l.Number, b.From, b.To, "")
		if l.Party != accounting.Nobody {
			href = urls.AdminAuxiliary(l.Number, year)
		}
		v.Table.Rows = append(v.Table.Rows, balanceRow(ui.TwoLines(ui.Link(l.Number, href), l.Label), l))
	}
	v.Table.Foot = []ui.Row{{Strong: true, Cells: ui.NewRow(ui.Text("Total"), ui.Text(""), ui.Amount(b.Debit), ui.Amount(b.Credit), ui.Text("")).Cells}}
	return httpx.Render(w, r, http.StatusOK, balancePage(operatorPage(r, v.Title, ui.Crumb{Label: "Balance"}), v))
}

func (h *OperatorHandlers) auxiliary(w http.ResponseWriter, r *http.Request) error {
	year, years, err := yearAsked(r, h.Accounts)
	if err != nil {
		return err
	}
	number := chi.URLParam(r, "account")
	b, err := h.Accounts.Auxiliary(r.Context(), httpx.Actor(r), year, number)
	if err != nil {
		return err
	}
	account, _ := accounting.Lookup(number)
	v := balanceView{Title: account.Number + " · " + account.Label, Lead: "Par organisation, du 1er janvier au " + format.Date(b.To) + ".", Years: yearLinks(r, years, year),
		Book: bookOf(number, b.From, b.To, ""), Table: balanceTable("Balance du compte "+number, "Organisation")}
	for _, l := range b.Lines {
		v.Table.Rows = append(v.Table.Rows, balanceRow(ui.TwoLines(ui.Link(l.AuxLabel, bookOf(number, b.From, b.To, l.AuxNumber)), "SIRET "+format.SIRET(l.AuxNumber)), l))
	}
	page := operatorPage(r, v.Title, ui.Crumb{Label: "Balance", Href: urls.AdminBalance(year)}, ui.Crumb{Label: number})
	return httpx.Render(w, r, http.StatusOK, balancePage(page, v))
}

func balanceTable(caption, first string) ui.TableArgs {
	return ui.TableArgs{Caption: caption, HideCaption: true, Columns: ui.Columns(first, "#Solde d’ouverture", "#Débit", "#Crédit", "#Solde"),
		Empty: ui.EmptyArgs{Title: "Aucune écriture cette année-là"}}
}

func balanceRow(first templ.Component, l accounting.BalanceLine) ui.Row {
	return ui.NewRow(first, side(l.Opening), ui.Amount(l.Debit), ui.Amount(l.Credit), side(l.Closing))
}

// side writes a debit-positive balance the way accountants read it.
func side(c money.Cents) templ.Component {
	switch {
	case c > 0:
		return ui.TwoLines(ui.Amount(c), "débiteur")
	case c < 0:
		return ui.TwoLines(ui.Amount(-c), "créditeur")
	default:
		return ui.Amount(0)
	}
}

func bookOf(account string, from, to time.Time, siret string) string {
	return urls.With(urls.AdminBook(account), "du", format.Typed(from), "au", format.Typed(to), "tiers", siret)
}

// bookView is a page of the grand livre.
type bookView struct {
	accounting.Book
	Title, Lead              string
	Accounts                 []ui.Option
	From, To, FromErr, ToErr string
	Figures                  []ui.Figure
	Table                    ui.TableArgs
	Pager                    ui.Pagination
	CSV, Reset               string
}

func (h *OperatorHandlers) book(w http.ResponseWriter, r *http.Request) error {
	f, bad := h.filter(r)
	var after *accounting.BookKey
	var key accounting.BookKey
	if httpx.Cursor(r, &key) {
		after = &key
	}
	b, err := h.Accounts.Book(r.Context(), httpx.Actor(r), f, after)
	if err != nil {
		return err
	}
	v := newBookView(r, b)
	page := operatorPage(r, v.Title, ui.Crumb{Label: "Balance", Href: urls.AdminBalance(f.To.Year())}, ui.Crumb{Label: "Grand livre"})
	status := http.StatusOK
	if form, ok := fault.ForForm(bad); ok {
		status, page.Errors = http.StatusUnprocessableEntity, ui.ErrorsFrom(form)
		v.From, v.To = httpx.Query(r).Get("du"), httpx.Query(r).Get("au")
	}
	return httpx.Render(w, r, status, bookPage(page, v))
}

// filter reads the grand livre's filters; days that are not are told, and the
// year stands in for them.
func (h *OperatorHandlers) filter(r *http.Request) (accounting.Filter, error) {
	q := httpx.Query(r)
	today := h.Accounts.Today()
	f := accounting.Filter{Account: chi.URLParam(r, "account"), From: time.Date(today.Year(), 1, 1, 0, 0, 0, 0, time.UTC), To: today, SIRET: q.Get("tiers"), Order: q.Get("commande")}
	var c fault.Collector
	for _, day := range []struct {
		name string
		to   *time.Time
	}{{"du", &f.From}, {"au", &f.To}} {
		if text := q.Get(day.name); text != "" {
			if at, err := format.ParseDay(text); err == nil {
				*day.to = at
			} else {
				c.Add(day.name, "Écrivez un jour comme 31/12/2026.")
			}
		}
	}
	if f.To.Before(f.From) {
		c.Add("au", "Le dernier jour est avant le premier.")
		f.To = f.From
	}
	return f, c.Err()
}

func newBookView(r *http.Request, b accounting.Book) bookView {
	v := bookView{
		Book: b, Title: "Grand livre " + b.Number, Lead: b.Label + ".", From: format.Typed(b.From), To: format.Typed(b.To), Reset: urls.AdminBook(b.Number),
		CSV: urls.AdminBook(b.Number, "csv") + "?" + r.URL.RawQuery,
		Figures: []ui.Figure{
			{Label: "Solde au premier jour", Value: abs(b.Opening), Note: word(b.Opening)}, {Label: "Débits", Value: b.Debit.String()},
			{Label: "Crédits", Value: b.Credit.String()}, {Label: "Solde au dernier jour", Value: abs(b.Closing()), Note: word(b.Closing())},
		},
		Table: ui.TableArgs{Caption: "Mouvements", HideCaption: true, Compact: true, Columns: ui.Columns("Écriture", "Date", "Pièce", "Tiers", "#Débit", "#Crédit", "#Solde"),
			Empty: ui.EmptyArgs{Title: "Aucun mouvement", Body: "Élargissez la période ou retirez un filtre."}},
	}
	var last accounting.BookKey
	for _, l := range b.Lines {
		v.Table.Rows = append(v.Table.Rows, ui.NewRow(ui.TwoLines(ui.Link(accounting.KindLabel(l.Kind), urls.AdminEntry(l.ID)), l.OrderNumber), ui.Text(format.Typed(l.Day)), ui.Text(l.Piece), ui.Text(l.Party),
			amountOrNothing(l.Debit), amountOrNothing(l.Credit), side(l.Balance)))
		last = l.BookKey
	}
	v.Pager = httpx.Pager(r, b.More, last)
	return v
}

func amountOrNothing(c money.Cents) templ.Component {
	if c == 0 {
		return ui.Text("")
	}
	return ui.Amount(c)
}

func abs(c money.Cents) string { return max(c, -c).String() }

func word(c money.Cents) string {
	switch {
	case c > 0:
		return "débiteur"
	case c < 0:
		return "créditeur"
	default:
		return "soldé"
	}
}

func (h *OperatorHandlers) bookSheet(w http.ResponseWriter, r *http.Request) error {
	f, err := h.filter(r)
	if err != nil {
		return err
	}
	name, write, err := h.Accounts.BookSheet(r.Context(), httpx.Actor(r), f)
	return sendSheet(w, name, write, err)
}

func (h *OperatorHandlers) balanceSheet(w http.ResponseWriter, r *http.Request) error {
	year, _, err := yearAsked(r, h.Accounts)
	if err != nil {
		return err
	}
	name, write, err := h.Accounts.BalanceSheet(r.Context(), httpx.Actor(r), year)
	return sendSheet(w, name, write, err)
}
