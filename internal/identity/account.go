package identity

import (
	"time"

	"github.com/google/uuid"

	"passnum/internal/fault"
)

// Account is a person who can sign in.
type Account struct {
	ID           uuid.UUID
	Email        string
	Name         string
	OperatorRole OperatorRole
}

// Membership is an account's place in an organisation.
type Membership struct {
	OrganisationID   uuid.UUID
	OrganisationName string
	Role             Role
	Capacities       Capacities
}

// Member is a person of an organisation, as its team sees them.
type Member struct {
	AccountID    uuid.UUID
	Name         string
	Email        string
	Role         Role
	Since        time.Time
	LastSignInAt *time.Time
}

// What identity refuses.
var (
	// ErrCredentials does not say which of the two is wrong.
	ErrCredentials = fault.New(fault.KindInvalid, "Adresse ou mot de passe incorrect. Vérifiez les majuscules, ou choisissez un nouveau mot de passe.")
	// ErrTooManyTries pauses a sign-in that failed too often.
	ErrTooManyTries = fault.New(fault.KindTooMany, "Trop d’essais. Attendez dix minutes, ou choisissez un nouveau mot de passe.")
	// ErrNoAccount is an account that does not exist or was closed.
	ErrNoAccount = fault.New(fault.KindNotFound, "Ce compte n’existe pas.")
	// ErrAccountExists refuses a second account for an address.
	ErrAccountExists = fault.Field("email", "Un compte existe déjà avec cette adresse. Connectez-vous.")
	// ErrWrongPassword is the current password, mistyped.
	ErrWrongPassword = fault.Field("current", "Ce n’est pas votre mot de passe actuel.")
	// ErrLinkOver is a link used, replaced or too old.
	ErrLinkOver = fault.New(fault.KindConflict, "Ce lien a déjà servi ou n’est plus valable. Demandez-en un nouveau.")
	// ErrInvitationOver is an invitation accepted, withdrawn or too old.
	ErrInvitationOver = fault.New(fault.KindConflict, "Cette invitation a déjà servi, a été annulée ou a expiré. Demandez-en une nouvelle à la personne qui vous l’a envoyée.")
	// ErrInvitationOther is an invitation sent to another address.
	ErrInvitationOther = fault.New(fault.KindConflict, "Cette invitation a été envoyée à une autre adresse. Déconnectez-vous, puis ouvrez le lien à nouveau.")
	// ErrAlreadyMember refuses to invite someone who is there.
	ErrAlreadyMember = fault.Field("email", "Cette personne fait déjà partie de l’équipe.")
	// ErrNoMember is a member who left or never was.
	ErrNoMember = fault.New(fault.KindNotFound, "Cette personne ne fait pas partie de votre équipe.")
	// ErrLastResponsable keeps one person in charge.
	ErrLastResponsable = fault.New(fault.KindConflict, "C’est le dernier responsable. Donnez d’abord ce rôle à quelqu’un d’autre.")
	// ErrNoInvitation is an invitation that does not exist or belongs to others.
	ErrNoInvitation = fault.New(fault.KindNotFound, "Cette invitation n’existe pas.")
	// ErrNoToken is an API token that does not exist or belongs to others.
	ErrNoToken = fault.New(fault.KindNotFound, "Ce jeton n’existe pas.")
	// ErrToken refuses a missing, unknown or withdrawn API token.
	ErrToken = fault.New(fault.KindUnauthenticated, "Jeton absent, inconnu ou retiré.")
	// ErrNoOrganisation is an organisation one does not belong to.
	ErrNoOrganisation = fault.New(fault.KindNotFound, "Cette organisation n’existe pas, ou vous n’en faites pas partie.")
)
