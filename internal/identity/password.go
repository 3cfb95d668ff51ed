package identity

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	_ "embed"
	"encoding/base64"
	"fmt"
	"strings"
	"sync"
	"unicode/utf8"

	"golang.org/x/crypto/argon2"
	"golang.org/x/text/unicode/norm"

	"passnum/internal/fault"
	"passnum/internal/fold"
)

// Lengths of a password, in characters; no other rule of composition.
const (
	MinPassword = 12
	MaxPassword = 128
)

// cost is what one hash costs; it is stored with the hash, so that it can grow.
type cost struct {
	memoryKiB, passes uint32
	threads           uint8
}

var currentCost = cost{memoryKiB: 19 * 1024, passes: 2, threads: 1}

const (
	saltLength = 16
	keyLength  = 32
)

// hashing bounds the memory that a burst of sign-ins can take.
var hashing = make(chan struct{}, 8)

//go:embed common.txt
var commonList string

var commonPasswords = sync.OnceValue(func() map[string]bool {
	set := map[string]bool{}
	for line := range strings.Lines(commonList) {
		if line = strings.TrimSpace(line); line != "" && !strings.HasPrefix(line, "#") {
			set[letters(line)] = true
		}
	}
	return set
})

// CheckPassword refuses, in one sentence, a password too short, too long or
// too easily guessed; email is its owner's address.
func CheckPassword(password, email string) string {
	length := utf8.RuneCountInString(password)
	plain := strings.ToLower(password)
	switch {
	case length < MinPassword:
		return fmt.Sprintf("Choisissez au moins %d caractères : une phrase est facile à retenir.", MinPassword)
	case length > MaxPassword:
		return fmt.Sprintf("Choisissez au plus %d caractères.", MaxPassword)
	case distinct(plain) < 5, commonPasswords()[letters(plain)], email != "" && plain == strings.ToLower(email):
		return "Ce mot de passe se devine trop facilement. Choisissez-en un autre : une phrase est facile à retenir."
	default:
		return ""
	}
}

func passwordField(password, email string) error {
	if sentence := CheckPassword(password, email); sentence != "" {
		return fault.Field("password", sentence)
	}
	return nil
}

// letters keeps letters and digits only, without accents or case: spaces and
// signs do not make a common password less common.
func letters(s string) string { return strings.ReplaceAll(fold.Text(s), " ", "") }

func distinct(s string) int {
	seen := map[rune]bool{}
	for _, r := range s {
		seen[r] = true
	}
	return len(seen)
}

// HashPassword derives what is stored of a password (argon2id).
func HashPassword(password string) string {
	salt := make([]byte, saltLength)
	_, _ = rand.Read(salt) // never fails: the program is stopped instead
	c := currentCost
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s", argon2.Version, c.memoryKiB, c.passes, c.threads,
		base64.RawStdEncoding.EncodeToString(salt), base64.RawStdEncoding.EncodeToString(c.derive(password, salt, keyLength)))
}

func (c cost) derive(password string, salt []byte, length uint32) []byte {
	// The same password typed on two systems may differ in its accents' bytes.
	return argon2.IDKey([]byte(norm.NFKC.String(password)), salt, c.passes, c.memoryKiB, c.threads, length)
}

// verify compares in constant time; stale says that the hash should be made
// again at today's cost. An unreadable hash matches nothing.
func verify(ctx context.Context, hash, password string) (match, stale bool) {
	select {
	case hashing <- struct{}{}:
		defer func() { <-hashing }()
	case <-ctx.Done():
		return false, false
	}
	c, salt, key, ok := parseHash(hash)
	if !ok {
		return false, false
	}
	derived := c.derive(password, salt, uint32(len(key)))
	return subtle.ConstantTimeCompare(derived, key) == 1, c != currentCost
}

func parseHash(hash string) (c cost, salt, key []byte, ok bool) {
	parts := strings.Split(hash, "$")
	if len(parts) != 6 || parts[1] != "argon2id" {
		return cost{}, nil, nil, false
	}
	var version int
	_, versionErr := fmt.Sscanf(parts[2], "v=%d", &version)
	_, costErr := fmt.Sscanf(parts[3], "m=%d,t=%d,p=%d", &c.memoryKiB, &c.passes, &c.threads)
	salt, saltErr := base64.RawStdEncoding.DecodeString(parts[4])
	key, keyErr := base64.RawStdEncoding.DecodeString(parts[5])
	ok = versionErr == nil && version == argon2.Version && costErr == nil && saltErr == nil && keyErr == nil && len(key) >= keyLength
	return c, salt, key, ok
}

// dummyHash is compared when the address is unknown, so that the answer takes
// as long.
var dummyHash = sync.OnceValue(func() string { return HashPassword(rand.Text()) })

// stamp names a password hash without telling it.
func stamp(hash string) string {
	sum := sha256.Sum256([]byte(hash))
	return base64.RawURLEncoding.EncodeToString(sum[:12])
}
