// Package financeui is the way into everything about money, for the operator and
// for those who fund: one card a room, and what waits in it. It refuses figures:
// each room has its own.
package financeui

import (
	"net/http"

	"github.com/a-h/templ"
	"github.com/go-chi/chi/v5"
	"github.com/google/uuid"

	"passnum/internal/identity"
	"passnum/web/httpx"
	"passnum/web/urls"
)

// room is one page about money: what it is for, in one line, and who may enter;
// an empty permission lets everyone of the audience in.
type room struct {
	Title, Hint, Href string
	Icon              string
	permission        identity.Permission
	State             templ.Component // what waits there, if anything
}

// group is rooms that serve one purpose.
type group struct {
	Title string
	Rooms []room
}

// states says what waits in rooms, by their addresses.
type states func(*http.Request) (map[string]templ.Component, error)

// Handlers shows the rooms of one audience.
type Handlers struct {
	path, title, lead string
	need              []identity.Permission
	groups            []group
	states            states
}

// ForOperator is the operator's rooms; reports and others say what waits there.
func ForOperator(reports Reports, others ...Asker) *Handlers {
	return &Handlers{
		path: "/finances", title: "Finances", lead: "Chaque centime, du mandat d’un commanditaire au compte d’une structure.",
		need: []identity.Permission{identity.PlatformRead}, groups: operatorRooms, states: waiting(reports, others),
	}
}

// ForCommanditaire is the rooms of who orders, or funds the orders of others.
func ForCommanditaire() *Handlers {
	return &Handlers{
		path: "/finances", title: "Finances", lead: "Ce que vous avez payé, ce qui circule, ce qui vous revient.",
		need: []identity.Permission{identity.OrderRead, identity.FundedRead}, groups: commanditaireRooms,
		states: func(*http.Request) (map[string]templ.Component, error) { return nil, nil },
	}
}

var operatorRooms = []group{
	{"Encaisser", []room{
		{Title: "Factures", Hint: "Émettre, transmettre, relancer ; les avoirs ; les frais des structures.", Href: urls.AdminInvoices(), Icon: "receipt"},
		{Title: "Banque", Hint: "Relevés du compte dédié, opérations à reconnaître.", Href: urls.AdminBank(), Icon: "landmark"},
		{Title: "Programmes", Hint: "Les appels des financeurs : enveloppe, règles, commandes rattachées.", Href: urls.AdminProgrammes(), Icon: "hand-coins"},
	}},
	{"Payer les structures", []room{
		{Title: "Contre-paiements", Hint: "Préparer, approuver et suivre ce qui est viré aux structures.", Href: urls.AdminPayments(), Icon: "euro"},
		{Title: "Virements revenus", Hint: "Ce que la banque a refusé ou renvoyé, et ses comptes rendus.", Href: urls.AdminReturns(), Icon: "undo-2"},
		{Title: "Comptes bancaires", Hint: "Changements à confirmer, titulaires que la banque ne reconnaît pas.", Href: urls.AdminBankAccounts(), Icon: "credit-card"},
		{Title: "Incidents", Hint: "Trop-perçus, fraudes, gestes : corrigés sur le relevé suivant.", Href: urls.AdminIncidents(), Icon: "flag"},
	}},
	{"Rendre des comptes", []room{
		{Title: "Échéances", Hint: "Comment chaque commande finit, jusqu’à l’état contradictoire et l’avoir.", Href: urls.AdminEndings(), Icon: "calendar-days"},
		{Title: "Comptes", Hint: "Compte annuel, reddition, balance, grand livre, et chaque centime d’une commande.", Href: urls.AdminAccounts(), Icon: "chart-column"},
		{Title: "Couverture des fonds", Hint: "La page publique : ce qui est dû, et ce que la banque en prouve.", Href: urls.Cover(), Icon: "badge-check"},
	}},
	{"Mettre en sécurité", []room{
		{Title: "Preuves", Hint: "Quand les comptes ont été prouvés, et l’ancre à garder ailleurs.", Href: urls.AdminProofs(), Icon: "shield-check"},
		{Title: "Continuité", Hint: "Le kit signé d’un liquidateur ou d’un successeur, et l’exercice du trimestre.", Href: urls.AdminContinuity(), Icon: "package-check"},
	}},
}

var commanditaireRooms = []group{
	{"Payer", []room{
		{Title: "Factures", Hint: "Vos factures et vos avoirs, et ce qu’elles doivent porter.", Href: urls.Invoices(), Icon: "receipt"},
		{Title: "Programmes", Hint: "Les appels des financeurs : demander leur aide, ou suivre les vôtres.", Href: urls.Programmes(), Icon: "hand-coins", permission: identity.FundedRead},
		{Title: "Ce que vous cofinancez", Hint: "Les commandes d’autres organisations que vous aidez à payer.", Href: urls.FundedOrders(), Icon: "users", permission: identity.FundedRead},
	}},
	{"Ce qui vous revient", []room{
		{Title: "Échéances", Hint: "Quand vos chèques finissent, ce qui vous est demandé, ce qui vous est rendu.", Href: urls.Endings(), Icon: "calendar-days"},
		{Title: "Corrections", Hint: "Les chèques payés à tort, dont la valeur vous est rendue.", Href: urls.OrderIncidents(uuid.Nil), Icon: "flag", permission: identity.OrderRead},
	}},
	{"Comptes et preuves", []room{
		{Title: "Comptes", Hint: "Compte annuel et reddition : ce que vos fonds sont devenus, année par année.", Href: urls.Accounts(), Icon: "chart-column"},
		{Title: "Couverture des fonds", Hint: "La preuve publique que l’argent de vos chèques est là.", Href: urls.Cover(), Icon: "badge-check"},
	}},
}

// Routes mounts the page under its audience's prefix.
func (h *Handlers) Routes(r chi.Router) {
	r.Group(func(r chi.Router) {
		r.Use(httpx.Need(h.need...))
		r.Method(http.MethodGet, h.path, httpx.Handler(h.show))
	})
}

func (h *Handlers) show(w http.ResponseWriter, r *http.Request) error {
	waits, err := h.states(r)
	if err != nil {
		return err
	}
	return httpx.Render(w, r, http.StatusOK, roomsPage(httpx.Page(r, h.title), h.lead, h.open(httpx.Actor(r), waits)))
}

// open keeps the rooms that the actor may enter, each with what waits in it.
func (h *Handlers) open(actor identity.Actor, waits map[string]templ.Component) []group {
	var list []group
	for _, g := range h.groups {
		kept := group{Title: g.Title}
		for _, room := range g.Rooms {
			if room.permission == "" || actor.Can(room.permission) {
				room.State = waits[room.Href]
				kept.Rooms = append(kept.Rooms, room)
			}
		}
		if len(kept.Rooms) > 0 {
			list = append(list, kept)
		}
	}
	return list
}
