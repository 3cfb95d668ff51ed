// Package seal encrypts what a page has to carry between two requests and
// nobody may read: a basket of chèques, a visitor's answer. It refuses what was
// sealed for another purpose, or too long ago.
package seal

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"time"
)

// Sealer seals and opens. It is safe for concurrent use.
type Sealer struct{ aead cipher.AEAD }

// New derives a sealer from a secret of the installation.
func New(secret []byte) (*Sealer, error) {
	key, err := hkdf.Key(sha256.New, secret, nil, "passnum seal v1", 32)
	if err != nil {
		return nil, fmt.Errorf("derive sealing key: %w", err)
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, fmt.Errorf("make sealing cipher: %w", err)
	}
	aead, err := cipher.NewGCM(block)
	if err != nil {
		return nil, fmt.Errorf("make sealing cipher: %w", err)
	}
	return &Sealer{aead: aead}, nil
}

const stamp = 8

// Seal hides plain until the given time; only the same purpose opens it. The
// text fits in a form field and in a cookie.
func (s *Sealer) Seal(purpose string, until time.Time, plain []byte) string {
	nonce := make([]byte, s.aead.NonceSize())
	_, _ = rand.Read(nonce) // never fails: the runtime stops the program instead
	body := binary.BigEndian.AppendUint64(make([]byte, 0, stamp+len(plain)), uint64(until.Unix()))
	return base64.RawURLEncoding.EncodeToString(s.aead.Seal(nonce, nonce, append(body, plain...), []byte(purpose)))
}

// Open gives back what Seal hid, or false when it is not ours, not for this
// purpose, altered or too old.
func (s *Sealer) Open(purpose string, now time.Time, sealed string) ([]byte, bool) {
	raw, err := base64.RawURLEncoding.Strict().DecodeString(sealed)
	if err != nil || len(raw) < s.aead.NonceSize() {
		return nil, false
	}
	nonce, box := raw[:s.aead.NonceSize()], raw[s.aead.NonceSize():]
	body, err := s.aead.Open(nil, nonce, box, []byte(purpose))
	if err != nil || len(body) < stamp {
		return nil, false
	}
	if now.Unix() > int64(binary.BigEndian.Uint64(body)) {
		return nil, false
	}
	return body[stamp:], true
}
