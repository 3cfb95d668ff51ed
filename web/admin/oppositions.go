package admin

import (
	"passnum/internal/opposition"
	"passnum/web/oppositionui"
)

// OppositionScreens are the operator's pages of lost and stolen carnets.
func OppositionScreens(s *opposition.Service) *oppositionui.Handlers {
	return &oppositionui.Handlers{Oppositions: s, Side: oppositionui.ForOperator(adminCarnetTabs)}
}
