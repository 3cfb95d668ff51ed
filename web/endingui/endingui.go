// Package endingui is the screens of the end of orders, the same for the
// commanditaire and the operator: the calendar of every order, one order's end
// with what is expected of whom, the final statement to sign, the avoir and what
// becomes of it. It refuses to offer an act to who may not do it.
package endingui

import (
	"net/http"

	"github.com/go-chi/chi/v5"
	"github.com/google/uuid"

	"passnum/internal/ending"
	"passnum/internal/identity"
	"passnum/internal/redemption/dispute"
	"passnum/web/httpx"
	"passnum/web/ui"
	"passnum/web/urls"
)

// Handlers serves the screens of one side.
type Handlers struct {
	Endings *ending.Service
	BaseURL string
	side    ending.Side
	list    string
	of      func(id uuid.UUID, act ...string) string
	order   func(id uuid.UUID, act ...string) string
	finance string
	quarrel string // the list of disputes
}

// ForOperator is the operator's screens.
func ForOperator(s *ending.Service, base string) *Handlers {
	return &Handlers{Endings: s, BaseURL: base, side: ending.ForOperator, list: urls.AdminEndings(), of: urls.AdminEnding, order: urls.AdminOrder, finance: urls.AdminFinances(), quarrel: urls.AdminDisputes()}
}

// ForCommanditaire is the screens of who ordered, or co-funds.
func ForCommanditaire(s *ending.Service, base string) *Handlers {
	return &Handlers{Endings: s, BaseURL: base, side: ending.ForCommanditaire, list: urls.Endings(), of: urls.Ending, order: urls.Order, finance: urls.Finances(), quarrel: urls.CarnetDisputes()}
}

// disputes is where to read those that are open; empty for who only co-funds the
// order: they are its commanditaire's.
func (h *Handlers) disputes(of ending.Summary, actor identity.Actor) string {
	if !h.operator() && (of.CommanditaireID != actor.OrganisationID || !actor.Can(identity.OrderRead)) {
		return ""
	}
	return urls.With(h.quarrel, "etat", string(dispute.Open))
}

func (h *Handlers) operator() bool { return h.side == ending.ForOperator }

// Routes mounts the screens under the audience's prefix.
func (h *Handlers) Routes(r chi.Router) {
	readers := []identity.Permission{identity.OrderRead, identity.FundedRead}
	if h.operator() {
		readers = []identity.Permission{identity.PlatformRead}
	}
	r.Group(func(r chi.Router) {
		r.Use(httpx.Need(readers...))
		r.Method(http.MethodGet, "/echeances", httpx.Handler(h.all))
		r.Method(http.MethodGet, "/echeances.csv", httpx.Handler(h.export))
		r.Method(http.MethodGet, "/echeances.ics", httpx.Handler(h.calendar))
		r.Method(http.MethodGet, "/echeances/{id}", httpx.Handler(h.show))
		r.Method(http.MethodGet, "/echeances/{id}/calendrier.ics", httpx.Handler(h.oneCalendar))
		r.Method(http.MethodGet, "/echeances/{id}/etat.pdf", httpx.Handler(h.paper))
	})
	post := func(p identity.Permission, path string, handler httpx.Handler) {
		r.With(httpx.Need(p)).Method(http.MethodPost, "/echeances/{id}/"+path, handler)
	}
	if h.operator() {
		post(identity.PlatformDecide, "prolonger", h.prolong)
		post(identity.PlatformFunds, "etablir", h.draw)
		post(identity.PlatformFunds, "retirer", h.withdraw)
		post(identity.PlatformFunds, "signer", h.sign)
		post(identity.PlatformPayments, "restitutions", h.prepare)
		post(identity.PlatformPayments, "restitutions/{restitution}/approuver", h.approve)
		post(identity.PlatformPayments, "restitutions/{restitution}/ecarter", h.refuse)
		post(identity.PlatformPayments, "restitutions/{restitution}/executer", h.execute)
		post(identity.PlatformPayments, "restitutions/{restitution}/fichier", h.bankFile)
		post(identity.PlatformPayments, "restitutions/{restitution}/retour", h.bounced)
		post(identity.PlatformPayments, "restitutions/{restitution}/representer", h.repay)
		return
	}
	post(identity.OrderWrite, "arreter", h.stop)
	post(identity.OrderSign, "reconnaitre", h.acknowledge)
	post(identity.OrderSign, "signer", h.sign)
	post(identity.OrderWrite, "contester", h.contest)
	post(identity.OrderWrite, "avoir", h.wish)
}

// page prepares a page under the list of endings.
func (h *Handlers) page(r *http.Request, title string) ui.Page {
	p := httpx.Page(r, title)
	p.Crumbs = []ui.Crumb{{Label: "Finances", Href: h.finance}, {Label: "Échéances", Href: h.list}}
	if title != "Échéances" {
		p.Crumbs = append(p.Crumbs, ui.Crumb{Label: title})
	}
	return p
}
