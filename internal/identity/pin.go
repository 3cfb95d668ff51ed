package identity

import (
	"context"
	"errors"
	"strings"
	"time"

	"github.com/google/uuid"

	"passnum/internal/fault"
	"passnum/internal/postgres"
)

// A PIN reopens, on a shared computer, a session its owner opened there with
// their password; it opens nothing anywhere else.

// ErrPIN refuses a wrong code.
var ErrPIN = fault.Field("pin", "Ce n’est pas le bon code. Réessayez, ou utilisez votre mot de passe.")

// ErrPINLocked asks for the password after too many wrong codes.
var ErrPINLocked = fault.New(fault.KindTooMany, "Trop de codes faux. Connectez-vous avec votre mot de passe.")

// The lengths of a PIN, and how long a screen may stay open without anybody.
const (
	minPIN, maxPIN = 4, 8
	pinTries       = 5
)

// LockChoices are the delays a person may choose, in minutes.
var LockChoices = []int{1, 2, 5, 10, 15, 30}

// SetPIN chooses one's code and how many minutes a screen may stay open without
// anybody. The password is asked again: a passer-by must not choose the code.
// It returns ErrWrongPassword, ErrTooManyTries or a refusal of « pin ».
func (s *Service) SetPIN(ctx context.Context, actor Actor, password, pin string, minutes int) error {
	var c fault.Collector
	if sentence := weakPIN(pin); sentence != "" {
		c.Add("pin", sentence)
	}
	c.Check(minutes >= 1 && minutes <= 30, "minutes", "Choisissez un délai de la liste.")
	if err := c.Err(); err != nil {
		return err
	}
	return s.changePIN(ctx, actor, password, HashPassword(pin), minutes, "code de verrouillage choisi")
}

// RemovePIN gives up one's code; the screen no longer locks itself.
func (s *Service) RemovePIN(ctx context.Context, actor Actor, password string) error {
	return s.changePIN(ctx, actor, password, "", LockChoices[2], "code de verrouillage retiré")
}

func (s *Service) changePIN(ctx context.Context, actor Actor, password, hash string, minutes int, act string) error {
	_, err := s.SignIn(ctx, actor, actor.Email, password)
	if fault.Is(err, fault.KindInvalid) {
		return fault.Field("pin_password", "Ce n’est pas votre mot de passe.")
	}
	if err != nil {
		return err
	}
	err = s.db.InIdentity(ctx, func(tx *postgres.Tx) error {
		err := postgres.Must(ctx, tx, `UPDATE accounts SET pin_hash = @hash, lock_minutes = @minutes WHERE id = @id`,
			postgres.Args{"hash": hash, "minutes": minutes, "id": actor.AccountID})
		if err != nil {
			return err
		}
		return s.journal(ctx, tx, actor, act, "compte", actor.AccountID, nil)
	})
	return fault.Wrap(err, "change pin")
}

// CheckPIN proves that the person at the screen is the account's owner. It
// returns ErrPIN, or ErrPINLocked after five wrong codes in ten minutes.
func (s *Service) CheckPIN(ctx context.Context, account uuid.UUID, pin string) error {
	weight := byAccount("code", account.String(), pinTries)
	var hash string
	var over bool
	var counted time.Time
	err := s.db.InIdentity(ctx, func(tx *postgres.Tx) (err error) {
		counted = tx.Now()
		if over, err = weight.count(ctx, tx); err != nil || over {
			return err
		}
		hash, err = postgres.Value[string](ctx, tx, `SELECT pin_hash FROM accounts WHERE id = @id AND disabled_at IS NULL`, postgres.Args{"id": account})
		if errors.Is(err, postgres.ErrNoRow) {
			return nil
		}
		return err
	})
	switch {
	case err != nil:
		return fault.Wrap(err, "check pin")
	case over:
		return ErrPINLocked
	case hash == "":
		return ErrPIN
	}
	if match, _ := verify(ctx, hash, pin); !match {
		return ErrPIN
	}
	err = s.db.InIdentity(ctx, func(tx *postgres.Tx) error { return weight.giveBack(ctx, tx, counted) })
	return fault.Wrap(err, "check pin")
}

// weakPIN refuses, in a sentence, a code that a colleague would try first.
func weakPIN(pin string) string {
	digits := strings.Trim(pin, "0123456789") == ""
	switch {
	case !digits || len(pin) < minPIN || len(pin) > maxPIN:
		return "Choisissez de 4 à 8 chiffres."
	case strings.Count(pin, pin[:1]) == len(pin), strings.Contains("01234567890", pin), strings.Contains("09876543210", pin):
		return "Ce code se devine trop facilement. Évitez les suites et les chiffres répétés."
	default:
		return ""
	}
}
