package main

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"filippo.io/age"

	"passnum/internal/print"
	"passnum/internal/printing/bundle"
)

// writePack writes a pack of two carnets of one chèque, and announces rows
// codes in its table.
func writePack(t *testing.T, path string, to age.Recipient, rows int) {
	t.Helper()
	var sealed bytes.Buffer
	w, err := bundle.NewWriter(&sealed, to, bundle.Manifest{Order: "2026-014", Commanditaire: "Département", Carnets: 2, ChequesPerCarnet: 1, Cheques: 2})
	mustDo(t, err)
	mustDo(t, w.Add(bundle.File{Name: "carnets-2026-014-001.pdf", Kind: bundle.Pages, Pages: 4}, func(out io.Writer, _ *bundle.File) error {
		n := 0
		return print.WriteCarnets(out, print.CarnetRun{Commanditaire: "Département", FaceValue: 1000, CreatedAt: time.Unix(0, 0)}, func() (print.Carnet, bool, error) {
			n++
			return print.Carnet{Serial: fmt.Sprintf("C26-014-%06d", n), Cheques: []print.Cheque{{Rank: 1, Code: "7KR4B2XN93HDTVGC", QRPayload: "HTTPS://PASSNUM.EXAMPLE/P/7KR4B2XN93HDTVGC"}}}, n <= 2, nil
		})
	}))
	mustDo(t, w.Add(bundle.File{Name: "donnees-2026-014.csv", Kind: bundle.Codes, Rows: rows}, func(out io.Writer, _ *bundle.File) error {
		_, err := io.WriteString(out, "\ufeffcarnet;code\r\n1;AAAA\r\n2;BBBB\r\n")
		return err
	}))
	_, err = w.Close()
	mustDo(t, err)
	mustDo(t, os.WriteFile(path, sealed.Bytes(), 0o600))
}

func TestPackVerify(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	in := func(name string) string { return filepath.Join(dir, name) }
	identity, err := age.GenerateX25519Identity()
	mustDo(t, err)
	stranger, err := age.GenerateX25519Identity()
	mustDo(t, err)
	mustDo(t, os.WriteFile(in("key"), []byte("# created: today\n"+identity.String()+"\n"), 0o600))
	mustDo(t, os.WriteFile(in("other"), []byte(stranger.String()+"\n"), 0o600))
	mustDo(t, os.WriteFile(in("public"), []byte(identity.Recipient().String()+"\n"), 0o600))
	writePack(t, in("pack"), identity.Recipient(), 2)
	writePack(t, in("lies"), identity.Recipient(), 3)
	whole, err := os.ReadFile(in("pack"))
	mustDo(t, err)
	mustDo(t, os.WriteFile(in("cut"), whole[:len(whole)-20], 0o600))

	code, out, failures := called(t, commands(), "pack", "verify", "--key", in("key"), in("pack"))
	if code != 0 || failures != "" || !strings.Contains(out, "Tout concorde") || !strings.Contains(out, "4 pages") || !strings.Contains(out, "2 lignes") {
		t.Errorf("status %d, %s%s", code, out, failures)
	}
	if strings.Contains(out, "AAAA") || strings.Contains(out, "7KR4") {
		t.Error("a code is shown")
	}
	for _, refused := range []struct {
		key, pack string
		code      int
		says      string
	}{
		{"other", "pack", exitFailure, "cette clé n’ouvre pas"},
		{"public", "pack", exitFailure, "n’est pas une clé secrète"},
		{"key", "cut", exitFailure, "incomplet ou abîmé"},
		{"key", "key", exitFailure, "incomplet ou abîmé"},
		{"key", "lies", exitFailure, "1 différence(s)"},
		{"absent", "pack", exitFailure, "no such file"},
	} {
		code, out, failures := called(t, commands(), "pack", "verify", "--key", in(refused.key), in(refused.pack))
		if code != refused.code || !strings.Contains(failures, refused.says) {
			t.Errorf("%s with %s: status %d, %s", refused.pack, refused.key, code, failures)
		}
		if lies := strings.Contains(out, "FAUX  donnees-2026-014.csv\u00a0: 2 codes différents au lieu de 3"); lies != (refused.pack == "lies") {
			t.Errorf("%s: %s", refused.pack, out)
		}
	}
	if code, _, _ := called(t, commands(), "pack", "verify", in("pack")); code != exitMisuse {
		t.Errorf("without a key: status %d", code)
	}
}

func mustDo(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
