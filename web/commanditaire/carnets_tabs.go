package commanditaire

import (
	"passnum/web/ui"
	"passnum/web/urls"
)

// carnetTabs are the views of the « Carnets » page; current is the address of
// the one shown.
func carnetTabs(current string) []ui.Tab {
	tabs := []ui.Tab{
		{Label: "Vue d’ensemble", Href: urls.Carnets()},
		{Label: "Demandes", Href: urls.CarnetRequests()},
		{Label: "Écarts", Href: urls.CarnetCases()},
		{Label: "Transferts", Href: urls.CarnetTransfers()},
		{Label: "Oppositions", Href: urls.CarnetOppositions()},
		{Label: "Litiges", Href: urls.CarnetDisputes()},
		{Label: "Répartition", Href: urls.CarnetAllocation()},
	}
	for i := range tabs {
		tabs[i].Current = tabs[i].Href == current
	}
	return tabs
}
