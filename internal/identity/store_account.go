package identity

import (
	"context"
	"errors"
	"time"

	"github.com/google/uuid"

	"passnum/internal/fault"
	"passnum/internal/postgres"
)

type accountRow struct {
	ID           uuid.UUID
	Email        string
	Name         string
	PasswordHash string
	OperatorRole *string
	DisabledAt   *time.Time
}

func (r accountRow) account() Account {
	account := Account{ID: r.ID, Email: r.Email, Name: r.Name}
	if r.OperatorRole != nil {
		account.OperatorRole = OperatorRole(*r.OperatorRole)
	}
	return account
}

func findAccount(ctx context.Context, tx *postgres.Tx, email string) (accountRow, error) {
	row, err := postgres.One[accountRow](ctx, tx, `
		SELECT id, email, name, password_hash, operator_role, disabled_at FROM accounts WHERE email = @email`,
		postgres.Args{"email": email})
	if errors.Is(err, postgres.ErrNoRow) {
		return row, ErrNoAccount
	}
	return row, fault.Wrap(err, "find account")
}

// touchAccount records a sign-in, and the hash when it was made again.
func touchAccount(ctx context.Context, tx *postgres.Tx, row accountRow) error {
	err := postgres.Must(ctx, tx, `UPDATE accounts SET last_sign_in_at = @now, password_hash = @hash WHERE id = @id`,
		postgres.Args{"now": tx.Now(), "hash": row.PasswordHash, "id": row.ID})
	return fault.Wrap(err, "record sign-in")
}

func setPassword(ctx context.Context, tx *postgres.Tx, account uuid.UUID, hash string) error {
	err := postgres.Must(ctx, tx, `UPDATE accounts SET password_hash = @hash WHERE id = @id`,
		postgres.Args{"hash": hash, "id": account})
	return fault.Wrap(err, "set password")
}

// AddAccount creates a person in the caller's transaction (identity scope);
// hash comes from HashPassword, and is empty for someone who will choose a
// password by mail. ErrAccountExists when the address is taken.
func AddAccount(ctx context.Context, tx *postgres.Tx, email, name, hash string) (uuid.UUID, error) {
	email = normaliseEmail(email)
	if err := checkEmail(email); err != nil {
		return uuid.Nil, err
	}
	id := postgres.NewID()
	_, err := postgres.Do(ctx, tx, `
		INSERT INTO accounts (id, email, name, password_hash, created_at) VALUES (@id, @email, @name, @hash, @now)`,
		postgres.Args{"id": id, "email": email, "name": name, "hash": hash, "now": tx.Now()})
	if postgres.Constraint(err) == "accounts_email_unique" {
		return uuid.Nil, ErrAccountExists
	}
	return id, fault.Wrap(err, "add account")
}

// Join makes a person a member in the caller's transaction (identity scope, or
// the organisation's own). Someone who had left comes back with the new role;
// a current member keeps theirs.
func Join(ctx context.Context, tx *postgres.Tx, organisation, account uuid.UUID, role Role) error {
	_, err := postgres.Do(ctx, tx, `
		INSERT INTO memberships AS m (organisation_id, account_id, role, created_at)
		VALUES (@organisation, @account, @role, @now)
		ON CONFLICT (organisation_id, account_id) DO UPDATE
		SET role = excluded.role, created_at = excluded.created_at, ended_at = NULL WHERE m.ended_at IS NOT NULL`,
		postgres.Args{"organisation": organisation, "account": account, "role": string(role), "now": tx.Now()})
	return fault.Wrap(err, "join organisation")
}

type actorRow struct {
	ID               uuid.UUID
	Email            string
	Name             string
	PasswordHash     string
	OperatorRole     *string
	PinHash          string
	LockMinutes      int
	Organisations    int
	OrganisationID   *uuid.UUID
	OrganisationName *string
	Role             *string
	IsCommanditaire  *bool
	IsAiguilleur     *bool
	IsStructure      *bool
	IsObserver       *bool
	IsHub            *bool
}

func findActor(ctx context.Context, tx *postgres.Tx, account, organisation uuid.UUID) (Actor, error) {
	row, err := postgres.One[actorRow](ctx, tx, `
		SELECT a.id, a.email, a.name, a.password_hash, a.operator_role, a.pin_hash, a.lock_minutes,
			(SELECT count(*) FROM memberships n JOIN organisations p ON p.id = n.organisation_id AND p.suspended_at IS NULL
				WHERE n.account_id = a.id AND n.ended_at IS NULL)::int AS organisations,
			o.id AS organisation_id, o.name AS organisation_name, m.role,
			o.is_commanditaire, o.is_aiguilleur, o.is_structure, o.is_observer, o.is_hub
		FROM accounts a
		LEFT JOIN memberships m ON m.account_id = a.id AND m.organisation_id = @organisation AND m.ended_at IS NULL
		LEFT JOIN organisations o ON o.id = m.organisation_id AND o.suspended_at IS NULL
		WHERE a.id = @account AND a.disabled_at IS NULL`,
		postgres.Args{"account": account, "organisation": organisation})
	if errors.Is(err, postgres.ErrNoRow) {
		return Actor{}, ErrNoAccount
	}
	if err != nil {
		return Actor{}, fault.Wrap(err, "find actor")
	}
	return row.actor(), nil
}

func (r actorRow) actor() Actor {
	actor := Actor{AccountID: r.ID, Name: r.Name, Email: r.Email, Stamp: stamp(r.PasswordHash)}
	if r.OperatorRole != nil {
		actor.OperatorRole = OperatorRole(*r.OperatorRole)
	}
	if r.PinHash != "" {
		actor.LockAfter = time.Duration(r.LockMinutes) * time.Minute
	}
	choices := r.Organisations
	if actor.OperatorRole != "" {
		choices++
	}
	actor.Several = choices > 1
	if r.OrganisationID == nil || r.Role == nil {
		actor.Permissions = OperatorPermissions(actor.OperatorRole)
		return actor
	}
	actor.OrganisationID, actor.OrganisationName = *r.OrganisationID, *r.OrganisationName
	actor.Role = Role(*r.Role)
	actor.Capacities = Capacities{Commanditaire: *r.IsCommanditaire, Aiguilleur: *r.IsAiguilleur, Structure: *r.IsStructure, Observer: *r.IsObserver, Hub: *r.IsHub}
	actor.Permissions = PermissionsOf(actor.Role, actor.Capacities)
	return actor
}

type membershipRow struct {
	OrganisationID   uuid.UUID
	OrganisationName string
	Role             string
	IsCommanditaire  bool
	IsAiguilleur     bool
	IsStructure      bool
	IsObserver       bool
	IsHub            bool
}

func listMemberships(ctx context.Context, tx *postgres.Tx, account uuid.UUID) ([]Membership, error) {
	rows, err := postgres.All[membershipRow](ctx, tx, `
		SELECT o.id AS organisation_id, o.name AS organisation_name, m.role, o.is_commanditaire, o.is_aiguilleur, o.is_structure, o.is_observer, o.is_hub
		FROM memberships m JOIN organisations o ON o.id = m.organisation_id
		WHERE m.account_id = @account AND m.ended_at IS NULL AND o.suspended_at IS NULL
		ORDER BY o.name, o.id`, postgres.Args{"account": account})
	if err != nil {
		return nil, fault.Wrap(err, "list memberships")
	}
	list := make([]Membership, len(rows))
	for i, r := range rows {
		list[i] = Membership{OrganisationID: r.OrganisationID, OrganisationName: r.OrganisationName, Role: Role(r.Role),
			Capacities: Capacities{Commanditaire: r.IsCommanditaire, Aiguilleur: r.IsAiguilleur, Structure: r.IsStructure, Observer: r.IsObserver, Hub: r.IsHub}}
	}
	return list, nil
}
