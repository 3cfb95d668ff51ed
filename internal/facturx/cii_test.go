package facturx_test

import (
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"passnum/internal/facturx"
)

func TestEveryTypeIsValidAgainstTheSchema(t *testing.T) {
	t.Parallel()
	documents := map[string]facturx.Document{"facture": invoice(), "avoir": creditNote(), "devis": quote(), "rectificative": corrective(), "seule": alone()}
	for name, d := range documents {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if broken := d.Check(facturx.Needs{Service: true, Engagement: true}); broken != nil {
				t.Fatalf("breaks %v", broken)
			}
			content, err := d.XML()
			if err != nil {
				t.Fatal(err)
			}
			if again, _ := d.XML(); !bytes.Equal(content, again) {
				t.Error("the same document gives two messages")
			}
			validate(t, content)
		})
	}
}

func quote() facturx.Document {
	d := invoice()
	d.Type, d.Number, d.Notes = facturx.Quote, "2026-014", nil
	return d
}

func corrective() facturx.Document {
	d := creditNote()
	d.Type, d.Number = facturx.Corrective, "F2026-000124"
	return d
}

func alone() facturx.Document {
	d := invoice()
	d.Profile, d.Contract = facturx.ExtendedCTC, "M-12"
	return d
}

// validate runs xmllint on the schema of the shared data, when they are there.
func validate(t *testing.T, content []byte) {
	t.Helper()
	schema := findUpward(t, "shared/data/factur-x/EXTENDED/Factur-X_EXTENDED.xsd")
	if schema == "" {
		return
	}
	if _, err := exec.LookPath("xmllint"); err != nil {
		t.Fatal("xmllint is missing: apt-get install -y libxml2-utils")
	}
	command := exec.CommandContext(t.Context(), "xmllint", "--nonet", "--noout", "--schema", schema, "-")
	command.Stdin = bytes.NewReader(content)
	if out, err := command.CombinedOutput(); err != nil {
		t.Errorf("not valid: %s\n%s", out, content)
	}
}

// findUpward looks for a file beside this project, in each directory above.
func findUpward(t *testing.T, name string) string {
	t.Helper()
	dir, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for {
		path := filepath.Join(dir, name)
		if _, err := os.Stat(path); err == nil {
			return path
		} else if !errors.Is(err, fs.ErrNotExist) {
			t.Fatal(err)
		}
		parent := filepath.Dir(dir)
		if parent == dir {
			return ""
		}
		dir = parent
	}
}

// What a message holds beyond the fixtures: they are not in conflict with them.
func TestMessagesAreShapedLikeTheFixtures(t *testing.T) {
	t.Parallel()
	for name, d := range map[string]facturx.Document{"facture-380-bum-et-frais_extended-ctc-fr": invoice(), "avoir-381_extended-ctc-fr": creditNote()} {
		path := findUpward(t, "shared/data/examples/"+name+".cii.xml")
		if path == "" {
			continue
		}
		fixture, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		content, err := d.XML()
		if err != nil {
			t.Fatal(err)
		}
		mine := paths(t, content)
		for _, p := range paths(t, fixture) {
			if !slices.Contains(mine, p) {
				t.Errorf("%s: %s is missing", name, p)
			}
		}
	}
}

// paths lists where a message has text, with the schemes of identifiers.
func paths(t *testing.T, content []byte) []string {
	t.Helper()
	var list, open []string
	decoder := xml.NewDecoder(bytes.NewReader(content))
	for {
		token, err := decoder.Token()
		if errors.Is(err, io.EOF) {
			return list
		}
		if err != nil {
			t.Fatal(err)
		}
		switch element := token.(type) {
		case xml.StartElement:
			name := element.Name.Local
			for _, a := range element.Attr {
				if a.Name.Local == "schemeID" || a.Name.Local == "currencyID" {
					name += "[" + a.Value + "]"
				}
			}
			open = append(open, name)
		case xml.CharData:
			if strings.TrimSpace(string(element)) != "" {
				list = append(list, strings.Join(open, "/"))
			}
		case xml.EndElement:
			open = open[:len(open)-1]
		}
	}
}

func TestTextsThatXMLForbidsAreDropped(t *testing.T) {
	t.Parallel()
	d := invoice()
	d.Lines[0].Name = "Chèques\x00\x0b <b>&amp;"
	content, err := d.XML()
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Contains(content, []byte("Chèques &lt;b&gt;&amp;amp;")) {
		t.Errorf("not escaped:\n%s", content)
	}
	validate(t, content)
}
