// Package identity knows who is acting: accounts, memberships, invitations,
// tokens, and what each may do. It refuses to know what the acts are for.
package identity

import (
	"time"

	"github.com/google/uuid"

	"passnum/internal/fault"
)

// Actor is whoever asks for a use case: a person acting for an organisation or
// for the operator, a token of an organisation, or nobody.
type Actor struct {
	AccountID        uuid.UUID // Nil for a token or a device
	Name             string
	Email            string
	OrganisationID   uuid.UUID // acted for; Nil when none is chosen
	OrganisationName string
	Capacities       Capacities
	Role             Role         // in that organisation
	OperatorRole     OperatorRole // set for the operator's staff
	Permissions      Permissions
	TokenID          uuid.UUID     // set for an API token
	DeviceID         uuid.UUID     // set for a paired device, which acts for PlaceID only
	PlaceID          uuid.UUID     // the only place a token or a device may act for, if any
	Several          bool          // may choose another organisation to act for
	Stamp            string        // changes with the password: an older session ends
	LockAfter        time.Duration // without anybody at the screen; zero when the person has no code
	RequestID        string
	Device           string
	Address          string // client IP, for throttling
}

// Capacities says what an organisation has been approved to be.
type Capacities struct {
	Commanditaire, Aiguilleur, Structure, Observer, Hub bool
}

// ScopeOrganisation is the organisation acted for.
func (a Actor) ScopeOrganisation() uuid.UUID { return a.OrganisationID }

// ScopeAccount is the person acting; uuid.Nil for a token.
func (a Actor) ScopeAccount() uuid.UUID { return a.AccountID }

// SignedIn reports whether a person, a token or a device is behind the request.
func (a Actor) SignedIn() bool {
	return a.AccountID != uuid.Nil || a.TokenID != uuid.Nil || a.DeviceID != uuid.Nil
}

// Account is the person's identifier as the database wants it: nil for none.
func (a Actor) Account() *uuid.UUID {
	if a.AccountID == uuid.Nil {
		return nil
	}
	return &a.AccountID
}

// ErrForbidden refuses an act the actor's role does not allow.
var ErrForbidden = fault.New(fault.KindForbidden, "Votre rôle ne permet pas cette action. Demandez à un responsable de votre organisation.")

// May returns ErrForbidden unless the actor holds the permission.
func (a Actor) May(p Permission) error {
	if a.Permissions[p] {
		return nil
	}
	return ErrForbidden
}

// Can is May for screens that hide what cannot be done.
func (a Actor) Can(p Permission) bool { return a.Permissions[p] }
