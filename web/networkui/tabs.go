// Package networkui is what the screens of the network of structures and places
// share: the row of tabs that leads from one to the other.
package networkui

import "passnum/web/ui"

// Room is a page of the network, reached from every other.
type Room struct{ Label, Href string }

// operatorRooms are the operator's, in the order they are shown.
var operatorRooms = []Room{
	{"Dossiers", "/admin/structures"},
	{"Signalements", "/admin/structures/signalements"},
	{"Propositions", "/admin/structures/propositions"},
	{"Données nationales", "/admin/structures/import"},
}

// commanditaireRooms are those of who orders.
var commanditaireRooms = []Room{
	{"Structures", "/commanditaire/structures"},
	{"Où manquent des lieux", "/commanditaire/structures/manques"},
	{"Délégations", "/commanditaire/structures/delegations"},
	{"Propositions", "/commanditaire/structures/propositions"},
	{"Sur votre site", "/commanditaire/structures/integrer"},
}

// OperatorTabs is the operator's row of tabs, current being an address of it.
func OperatorTabs(current string) []ui.Tab { return tabs(operatorRooms, current) }

// CommanditaireTabs is the row of who orders, current being an address of it.
func CommanditaireTabs(current string) []ui.Tab { return tabs(commanditaireRooms, current) }

func tabs(rooms []Room, current string) []ui.Tab {
	list := make([]ui.Tab, len(rooms))
	for i, r := range rooms {
		list[i] = ui.Tab{Label: r.Label, Href: r.Href, Current: r.Href == current}
	}
	return list
}
