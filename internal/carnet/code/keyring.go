package code

import (
	"crypto/hkdf"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"regexp"
	"strings"

	"github.com/google/uuid"
)

// HashLength is the length in bytes of a code's look-up hash.
const HashLength = 16

// keyLength is the least a key may hold, and what GenerateKey makes.
const keyLength = 32

const maskedKeys = "clés masquées"

// ErrUnknownKey is a key identifier that the keyring does not hold.
var ErrUnknownKey = errors.New("unknown chèque key")

// ErrNotACode is a zero or specimen code where a live one is needed.
var ErrNotACode = errors.New("not a live chèque code")

var keyID = regexp.MustCompile(`^[a-z0-9]{1,16}$`)

// Keyring holds the secret keys codes are derived from and looked up with,
// the current one first. It is safe for concurrent use and prints itself
// masked.
type Keyring struct {
	// Pointers, because fmt follows none that is inside a printed value.
	keys []*key
}

type key struct {
	id string
	// One sub-key per use: a leaked look-up key mints nothing.
	derive, lookup []byte
}

// ParseKeyring reads « k2:base64,k1:base64 »: the first key mints, all of them
// look up. It reports every problem at once and quotes identifiers only.
func ParseKeyring(list string) (*Keyring, error) {
	var ring Keyring
	var problems []error
	for i, entry := range strings.Split(list, ",") {
		k, err := parseKey(strings.TrimSpace(entry))
		switch {
		case err != nil:
			problems = append(problems, fmt.Errorf("chèque key %d: %w", i+1, err))
		case ring.find(k.id) != nil:
			problems = append(problems, fmt.Errorf("chèque key %d: identifier %q is used twice", i+1, k.id))
		default:
			ring.keys = append(ring.keys, k)
		}
	}
	if len(problems) > 0 {
		return nil, errors.Join(problems...)
	}
	return &ring, nil
}

func parseKey(entry string) (*key, error) {
	id, encoded, found := strings.Cut(entry, ":")
	if !found || !keyID.MatchString(id) {
		return nil, errors.New("expected id:base64, the identifier in a-z and 0-9, at most 16 characters")
	}
	secret, err := base64.RawStdEncoding.DecodeString(strings.TrimRight(encoded, "="))
	if err != nil {
		return nil, fmt.Errorf("%q is not in base64", id)
	}
	if len(secret) < keyLength {
		return nil, fmt.Errorf("%q is shorter than %d bytes", id, keyLength)
	}
	k := &key{id: id}
	if k.derive, err = hkdf.Key(sha256.New, secret, nil, "passnum code v1", sha256.Size); err != nil {
		return nil, fmt.Errorf("deriving from %q: %w", id, err)
	}
	if k.lookup, err = hkdf.Key(sha256.New, secret, nil, "passnum lookup v1", sha256.Size); err != nil {
		return nil, fmt.Errorf("deriving from %q: %w", id, err)
	}
	return k, nil
}

// GenerateKey makes a random key in the form that ParseKeyring reads.
func GenerateKey(id string) string {
	secret := make([]byte, keyLength)
	_, _ = rand.Read(secret) // never fails: the runtime stops the program instead
	return id + ":" + base64.StdEncoding.EncodeToString(secret)
}

// Current returns the identifier of the key that mints today.
func (r *Keyring) Current() string { return r.keys[0].id }

// Derive returns the code of a chèque under a key: always the same one. It
// answers ErrUnknownKey.
func (r *Keyring) Derive(keyID string, cheque uuid.UUID) (Code, error) {
	m, err := r.Minter(keyID)
	if err != nil {
		return Code{}, err
	}
	return m.Derive(cheque), nil
}

// Hash returns the 16 bytes under which a code is looked up. It answers
// ErrUnknownKey, or ErrNotACode for a zero or specimen code.
func (r *Keyring) Hash(keyID string, c Code) ([]byte, error) {
	k := r.find(keyID)
	if k == nil {
		return nil, fmt.Errorf("%w %q", ErrUnknownKey, keyID)
	}
	if c.IsZero() || c.IsSpecimen() {
		return nil, ErrNotACode
	}
	return k.hash(c), nil
}

// Hashes returns the look-up hash of a code under every key, the current one
// first; none for a zero or specimen code.
func (r *Keyring) Hashes(c Code) [][]byte {
	if c.IsZero() || c.IsSpecimen() {
		return nil
	}
	hashes := make([][]byte, len(r.keys))
	for i, k := range r.keys {
		hashes[i] = k.hash(c)
	}
	return hashes
}

func (k *key) hash(c Code) []byte {
	mac := hmac.New(sha256.New, k.lookup)
	mac.Write([]byte(c.Clear()))
	return mac.Sum(nil)[:HashLength:HashLength]
}

func (r *Keyring) find(id string) *key {
	for _, k := range r.keys {
		if k.id == id {
			return k
		}
	}
	return nil
}

// String masks the keys.
func (r Keyring) String() string { return maskedKeys }

// Format masks the keys under every verb.
func (r Keyring) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, maskedKeys) }

// LogValue masks the keys in logs.
func (r Keyring) LogValue() slog.Value { return slog.StringValue(maskedKeys) }

// MarshalText masks the keys.
func (r Keyring) MarshalText() ([]byte, error) { return []byte(maskedKeys), nil }
