package kit

import (
	"bytes"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"passnum/internal/money"
)

// Finding is one thing that was checked, in French, and what is wrong with it.
type Finding struct {
	Text     string
	Problems []string
}

// OK reports whether nothing is wrong.
func (f Finding) OK() bool { return len(f.Problems) == 0 }

// mostProblems is how many a finding names.
const mostProblems = 20

func (f *Finding) wrong(format string, a ...any) {
	switch {
	case len(f.Problems) < mostProblems:
		f.Problems = append(f.Problems, fmt.Sprintf(format, a...))
	case len(f.Problems) == mostProblems:
		f.Problems = append(f.Problems, "… et d’autres")
	}
}

// Report is everything that was checked, in order.
type Report []Finding

// OK reports whether nothing is wrong.
func (r Report) OK() bool { return !slices.ContainsFunc(r, func(f Finding) bool { return !f.OK() }) }

// Verify checks the signature, every file and every sum. It stops at the first
// part that fails: what comes after could not be believed.
func (k *Kit) Verify(key ed25519.PublicKey) (Report, error) {
	var report Report
	for _, part := range []func() (Finding, error){
		func() (Finding, error) { return k.signed(key), nil },
		func() (Finding, error) { return k.listed(), nil },
		k.contents,
	} {
		finding, err := part()
		if err != nil {
			return report, err
		}
		report = append(report, finding)
		if !finding.OK() {
			return report, nil
		}
	}
	sums, err := k.audit()
	return append(report, sums...), err
}

func (k *Kit) signed(key ed25519.PublicKey) Finding {
	f := Finding{Text: "Signature de " + k.Operator + " (clé " + Fingerprint(key)[:16] + "…)"}
	if k.Trust(key) != nil {
		f.wrong("le manifeste n’est pas signé par cette clé, ou il a été modifié")
	}
	return f
}

// listed compares the names in the archive with those of the manifest.
func (k *Kit) listed() Finding {
	f := Finding{Text: fmt.Sprintf("%s fichiers, aucun absent, aucun ajouté", money.Count(int64(len(k.Files))))}
	announced := map[string]bool{ManifestName: true, SignatureName: true}
	for _, file := range k.Files {
		announced[file.Path] = true
		if k.files[file.Path] == nil {
			f.wrong("%s\u00a0: absent", file.Path)
		}
	}
	var added []string
	for name := range k.files {
		if !announced[name] && !strings.HasSuffix(name, "/") {
			added = append(added, name)
		}
	}
	slices.Sort(added)
	for _, name := range added {
		f.wrong("%s\u00a0: ajouté", name)
	}
	for _, name := range k.twice {
		f.wrong("%s\u00a0: deux fois", name)
	}
	return f
}

// contents reads every file once: its size, its hash and its rows.
func (k *Kit) contents() (Finding, error) {
	f, rows := Finding{}, int64(0)
	for _, file := range k.Files {
		found, err := k.measure(file)
		if err != nil {
			return f, err
		}
		switch {
		case found.SHA256 != file.SHA256 || found.Bytes != file.Bytes:
			f.wrong("%s\u00a0: le contenu n’est pas celui du manifeste", file.Path)
		case found.Rows != file.Rows:
			f.wrong("%s\u00a0: %d lignes, %d annoncées", file.Path, found.Rows, file.Rows)
		}
		rows += max(file.Rows, 0)
	}
	f.Text = fmt.Sprintf("Empreintes et nombres de lignes\u00a0: %s lignes en tout", money.Count(rows))
	return f, nil
}

func (k *Kit) measure(file File) (File, error) {
	in, err := k.File(file.Path)
	if err != nil {
		return File{}, err
	}
	defer func() { _ = in.Close() }()
	sum, size, lines := sha256.New(), &counter{}, &lineCounter{}
	if _, err = io.Copy(io.MultiWriter(sum, size, lines), in); err != nil && !errors.Is(err, io.ErrUnexpectedEOF) {
		// The zip's own checksum: the content is not what was written.
		return File{Rows: NoRows}, nil //nolint:nilerr // told as a difference
	}
	found := File{Bytes: size.n, SHA256: hex.EncodeToString(sum.Sum(nil)), Rows: NoRows}
	if file.Rows != NoRows {
		found.Rows = lines.n - 1
	}
	return found, nil
}

// lineCounter counts the rows of a sheet: the ends of line outside quotes.
type lineCounter struct {
	n      int64
	quoted bool
}

func (c *lineCounter) Write(p []byte) (int, error) {
	size := len(p)
	for len(p) > 0 {
		if c.quoted {
			at := bytes.IndexByte(p, '"')
			if at < 0 {
				return size, nil
			}
			c.quoted, p = false, p[at+1:]
			continue
		}
		at := bytes.IndexByte(p, '"')
		part := p
		if at >= 0 {
			part = p[:at]
		}
		c.n += int64(bytes.Count(part, []byte{'\n'}))
		if at < 0 {
			return size, nil
		}
		c.quoted, p = true, p[at+1:]
	}
	return size, nil
}
