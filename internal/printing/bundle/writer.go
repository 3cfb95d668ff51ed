package bundle

import (
	"archive/zip"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"

	"filippo.io/age"
)

// Writer writes a bundle as its files come; nothing is held in memory.
type Writer struct {
	manifest Manifest
	sealed   io.WriteCloser
	zip      *zip.Writer
}

// NewWriter begins a bundle on w that only recipient can open. The manifest's
// files are added by Add.
func NewWriter(w io.Writer, recipient age.Recipient, m Manifest) (*Writer, error) {
	sealed, err := age.Encrypt(w, recipient)
	if err != nil {
		return nil, fmt.Errorf("encrypt bundle: %w", err)
	}
	m.Format, m.Files = Format, nil
	return &Writer{manifest: m, sealed: sealed, zip: zip.NewWriter(sealed)}, nil
}

// Add writes one file, and its line of the manifest; f says what is known of it
// before, write completes it once written.
func (w *Writer) Add(f File, write func(out io.Writer, f *File) error) error {
	sum, size := sha256.New(), &counter{}
	entry, err := w.entry(f.Name, f.Kind == Codes || f.Kind == Notice)
	if err == nil {
		err = write(io.MultiWriter(entry, sum, size), &f)
	}
	if err != nil {
		return fmt.Errorf("add %s: %w", f.Name, err)
	}
	f.Bytes, f.SHA256 = size.n, hex.EncodeToString(sum.Sum(nil))
	w.manifest.Files = append(w.manifest.Files, f)
	return nil
}

// Close writes the manifest and ends the bundle. It answers the manifest's own
// bytes, whose SHA-256 is the bundle's fingerprint.
func (w *Writer) Close() ([]byte, error) {
	text, err := json.MarshalIndent(w.manifest, "", "  ")
	if err != nil {
		return nil, fmt.Errorf("write manifest: %w", err)
	}
	entry, err := w.entry(ManifestName, true)
	if err == nil {
		_, err = entry.Write(text)
	}
	if err == nil {
		err = w.zip.Close()
	}
	if err == nil {
		err = w.sealed.Close()
	}
	if err != nil {
		return nil, fmt.Errorf("close bundle: %w", err)
	}
	return text, nil
}

// entry begins a file of the zip; what a PDF compressed does not shrink again.
func (w *Writer) entry(name string, shrinks bool) (io.Writer, error) {
	header := &zip.FileHeader{Name: name, Modified: w.manifest.CreatedAt, Method: zip.Store}
	if shrinks {
		header.Method = zip.Deflate
	}
	return w.zip.CreateHeader(header)
}

type counter struct{ n int64 }

func (c *counter) Write(p []byte) (int, error) {
	c.n += int64(len(p))
	return len(p), nil
}
