package code

import (
	"crypto/hmac"
	"crypto/sha256"
	"fmt"
	"hash"

	"github.com/google/uuid"
)

// Minter derives codes and their hashes under one key, many per second. It is
// not safe for concurrent use: make one per worker.
type Minter struct {
	keyID          string
	derive, lookup hash.Hash
	sum            [sha256.Size]byte
	input          [len(uuid.UUID{}) + 1]byte
}

// Minter returns a minter for a key. It answers ErrUnknownKey.
func (r *Keyring) Minter(keyID string) (*Minter, error) {
	k := r.find(keyID)
	if k == nil {
		return nil, fmt.Errorf("%w %q", ErrUnknownKey, keyID)
	}
	return &Minter{
		keyID:  k.id,
		derive: hmac.New(sha256.New, k.derive),
		lookup: hmac.New(sha256.New, k.lookup),
	}, nil
}

// KeyID returns the identifier of the minter's key.
func (m *Minter) KeyID() string { return m.keyID }

// Derive returns the code of a chèque, as Keyring.Derive does.
func (m *Minter) Derive(cheque uuid.UUID) Code { return newCode(m.symbols(cheque)) }

// Mint returns the look-up hash of a chèque's code without making the code
// itself: minting stores hashes, and only printing needs codes.
func (m *Minter) Mint(cheque uuid.UUID) [HashLength]byte {
	clear := m.symbols(cheque).ascii()
	m.lookup.Reset()
	m.lookup.Write(clear[:])
	return [HashLength]byte(m.lookup.Sum(m.sum[:0]))
}

func (m *Minter) symbols(cheque uuid.UUID) (s symbols) {
	copy(m.input[:], cheque[:])
	for block, filled := byte(0), 0; filled < dataLen; block++ {
		m.input[len(cheque)] = block
		m.derive.Reset()
		m.derive.Write(m.input[:])
		filled = s.fill(filled, m.derive.Sum(m.sum[:0]))
	}
	s.seal(0)
	return s
}
