// Package incident corrects what a structure was paid, after the fact: something
// was paid by mistake or by fraud, or the operator makes a gesture. One person
// proposes, another decides; the decision is a new event on the structure's next
// statement. It refuses to edit anything that was paid.
package incident

import (
	"time"

	"github.com/google/uuid"

	"passnum/internal/fault"
	"passnum/internal/jobs"
	"passnum/internal/money"
	"passnum/internal/postgres"
)

// Kind is what an incident is about.
type Kind string

// The kinds of incident. Cancellation and Recovery follow from others; nobody
// chooses them.
const (
	Overpayment  Kind = "trop_percu"
	Fraud        Kind = "fraude"
	Gesture      Kind = "geste"
	Cancellation Kind = "annulation"
	Recovery     Kind = "recouvrement"
)

// Kinds lists the kinds in the order a filter shows them.
var Kinds = []Kind{Overpayment, Fraud, Gesture, Cancellation, Recovery}

// Label is the kind in French.
func (k Kind) Label() string {
	switch k {
	case Overpayment:
		return "Trop-perçu"
	case Fraud:
		return "Fraude"
	case Gesture:
		return "Geste commercial"
	case Cancellation:
		return "Annulation d’un incident"
	case Recovery:
		return "Remboursement de la structure"
	default:
		return ""
	}
}

// Takes reports whether the kind takes back from the structure.
func (k Kind) Takes() bool { return k == Overpayment || k == Fraud }

// State is where an incident stands.
type State string

// The states of an incident.
const (
	Proposed State = "propose"
	Decided  State = "valide"
	Refused  State = "refuse"
)

// States lists the states in the order a filter shows them.
var States = []State{Proposed, Decided, Refused}

// Label is the state in French.
func (s State) Label() string {
	return map[State]string{Proposed: "à décider", Decided: "décidé", Refused: "refusé"}[s]
}

// Incident is one correction.
type Incident struct {
	CommanditaireID uuid.UUID
	ID              uuid.UUID
	OrderID         uuid.UUID
	StructureID     uuid.UUID
	Number          string
	Kind            Kind
	RedemptionID    *uuid.UUID
	CancelsID       *uuid.UUID
	// AmountCents is what the structure's next payment gains; negative when it
	// takes back.
	AmountCents    money.Cents
	Reason         string
	State          State
	ProposedAt     time.Time
	ProposedBy     uuid.UUID
	ProposedByName string
	DecidedAt      *time.Time
	DecidedByName  string
	Decision       string
	RecoveredOn    *time.Time

	Structure     string
	Commanditaire string
	OrderNumber   string
	Serial        string // of the chèque; empty without one
	Rank          int
	RedeemedOn    *time.Time
	// The line that paid the chèque, and the one that carries the correction.
	OriginLineID     *uuid.UUID
	OriginBatchID    *uuid.UUID
	OriginNumber     string
	SettlementLineID *uuid.UUID
	LineBatchID      *uuid.UUID
	LineNumber       string
	LineState        string
	CancelsNumber    string
	CancelledByID    *uuid.UUID
	CancelledNumber  string
	CancelledState   State
}

// Cancellable reports whether a cancellation may be proposed.
func (i Incident) Cancellable() bool {
	return i.State == Decided && i.Kind != Cancellation && i.Kind != Recovery && i.CancelledByID == nil
}

// Standing says in French where the incident is, for its structure.
func (i Incident) Standing() string {
	switch {
	case i.State != Decided:
		return i.State.Label()
	case i.LineNumber == "":
		return "au prochain paiement"
	case i.LineState == "preparee":
		return "dans le paiement en préparation"
	default:
		return "paiement " + i.LineNumber
	}
}

// What incidents refuse.
var (
	ErrNotFound     = fault.New(fault.KindNotFound, "Cet incident n’existe pas, ou ne vous concerne pas.")
	ErrNoCheque     = fault.New(fault.KindNotFound, "Aucun chèque encaissé n’a ce numéro.")
	ErrSameHand     = fault.New(fault.KindConflict, "Vous avez proposé cet incident\u00a0: une autre personne doit décider.")
	ErrSettled      = fault.New(fault.KindConflict, "Cet incident est déjà décidé. Rechargez la page.")
	ErrTooEarly     = fault.New(fault.KindConflict, "Ce chèque peut encore être annulé par la structure jusqu’à ce soir\u00a0: demandez-le-lui.")
	ErrTooMuch      = fault.Field("montant", "C’est plus que ce que ce chèque a payé, une fois déduit ce qui est déjà repris.")
	ErrFeesShort    = fault.Field("montant", "C’est plus que les frais encaissés pour cette commande\u00a0: un geste se prend sur eux, jamais sur l’argent des chèques.")
	ErrCreditGone   = fault.New(fault.KindConflict, "La valeur rendue au commanditaire est déjà remboursée, reportée, ou en cours de restitution\u00a0: cet incident ne peut plus être annulé. Faites un geste commercial.")
	ErrNotCancelled = fault.New(fault.KindConflict, "Cet incident ne peut pas être annulé\u00a0: il n’est pas décidé, ou son annulation est déjà proposée.")
)

// Service is the use cases of incidents.
type Service struct {
	db *postgres.DB
	// queue and baseURL serve the mails; see Notify.
	queue   jobs.Queue
	baseURL string
}

// NewService makes the use cases.
func NewService(db *postgres.DB) *Service { return &Service{db: db} }

// Notify has structures and commanditaires told by mail of what is decided.
func (s *Service) Notify(queue jobs.Queue, baseURL string) *Service {
	s.queue, s.baseURL = queue, baseURL
	return s
}
