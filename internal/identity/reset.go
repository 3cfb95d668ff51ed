package identity

import (
	"context"
	"errors"
	"time"

	"github.com/google/uuid"

	"passnum/internal/fault"
	"passnum/internal/mail"
	"passnum/internal/outbox"
	"passnum/internal/postgres"
)

// resetLife is how long a link to choose a password lives; firstLife is that of
// the operator's first link, carried by hand.
const (
	resetLife = time.Hour
	firstLife = 24 * time.Hour
)

// Links sent to one address, and asked for from one place, in ten minutes.
const (
	resetsPerAccount = 3
	resetsPerAddress = 20
)

// RequestReset mails a link to choose a new password. It answers the same
// whether or not the account exists; ErrTooManyTries only tells about the place
// the requests come from.
func (s *Service) RequestReset(ctx context.Context, who Actor, email string) error {
	email = normaliseEmail(email)
	if err := checkEmail(email); err != nil {
		return err
	}
	err := s.db.InIdentity(ctx, func(tx *postgres.Tx) error {
		if over, err := byAddress("oubli", who.Address, resetsPerAddress).count(ctx, tx); err != nil || over {
			return errors.Join(err, tooMany(over))
		}
		if over, err := byAccount("oubli", email, resetsPerAccount).count(ctx, tx); err != nil || over {
			return err
		}
		row, err := findAccount(ctx, tx, email)
		if fault.Is(err, fault.KindNotFound) || err == nil && row.DisabledAt != nil {
			return nil
		}
		if err != nil {
			return err
		}
		token, err := addReset(ctx, tx, row.ID, resetLife)
		if err != nil {
			return err
		}
		return outbox.Post(ctx, tx, s.queue, s.resetMail(row, token))
	})
	return fault.Wrap(err, "request password reset")
}

func tooMany(over bool) error {
	if over {
		return ErrTooManyTries
	}
	return nil
}

func addReset(ctx context.Context, tx *postgres.Tx, account uuid.UUID, life time.Duration) (token string, err error) {
	token, hash := linkToken()
	_, err = postgres.Do(ctx, tx, `
		INSERT INTO password_resets (token_hash, account_id, created_at, expires_at) VALUES (@hash, @account, @now, @end)`,
		postgres.Args{"hash": hash, "account": account, "now": tx.Now(), "end": tx.Now().Add(life)})
	return token, fault.Wrap(err, "add password link")
}

func (s *Service) resetMail(row accountRow, token string) mail.Message {
	m := mail.Render("Choisir un nouveau mot de passe", greeting(row.Name), []string{
		"Vous avez demandé à choisir un nouveau mot de passe pour Passnum. Ce lien est valable une heure et ne sert qu’une fois.",
		"Si vous n’avez rien demandé, ne faites rien : votre mot de passe n’a pas changé.",
	}, &mail.Action{Label: "Choisir un mot de passe", URL: s.base + "/mot-de-passe/" + token}, "")
	m.To = row.Email
	return m
}

func greeting(name string) string {
	if name == "" {
		return "Bonjour,"
	}
	return "Bonjour " + name + ","
}

// CheckReset tells whose password a link would change; ErrLinkOver when it no
// longer can.
func (s *Service) CheckReset(ctx context.Context, token string) (email string, err error) {
	err = s.db.InIdentity(ctx, func(tx *postgres.Tx) (err error) {
		email, err = postgres.Value[string](ctx, tx, `
			SELECT a.email FROM password_resets r JOIN accounts a ON a.id = r.account_id AND a.disabled_at IS NULL
			WHERE r.token_hash = @hash AND r.used_at IS NULL AND r.expires_at > @now`,
			postgres.Args{"hash": hashSecret(token), "now": tx.Now()})
		return err
	})
	if errors.Is(err, postgres.ErrNoRow) {
		return "", ErrLinkOver
	}
	return email, fault.Wrap(err, "check password link")
}

// ResetPassword chooses a password with a link, which is then spent as are all
// the others of the account; every session of the account ends. It returns
// ErrLinkOver or a refusal of the password.
func (s *Service) ResetPassword(ctx context.Context, who Actor, token, password string) error {
	email, err := s.CheckReset(ctx, token)
	if err != nil {
		return err
	}
	if err := passwordField(password, email); err != nil {
		return err
	}
	hash := HashPassword(password)
	err = s.db.InIdentity(ctx, func(tx *postgres.Tx) error {
		account, err := spendReset(ctx, tx, token)
		if err != nil {
			return err
		}
		if err := setPassword(ctx, tx, account, hash); err != nil {
			return err
		}
		if err := forgive(ctx, tx, email); err != nil {
			return err
		}
		who.AccountID = account
		return s.journal(ctx, tx, who, "mot de passe choisi par lien", "compte", account, nil)
	})
	return fault.Wrap(err, "reset password")
}

// spendReset uses a link once, whoever else is using it at the same time.
func spendReset(ctx context.Context, tx *postgres.Tx, token string) (uuid.UUID, error) {
	account, err := postgres.Value[uuid.UUID](ctx, tx, `
		UPDATE password_resets SET used_at = @now
		WHERE token_hash = @hash AND used_at IS NULL AND expires_at > @now RETURNING account_id`,
		postgres.Args{"hash": hashSecret(token), "now": tx.Now()})
	if errors.Is(err, postgres.ErrNoRow) {
		return uuid.Nil, ErrLinkOver
	}
	if err != nil {
		return uuid.Nil, fault.Wrap(err, "spend password link")
	}
	_, err = postgres.Do(ctx, tx, `UPDATE password_resets SET used_at = @now WHERE account_id = @account AND used_at IS NULL`,
		postgres.Args{"now": tx.Now(), "account": account})
	return account, fault.Wrap(err, "spend other password links")
}

// AddOperator creates a member of the operator's staff, or gives the role to an
// existing account, which loses its password, and tells the address where they
// choose one, valid for a day.
func (s *Service) AddOperator(ctx context.Context, email, name string, role OperatorRole) (link string, err error) {
	if _, known := operatorPermissions[role]; !known {
		return "", fault.Field("role", "Le rôle est « administration », « finance » ou « suivi ».")
	}
	email = normaliseEmail(email)
	if err := checkEmail(email); err != nil {
		return "", err
	}
	var token string
	err = s.db.InIdentity(ctx, func(tx *postgres.Tx) error {
		row, err := findAccount(ctx, tx, email)
		if fault.Is(err, fault.KindNotFound) {
			row.ID, err = AddAccount(ctx, tx, email, name, "")
		}
		if err != nil {
			return err
		}
		// Anyone may have joined with this address before, unproven, and know the
		// password: only the link gives a way in, and open sessions end.
		err = postgres.Must(ctx, tx, `UPDATE accounts SET operator_role = @role, password_hash = '', pin_hash = '' WHERE id = @id`,
			postgres.Args{"role": string(role), "id": row.ID})
		if err != nil {
			return fault.Wrap(err, "give operator role")
		}
		token, err = addReset(ctx, tx, row.ID, firstLife)
		return err
	})
	return s.base + "/mot-de-passe/" + token, fault.Wrap(err, "add operator")
}
