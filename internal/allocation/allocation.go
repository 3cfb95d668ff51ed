// Package allocation shares an order's carnets out among the points that hand
// them over: a number fixed per commune, plus a part weighted by population or
// by the commanditaire's own figures. It proposes; people adjust; nothing is
// applied unless the sum is exact.
package allocation

import (
	"time"

	"github.com/google/uuid"

	"passnum/internal/fault"
)

// Basis is what the variable part follows.
type Basis string

// The bases.
const (
	ByPopulation Basis = "population"
	ByFile       Basis = "fichier"
	Evenly       Basis = "egale"
)

// Label is the basis in French.
func (b Basis) Label() string {
	switch b {
	case ByPopulation:
		return "la population des communes"
	case ByFile:
		return "les poids de votre fichier"
	case Evenly:
		return "des parts égales"
	default:
		return ""
	}
}

// Rule is how a plan was computed.
type Rule struct {
	Fixed int    `json:"fixed"`
	Basis Basis  `json:"basis"`
	File  string `json:"file,omitempty"` // the name of the commanditaire's file
}

// Share is what a point gets.
type Share struct {
	PointID      uuid.UUID `json:"point_id"`
	AiguilleurID uuid.UUID `json:"aiguilleur_id"`
	Point        string    `json:"point"`
	Aiguilleur   string    `json:"aiguilleur"`
	CommuneCode  string    `json:"commune_code"`
	Commune      string    `json:"commune"`
	Weight       int64     `json:"weight"` // of the commune, in thousandths
	Proposed     int       `json:"proposed"`
	Carnets      int       `json:"carnets"`
	Serials      string    `json:"serials,omitempty"` // of the prepared transfer
}

// Where a plan was applied.
const (
	ToDeliveries = "livraisons"
	ToTransfers  = "transferts"
)

// Plan is a sharing out, proposed or applied.
type Plan struct {
	CommanditaireID uuid.UUID
	ID              uuid.UUID
	OrderID         uuid.UUID
	OrderNumber     string
	OrderTitle      string
	OrderState      string
	Title           string
	Total           int
	Rule            Rule
	Shares          []Share
	CreatedAt       time.Time
	CreatedByName   string
	UpdatedAt       time.Time
	AppliedAt       *time.Time
	AppliedByName   string
	AppliedTo       string
}

// Given is how many carnets the shares hold now.
func (p Plan) Given() (n int) {
	for _, s := range p.Shares {
		n += s.Carnets
	}
	return n
}

// Left is how many carnets remain to share out; negative when too many are.
func (p Plan) Left() int { return p.Total - p.Given() }

// Applied reports whether the plan is done, and no longer changes.
func (p Plan) Applied() bool { return p.AppliedAt != nil }

// The refusals of this package.
var (
	ErrNotFound = fault.New(fault.KindNotFound, "Cette répartition n’existe pas, ou elle n’est pas la vôtre.")
	ErrNobody   = fault.Field("points", "Choisissez au moins un point qui recevra des carnets.")
	ErrTotal    = fault.Field("total", "Indiquez combien de carnets répartir, de 1 à 200\u202f000.")
	ErrBasis    = fault.Field("base", "Choisissez ce que suit la part variable.")
	ErrFile     = fault.Field("fichier", "Choisissez votre fichier CSV\u00a0: une commune et un poids par ligne.")
	ErrOrder    = fault.Field("commande", "Choisissez une de vos commandes.")
	ErrApplied  = fault.New(fault.KindConflict, "Cette répartition est déjà appliquée\u00a0: elle ne change plus. Faites-en une autre.")
	ErrChanging = fault.New(fault.KindConflict, "Le dossier d’impression de cette commande est préparé avec ses colis\u00a0: la répartition ne peut plus être appliquée aux livraisons. Les carnets pourront être transférés une fois livrés.")
)
