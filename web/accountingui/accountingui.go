// Package accountingui is the screens of the accounts: the compte annuel and
// the reddition for the operator and for who pays, then the ledger for the
// operator alone. It refuses to compute a figure.
package accountingui

import (
	"net/http"
	"strconv"

	"github.com/go-chi/chi/v5"

	"passnum/internal/identity"
	"passnum/internal/reporting/accounting"
	"passnum/web/httpx"
	"passnum/web/ui"
	"passnum/web/urls"
)

// OperatorHandlers serves the accounts to the operator.
type OperatorHandlers struct {
	Accounts *accounting.Service
}

// Routes mounts the screens under /admin.
func (h *OperatorHandlers) Routes(r chi.Router) {
	r.Group(func(r chi.Router) {
		r.Use(httpx.Need(identity.PlatformRead))
		get := func(path string, f httpx.Handler) { r.Method(http.MethodGet, "/comptes"+path, f) }
		get("", h.annual)
		get("/annuel.pdf", h.annualPDF)
		get("/annuel.csv", h.annualSheet)
		get("/reddition/{id}", h.reddition)
		get("/reddition/{id}/pdf", h.redditionPDF)
		get("/reddition/{id}/csv", h.redditionSheet)
		get("/balance", h.balance)
		get("/balance.csv", h.balanceSheet)
		get("/balance/{account}", h.auxiliary)
		get("/livre/{account}", h.book)
		get("/livre/{account}/csv", h.bookSheet)
		get("/fec", h.fec)
		get("/fec/fichier", h.fecFile)
		get("/fec/descriptif", h.fecNotice)
		get("/fec/controle", h.fecCheck)
		get("/ecritures/{id}", h.entry)
		get("/commandes/{id}", h.trail)
		get("/commandes/{id}/csv", h.trailSheet)
		get("/recherche", h.search)
	})
}

// Handlers serves the accounts to who pays: a commanditaire, or a co-funder.
type Handlers struct {
	Accounts *accounting.Service
}

// Routes mounts the screens under /commanditaire.
func (h *Handlers) Routes(r chi.Router) {
	r.Group(func(r chi.Router) {
		r.Use(httpx.Need(identity.OrderRead, identity.FundedRead))
		get := func(path string, f httpx.Handler) { r.Method(http.MethodGet, "/comptes"+path, f) }
		get("", h.annual)
		get("/annuel.pdf", h.annualPDF)
		get("/annuel.csv", h.annualSheet)
	})
	r.Group(func(r chi.Router) {
		r.Use(httpx.Need(identity.OrderRead))
		get := func(path string, f httpx.Handler) { r.Method(http.MethodGet, "/comptes"+path, f) }
		get("/reddition", h.reddition)
		get("/reddition.pdf", h.redditionPDF)
		get("/structures.csv", h.redditionSheet)
	})
}

// yearAsked is the year in the address; without one, the last that is over, of
// which accounts are due, or the current one when there is none.
func yearAsked(r *http.Request, s *accounting.Service) (year int, years []int, err error) {
	if years, err = s.Years(r.Context(), httpx.Actor(r)); err != nil {
		return 0, nil, err
	}
	if text := httpx.Query(r).Get("annee"); text != "" {
		if year, err = strconv.Atoi(text); err != nil {
			return 0, nil, accounting.ErrNoYear
		}
		return year, years, nil
	}
	if len(years) > 1 {
		return years[1], years, nil
	}
	return s.Today().Year(), years, nil
}

// yearLink leads to the same page for another year.
type yearLink struct {
	Label, Href string
	Current     bool
}

func yearLinks(r *http.Request, years []int, current int) []yearLink {
	links := make([]yearLink, len(years))
	for i, year := range years {
		links[i] = yearLink{strconv.Itoa(year), urls.With(r.URL.Path, "annee", strconv.Itoa(year)), year == current}
	}
	return links
}

// operatorTabs are the rooms of the operator's accounts.
func operatorTabs(year int, current string) []ui.Tab {
	tabs := []ui.Tab{
		{Label: "Compte annuel", Href: urls.AdminAccountsOf(year)},
		{Label: "Balance générale", Href: urls.AdminBalance(year)},
		{Label: "Export du grand livre", Href: urls.AdminFEC(year)},
		{Label: "Retrouver un montant", Href: urls.AdminAccountsSearch()},
	}
	for i := range tabs {
		tabs[i].Current = tabs[i].Href == current
	}
	return tabs
}

// operatorPage is a page of the operator's accounts under their first one.
func operatorPage(r *http.Request, title string, crumbs ...ui.Crumb) ui.Page {
	p := httpx.Page(r, title)
	p.Crumbs = append([]ui.Crumb{{Label: "Finances", Href: urls.AdminFinances()}, {Label: "Comptes", Href: urls.AdminAccounts()}}, crumbs...)
	return p
}
