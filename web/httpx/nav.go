package httpx

import (
	"strings"

	"github.com/google/uuid"

	"passnum/internal/identity"
	"passnum/web/ui"
	"passnum/web/urls"
)

// tab is a page of an audience's space, shown to who holds its permission; an
// empty permission shows it to everyone of the audience.
type tab struct {
	label, href string
	permission  identity.Permission
}

// space is what one capacity sees; its first tab is its home.
type space struct {
	prefix, label string
	open          func(identity.Actor) bool
	tabs          []tab
}

var spaces = []space{
	{"/admin", "Opérateur", func(a identity.Actor) bool { return a.Can(identity.PlatformRead) }, []tab{
		{"À traiter", "/admin", ""},
		{"Commandes", "/admin/commandes", ""},
		{"Carnets", "/admin/carnets", ""},
		{"Demandes", "/admin/demandes", ""},
		{"Structures", "/admin/structures", ""},
		{"Organisations", "/admin/organisations", ""},
		{"Finances", "/admin/finances", ""},
		{"Recherche", "/admin/recherche", ""},
	}},
	{"/commanditaire", "Commandes", ordersOrFunds, []tab{
		{"Tableau de bord", "/commanditaire", ""},
		{"Commandes", "/commanditaire/commandes", identity.OrderRead},
		{"Carnets", "/commanditaire/carnets", identity.OrderRead},
		{"Usages", "/commanditaire/usages", ""},
		{"Finances", "/commanditaire/finances", identity.FundedRead},
		{"Conventions", "/commanditaire/conventions", identity.OrderRead},
		{"Points", "/commanditaire/points", identity.OrderRead},
		{"Structures", "/commanditaire/structures", identity.OrderRead},
	}},
	{"/aiguilleur", "Guichet", func(a identity.Actor) bool { return a.Can(identity.StockRead) }, []tab{
		{"Guichet", "/aiguilleur", ""},
		{"Remettre un carnet", "/aiguilleur/remise", identity.HandOver},
		{"Réception", "/aiguilleur/reception", ""},
		{"Stock", "/aiguilleur/stock", ""},
		{"Points", "/aiguilleur/points", ""},
		{"Conventions", "/aiguilleur/conventions", ""},
	}},
	{"/mediateur", "Encaisser", func(a identity.Actor) bool { return a.Can(identity.Check) }, []tab{
		{"Aujourd’hui", "/mediateur", ""},
		{"Scanner", "/mediateur/scanner", ""},
		{"Tester", "/mediateur/tester", ""},
		{"Encaissements", "/mediateur/encaissements", identity.Redeem},
	}},
	{"/hub", "Animation", func(a identity.Actor) bool { return a.Can(identity.HubRead) }, []tab{
		{"Réseaux suivis", "/hub", ""},
		{"Propositions", "/hub/propositions", identity.Propose},
	}},
	{"/statistiques", "Statistiques", observes, []tab{
		{"Statistiques", "/statistiques", ""},
		{"Données ouvertes", "/donnees", ""},
		{"Programmes", "/commanditaire/programmes", identity.FundedRead},
	}},
	{"/structure", "Structure", ofStructure, []tab{
		{"Notre structure", "/structure", ""},
		{"Qualification", "/structure/qualification", identity.StructureWrite},
		{"Lieux", "/structure/lieux", identity.PlaceWrite},
		{"Ateliers", "/structure/ateliers", identity.WorkshopWrite},
		{"Paiements", "/structure/paiements", identity.PaymentRead},
	}},
}

// observes is who reads the country's figures and nothing else.
func observes(a identity.Actor) bool { return a.Capacities.Observer && !a.Can(identity.OrderRead) }

func ordersOrFunds(a identity.Actor) bool {
	return a.Can(identity.OrderRead) || (a.Can(identity.FundedRead) && !a.Capacities.Observer)
}

// ofStructure is who works for a structure, or for an organisation that is
// nothing yet and may become one.
func ofStructure(a identity.Actor) bool {
	if a.Capacities == (identity.Capacities{}) {
		return a.Can(identity.StructureWrite)
	}
	return a.Capacities.Structure && (a.Can(identity.PaymentRead) || a.Can(identity.PlaceWrite) || a.Can(identity.StructureWrite))
}

// navigation is the pages of the space one is in (the first one from a page that
// belongs to none), a way to each other space, then what every organisation has.
func navigation(actor identity.Actor, path string) []ui.NavItem {
	var open []space
	here := 0
	for _, s := range spaces {
		if !s.open(actor) {
			continue
		}
		if under(path, s.prefix) {
			here = len(open)
		}
		open = append(open, s)
	}
	var items []ui.NavItem
	if len(open) > 0 {
		items = open[here].items(actor)
	}
	for i, s := range open {
		if i != here {
			items = append(items, ui.NavItem{Key: s.prefix, Label: s.label, Href: s.prefix})
		}
	}
	if actor.Can(identity.TeamRead) {
		items = append(items, ui.NavItem{Key: urls.OrganisationSettings(), Label: "Organisation", Href: urls.OrganisationSettings()},
			ui.NavItem{Key: urls.Team(), Label: "Équipe", Href: urls.Team()})
	}
	return items
}

func (s space) items(actor identity.Actor) []ui.NavItem {
	var items []ui.NavItem
	for _, t := range s.tabs {
		if t.permission == "" || actor.Can(t.permission) {
			items = append(items, ui.NavItem{Key: t.href, Label: t.label, Href: t.href})
		}
	}
	return items
}

// homes are the tabs of pages whose address is not under their tab's.
var homes = map[string]string{
	urls.CounterProposals(): urls.Points(), urls.Affiliations(): "/structure",
	urls.AdminInvoices(): urls.AdminFinances(), urls.Invoices(): urls.Finances(), urls.StructureInvoices(): urls.StructurePayments(),
	urls.CounterTransfers(): urls.Stock(), urls.CounterReturns(): urls.Stock(), urls.CounterRequests(): urls.Stock(),
	urls.Lost(): urls.Stock(),

	urls.AdminBank():         urls.AdminFinances(),
	urls.AdminBankAccounts(): urls.AdminFinances(), urls.AdminIncidents(): urls.AdminFinances(),
	urls.OrderIncidents(uuid.Nil): urls.Finances(), urls.StructureIncidents(): urls.StructurePayments(),

	urls.AdminPayments():   urls.AdminFinances(),
	urls.AdminProofs():     urls.AdminFinances(),
	urls.AdminContinuity(): urls.AdminFinances(),
	urls.AdminEndings():    urls.AdminFinances(),
	urls.Endings():         urls.Finances(),
	urls.FundedOrders():    urls.Finances(),
	urls.Programmes():      urls.Finances(),
	urls.AdminProgrammes(): urls.AdminFinances(),
	urls.AdminAccounts():   urls.AdminFinances(),
	urls.Accounts():        urls.Finances(),
}

// section is the address by which a page finds its tab.
func section(path string) string {
	for prefix, home := range homes {
		if under(path, prefix) {
			return home
		}
	}
	return path
}

// current is the key of the tab whose address is the longest start of path.
func current(items []ui.NavItem, path string) string {
	best := ""
	for _, item := range items {
		if under(path, item.Href) && len(item.Href) > len(best) {
			best = item.Href
		}
	}
	return best
}

func under(path, prefix string) bool {
	return path == prefix || strings.HasPrefix(path, prefix+"/")
}

// Home is the first page where the actor has something to do.
func Home(actor identity.Actor) string {
	c, role := actor.Capacities, actor.Role
	switch {
	case !actor.SignedIn():
		return urls.Home()
	case actor.OrganisationID == uuid.Nil && actor.OperatorRole != "":
		return "/admin"
	case actor.OrganisationID == uuid.Nil:
		return urls.ChooseOrganisation()
	case c.Structure && role == identity.RoleMediateur:
		return "/mediateur"
	case c.Aiguilleur && role == identity.RoleAgent:
		return "/aiguilleur"
	case c.Commanditaire:
		return "/commanditaire"
	case c.Aiguilleur:
		return "/aiguilleur"
	case c.Hub && !c.Structure:
		return urls.Hub()
	case c.Observer && !c.Structure:
		return "/statistiques"
	default:
		return "/structure"
	}
}
