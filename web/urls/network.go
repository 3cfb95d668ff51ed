package urls

import "github.com/google/uuid"

// AgreementRequest is what a structure asks a commanditaire, or its act:
// « refuser » (POST).
func AgreementRequest(id uuid.UUID, act ...string) string {
	return ID(Agreements()+"/demandes", id, act...)
}

// Delegations lists what a commanditaire delegates.
func Delegations() string { return Agreements() + "/delegations" }

// NewDelegation is the form that delegates an order.
func NewDelegation() string { return Delegations() + "/nouvelle" }

// Delegation is one of them, or its act: « retirer » (POST).
func Delegation(id uuid.UUID, act ...string) string { return ID(Delegations(), id, act...) }

// Proposals lists the structures proposed to a commanditaire.
func Proposals() string { return Agreements() + "/propositions" }

// CounterProposals lists what a counter proposed.
func CounterProposals() string { return "/aiguilleur/propositions" }

// HubProposals lists what a hub proposed.
func HubProposals() string { return "/hub/propositions" }

// AdminProposals lists every proposal, for the operator.
func AdminProposals() string { return "/admin/structures/propositions" }

// Hub is the home of a hub: what it was delegated.
func Hub() string { return "/hub" }

// Followed is an order that a hub follows, or one of its acts: « message » (POST).
func Followed(id uuid.UUID, act ...string) string { return ID("/hub/suivi", id, act...) }

// FollowedRequest answers, for a commanditaire, what a structure asks it:
// « accepter », « refuser » (POST).
func FollowedRequest(id, request uuid.UUID, act string) string {
	return ID(Followed(id, "demandes"), request, act)
}

// Affiliations lists the commanditaires a structure works with.
func Affiliations() string { return "/structure/affiliations" }

// Affiliation is an act on one of them: « demander », « quitter ».
func Affiliation(commanditaire uuid.UUID, act string) string {
	return ID(Affiliations(), commanditaire, act)
}

// AffiliationRequest is an act on what a structure asked: « retirer » (POST).
func AffiliationRequest(id uuid.UUID, act string) string {
	return ID(Affiliations()+"/demandes", id, act)
}

// WhereToAsk is the public page that tells where a carnet is asked for.
func WhereToAsk() string { return "/demander-un-carnet" }
