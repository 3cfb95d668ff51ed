package upload

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"strings"
)

// Vault seals files at rest: what leaks from the database or its backups cannot be
// read without a key that is kept elsewhere. It is safe for concurrent use.
type Vault struct {
	current string
	keys    map[string]cipher.AEAD
}

// derivedKey names the key drawn from the installation's session secret, used
// when no key of documents was set.
const derivedKey = "session"

// NewVault reads « id:base64, … », 32 bytes each, the first one sealing; secret is
// the installation's own, from which a key is drawn when there are none.
func NewVault(keys string, secret []byte) (*Vault, error) {
	v := &Vault{keys: map[string]cipher.AEAD{}}
	for part := range strings.SplitSeq(keys, ",") {
		id, text, ok := strings.Cut(strings.TrimSpace(part), ":")
		if strings.TrimSpace(part) == "" {
			continue
		}
		key, err := base64.StdEncoding.DecodeString(text)
		if !ok || err != nil || len(key) != 32 || id == derivedKey || id == "" {
			return nil, errors.New("a document key is « id:base64 » of 32 bytes")
		}
		if err := v.add(id, key); err != nil {
			return nil, err
		}
	}
	key, err := hkdf.Key(sha256.New, secret, nil, "passnum documents v1", 32)
	if err != nil {
		return nil, fmt.Errorf("derive document key: %w", err)
	}
	return v, v.add(derivedKey, key)
}

func (v *Vault) add(id string, key []byte) error {
	block, err := aes.NewCipher(key)
	if err != nil {
		return fmt.Errorf("make document cipher: %w", err)
	}
	aead, err := cipher.NewGCM(block)
	if err != nil {
		return fmt.Errorf("make document cipher: %w", err)
	}
	if v.keys[id] != nil {
		return fmt.Errorf("document key %q is given twice", id)
	}
	v.keys[id] = aead
	if v.current == "" {
		v.current = id
	}
	return nil
}

// Seal hides the content; only the same purpose opens it. keyID must be kept.
func (v *Vault) Seal(purpose string, content []byte) (keyID string, sealed []byte) {
	aead := v.keys[v.current]
	nonce := make([]byte, aead.NonceSize(), aead.NonceSize()+len(content)+aead.Overhead())
	_, _ = rand.Read(nonce) // never fails: the runtime stops the program instead
	return v.current, aead.Seal(nonce, nonce, content, []byte(purpose))
}

// Open gives back what Seal hid. It fails when the key is not here any more, or
// when the bytes are not the ones that were sealed for this purpose.
func (v *Vault) Open(keyID, purpose string, sealed []byte) ([]byte, error) {
	aead, known := v.keys[keyID]
	if !known {
		return nil, fmt.Errorf("document key %q is not set", keyID)
	}
	if len(sealed) < aead.NonceSize() {
		return nil, errors.New("sealed document is cut short")
	}
	content, err := aead.Open(nil, sealed[:aead.NonceSize()], sealed[aead.NonceSize():], []byte(purpose))
	if err != nil {
		return nil, fmt.Errorf("open document: %w", err)
	}
	return content, nil
}
