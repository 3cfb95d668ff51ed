// Package bundle is the file that a print shop receives: the pages, the table
// of variable data, the approved proof and a manifest of them all, in one zip
// encrypted to the print shop's key. It refuses to write anything in clear, and
// knows no database: codes go through it and stay nowhere.
package bundle

import (
	"encoding/json"
	"fmt"
	"time"
)

// Format is the version of what a bundle holds; readers refuse a later one.
const Format = 1

// ManifestName is the last entry of every bundle.
const ManifestName = "manifest.json"

// Kind is what a file of a bundle is for.
type Kind string

// The kinds of files.
const (
	Pages    Kind = "carnets"
	Codes    Kind = "donnees"
	Specimen Kind = "specimen"
	Notice   Kind = "notice"
)

// File is a line of the manifest.
type File struct {
	Name   string `json:"name"`
	Kind   Kind   `json:"kind"`
	Bytes  int64  `json:"bytes"`
	SHA256 string `json:"sha256"`
	Pages  int    `json:"pages,omitempty"` // of a PDF
	Rows   int    `json:"rows,omitempty"`  // of a table, its titles apart
	From   int    `json:"from,omitempty"`  // carnets, first and last
	To     int    `json:"to,omitempty"`
}

// Manifest says what a bundle must hold. It holds no code.
type Manifest struct {
	Format           int       `json:"format"`
	Order            string    `json:"order"`
	Commanditaire    string    `json:"commanditaire"`
	CreatedAt        time.Time `json:"created_at"`
	Recipient        string    `json:"recipient"` // the key it was encrypted to
	Carnets          int       `json:"carnets"`
	ChequesPerCarnet int       `json:"cheques_per_carnet"`
	Cheques          int       `json:"cheques"`
	FaceValueCents   int64     `json:"face_value_cents"`
	Files            []File    `json:"files"`
}

// ReadManifest reads a manifest kept apart from its bundle.
func ReadManifest(text []byte) (Manifest, error) {
	var m Manifest
	if err := json.Unmarshal(text, &m); err != nil {
		return m, fmt.Errorf("read manifest: %w", err)
	}
	return m, nil
}
