// Package kit is the archive that an operator leaves behind: every table as a
// sheet, the papers, the sums a liquidator needs, a manifest of them all and its
// signature. It refuses to know the database: whoever holds the archive and the
// public key can check it with nothing else.
package kit

import (
	"bytes"
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// Format is the version of what a kit holds; readers refuse a later one.
const Format = 1

// The files that every kit has at its root.
const (
	ManifestName  = "manifeste.txt"
	SignatureName = "manifeste.sig"
	PublicKeyName = "cle-publique.pem"
	VerifierName  = "verifier.sh"
	ReadmeName    = "README.txt"
	SchemaName    = "schema.sql"

	CreditorsName = "creanciers.csv"
	ClaimsName    = "creances_detail.csv"
	FundsName     = "fonds_par_commande.csv"
	LiveName      = "cheques_en_circulation.csv"
	TransfersName = "virements_creanciers.csv"
	SEPAName      = "virements_creanciers.xml"

	// SealedKeysName and SealedAccessName are encrypted to the successor alone.
	SealedKeysName   = "scelle/cles.env.age"
	SealedAccessName = "scelle/acces.csv.age"
)

// TablePath is where a table's rows are.
func TablePath(table string) string { return "tables/" + table + ".csv" }

// NoRows is the row count of a file that is not a sheet.
const NoRows = -1

// Header says what the kit is a picture of.
type Header struct {
	At              time.Time
	Schema          uint
	Operator, SIRET string
	Hosts           []string // that the chèques' codes carry, the present one first
	Key             string   // fingerprint of the key that signs
	Successor       string   // the age key of the sealed part; empty without one
}

// File is a line of the manifest.
type File struct {
	Path, SHA256 string
	Bytes, Rows  int64 // Rows leaves the titles out; NoRows when there are none
}

// Manifest says everything that the kit must hold.
type Manifest struct {
	Header
	Files []File
}

// ErrFormat is a kit written by a later version.
var ErrFormat = errors.New("kit: written by a later version")

const instant = "2006-01-02T15:04:05.999999Z"

// Text is the manifest as it is signed: a header, an empty line, a line a file.
func (m Manifest) Text() []byte {
	var b bytes.Buffer
	line := func(name, value string) { fmt.Fprintf(&b, "%s %s\n", name, strings.Join(strings.Fields(value), " ")) }
	line("passnum-kit", strconv.Itoa(Format))
	line("instant", m.At.UTC().Format(instant))
	line("schema", strconv.FormatUint(uint64(m.Schema), 10))
	line("operateur", m.Operator)
	line("siret", m.SIRET)
	line("hotes", strings.Join(m.Hosts, ","))
	line("cle", m.Key)
	line("successeur", m.Successor)
	b.WriteByte('\n')
	for _, f := range m.Files {
		rows := "-"
		if f.Rows != NoRows {
			rows = strconv.FormatInt(f.Rows, 10)
		}
		fmt.Fprintf(&b, "%s %d %s %s\n", f.SHA256, f.Bytes, rows, f.Path)
	}
	return b.Bytes()
}

var errManifest = errors.New("not a manifest")

// ReadManifest reads what Text writes. ErrFormat when it is of a later version.
func ReadManifest(text []byte) (Manifest, error) {
	var m Manifest
	head, list, found := strings.Cut(string(text), "\n\n")
	if !found {
		return m, errManifest
	}
	if err := m.readHeader(head); err != nil {
		return m, err
	}
	for line := range strings.Lines(list) {
		f, err := readFile(strings.TrimSuffix(line, "\n"))
		if err != nil {
			return m, err
		}
		m.Files = append(m.Files, f)
	}
	return m, nil
}

func (m *Manifest) readHeader(head string) (err error) {
	values := map[string]string{}
	for line := range strings.SplitSeq(head, "\n") {
		name, value, _ := strings.Cut(line, " ")
		values[name] = value
	}
	format, err := strconv.Atoi(values["passnum-kit"])
	if err != nil || format < 1 {
		return errManifest
	}
	if format > Format {
		return ErrFormat
	}
	schema, err := strconv.ParseUint(values["schema"], 10, 32)
	if err == nil {
		m.At, err = time.Parse(instant, values["instant"])
	}
	if err != nil {
		return errManifest
	}
	m.Schema, m.Operator, m.SIRET, m.Key, m.Successor = uint(schema), values["operateur"], values["siret"], values["cle"], values["successeur"]
	if values["hotes"] != "" {
		m.Hosts = strings.Split(values["hotes"], ",")
	}
	return nil
}

// A path of a kit never leaves its folder and needs no quoting in a script.
var (
	pathForm = regexp.MustCompile(`^[a-z0-9][A-Za-z0-9_-]*(\.[a-z0-9]+)*(/[A-Za-z0-9][A-Za-z0-9_-]*(\.[a-z0-9]+)*)*$|^README\.txt$`)
	fileForm = regexp.MustCompile(`^([0-9a-f]{64}) ([0-9]{1,18}) ([0-9]{1,18}|-) (\S+)$`)
)

func readFile(line string) (File, error) {
	parts := fileForm.FindStringSubmatch(line)
	if parts == nil || !pathForm.MatchString(parts[4]) {
		return File{}, errManifest
	}
	f := File{SHA256: parts[1], Path: parts[4], Rows: NoRows}
	f.Bytes, _ = strconv.ParseInt(parts[2], 10, 64) // the form leaves no other
	if parts[3] != "-" {
		f.Rows, _ = strconv.ParseInt(parts[3], 10, 64)
	}
	return f, nil
}

// Find is the manifest's line of a file.
func (m Manifest) Find(path string) (File, bool) {
	for _, f := range m.Files {
		if f.Path == path {
			return f, true
		}
	}
	return File{}, false
}
