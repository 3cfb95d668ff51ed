package story_test

import (
	"bytes"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"sort"
	"strings"
	"testing"
)

// booklet is a carnet as read off its paper.
type booklet struct {
	serial string
	codes  []string // in clear, by rank
	links  []string // what the QR codes say
}

var (
	printedSerial = regexp.MustCompile(`^C\d\d-\d{3,}-\d{6}$`)
	printedCode   = regexp.MustCompile(`[2-9A-Z]{4} [2-9A-Z]{4} [2-9A-Z]{4} [2-9A-Z]{4}`)
)

// readPaper reads a print run twice, as a scanner and as a person, page by
// page, and fails where they disagree.
func readPaper(t *testing.T, pdf []byte) []booklet {
	t.Helper()
	texts := strings.Split(strings.TrimSuffix(string(tool(t, "poppler-utils", pdf, "pdftotext", "-raw", "-enc", "UTF-8", "-", "-")), "\f"), "\f")
	scans := scanPages(t, pdf)
	if len(texts) != len(scans) {
		t.Fatalf("%d pages of text, %d codes", len(texts), len(scans))
	}
	var read []booklet
	for i, scanned := range scans {
		text := strings.Join(strings.Fields(texts[i]), " ")
		if printedSerial.MatchString(scanned) {
			if !strings.Contains(text, scanned) {
				t.Fatalf("page %d: the serial in clear is not the scanned one", i+1)
			}
			read = append(read, booklet{serial: scanned})
			continue
		}
		clear := printedCode.FindString(text)
		if clear == "" || !strings.HasSuffix(scanned, "/P/"+strings.ReplaceAll(clear, " ", "")) {
			t.Fatalf("page %d: the code in clear is not the scanned one", i+1)
		}
		last := &read[len(read)-1]
		last.codes, last.links = append(last.codes, clear), append(last.links, scanned)
	}
	return read
}

// scanPages renders each page and returns the one code it must hold.
func scanPages(t *testing.T, pdf []byte) []string {
	t.Helper()
	dir := t.TempDir()
	tool(t, "poppler-utils", pdf, "pdftoppm", "-r", "150", "-gray", "-", filepath.Join(dir, "p"))
	pages, err := filepath.Glob(filepath.Join(dir, "*"))
	if err != nil {
		t.Fatal(err)
	}
	sort.Strings(pages)
	var codes []string
	for i, page := range pages {
		found := strings.Fields(string(tool(t, "zbar-tools", nil, "zbarimg", "-q", "--raw", page)))
		if len(found) != 1 {
			t.Fatalf("page %d: %d codes", i+1, len(found))
		}
		codes = append(codes, found[0])
	}
	return codes
}

// printed is what a PDF says.
func printed(t *testing.T, pdf []byte) string {
	t.Helper()
	return strings.Join(strings.Fields(string(tool(t, "poppler-utils", pdf, "pdftotext", "-layout", "-enc", "UTF-8", "-", "-"))), " ")
}

// tool runs a program; a missing one is a failure that says how to install it.
func tool(t testing.TB, pack string, input []byte, name string, args ...string) []byte {
	t.Helper()
	if _, err := exec.LookPath(name); err != nil {
		t.Fatalf("%s is missing: apt-get install %s", name, pack)
	}
	command := exec.CommandContext(t.Context(), name, args...)
	command.Stdin = bytes.NewReader(input)
	out, err := command.Output()
	var failed *exec.ExitError
	if errors.As(err, &failed) {
		t.Fatalf("%s: %v\n%s", name, err, failed.Stderr)
	}
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	return out
}

// validateBankFile checks a SEPA file against the scheme's own schema, which is
// kept beside the repository: elsewhere this step is left out.
func validateBankFile(t *testing.T, xml []byte) {
	t.Helper()
	schema := above(t, "shared/data/xsd/iso20022/pain.001.001.09.xsd")
	if schema == "" {
		t.Log("no pain.001.001.09 schema above the repository: not validated")
		return
	}
	tool(t, "libxml2-utils", xml, "xmllint", "--noout", "--schema", schema, "-")
}

// above finds a file in a folder above the tests; empty when there is none.
func above(t *testing.T, path string) string {
	t.Helper()
	dir, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for ; dir != filepath.Dir(dir); dir = filepath.Dir(dir) {
		if file := filepath.Join(dir, path); fileExists(file) {
			return file
		}
	}
	return ""
}

func fileExists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}
