// Package organisation is the legal bodies of the network: how they join, what
// they are approved to be, and what they say of themselves (address, billing,
// logo, colour). It refuses to decide alone: a capacity is asked for by the
// organisation and granted by the operator.
package organisation

import (
	"context"
	"slices"
	"time"

	"github.com/google/uuid"

	"passnum/internal/fault"
	"passnum/internal/identity"
	"passnum/internal/jobs"
	"passnum/internal/postgres"
	"passnum/internal/territory"
)

// Organisation is a legal body, as everyone may know it.
type Organisation struct {
	ID              uuid.UUID
	Name            string
	SIRET           string
	Kind            Kind
	RNA             string // of an association
	Street          string
	Complement      string
	PostalCode      string
	Town            string
	Insee           string
	IsCommanditaire bool
	IsAiguilleur    bool
	IsStructure     bool
	IsObserver      bool
	IsHub           bool
	Slug            string
	Colour          string
	LogoID          *uuid.UUID
	CreatedAt       time.Time
	SuspendedAt     *time.Time
}

const organisationColumns = `o.id, o.name, o.siret, o.kind, o.rna, o.street, o.complement, o.postal_code, o.town, o.insee,
	o.is_commanditaire, o.is_aiguilleur, o.is_structure, o.is_observer, o.is_hub, o.slug, o.colour, o.logo_id, o.created_at, o.suspended_at`

// Capacities is what the organisation has been approved to be.
func (o Organisation) Capacities() identity.Capacities {
	return identity.Capacities{Commanditaire: o.IsCommanditaire, Aiguilleur: o.IsAiguilleur, Structure: o.IsStructure, Observer: o.IsObserver, Hub: o.IsHub}
}

// Has reports whether a capacity was granted.
func (o Organisation) Has(c Capacity) bool {
	switch c {
	case Commanditaire:
		return o.IsCommanditaire
	case Aiguilleur:
		return o.IsAiguilleur
	case Structure:
		return o.IsStructure
	case Hub:
		return o.IsHub
	default:
		return false
	}
}

// Address is the organisation's address in one line.
func (o Organisation) Address() string {
	return addressLine(o.Complement, o.Street, o.PostalCode, o.Town)
}

// Kind is what sort of body an organisation is.
type Kind string

// Kinds lists the sorts of bodies in the order screens offer them.
var Kinds = []Kind{"commune", "epci", "departement", "region", "ccas", "public", "association", "fondation", "cooperative", "entreprise", "independant", "autre"}

var kindLabels = map[Kind]string{
	"commune": "Commune", "epci": "Intercommunalité (EPCI)", "departement": "Département", "region": "Région",
	"ccas": "CCAS ou CIAS", "public": "Service de l’État ou établissement public", "association": "Association",
	"fondation": "Fondation", "cooperative": "Coopérative (Scop, Scic)", "entreprise": "Entreprise",
	"independant": "Travailleur indépendant", "autre": "Autre",
}

// Known reports whether k is one of Kinds.
func (k Kind) Known() bool { _, ok := kindLabels[k]; return ok }

// Label is the kind in French.
func (k Kind) Label() string {
	if label, ok := kindLabels[k]; ok {
		return label
	}
	return "Autre"
}

// Capacity is what an organisation may be approved to be.
type Capacity string

// The capacities that an organisation asks for.
const (
	Commanditaire Capacity = "commanditaire"
	Aiguilleur    Capacity = "aiguilleur"
	Structure     Capacity = "structure"
	Hub           Capacity = "hub" // a territorial hub, or who assists commanditaires (AMO)
)

// AllCapacities lists them in the order screens offer them.
var AllCapacities = []Capacity{Commanditaire, Aiguilleur, Structure, Hub}

// Known reports whether c is one of AllCapacities.
func (c Capacity) Known() bool { return slices.Contains(AllCapacities, c) }

// Label is the capacity in French.
func (c Capacity) Label() string {
	return map[Capacity]string{Commanditaire: "Commanditaire", Aiguilleur: "Aiguilleur", Structure: "Structure", Hub: "Animateur de réseau"}[c]
}

// Promise says in plain words what the capacity allows.
func (c Capacity) Promise() string {
	return map[Capacity]string{
		Commanditaire: "Commander et financer des carnets",
		Aiguilleur:    "Remettre des carnets aux personnes, à un guichet",
		Structure:     "Accompagner des personnes et être payé par leurs chèques",
		Hub:           "Animer un réseau pour des commanditaires (hub territorial, AMO)",
	}[c]
}

// Options are what the rest of the installation lends to this package.
type Options struct {
	// Queue takes the mails that follow an act.
	Queue jobs.Queue
	// BaseURL is the site's address, without its last slash.
	BaseURL string
	// OperatorEmail is told of what waits for the operator; empty for nobody.
	OperatorEmail string
	// StructureGranted opens the file of a new structure, in the transaction
	// that grants the capacity.
	StructureGranted func(ctx context.Context, tx *postgres.Tx, organisation uuid.UUID) error
	// Renamed tells an organisation's new name, in the transaction that changes
	// it and in the organisation's own scope.
	Renamed func(ctx context.Context, tx *postgres.Tx, organisation uuid.UUID, name string) error
}

// Service is the use cases of organisations.
type Service struct {
	db     *postgres.DB
	places *territory.Index
	Options
}

// NewService makes the use cases.
func NewService(db *postgres.DB, places *territory.Index, options Options) *Service {
	return &Service{db: db, places: places, Options: options}
}

// What organisation refuses.
var (
	// ErrNotFound hides organisations that do not exist.
	ErrNotFound = fault.New(fault.KindNotFound, "Cette organisation n’existe pas.")
	// ErrKnown refuses a SIRET that is already here; the way on is AskToJoin.
	ErrKnown = fault.New(fault.KindConflict, "Cette organisation est déjà sur Passnum.")
	// ErrNoRequest hides requests that do not exist.
	ErrNoRequest = fault.New(fault.KindNotFound, "Cette demande n’existe pas.")
	// ErrDecided refuses to decide twice.
	ErrDecided = fault.New(fault.KindConflict, "Cette demande a déjà reçu une réponse.")
	// ErrAsked refuses a second open request for a capacity.
	ErrAsked = fault.New(fault.KindConflict, "Cette demande est déjà faite\u00a0: elle attend notre réponse.")
	// ErrGranted refuses to ask for what one already is.
	ErrGranted = fault.New(fault.KindConflict, "Votre organisation a déjà cette possibilité.")
	// ErrMember tells a person that they are already in.
	ErrMember = fault.New(fault.KindConflict, "Vous faites déjà partie de cette organisation.")
	// ErrTooMany pauses requests that come too often.
	ErrTooMany = fault.New(fault.KindTooMany, "Trop de demandes en peu de temps. Réessayez dans une heure.")
)

// Now is the service's clock, for screens that tell ages.
func (s *Service) Now() time.Time { return s.db.Now() }
