package identity

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"

	"passnum/internal/fault"
	"passnum/internal/mail"
	"passnum/internal/outbox"
	"passnum/internal/postgres"
)

// invitationLife is how long an invitation can be accepted.
const invitationLife = 7 * 24 * time.Hour

// Invitation is an offer to join an organisation, as its link shows it.
type Invitation struct {
	ID               uuid.UUID
	OrganisationID   uuid.UUID
	OrganisationName string
	Email            string
	Role             Role
	InvitedByName    string
	CreatedAt        time.Time
	ExpiresAt        time.Time
	// AccountExists says that the person only has to sign in.
	AccountExists bool
}

// Expired reports whether the invitation can no longer be accepted at now.
func (i Invitation) Expired(now time.Time) bool { return !now.Before(i.ExpiresAt) }

// Invite offers someone to join the actor's organisation and mails them a link;
// a former pending offer to the same address is replaced.
func (s *Service) Invite(ctx context.Context, actor Actor, email string, role Role) error {
	if err := actor.May(TeamWrite); err != nil {
		return err
	}
	email = normaliseEmail(email)
	var c fault.Collector
	c.Check(validEmail(email), "email", emailSentence)
	c.Check(slices.Contains(Roles, role), "role", roleSentence)
	if err := c.Err(); err != nil {
		return err
	}
	member, err := s.isMember(ctx, actor.OrganisationID, email)
	if err != nil {
		return err
	}
	if member {
		return ErrAlreadyMember
	}
	err = s.db.InOrganisation(ctx, actor, func(tx *postgres.Tx) error {
		return s.InviteInto(ctx, tx, actor, actor.OrganisationID, actor.OrganisationName, email, role)
	})
	return fault.Wrap(err, "invite member")
}

// InviteInto is Invite in the caller's transaction, for the operator who brings
// an organisation's first person in. The caller has authorised it.
func (s *Service) InviteInto(ctx context.Context, tx *postgres.Tx, actor Actor, organisation uuid.UUID, name, email string, role Role) error {
	email = normaliseEmail(email)
	_, err := postgres.Do(ctx, tx, `
		UPDATE invitations SET revoked_at = @now
		WHERE organisation_id = @organisation AND email = @email AND accepted_at IS NULL AND revoked_at IS NULL`,
		postgres.Args{"now": tx.Now(), "organisation": organisation, "email": email})
	if err != nil {
		return fault.Wrap(err, "replace invitation")
	}
	token, hash := linkToken()
	id := postgres.NewID()
	_, err = postgres.Do(ctx, tx, `
		INSERT INTO invitations (id, organisation_id, email, role, token_hash, invited_by, invited_by_name, created_at, expires_at)
		VALUES (@id, @organisation, @email, @role, @hash, @by, @by_name, @now, @end)`,
		postgres.Args{"id": id, "organisation": organisation, "email": email, "role": string(role), "hash": hash,
			"by": actor.AccountID, "by_name": actor.Name, "now": tx.Now(), "end": tx.Now().Add(invitationLife)})
	if err != nil {
		return fault.Wrap(err, "insert invitation")
	}
	if err := outbox.Post(ctx, tx, s.queue, s.invitationMail(email, actor.Name, name, role, token)); err != nil {
		return err
	}
	return s.journal(ctx, tx, actor, "invitation envoyée", "invitation", id, map[string]any{"rôle": role.Label()})
}

func (s *Service) invitationMail(email, by, organisation string, role Role, token string) mail.Message {
	m := mail.Render("Rejoindre "+organisation+" sur Passnum", "Bonjour,", []string{
		by + " vous invite à rejoindre " + organisation + " sur Passnum, avec le rôle « " + role.Label() + " ».",
		"Ce lien est valable sept jours et ne sert qu’une fois.",
	}, &mail.Action{Label: "Accepter l’invitation", URL: s.base + "/invitations/" + token},
		"Si vous n’attendiez pas cette invitation, ne faites rien.")
	m.To = email
	return m
}

const roleSentence = "Choisissez un rôle."

func checkRole(role Role) error {
	if !slices.Contains(Roles, role) {
		return fault.Field("role", roleSentence)
	}
	return nil
}

// Resend replaces a pending or expired invitation by a new link, mailed to the
// same address.
func (s *Service) Resend(ctx context.Context, actor Actor, id uuid.UUID) error {
	if err := actor.May(TeamWrite); err != nil {
		return err
	}
	err := s.db.InOrganisation(ctx, actor, func(tx *postgres.Tx) error {
		old, err := openInvitation(ctx, tx, actor, id)
		if err != nil {
			return err
		}
		return s.InviteInto(ctx, tx, actor, actor.OrganisationID, actor.OrganisationName, old.Email, Role(old.Role))
	})
	return fault.Wrap(err, "resend invitation")
}

// Revoke withdraws a pending invitation.
func (s *Service) Revoke(ctx context.Context, actor Actor, id uuid.UUID) error {
	if err := actor.May(TeamWrite); err != nil {
		return err
	}
	err := s.db.InOrganisation(ctx, actor, func(tx *postgres.Tx) error {
		if _, err := openInvitation(ctx, tx, actor, id); err != nil {
			return err
		}
		err := postgres.Must(ctx, tx, `UPDATE invitations SET revoked_at = @now WHERE id = @id`, postgres.Args{"now": tx.Now(), "id": id})
		if err != nil {
			return err
		}
		return s.journal(ctx, tx, actor, "invitation annulée", "invitation", id, nil)
	})
	return fault.Wrap(err, "revoke invitation")
}

type pendingRow struct{ Email, Role string }

func openInvitation(ctx context.Context, tx *postgres.Tx, actor Actor, id uuid.UUID) (pendingRow, error) {
	row, err := postgres.One[pendingRow](ctx, tx, `
		SELECT email, role FROM invitations
		WHERE id = @id AND organisation_id = @organisation AND accepted_at IS NULL AND revoked_at IS NULL FOR UPDATE`,
		postgres.Args{"id": id, "organisation": actor.OrganisationID})
	if errors.Is(err, postgres.ErrNoRow) {
		return row, ErrNoInvitation
	}
	return row, fault.Wrap(err, "find invitation")
}

const invitationColumns = `i.id, i.organisation_id, o.name AS organisation_name, i.email, i.role, i.invited_by_name, i.created_at, i.expires_at`

// PendingInvitations lists the offers of the actor's organisation that nobody
// has accepted or withdrawn, newest first.
func (s *Service) PendingInvitations(ctx context.Context, actor Actor) ([]Invitation, error) {
	if err := actor.May(TeamRead); err != nil {
		return nil, err
	}
	var list []Invitation
	err := s.db.InOrganisation(ctx, actor, func(tx *postgres.Tx) (err error) {
		list, err = postgres.All[Invitation](ctx, tx, `
			SELECT `+invitationColumns+`, false AS account_exists
			FROM invitations i JOIN organisations o ON o.id = i.organisation_id
			WHERE i.organisation_id = @organisation AND i.accepted_at IS NULL AND i.revoked_at IS NULL
			ORDER BY i.created_at DESC, i.id DESC`, postgres.Args{"organisation": actor.OrganisationID})
		return err
	})
	return list, fault.Wrap(err, "list invitations")
}

// Invitation reads the offer behind a link; ErrInvitationOver when it can no
// longer be accepted.
func (s *Service) Invitation(ctx context.Context, token string) (Invitation, error) {
	var found Invitation
	err := s.db.InIdentity(ctx, func(tx *postgres.Tx) (err error) {
		found, err = postgres.One[Invitation](ctx, tx, `
			SELECT `+invitationColumns+`, EXISTS (SELECT FROM accounts a WHERE a.email = i.email) AS account_exists
			FROM invitations i JOIN organisations o ON o.id = i.organisation_id
			WHERE i.token_hash = @hash AND i.accepted_at IS NULL AND i.revoked_at IS NULL AND i.expires_at > @now`,
			postgres.Args{"hash": hashSecret(token), "now": tx.Now()})
		return err
	})
	if errors.Is(err, postgres.ErrNoRow) {
		return found, ErrInvitationOver
	}
	return found, fault.Wrap(err, "read invitation")
}

// AcceptAsNew accepts an offer by creating the account of its address. It
// returns ErrInvitationOver, ErrAccountExists or refusals of the fields.
func (s *Service) AcceptAsNew(ctx context.Context, who Actor, token, name, password string) (Account, Invitation, error) {
	offer, err := s.Invitation(ctx, token)
	if err != nil {
		return Account{}, Invitation{}, err
	}
	name = strings.TrimSpace(name)
	var c fault.Collector
	c.Check(name != "" && len(name) <= 200, "name", "Indiquez votre prénom et votre nom.")
	sentence := CheckPassword(password, offer.Email)
	c.Check(sentence == "", "password", sentence)
	if err := c.Err(); err != nil {
		return Account{}, Invitation{}, err
	}
	hash := HashPassword(password)
	err = s.db.InIdentity(ctx, func(tx *postgres.Tx) error {
		id, err := AddAccount(ctx, tx, offer.Email, name, hash)
		if err != nil {
			return err
		}
		who.AccountID, who.Name, who.Email = id, name, offer.Email
		return s.accept(ctx, tx, who, token)
	})
	return Account{ID: who.AccountID, Email: who.Email, Name: who.Name}, offer, fault.Wrap(err, "accept invitation")
}

// Accept accepts an offer as the person signed in. It returns
// ErrInvitationOver, or ErrInvitationOther when the address differs.
func (s *Service) Accept(ctx context.Context, actor Actor, token string) (Invitation, error) {
	offer, err := s.Invitation(ctx, token)
	if err != nil {
		return Invitation{}, err
	}
	if offer.Email != actor.Email {
		return Invitation{}, ErrInvitationOther
	}
	err = s.db.InIdentity(ctx, func(tx *postgres.Tx) error { return s.accept(ctx, tx, actor, token) })
	return offer, fault.Wrap(err, "accept invitation")
}

// accept spends the offer once, whoever else is accepting it at the same time.
func (s *Service) accept(ctx context.Context, tx *postgres.Tx, actor Actor, token string) error {
	type row struct {
		ID, OrganisationID uuid.UUID
		Role               string
	}
	spent, err := postgres.One[row](ctx, tx, `
		UPDATE invitations SET accepted_at = @now
		WHERE token_hash = @hash AND accepted_at IS NULL AND revoked_at IS NULL AND expires_at > @now
		RETURNING id, organisation_id, role`, postgres.Args{"hash": hashSecret(token), "now": tx.Now()})
	if errors.Is(err, postgres.ErrNoRow) {
		return ErrInvitationOver
	}
	if err != nil {
		return fault.Wrap(err, "spend invitation")
	}
	if err := Join(ctx, tx, spent.OrganisationID, actor.AccountID, Role(spent.Role)); err != nil {
		return err
	}
	actor.OrganisationID = spent.OrganisationID
	return s.journal(ctx, tx, actor, "invitation acceptée", "invitation", spent.ID, nil)
}
