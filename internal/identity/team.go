package identity

import (
	"context"
	"errors"

	"github.com/google/uuid"

	"passnum/internal/fault"
	"passnum/internal/postgres"
)

// Members lists the people of the actor's organisation, by name. Names belong
// to nobody's tenant: they are read in the identity scope, for this
// organisation only.
func (s *Service) Members(ctx context.Context, actor Actor) ([]Member, error) {
	if err := actor.May(TeamRead); err != nil {
		return nil, err
	}
	var list []Member
	err := s.db.InIdentity(ctx, func(tx *postgres.Tx) (err error) {
		list, err = postgres.All[Member](ctx, tx, `
			SELECT a.id AS account_id, a.name, a.email, m.role, m.created_at AS since, a.last_sign_in_at
			FROM memberships m JOIN accounts a ON a.id = m.account_id
			WHERE m.organisation_id = @organisation AND m.ended_at IS NULL AND a.disabled_at IS NULL
			ORDER BY lower(a.name), a.email`, postgres.Args{"organisation": actor.OrganisationID})
		return err
	})
	return list, fault.Wrap(err, "list members")
}

// Member is one person of the actor's organisation; ErrNoMember otherwise.
func (s *Service) Member(ctx context.Context, actor Actor, account uuid.UUID) (Member, error) {
	list, err := s.Members(ctx, actor)
	if err != nil {
		return Member{}, err
	}
	for _, m := range list {
		if m.AccountID == account {
			return m, nil
		}
	}
	return Member{}, ErrNoMember
}

func (s *Service) isMember(ctx context.Context, organisation uuid.UUID, email string) (is bool, err error) {
	err = s.db.InIdentity(ctx, func(tx *postgres.Tx) (err error) {
		is, err = postgres.Value[bool](ctx, tx, `
			SELECT EXISTS (SELECT FROM memberships m JOIN accounts a ON a.id = m.account_id
				WHERE m.organisation_id = @organisation AND m.ended_at IS NULL AND a.email = @email)`,
			postgres.Args{"organisation": organisation, "email": email})
		return err
	})
	return is, fault.Wrap(err, "look for member")
}

// ChangeRole gives a member another role. It returns ErrNoMember, or
// ErrLastResponsable when nobody would be left in charge.
func (s *Service) ChangeRole(ctx context.Context, actor Actor, account uuid.UUID, role Role) error {
	if err := actor.May(TeamWrite); err != nil {
		return err
	}
	if err := checkRole(role); err != nil {
		return err
	}
	err := s.db.InOrganisation(ctx, actor, func(tx *postgres.Tx) error {
		if role != RoleResponsable {
			if err := keepOneResponsable(ctx, tx, actor.OrganisationID, account); err != nil {
				return err
			}
		}
		err := memberUpdate(ctx, tx, `
			UPDATE memberships SET role = @value WHERE organisation_id = @organisation AND account_id = @account AND ended_at IS NULL`,
			actor.OrganisationID, account, string(role))
		if err != nil {
			return err
		}
		return s.journal(ctx, tx, actor, "rôle changé", "compte", account, map[string]any{"rôle": role.Label()})
	})
	return fault.Wrap(err, "change role")
}

// EndMembership takes a member out of the organisation at once; their account
// and their acts remain. It returns ErrNoMember or ErrLastResponsable.
func (s *Service) EndMembership(ctx context.Context, actor Actor, account uuid.UUID) error {
	if err := actor.May(TeamWrite); err != nil {
		return err
	}
	err := s.db.InOrganisation(ctx, actor, func(tx *postgres.Tx) error {
		if err := keepOneResponsable(ctx, tx, actor.OrganisationID, account); err != nil {
			return err
		}
		err := memberUpdate(ctx, tx, `
			UPDATE memberships SET ended_at = @value WHERE organisation_id = @organisation AND account_id = @account AND ended_at IS NULL`,
			actor.OrganisationID, account, tx.Now())
		if err != nil {
			return err
		}
		return s.journal(ctx, tx, actor, "membre retiré", "compte", account, nil)
	})
	return fault.Wrap(err, "end membership")
}

func memberUpdate(ctx context.Context, tx *postgres.Tx, sql string, organisation, account uuid.UUID, value any) error {
	err := postgres.Must(ctx, tx, sql, postgres.Args{"organisation": organisation, "account": account, "value": value})
	if errors.Is(err, postgres.ErrNoRow) {
		return ErrNoMember
	}
	return fault.Wrap(err, "update membership")
}

// keepOneResponsable refuses to lose account as the only one in charge. It locks
// those in charge, so that two of them cannot remove each other at once.
func keepOneResponsable(ctx context.Context, tx *postgres.Tx, organisation, account uuid.UUID) error {
	inCharge, err := postgres.Values[uuid.UUID](ctx, tx, `
		SELECT account_id FROM memberships
		WHERE organisation_id = @organisation AND role = 'responsable' AND ended_at IS NULL
		ORDER BY account_id FOR UPDATE`, postgres.Args{"organisation": organisation})
	if err != nil {
		return fault.Wrap(err, "lock those in charge")
	}
	if len(inCharge) == 1 && inCharge[0] == account {
		return ErrLastResponsable
	}
	return nil
}
