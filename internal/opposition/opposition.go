// Package opposition stops lost and stolen carnets: declared by a counter, a
// commanditaire or the operator, confirmed by a second person above ten carnets,
// lifted when they are found again, replaced by new ones. It refuses to touch a
// chèque that was spent: what was paid stays paid.
package opposition

import (
	"time"

	"github.com/google/uuid"

	"passnum/internal/carnet"
	"passnum/internal/fault"
	"passnum/internal/money"
)

// Alone is how many carnets of an order one person may stop, or lift, within a
// day without a second one.
const Alone = 10

// Day is how long declarations of one person add up, so that many small ones
// are no way around Alone.
const Day = 24 * time.Hour

// Most is how many carnets one declaration may hold.
const Most = 20_000

// Origin is the side that declares.
type Origin string

// The sides.
const (
	ByCounter       Origin = "guichet"
	ByCommanditaire Origin = "commanditaire"
	ByOperator      Origin = "operateur"
)

// Label is the side in French.
func (o Origin) Label() string {
	switch o {
	case ByCounter:
		return "Guichet"
	case ByCommanditaire:
		return "Commanditaire"
	default:
		return "Opérateur"
	}
}

// Cause is why carnets are stopped.
type Cause string

// The causes.
const (
	Loss  Cause = "perte"
	Theft Cause = "vol"
	Other Cause = "autre"
)

// Causes lists the causes in the order a form shows them.
var Causes = []Cause{Loss, Theft, Other}

// Label is the cause in French.
func (c Cause) Label() string {
	switch c {
	case Loss:
		return "Perte"
	case Theft:
		return "Vol"
	case Other:
		return "Autre cause"
	default:
		return ""
	}
}

// State is where an opposition stands.
type State string

// The states.
const (
	Waiting State = "a_confirmer" // a second person is expected; nothing is blocked
	InForce State = "en_vigueur"
	Refused State = "refusee"
	Lifted  State = "levee" // every carnet of it
)

// States lists the states in the order a filter shows them.
var States = []State{Waiting, InForce, Lifted, Refused}

// Label is the state in French.
func (s State) Label() string {
	switch s {
	case Waiting:
		return "à confirmer"
	case InForce:
		return "en vigueur"
	case Lifted:
		return "levée"
	case Refused:
		return "non confirmée"
	default:
		return ""
	}
}

// Opposition is one declaration and what became of it.
type Opposition struct {
	CommanditaireID uuid.UUID
	Commanditaire   string
	ID              uuid.UUID
	Number          string
	OrderID         uuid.UUID
	OrderNumber     string
	OrderTitle      string
	Origin          Origin
	Cause           Cause
	Note            string
	State           State
	TwoPeople       bool
	Carnets         int // declared
	DeclaredAt      time.Time
	DeclaredBy      uuid.UUID
	DeclaredByName  string
	DeclaredFor     *uuid.UUID
	DeclaredForName string
	DecidedAt       *time.Time
	DecidedBy       *uuid.UUID
	DecidedByName   string
	AskedAt         *time.Time // a replacement was asked for
	AskedByName     string

	Blocked      int // carnets this opposition stops now
	LiveCheques  int
	LiveCents    money.Cents
	SpentCheques int
	SpentCents   money.Cents
	Replaced     int
	LiftedCount  int
}

// Replaceable reports whether some stopped carnet has no new one yet.
func (o Opposition) Replaceable() bool { return o.State == InForce && o.Blocked > o.Replaced }

// Carnet is one carnet of an opposition.
type Carnet struct {
	ID           uuid.UUID
	Number       int
	Serial       string
	StateBefore  *carnet.State
	LiveCheques  int
	LiveCents    money.Cents
	SpentCheques int
	SpentCents   money.Cents
	LiftedAt     *time.Time
	Replacement  string // serial of the new carnet, if any
	CounterIDs   []uuid.UUID
}

// Blocked reports whether the opposition stops the carnet now.
func (c Carnet) Blocked() bool { return c.StateBefore != nil && c.LiftedAt == nil }

// Lifting is a request to put carnets back, and what became of it.
type Lifting struct {
	ID            uuid.UUID
	Carnets       int
	Reason        string
	State         string
	TwoPeople     bool
	AskedAt       time.Time
	AskedBy       uuid.UUID
	AskedByName   string
	DecidedAt     *time.Time
	DecidedByName string
}

// The states of a lifting.
const (
	LiftingWaiting = "a_confirmer"
	LiftingDone    = "faite"
	LiftingRefused = "refusee"
)

// The refusals of this package.
var (
	// ErrNotFound hides oppositions that do not exist and those of somebody else.
	ErrNotFound = fault.New(fault.KindNotFound, "Cette opposition n’existe pas, ou elle ne vous concerne pas.")
	// ErrUnread refuses a text that holds no carnet number.
	ErrUnread = fault.Field("numeros", "Écrivez les numéros des carnets, un par ligne ou «\u00a0C26-014-000001 à C26-014-000050\u00a0». Le numéro est sur la couverture et sur le talon.")
	// ErrSeveralOrders refuses numbers of several orders at once.
	ErrSeveralOrders = fault.Field("numeros", "Ces numéros viennent de plusieurs commandes\u00a0: déclarez-les commande par commande.")
	// ErrTooMany refuses more carnets than one declaration holds.
	ErrTooMany = fault.Field("numeros", "Une opposition porte sur 20\u202f000 carnets au plus\u00a0: coupez la série.")
	// ErrOneAtATime refuses a counter several carnets that it does not hold.
	ErrOneAtATime = fault.Field("numeros", "Ces carnets ne sont pas à vos points. Pour une personne qui a perdu le sien, déclarez un seul numéro, celui de son talon.")
	// ErrNothing refuses a declaration that would block nothing.
	ErrNothing = fault.Field("numeros", "Aucun de ces carnets n’est à bloquer\u00a0: ils sont déjà bloqués ou périmés.")
	// ErrChanged refuses to do something else than what was shown.
	ErrChanged = fault.New(fault.KindConflict, "La situation a changé depuis l’aperçu. Relisez-le, puis confirmez.")
	// ErrDecided refuses to decide twice.
	ErrDecided = fault.New(fault.KindConflict, "Cette demande a déjà reçu une réponse.")
	// ErrSamePerson asks for a second pair of eyes.
	ErrSamePerson = fault.New(fault.KindConflict, "Une autre personne que vous doit confirmer\u00a0: un collègue de votre organisation, ou l’opérateur.")
	// ErrNotInForce refuses to lift or replace what is not blocked.
	ErrNotInForce = fault.New(fault.KindConflict, "Cette opposition n’est pas en vigueur.")
	// ErrReplaced refuses to lift a carnet whose place a new one has taken.
	ErrReplaced = fault.Field("numeros", "Un de ces carnets est déjà remplacé par un neuf\u00a0: son opposition ne peut plus être levée.")
	// ErrReason asks why.
	ErrReason = fault.Field("motif", "Dites pourquoi\u00a0: où et quand les carnets ont été retrouvés.")
)
