// Package delegation lets a commanditaire entrust a hub or an AMO, for one order
// and until a day, with following its points and structures. It refuses to show
// an amount, and to show anything once the delegation is over: everything a hub
// reads goes through a door of the database that reads the delegation again.
package delegation

import (
	"time"

	"github.com/google/uuid"

	"passnum/internal/fault"
	"passnum/internal/jobs"
	"passnum/internal/postgres"
)

// Delegation is the follow-up of one order, entrusted to a hub.
type Delegation struct {
	CommanditaireID uuid.UUID
	Commanditaire   string
	ID              uuid.UUID
	OrderID         uuid.UUID
	OrderNumber     string // empty for a hub whose delegation is over
	OrderTitle      string
	HubID           uuid.UUID
	Hub             string
	StartsOn        time.Time
	EndsOn          time.Time
	MayInvite       bool // invite the structures it proposes
	MayDecide       bool // answer the structures that ask to be agreed
	Purpose         string
	CreatedAt       time.Time
	CreatedByName   string
	WithdrawnAt     *time.Time
	WithdrawnByName string
	WithdrawnReason string
}

// State is where a delegation stands on a day.
type State string

// The states of a delegation: nothing is stored but its days and its withdrawal.
const (
	Coming    State = "a_venir"
	Live      State = "en_cours"
	Over      State = "terminee"
	Withdrawn State = "retiree"
)

// Label is the state in French.
func (s State) Label() string {
	return map[State]string{Coming: "à venir", Live: "en cours", Over: "terminée", Withdrawn: "retirée"}[s]
}

// State tells where the delegation stands on a Paris day.
func (d Delegation) State(today time.Time) State {
	switch {
	case d.WithdrawnAt != nil:
		return Withdrawn
	case today.After(d.EndsOn):
		return Over
	case today.Before(d.StartsOn):
		return Coming
	default:
		return Live
	}
}

// Name is what to call the order followed.
func (d Delegation) Name() string {
	switch {
	case d.OrderTitle != "":
		return d.OrderTitle
	case d.OrderNumber != "":
		return "Commande " + d.OrderNumber
	default:
		return "Commande de " + d.Commanditaire
	}
}

// Hub is an organisation that may be entrusted with an order.
type Hub struct {
	ID   uuid.UUID
	Name string
	Town string
}

// What delegating answers.
var (
	// ErrNotFound hides the delegations of others.
	ErrNotFound = fault.New(fault.KindNotFound, "Cette délégation n’existe pas, ou elle n’est pas la vôtre.")
	// ErrNoOrder hides the orders of others.
	ErrNoOrder = fault.New(fault.KindNotFound, "Cette commande n’existe pas, ou elle n’est pas la vôtre.")
	// ErrOver refuses to act on what is no longer delegated.
	ErrOver = fault.New(fault.KindConflict, "Cette délégation n’est plus en cours. Demandez au commanditaire de la prolonger.")
	// ErrAlready refuses to delegate an order twice to the same hub.
	ErrAlready = fault.New(fault.KindConflict, "Cette commande est déjà déléguée à cette organisation. Changez la délégation existante.")
	// ErrNotAllowed refuses what the delegation does not say.
	ErrNotAllowed = fault.New(fault.KindForbidden, "La délégation ne vous permet pas de le faire. Demandez-le au commanditaire.")
	// ErrNoRequest hides requests that do not exist or were answered.
	ErrNoRequest = fault.New(fault.KindNotFound, "Cette demande n’existe pas, ou elle a déjà reçu une réponse.")
	// ErrTooMany pauses messages that come too often.
	ErrTooMany = fault.New(fault.KindTooMany, "Vous avez déjà écrit dix fois aujourd’hui pour cette commande. Réessayez demain.")
)

// Options are what the rest of the installation lends to this package.
type Options struct {
	// Queue takes the mails that follow an act.
	Queue jobs.Queue
	// BaseURL is the site's address, without its last slash.
	BaseURL string
}

// Service is the use cases of delegations.
type Service struct {
	db *postgres.DB
	Options
}

// NewService makes the use cases.
func NewService(db *postgres.DB, options Options) *Service { return &Service{db: db, Options: options} }

// Today is the Paris day of the service's clock, for screens that tell states.
func (s *Service) Today() time.Time { return postgres.Day(s.db.Now()) }

// Now is the service's clock.
func (s *Service) Now() time.Time { return s.db.Now() }
