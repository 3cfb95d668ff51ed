package programme

import (
	"time"

	"github.com/google/uuid"

	"passnum/internal/money"
	"passnum/internal/order"
)

// State is where a request stands.
type State string

// The states of a request. The first two reserve their share of the envelope.
const (
	Asked     State = "demande"
	Accepted  State = "accepte"
	Refused   State = "refuse"
	Withdrawn State = "retire"
	Freed     State = "libere" // its order was cancelled
)

// Live reports whether the share is reserved.
func (s State) Live() bool { return s == Asked || s == Accepted }

// Label is the state in French.
func (s State) Label() string {
	switch s {
	case Asked:
		return "à examiner"
	case Accepted:
		return "acceptée"
	case Refused:
		return "refusée"
	case Withdrawn:
		return "retirée"
	case Freed:
		return "commande annulée"
	default:
		return ""
	}
}

// Request is an order attached to a programme.
type Request struct {
	ID              uuid.UUID
	CommanditaireID uuid.UUID
	Commanditaire   string
	Kind            string
	OrderID         uuid.UUID
	Number          string
	Title           string
	OrderState      order.State
	ProgrammeID     uuid.UUID
	FunderID        uuid.UUID
	Face            money.Cents
	Share           money.Cents
	State           State
	AskedAt         time.Time
	AskedByName     string
	DecidedAt       *time.Time
	DecidedByName   string
	Reason          string
	Reached         *money.BasisPoints // of the target public, as declared
	ReachedAt       *time.Time
	ReachedNote     string
}

// Line is a request and what became of its share.
type Line struct {
	Request
	order.Position
}

// Totals is what a programme promised, and what became of it.
type Totals struct {
	Requests, Accepted int
	Committed          money.Cents // reserved, answered or not
	Agreed             money.Cents // accepted
	Paid               money.Cents
	order.Flow
	// Reached is the declared part of the target public, weighted by what each
	// order is worth; nil before the first declaration.
	Reached *money.BasisPoints
}

// Sum adds the lines up.
func Sum(lines []Line) Totals {
	var t Totals
	var declared, weighted int64
	for _, l := range lines {
		t.Requests++
		if !l.State.Live() {
			continue
		}
		t.Committed += l.Share
		if l.State == Accepted {
			t.Accepted++
			t.Agreed += l.Share
		}
		t.Paid += l.Received
		t.Used, t.Circulating, t.Expired = t.Used+l.Used, t.Circulating+l.Circulating, t.Expired+l.Expired
		t.Held, t.Returned = t.Held+l.Held, t.Returned+l.Returned
		if l.Reached != nil {
			declared += int64(l.Face)
			weighted += int64(l.Reached.Of(l.Face))
		}
	}
	if declared > 0 {
		t.Reached = new(money.BasisPoints(weighted * 10_000 / declared))
	}
	return t
}
