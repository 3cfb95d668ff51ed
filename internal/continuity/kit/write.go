package kit

import (
	"archive/zip"
	"compress/flate"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"strings"
)

// Writer writes a kit as its files come; nothing is held in memory. The same
// files, header and key give the same bytes.
type Writer struct {
	manifest Manifest
	zip      *zip.Writer
	key      ed25519.PrivateKey
}

// NewWriter begins a kit on w, signed by key.
func NewWriter(w io.Writer, key ed25519.PrivateKey, h Header) *Writer {
	h.Key = Fingerprint(Public(key))
	archive := zip.NewWriter(w)
	// The sheets shrink tenfold whatever the effort: the least one is enough.
	archive.RegisterCompressor(zip.Deflate, func(out io.Writer) (io.WriteCloser, error) { return flate.NewWriter(out, flate.BestSpeed) })
	return &Writer{manifest: Manifest{Header: h}, zip: archive, key: key}
}

// Add writes one file, and its line of the manifest. write answers how many
// rows it wrote, or NoRows.
func (w *Writer) Add(path string, write func(out io.Writer) (rows int64, err error)) error {
	if !pathForm.MatchString(path) {
		return fmt.Errorf("add %q: not a path of a kit", path)
	}
	sum, size := sha256.New(), &counter{}
	out, err := w.entry(path)
	var rows int64
	if err == nil {
		rows, err = write(io.MultiWriter(out, sum, size))
	}
	if err != nil {
		return fmt.Errorf("add %s: %w", path, err)
	}
	w.manifest.Files = append(w.manifest.Files, File{Path: path, Bytes: size.n, SHA256: hex.EncodeToString(sum.Sum(nil)), Rows: rows})
	return nil
}

// AddBytes is Add of what is known already.
func (w *Writer) AddBytes(path string, content []byte) error {
	return w.Add(path, func(out io.Writer) (int64, error) {
		_, err := out.Write(content)
		return NoRows, err
	})
}

// Close adds the public key and the verifier, then the manifest and its
// signature. It answers the manifest.
func (w *Writer) Close() (Manifest, error) {
	err := w.AddBytes(PublicKeyName, PEM(Public(w.key)))
	if err == nil {
		err = w.AddBytes(VerifierName, verifier)
	}
	text := w.manifest.Text()
	for _, last := range []struct {
		path    string
		content []byte
	}{{ManifestName, text}, {SignatureName, ed25519.Sign(w.key, text)}} {
		var out io.Writer
		if err == nil {
			out, err = w.entry(last.path)
		}
		if err == nil {
			_, err = out.Write(last.content)
		}
	}
	if err == nil {
		err = w.zip.Close()
	}
	if err != nil {
		return Manifest{}, fmt.Errorf("close kit: %w", err)
	}
	return w.manifest, nil
}

// entry begins a file of the zip; what is compressed or encrypted already does
// not shrink again.
func (w *Writer) entry(path string) (io.Writer, error) {
	header := &zip.FileHeader{Name: path, Modified: w.manifest.At.UTC(), Method: zip.Deflate}
	if strings.HasPrefix(path, "pieces/") || strings.HasSuffix(path, ".age") || path == SignatureName {
		header.Method = zip.Store
	}
	return w.zip.CreateHeader(header)
}

type counter struct{ n int64 }

func (c *counter) Write(p []byte) (int, error) {
	c.n += int64(len(p))
	return len(p), nil
}
