package urls

import "github.com/google/uuid"

// NewCarnetOpposition is the form by which a commanditaire stops carnets.
func NewCarnetOpposition() string { return CarnetOppositions() + "/nouvelle" }

// CarnetOpposition is an opposition for the commanditaire, or one of its acts.
func CarnetOpposition(id uuid.UUID, act ...string) string { return ID(CarnetOppositions(), id, act...) }

// Lost is where a counter stops lost carnets.
func Lost() string { return "/aiguilleur/perdu" }

// LostList is the history of a counter's oppositions.
func LostList() string { return "/aiguilleur/perdu/historique" }

// LostOne is an opposition for the counter, or one of its acts.
func LostOne(id uuid.UUID, act ...string) string { return ID(Lost(), id, act...) }

// AdminOppositions lists every opposition, for the operator.
func AdminOppositions() string { return "/admin/oppositions" }

// NewAdminOpposition is the form by which the operator stops carnets.
func NewAdminOpposition() string { return AdminOppositions() + "/nouvelle" }

// AdminOpposition is an opposition for the operator, or one of its acts.
func AdminOpposition(id uuid.UUID, act ...string) string { return ID(AdminOppositions(), id, act...) }

// CarnetAllocationNew is the form that begins a plan; CarnetAllocationPlan is one
// plan, or one of its acts: « appliquer » (POST), « csv ».
func CarnetAllocationNew() string { return CarnetAllocation() + "/nouvelle" }

// CarnetAllocationPlan is one plan, or one of its acts.
func CarnetAllocationPlan(id uuid.UUID, act ...string) string {
	return ID(CarnetAllocation(), id, act...)
}
