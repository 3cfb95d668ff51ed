package kit

import (
	"crypto/ed25519"
	"crypto/sha256"
	"crypto/x509"
	"encoding/hex"
	"encoding/pem"
	"errors"
	"fmt"
)

// Signer makes the key of an installation from its 32-byte seed.
func Signer(seed []byte) (ed25519.PrivateKey, error) {
	if len(seed) != ed25519.SeedSize {
		return nil, fmt.Errorf("a signing key is %d bytes long", ed25519.SeedSize)
	}
	return ed25519.NewKeyFromSeed(seed), nil
}

// Public is the half of a signer that anyone may have.
func Public(key ed25519.PrivateKey) ed25519.PublicKey {
	public, _ := key.Public().(ed25519.PublicKey) // what it always is
	return public
}

// PEM is the public key as openssl reads it.
func PEM(key ed25519.PublicKey) []byte {
	der, err := x509.MarshalPKIXPublicKey(key)
	if err != nil {
		panic(err) // an Ed25519 key always encodes
	}
	return pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der})
}

// ErrKey is a file that holds no Ed25519 public key.
var ErrKey = errors.New("kit: not an Ed25519 public key in PEM")

// ReadPEM reads a public key. ErrKey.
func ReadPEM(text []byte) (ed25519.PublicKey, error) {
	block, _ := pem.Decode(text)
	if block == nil {
		return nil, ErrKey
	}
	parsed, err := x509.ParsePKIXPublicKey(block.Bytes)
	key, ok := parsed.(ed25519.PublicKey)
	if err != nil || !ok {
		return nil, ErrKey
	}
	return key, nil
}

// Fingerprint is what two people read to each other to know that they hold the
// same key: the SHA-256 of its DER form, as openssl prints it.
func Fingerprint(key ed25519.PublicKey) string {
	der, err := x509.MarshalPKIXPublicKey(key)
	if err != nil {
		panic(err) // an Ed25519 key always encodes
	}
	sum := sha256.Sum256(der)
	return hex.EncodeToString(sum[:])
}
