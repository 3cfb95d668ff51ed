package demo_test

import (
	"bytes"
	"errors"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"passnum/internal/postgres"
)

type kept struct {
	Number   string
	XML, PDF []byte
}

// everyDocumentValidates checks each facture and avoir of the world, and each
// quote that is signed, with the tools that an accountant's software uses.
func everyDocumentValidates(t *testing.T, db *postgres.DB) {
	t.Helper()
	var list, quotes []kept
	err := db.InPlatform(t.Context(), postgres.System{}, "", func(tx *postgres.Tx) (err error) {
		list, err = postgres.All[kept](t.Context(), tx, `SELECT i.number, i.xml, p.pdf FROM invoices i JOIN invoice_papers p ON p.buyer_id = i.buyer_id AND p.invoice_id = i.id`, nil)
		if err != nil {
			return err
		}
		quotes, err = postgres.All[kept](t.Context(), tx, `SELECT name AS number, ''::bytea AS xml, content AS pdf FROM documents WHERE kind = 'devis' AND name LIKE '%-signe.pdf'`, nil)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(list) < 8 || len(quotes) < 5 {
		t.Fatalf("%d factures and avoirs, %d quotes", len(list), len(quotes))
	}
	for _, d := range append(list, quotes...) {
		path := filepath.Join(t.TempDir(), "document.pdf")
		if err := os.WriteFile(path, d.PDF, 0o600); err != nil {
			t.Fatal(err)
		}
		if out := tool(t, "qpdf", nil, "--check", path); bytes.Contains(out, []byte("WARNING")) {
			t.Errorf("%s: %s", d.Number, out)
		}
		inside := tool(t, "qpdf", nil, "--show-attachment=factur-x.xml", path)
		if len(d.XML) > 0 && !bytes.Equal(inside, d.XML) {
			t.Errorf("%s does not hold its message", d.Number)
		}
		if schema := upward(t, "shared/data/factur-x/EXTENDED/Factur-X_EXTENDED.xsd"); schema != "" {
			tool(t, "libxml2-utils", inside, "--nonet", "--noout", "--schema", schema, "-")
		}
	}
}

func tool(t *testing.T, install string, stdin []byte, args ...string) []byte {
	t.Helper()
	name := map[string]string{"qpdf": "qpdf", "libxml2-utils": "xmllint"}[install]
	if _, err := exec.LookPath(name); err != nil {
		t.Fatalf("%s is missing: apt-get install -y %s", name, install)
	}
	command := exec.CommandContext(t.Context(), name, args...)
	command.Stdin = bytes.NewReader(stdin)
	var complaint bytes.Buffer
	command.Stderr = &complaint
	out, err := command.Output()
	if err != nil {
		t.Fatalf("%s %v: %v %s", name, args, err, complaint.String())
	}
	return out
}

func upward(t *testing.T, name string) string {
	t.Helper()
	dir, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for dir != filepath.Dir(dir) {
		path := filepath.Join(dir, name)
		if _, err := os.Stat(path); err == nil {
			return path
		} else if !errors.Is(err, fs.ErrNotExist) {
			t.Fatal(err)
		}
		dir = filepath.Dir(dir)
	}
	return ""
}
