package identity

import (
	"context"
	"crypto/rand"
	"errors"
	"math/big"
	"strings"
	"time"

	"github.com/google/uuid"

	"passnum/internal/fault"
	"passnum/internal/postgres"
)

// Pairing is the one-time code that pairs a device, told this once.
type Pairing struct {
	Code  string    // two groups of four
	Link  string    // what its QR code carries; the code is in the fragment, which no server sees
	Until time.Time // ten minutes later
}

const (
	pairingLife = 10 * time.Minute
	// pairingLetters survive being read aloud and typed on any keyboard.
	pairingLetters = "23456789BCDFGHJKNPRSTVX"
	pairingLength  = 8
	devicePrefix   = "pd_"

	pairingsPerAddress = 20
)

// PairingCode makes the code that pairs a device, in place of the one before.
// ErrNoDevice when the device is another's, already paired or withdrawn.
func (s *Service) PairingCode(ctx context.Context, actor Actor, id uuid.UUID) (Pairing, error) {
	if err := actor.May(DeviceWrite); err != nil {
		return Pairing{}, err
	}
	code := pairingCode()
	var until time.Time
	err := s.db.InOrganisation(ctx, actor, func(tx *postgres.Tx) error {
		until = tx.Now().Add(pairingLife)
		n, err := postgres.Do(ctx, tx, `
			UPDATE devices SET pairing_hash = @hash, pairing_until = @until
			WHERE id = @id AND structure_id = @structure AND paired_at IS NULL AND revoked_at IS NULL`,
			postgres.Args{"hash": hashSecret(code), "until": until, "id": id, "structure": actor.OrganisationID})
		if err == nil && n == 0 {
			err = ErrNoDevice
		}
		return err
	})
	if err != nil {
		return Pairing{}, fault.Wrap(err, "make pairing code")
	}
	shown := code[:4] + "-" + code[4:]
	return Pairing{Code: shown, Link: s.base + "/appareil#" + shown, Until: until}, nil
}

// PairDevice turns a code into the secret that the device keeps, once. It
// returns ErrPairing, or ErrTooManyTries.
func (s *Service) PairDevice(ctx context.Context, who Actor, code string) (secret string, err error) {
	code = strings.ToUpper(strings.Map(func(r rune) rune {
		if strings.ContainsRune(" -\u00a0", r) {
			return -1
		}
		return r
	}, code))
	raw := make([]byte, 32)
	_, _ = rand.Read(raw) // never fails: the program is stopped instead
	secret = devicePrefix + new(big.Int).SetBytes(raw).Text(62)
	weight := byAddress("appareil", who.Address, pairingsPerAddress)
	var over, found bool
	err = s.db.InIdentity(ctx, func(tx *postgres.Tx) error {
		if over, err = weight.count(ctx, tx); err != nil || over {
			return err
		}
		_, err := postgres.One[struct{ ID uuid.UUID }](ctx, tx, `
			UPDATE devices SET pairing_hash = NULL, pairing_until = NULL, secret_hash = @secret, paired_at = @now, last_seen_at = @now, browser = @browser
			WHERE pairing_hash = @hash AND pairing_until > @now AND paired_at IS NULL AND revoked_at IS NULL
			RETURNING id`,
			postgres.Args{"secret": hashSecret(secret), "now": tx.Now(), "browser": who.Device, "hash": hashSecret(code)})
		if errors.Is(err, postgres.ErrNoRow) {
			return nil // the try counts
		}
		if err != nil {
			return err
		}
		found = true
		return weight.giveBack(ctx, tx, tx.Now())
	})
	switch {
	case err != nil:
		return "", fault.Wrap(err, "pair device")
	case over:
		return "", ErrTooManyTries
	case !found:
		return "", ErrPairing
	}
	return secret, nil
}

func pairingCode() string {
	code := make([]byte, pairingLength)
	for i := range code {
		n, err := rand.Int(rand.Reader, big.NewInt(int64(len(pairingLetters))))
		if err != nil { // never happens: rand.Reader does not fail
			panic(err)
		}
		code[i] = pairingLetters[n.Int64()]
	}
	return string(code)
}
