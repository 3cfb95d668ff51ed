// Package order is a commanditaire's purchase from draft to active: what was
// asked for, what it costs, who signed, what was made, shipped and funded. It
// refuses to let anything circulate that is not funded, and to skip a step.
package order

import (
	"fmt"
	"strings"
	"time"

	"github.com/google/uuid"

	"passnum/internal/fault"
	"passnum/internal/money"
	"passnum/internal/referentiel"
	"passnum/internal/territory"
)

// ErrNotFound hides orders that do not exist and those of somebody else.
var ErrNotFound = fault.New(fault.KindNotFound, "Cette commande n’existe pas, ou elle n’est pas la vôtre.")

// Which structures may accept an order's chèques.
const (
	StructuresAll    = "toutes"
	StructuresAgreed = "agreees"
)

// Who prints the carnets.
const (
	PrintShop = "imprimeur"
	PrintDesk = "bureau" // the commanditaire itself, on A4 sheets
)

// Specification is what a commanditaire asks for. A draft may be incomplete;
// Problems tells what is missing.
type Specification struct {
	Title            string
	ChequesPerCarnet int
	FaceValue        money.Cents
	Carnets          int
	Validity         Validity
	Perimeter        territory.Perimeter
	Coverage         referentiel.Coverage
	Structures       string // StructuresAll or StructuresAgreed
	PublicCible      string
	Message          string
	Colour           string
	LogoID           *uuid.UUID
	PrintMode        string     // PrintShop or PrintDesk
	Late             *LateTrust // UsualLateTrust when nil
	HandOvers        HandOverRules
	Notes            string
	Cofunders        []Cofunder
	Services         []ServiceLine
	Deliveries       []Delivery
}

// FaceTotal is the face value of everything ordered.
func (s Specification) FaceTotal() money.Cents {
	return s.FaceValue * money.Cents(s.ChequesPerCarnet) * money.Cents(s.Carnets)
}

// Cheques is how many chèques are ordered.
func (s Specification) Cheques() int { return s.Carnets * s.ChequesPerCarnet }

// Format says the order in one line: « 2 000 carnets de 5 chèques de 10 € ».
func (s Specification) Format() string {
	return fmt.Sprintf("%s de %s de %s", count(s.Carnets, "carnet"), count(s.ChequesPerCarnet, "chèque"), s.FaceValue.Short())
}

// OwnShare is what the commanditaire pays of the face value; negative when
// co-funders promise more than there is.
func (s Specification) OwnShare() money.Cents {
	rest := s.FaceTotal()
	for _, c := range s.Cofunders {
		rest -= c.Share
	}
	return rest
}

// Cofunder is another organisation that pays a share of the face value.
type Cofunder struct {
	OrganisationID uuid.UUID
	Name           string
	Share          money.Cents
	Rate           money.BasisPoints // when typed as a part of the face value; else 0
	Direct         bool              // it pays into the dedicated account itself
	ProgrammeID    *uuid.UUID        // whose call brings it, if any
	Programme      string            // the call's name
	Pending        bool              // the funder has not answered yet
}

// ServiceLine is work sold beside the chèques, before tax.
type ServiceLine struct {
	Kind        ServiceKind
	Description string
	Amount      money.Cents
	Tax         Tax         // the operator's to set; the standard rate when zero
	Milestones  []Milestone // the operator's to set; due at the order when none
}

// ServiceKind is what sort of work it is.
type ServiceKind string

// The services an operator sells beside chèques.
const (
	Engineering ServiceKind = "ingenierie"
	Assistance  ServiceKind = "assistance"
	Training    ServiceKind = "formation"
)

// ServiceKinds lists the services in the order a form shows them.
var ServiceKinds = []ServiceKind{Engineering, Assistance, Training}

// Label is the service in French.
func (k ServiceKind) Label() string {
	switch k {
	case Engineering:
		return "Ingénierie de déploiement"
	case Assistance:
		return "Assistance à maîtrise d’ouvrage"
	case Training:
		return "Formation des agents de guichet"
	default:
		return "Autre service"
	}
}

// Delivery is how many carnets go to a point, and what became of the parcel.
type Delivery struct {
	ID             uuid.UUID
	AiguilleurID   uuid.UUID
	AiguilleurName string
	PointID        uuid.UUID
	PointName      string
	Town           string
	Carnets        int
	From, To       int // carnet numbers, once allotted
	Tracking       string
	ShippedAt      *time.Time
	ReceivedAt     *time.Time
	Received       int
	Note           string
}

// Order is everything its page shows.
type Order struct {
	CommanditaireID  uuid.UUID
	Commanditaire    string
	ID               uuid.UUID
	Number           string
	State            State
	CreatedAt        time.Time
	UpdatedAt        time.Time
	SignedAt         *time.Time
	Signatory        string
	SignatoryTitle   string
	EngagementNumber string
	ServiceCode      string
	ProofApprovedAt  *time.Time
	ProofHash        []byte
	ProofDesign      *Design // what the latest proof shows
	DesignHash       []byte  // of the approved one
	Minted           int
	Attested         money.Cents
	Active           money.Cents

	Specification
	Pricing
	Steps     []Step
	Funds     []Receipt
	Documents []Document
}

// Quote prices the order as it stands.
func (o Order) Quote() Quote { return Price(o.Specification, o.Pricing) }

// Step is one event of the order's life.
type Step struct {
	State     State
	At        time.Time
	ActorName string
	Note      string
}

// Document is a file kept with the order; Content is read apart.
type Document struct {
	ID        uuid.UUID
	Kind      string
	Name      string
	MediaType string
	Size      int
	Hash      []byte
	CreatedAt time.Time
}

// The kinds of documents an order keeps.
const (
	DocumentQuote = "devis"
	DocumentProof = "bat"
	DocumentLogo  = "logo"
)

// Latest is the newest document of a kind, if there is one.
func (o Order) Latest(kind string) (Document, bool) {
	for _, d := range o.Documents {
		if d.Kind == kind {
			return d, true
		}
	}
	return Document{}, false
}

// Title or number: what to call the order in a list.
func (o Order) Name() string {
	if o.Title == "" {
		return "Commande sans titre"
	}
	return o.Title
}

func count(n int, word string) string {
	if n > 1 && !strings.HasSuffix(word, "s") {
		word += "s"
	}
	return money.Count(int64(n)) + "\u00a0" + word
}
