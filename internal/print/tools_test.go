package print

import (
	"bytes"
	"encoding/xml"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"sort"
	"strconv"
	"strings"
	"testing"
)

// tool runs a program that these tests cannot do without.
func tool(t *testing.T, install string, stdin []byte, name string, args ...string) []byte {
	t.Helper()
	if _, err := exec.LookPath(name); err != nil {
		t.Fatalf("%s is missing: apt-get install -y %s", name, install)
	}
	cmd := exec.Command(name, args...)
	cmd.Stdin = bytes.NewReader(stdin)
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%s %s: %v: %s", name, strings.Join(args, " "), err, stderr.String())
	}
	return out
}

// anyExit is tool for a program whose exit status says what it found.
func anyExit(t *testing.T, install, name string, args ...string) []byte {
	t.Helper()
	if _, err := exec.LookPath(name); err != nil {
		t.Fatalf("%s is missing: apt-get install -y %s", name, install)
	}
	out, err := exec.Command(name, args...).Output()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		t.Fatalf("%s: %v", name, err)
	}
	return out
}

func poppler(t *testing.T, stdin []byte, name string, args ...string) []byte {
	t.Helper()
	return tool(t, "poppler-utils", stdin, name, args...)
}

// pageTexts is the text of each page, in one line, with ordinary spaces.
func pageTexts(t *testing.T, pdf []byte) []string {
	t.Helper()
	all := string(poppler(t, pdf, "pdftotext", "-raw", "-enc", "UTF-8", "-", "-"))
	var pages []string
	for page := range strings.SplitSeq(strings.TrimSuffix(all, "\f"), "\f") {
		pages = append(pages, strings.Join(strings.Fields(page), " "))
	}
	return pages
}

// scanPages renders each page and returns the one code that each must hold.
func scanPages(t *testing.T, pdf []byte, dpi int) []string {
	t.Helper()
	dir := t.TempDir()
	poppler(t, pdf, "pdftoppm", "-r", strconv.Itoa(dpi), "-gray", "-", filepath.Join(dir, "p"))
	files, err := filepath.Glob(filepath.Join(dir, "*"))
	if err != nil {
		t.Fatal(err)
	}
	sort.Strings(files)
	var codes []string
	for _, file := range files {
		out := tool(t, "zbar-tools", nil, "zbarimg", "-q", "--raw", file)
		found := strings.Fields(string(out))
		if len(found) != 1 {
			t.Fatalf("%s: %d codes on a page", filepath.Base(file), len(found))
		}
		codes = append(codes, found[0])
	}
	return codes
}

func wantAll(t *testing.T, text string, sentences ...string) {
	t.Helper()
	for _, s := range sentences {
		if want := strings.Join(strings.Fields(s), " "); !strings.Contains(text, want) {
			t.Errorf("missing %q in: %.200s…", want, text)
		}
	}
}

// boxes is what pdftotext -bbox says of each page and word.
type boxes struct {
	Pages []struct {
		Width  float64 `xml:"width,attr"`
		Height float64 `xml:"height,attr"`
		Words  []struct {
			XMin float64 `xml:"xMin,attr"`
			YMin float64 `xml:"yMin,attr"`
			XMax float64 `xml:"xMax,attr"`
			YMax float64 `xml:"yMax,attr"`
			Text string  `xml:",chardata"`
		} `xml:"word"`
	} `xml:"body>doc>page"`
}

// wantInside fails when a word leaves its page.
func wantInside(t *testing.T, pdf []byte) {
	t.Helper()
	decoder := xml.NewDecoder(bytes.NewReader(poppler(t, pdf, "pdftotext", "-bbox", "-", "-")))
	decoder.Strict = false
	decoder.Entity = xml.HTMLEntity
	var all boxes
	if err := decoder.Decode(&all); err != nil {
		t.Fatal(err)
	}
	words := 0
	for _, page := range all.Pages {
		for _, w := range page.Words {
			words++
			if w.XMin < 0 || w.YMin < 0 || w.XMax > page.Width || w.YMax > page.Height {
				t.Errorf("%q leaves the page", w.Text)
			}
		}
	}
	if words == 0 {
		t.Error("no word on any page")
	}
}

// keep writes a document where PASSNUM_PRINT_DIR says, to look at it.
func keep(t *testing.T, name string, pdf []byte) {
	t.Helper()
	if dir := os.Getenv("PASSNUM_PRINT_DIR"); dir != "" {
		if err := os.WriteFile(filepath.Join(dir, kept(name, pdf)), pdf, 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

// kept names a document by what it is.
func kept(name string, content []byte) string {
	if bytes.HasPrefix(content, []byte("%PDF")) {
		return name + ".pdf"
	}
	return name + ".png"
}

// scanPicture returns what a scanner finds in a picture, nothing included.
func scanPicture(t *testing.T, picture []byte) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "p.png")
	if err := os.WriteFile(file, picture, 0o600); err != nil {
		t.Fatal(err)
	}
	// zbarimg fails with 4 when it finds nothing.
	out, err := exec.Command("zbarimg", "-q", "--raw", file).Output()
	var failed *exec.ExitError
	if err != nil && (!errors.As(err, &failed) || failed.ExitCode() != 4) {
		t.Fatalf("zbarimg: %v", err)
	}
	return string(out)
}

func itoa(n int) string { return strconv.Itoa(n) }
