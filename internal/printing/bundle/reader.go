package bundle

import (
	"archive/zip"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"

	"filippo.io/age"
)

// What Open refuses.
var (
	ErrWrongKey = errors.New("bundle: none of the keys opens it")
	ErrDamaged  = errors.New("bundle: damaged or incomplete")
	ErrFormat   = errors.New("bundle: written by a later version")
)

// Pack is an open bundle. Its files are decrypted as they are read, and never
// written anywhere.
type Pack struct {
	Manifest
	// Fingerprint is the SHA-256 of the manifest, in hexadecimal.
	Fingerprint string
	files       map[string]*zip.File
}

// Open decrypts a bundle of size bytes. Returns ErrWrongKey, ErrDamaged or
// ErrFormat.
func Open(r io.ReaderAt, size int64, identities ...age.Identity) (*Pack, error) {
	clear, length, err := age.DecryptReaderAt(r, size, identities...)
	var mismatch *age.NoIdentityMatchError
	if errors.As(err, &mismatch) {
		return nil, ErrWrongKey
	}
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrDamaged, err)
	}
	archive, err := zip.NewReader(clear, length)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrDamaged, err)
	}
	p := &Pack{files: map[string]*zip.File{}}
	for _, f := range archive.File {
		p.files[f.Name] = f
	}
	if len(p.files) != len(archive.File) {
		return nil, fmt.Errorf("%w: two files of the same name", ErrDamaged)
	}
	return p, p.readManifest()
}

func (p *Pack) readManifest() error {
	f, err := p.File(ManifestName)
	if err != nil {
		return err
	}
	defer func() { _ = f.Close() }()
	const most = 1 << 20
	text, err := io.ReadAll(io.LimitReader(f, most))
	if err == nil {
		p.Manifest, err = ReadManifest(text)
	}
	if err != nil {
		return fmt.Errorf("%w: %w", ErrDamaged, err)
	}
	if p.Format > Format {
		return ErrFormat
	}
	p.Fingerprint = fingerprint(text)
	return nil
}

func fingerprint(text []byte) string {
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:])
}

// File opens one file of the bundle; ErrDamaged when it is not there.
func (p *Pack) File(name string) (io.ReadCloser, error) {
	f, ok := p.files[name]
	if !ok {
		return nil, fmt.Errorf("%w: %s is missing", ErrDamaged, name)
	}
	r, err := f.Open()
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrDamaged, err)
	}
	return r, nil
}
