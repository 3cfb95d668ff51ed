// Package financeui is the way into everything about money, for the operator and
// for those who fund: one card a room. It refuses figures: each room has its own.
package financeui

import (
	"net/http"

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
}

// Handlers shows the rooms of one audience.
type Handlers struct {
	path, title, lead string
	need              []identity.Permission
	rooms             []room
}

// ForOperator is the operator's rooms.
func ForOperator() *Handlers {
	return &Handlers{
		path: "/finances", title: "Finances", lead: "Chaque centime, du mandat d’un commanditaire au compte d’une structure.",
		need: []identity.Permission{identity.PlatformRead}, rooms: operatorRooms,
	}
}

// ForCommanditaire is the rooms of who orders, or funds the orders of others.
func ForCommanditaire() *Handlers {
	return &Handlers{
		path: "/finances", title: "Finances", lead: "Ce que vous avez payé, ce qui circule, ce qui vous revient.",
		need: []identity.Permission{identity.OrderRead, identity.FundedRead}, rooms: commanditaireRooms,
	}
}

var operatorRooms = []room{
	{Title: "Factures", Hint: "Émettre, transmettre, relancer ; les avoirs ; les frais des structures.", Href: urls.AdminInvoices(), Icon: "receipt"},
	{Title: "Programmes", Hint: "Les appels des financeurs : enveloppe, règles, commandes rattachées.", Href: urls.AdminProgrammes(), Icon: "hand-coins"},
	{Title: "Banque", Hint: "Relevés du compte dédié, opérations à reconnaître.", Href: urls.AdminBank(), Icon: "landmark"},
	{Title: "Couverture des fonds", Hint: "La page publique : ce qui est dû, et ce que la banque en prouve.", Href: urls.Cover(), Icon: "badge-check"},
	{Title: "Paiements des structures", Hint: "Préparer, approuver et suivre les contre-paiements.", Href: urls.AdminPayments(), Icon: "euro"},
	{Title: "Virements revenus", Hint: "Ce que la banque a refusé ou renvoyé, et ses comptes rendus.", Href: urls.AdminReturns(), Icon: "undo-2"},
	{Title: "Comptes bancaires", Hint: "Changements à confirmer, titulaires que la banque ne reconnaît pas.", Href: urls.AdminBankAccounts(), Icon: "credit-card"},
	{Title: "Incidents", Hint: "Trop-perçus, fraudes, gestes : corrigés sur le relevé suivant.", Href: urls.AdminIncidents(), Icon: "flag"},
	{Title: "Preuves", Hint: "Quand les comptes ont été prouvés, ce qui a été examiné, l’ancre à garder ailleurs.", Href: urls.AdminProofs(), Icon: "shield-check"},
	{Title: "Continuité", Hint: "Le kit signé d’un liquidateur ou d’un successeur, et l’exercice du trimestre.", Href: urls.AdminContinuity(), Icon: "package-check"},
	{Title: "Échéances", Hint: "Comment chaque commande finit, jusqu’à l’état contradictoire et l’avoir.", Href: urls.AdminEndings(), Icon: "calendar-days"},
	{Title: "Comptes", Hint: "Compte annuel, reddition, balance, grand livre, et chaque centime d’une commande.", Href: urls.AdminAccounts(), Icon: "chart-column"},
}

var commanditaireRooms = []room{
	{Title: "Factures", Hint: "Vos factures et vos avoirs, et ce qu’elles doivent porter.", Href: urls.Invoices(), Icon: "receipt"},
	{Title: "Échéances", Hint: "Quand vos chèques finissent, ce qui vous est demandé, ce qui vous revient.", Href: urls.Endings(), Icon: "calendar-days"},
	{Title: "Couverture des fonds", Hint: "La preuve publique que l’argent de vos chèques est là.", Href: urls.Cover(), Icon: "landmark"},
	{Title: "Corrections", Hint: "Les chèques payés à tort, dont la valeur vous revient.", Href: urls.OrderIncidents(uuid.Nil), Icon: "flag", permission: identity.OrderRead},
	{Title: "Ce que vous cofinancez", Hint: "Les commandes d’autres organisations que vous aidez à payer.", Href: urls.FundedOrders(), Icon: "users", permission: identity.FundedRead},
	{Title: "Programmes", Hint: "Les appels des financeurs : demander leur aide, ou suivre les vôtres.", Href: urls.Programmes(), Icon: "hand-coins", permission: identity.FundedRead},
	{Title: "Comptes", Hint: "Compte annuel et reddition : ce que vos fonds sont devenus, année par année.", Href: urls.Accounts(), Icon: "chart-column"},
}

// Routes mounts the page under its audience's prefix.
func (h *Handlers) Routes(r chi.Router) {
	r.Group(func(r chi.Router) {
		r.Use(httpx.Need(h.need...))
		r.Method(http.MethodGet, h.path, httpx.Handler(h.show))
	})
}

func (h *Handlers) show(w http.ResponseWriter, r *http.Request) error {
	actor := httpx.Actor(r)
	var open []room
	for _, room := range h.rooms {
		if room.permission == "" || actor.Can(room.permission) {
			open = append(open, room)
		}
	}
	return httpx.Render(w, r, http.StatusOK, roomsPage(httpx.Page(r, h.title), h.lead, open))
}
