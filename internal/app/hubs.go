package app

import (
	"context"

	"github.com/google/uuid"

	"passnum/internal/config"
	"passnum/internal/delegation"
	"passnum/internal/postgres"
	"passnum/internal/proposal"
	"passnum/web"
	"passnum/web/hubui"
	"passnum/web/public"
	"passnum/web/structure"
)

// addHubs prepares who animates the network beside those who order.
func (s *services) addHubs(cfg config.Config, db *postgres.DB) {
	base := cfg.BaseURL.String()
	s.delegations = delegation.NewService(db, delegation.Options{Queue: s.queue, BaseURL: base})
	s.proposals = proposal.NewService(db, s.communes, proposal.Options{Queue: s.queue, BaseURL: base})
}

// affiliationAsked has the hubs that may answer told of a request.
func (s *services) affiliationAsked(ctx context.Context, tx *postgres.Tx, commanditaire uuid.UUID, structure string) error {
	return s.delegations.Announce(ctx, tx, commanditaire, structure)
}

// addHubScreens gives each audience its screens of the network.
func (a *App) addHubScreens(deps *web.Deps) {
	s := a.services
	deps.Hub = []web.Screens{&hubui.Handlers{Delegations: s.delegations, Proposals: s.proposals}}
	deps.Aiguilleur = append(deps.Aiguilleur, &hubui.ProposalHandlers{Proposals: s.proposals, Side: hubui.ForCounter()})
	deps.Commanditaire = append(deps.Commanditaire, &hubui.ProposalHandlers{Proposals: s.proposals, Side: hubui.ForCommanditaire()},
		&hubui.DelegationHandlers{Delegations: s.delegations, Orders: s.orders})
	deps.Structure = append(deps.Structure, &structure.AffiliationHandlers{Structures: s.structures})
	deps.Admin = append(deps.Admin, &hubui.OperatorHandlers{Proposals: s.proposals})
	deps.Public = append(deps.Public, &public.WhereHandlers{Network: s.network, Communes: s.communes})
}
