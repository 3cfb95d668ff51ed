package urls

import "github.com/google/uuid"

// SignIn is the sign-in form.
func SignIn() string { return "/connexion" }

// SignInThen is the sign-in form that leads on to next.
func SignInThen(next string) string { return With(SignIn(), "suite", next) }

// Locked is the locked screen of a shared computer.
func Locked() string { return "/verrouillage" }

// AccountPIN chooses, or gives up, one's code (POST).
func AccountPIN() string { return "/compte/code" }

// PairDevice is where a tablet types or flashes its pairing code.
func PairDevice() string { return "/appareil" }

// SignOut ends the session (POST).
func SignOut() string { return "/deconnexion" }

// ForgottenPassword asks for a link by mail.
func ForgottenPassword() string { return "/mot-de-passe-oublie" }

// NewPassword chooses a password with a link received by mail.
func NewPassword(token string) string { return Path("/mot-de-passe", token) }

// AcceptInvitation joins an organisation with a link received by mail.
func AcceptInvitation(token string) string { return Path("/invitations", token) }

// Account is one's own account.
func Account() string { return "/compte" }

// AccountName changes one's name (POST).
func AccountName() string { return "/compte/nom" }

// AccountPassword changes one's password (POST).
func AccountPassword() string { return "/compte/mot-de-passe" }

// ChooseOrganisation chooses which organisation to act for.
func ChooseOrganisation() string { return "/organisation" }

// Team lists the members of the organisation acted for.
func Team() string { return "/equipe" }

// Invite invites someone to the organisation acted for.
func Invite() string { return "/equipe/inviter" }

// Invitation is an act on a pending invitation: « renvoyer », « annuler » (POST).
func Invitation(id uuid.UUID, act string) string { return ID("/equipe/invitations", id, act) }

// Member is an act on a member: « role », « retirer ».
func Member(account uuid.UUID, act string) string { return ID("/equipe/membres", account, act) }

// Tokens lists the organisation's API tokens.
func Tokens() string { return "/jetons" }

// RevokeToken withdraws an API token (POST).
func RevokeToken(id uuid.UUID) string { return ID("/jetons", id, "retirer") }

// Mailbox is the development mailbox.
func Mailbox() string { return "/demo/boite" }

// MailboxMessage is one message of the development mailbox.
func MailboxMessage(id uuid.UUID) string { return ID("/demo/boite", id) }
