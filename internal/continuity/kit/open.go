package kit

import (
	"archive/zip"
	"bytes"
	"crypto/ed25519"
	_ "embed"
	"errors"
	"fmt"
	"io"

	"filippo.io/age"
)

// verifier is the script that checks a kit without any program of ours.
//
//go:embed verifier.sh
var verifier []byte

// Script is the verifier of this version, to compare with the one of a kit.
func Script() []byte { return bytes.Clone(verifier) }

// What Open and Trust refuse.
var (
	ErrSealed    = errors.New("kit: encrypted, and no identity opens it")
	ErrDamaged   = errors.New("kit: damaged or incomplete")
	ErrSignature = errors.New("kit: not signed by this key, or changed since")
)

// Kit is an open archive.
type Kit struct {
	Manifest
	text, signature []byte
	files           map[string]*zip.File
	twice           []string // names that the archive holds more than once
}

const ageMagic = "age-encryption.org/"

// Open reads an archive of size bytes, encrypted or not. What it answers is not
// to be believed before Trust. ErrSealed, ErrDamaged, ErrFormat.
func Open(r io.ReaderAt, size int64, identities ...age.Identity) (*Kit, error) {
	start := make([]byte, len(ageMagic))
	if _, err := r.ReadAt(start, 0); err == nil && string(start) == ageMagic {
		if len(identities) == 0 {
			return nil, ErrSealed
		}
		clear, length, err := age.DecryptReaderAt(r, size, identities...)
		var mismatch *age.NoIdentityMatchError
		if errors.As(err, &mismatch) {
			return nil, ErrSealed
		}
		if err != nil {
			return nil, fmt.Errorf("%w: %w", ErrDamaged, err)
		}
		r, size = clear, length
	}
	archive, err := zip.NewReader(r, size)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrDamaged, err)
	}
	k := &Kit{files: map[string]*zip.File{}}
	for _, f := range archive.File {
		if k.files[f.Name] != nil {
			k.twice = append(k.twice, f.Name)
		}
		k.files[f.Name] = f
	}
	return k, k.readManifest()
}

// longest bounds the manifest, which is read whole: a line a file.
const longest = 256 << 20

func (k *Kit) readManifest() (err error) {
	if k.text, err = k.read(ManifestName, longest); err != nil {
		return err
	}
	if k.signature, err = k.read(SignatureName, ed25519.SignatureSize+1); err != nil {
		return err
	}
	k.Manifest, err = ReadManifest(k.text)
	if err != nil && !errors.Is(err, ErrFormat) {
		return fmt.Errorf("%w: %w", ErrDamaged, err)
	}
	return err
}

// Trust answers ErrSignature unless key signed the manifest.
func (k *Kit) Trust(key ed25519.PublicKey) error {
	if !ed25519.Verify(key, k.text, k.signature) {
		return ErrSignature
	}
	return nil
}

// File opens one file of the kit; ErrDamaged when it is not there.
func (k *Kit) File(path string) (io.ReadCloser, error) {
	f, ok := k.files[path]
	if !ok {
		return nil, fmt.Errorf("%w: %s is missing", ErrDamaged, path)
	}
	r, err := f.Open()
	if err != nil {
		return nil, fmt.Errorf("%w: %s: %w", ErrDamaged, path, err)
	}
	return r, nil
}

// Unseal opens a file encrypted to the successor. ErrSealed.
func (k *Kit) Unseal(path string, identities ...age.Identity) ([]byte, error) {
	content, err := k.read(path, longest)
	if err != nil {
		return nil, err
	}
	clear, err := age.Decrypt(bytes.NewReader(content), identities...)
	if err != nil {
		return nil, ErrSealed
	}
	text, err := io.ReadAll(clear)
	if err != nil {
		return nil, fmt.Errorf("%w: %s: %w", ErrDamaged, path, err)
	}
	return text, nil
}

// read is a small file whole.
func (k *Kit) read(path string, most int64) ([]byte, error) {
	f, err := k.File(path)
	if err != nil {
		return nil, err
	}
	defer func() { _ = f.Close() }()
	text, err := io.ReadAll(io.LimitReader(f, most))
	if err != nil {
		return nil, fmt.Errorf("%w: %s: %w", ErrDamaged, path, err)
	}
	return text, nil
}
