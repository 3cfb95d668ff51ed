package identity

import (
	"crypto/rand"
	"crypto/sha256"
	"math/big"
)

// linkToken makes the secret of a link sent by mail (130 bits) and what is
// stored of it.
func linkToken() (token string, hash []byte) {
	token = rand.Text()
	return token, hashSecret(token)
}

// hashSecret is enough for a random secret: unlike a password it cannot be
// guessed, so it needs no slow hash.
func hashSecret(secret string) []byte {
	sum := sha256.Sum256([]byte(secret))
	return sum[:]
}

// tokenPrefix lets secret scanners recognise our tokens.
const tokenPrefix = "pn_"

// apiToken makes the secret of an API token: 32 random bytes in base 62.
func apiToken() (token string, hash []byte) {
	raw := make([]byte, 32)
	_, _ = rand.Read(raw) // never fails: the program is stopped instead
	token = tokenPrefix + new(big.Int).SetBytes(raw).Text(62)
	return token, hashSecret(token)
}
