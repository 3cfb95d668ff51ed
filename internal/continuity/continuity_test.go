package continuity_test

import (
	"archive/zip"
	"bytes"
	"crypto/ed25519"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"passnum/internal/continuity/kit"
)

// extract writes an archive into a folder, as a liquidator does.
func extract(t *testing.T, archive []byte) string {
	t.Helper()
	folder := t.TempDir()
	r, err := zip.NewReader(bytes.NewReader(archive), int64(len(archive)))
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range r.File {
		path := filepath.Join(folder, filepath.FromSlash(f.Name))
		in, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		content, err := io.ReadAll(in)
		if err != nil {
			t.Fatal(err)
		}
		write(t, path, content)
	}
	return folder
}

func write(t *testing.T, path string, content []byte) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, content, 0o600); err != nil {
		t.Fatal(err)
	}
}

// script runs the verifier of an extracted kit.
func script(t *testing.T, folder string, key ed25519.PublicKey) (said string, ok bool) {
	t.Helper()
	for _, tool := range []string{"openssl", "sha256sum", "awk"} {
		if _, err := exec.LookPath(tool); err != nil {
			t.Fatalf("%s is missing: apt-get install openssl coreutils mawk", tool)
		}
	}
	pem := filepath.Join(t.TempDir(), "cle.pem")
	write(t, pem, kit.PEM(key))
	out, err := exec.CommandContext(t.Context(), "sh", filepath.Join(folder, kit.VerifierName), pem).CombinedOutput()
	return string(out), err == nil
}

func TestAnyoneCanCheckAKit(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	archive := w.export(t, "")
	w.verified(t, open(t, archive))
	folder := extract(t, archive)
	said, ok := script(t, folder, kit.Public(w.signer))
	if !ok || !strings.Contains(said, "Tout concorde") || !strings.Contains(said, "17, pour la valeur") || !strings.Contains(said, "1 structures, à qui l'on doit 30,00 €") {
		t.Fatalf("the verifier says:\n%s", said)
	}
	if order := read(t, folder, kit.SEPAName); !strings.Contains(order, ">30.00<") || !strings.Contains(order, "<EndToEndId>KIT-") || !strings.Contains(order, "FR7630006000011234567890189") {
		t.Errorf("the order to the bank: %s", order)
	}
	if again := w.export(t, ""); !bytes.Equal(archive, again) {
		t.Error("two exports of the same moment differ")
	}
	for _, name := range []string{kit.CreditorsName, kit.TablePath("organisations"), kit.TablePath("documents")} {
		if content := read(t, folder, name); strings.Contains(content, ";=") || strings.Contains(content, "\n=") || !strings.HasPrefix(content, kit.Mark) {
			t.Errorf("%s may run as a formula, or is not marked as UTF-8", name)
		}
	}
	everything := ""
	for _, f := range open(t, archive).Files {
		everything += read(t, folder, f.Path)
	}
	for _, c := range w.order.Codes(1, 4) {
		if strings.Contains(everything, c.Clear()) || strings.Contains(everything, c.Grouped()) {
			t.Fatal("a code is in the kit")
		}
	}
	if strings.Contains(everything, w.keyList[3:20]) {
		t.Error("a key is in the kit")
	}
}

func read(t *testing.T, folder, path string) string {
	t.Helper()
	content, err := os.ReadFile(filepath.Join(folder, filepath.FromSlash(path)))
	if err != nil {
		t.Fatal(err)
	}
	return string(content)
}

// signedAgain makes the kit again with other contents, signed by the right key:
// as an operator that lies would.
func (w *world) signedAgain(t *testing.T, archive []byte, path string, edit func(string) string) []byte {
	t.Helper()
	k, folder := open(t, archive), extract(t, archive)
	var out bytes.Buffer
	again := kit.NewWriter(&out, w.signer, k.Header)
	for _, f := range k.Files {
		if f.Path == kit.PublicKeyName || f.Path == kit.VerifierName {
			continue
		}
		content := read(t, folder, f.Path)
		if f.Path == path {
			content = edit(content)
		}
		err := again.Add(f.Path, func(out io.Writer) (int64, error) {
			_, err := io.WriteString(out, content)
			return f.Rows, err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	if _, err := again.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func TestAKitThatWasTouchedIsRefused(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	archive := w.export(t, "")
	other, err := kit.Signer(bytes.Repeat([]byte{8}, 32))
	if err != nil {
		t.Fatal(err)
	}
	replace := func(path, was, is string) func(t *testing.T, folder string) {
		return func(t *testing.T, folder string) {
			t.Helper()
			content := read(t, folder, path)
			if !strings.Contains(content, was) {
				t.Fatalf("%s does not contain %q", path, was)
			}
			write(t, filepath.Join(folder, path), []byte(strings.Replace(content, was, is, 1)))
		}
	}
	for name, c := range map[string]struct {
		touch func(t *testing.T, folder string)
		key   ed25519.PublicKey
		says  string
	}{
		"a byte changed": {replace(kit.TablePath("orders"), "Seniors", "Senior2"), kit.Public(w.signer), "contenu annoncé"},
		"a row removed": {func(t *testing.T, folder string) {
			lines := strings.SplitAfter(read(t, folder, kit.TablePath("cheques")), "\n")
			write(t, filepath.Join(folder, kit.TablePath("cheques")), []byte(strings.Join(lines[:len(lines)-2], "")))
		}, kit.Public(w.signer), "contenu annoncé"},
		"a file added": {func(t *testing.T, folder string) { write(t, filepath.Join(folder, "tables", "autre.csv"), nil) }, kit.Public(w.signer), "ajouté : tables/autre.csv"},
		"a file removed": {func(t *testing.T, folder string) {
			if err := os.Remove(filepath.Join(folder, kit.ClaimsName)); err != nil {
				t.Fatal(err)
			}
		}, kit.Public(w.signer), "absent : " + kit.ClaimsName},
		"the manifest follows the change": {replace(kit.ManifestName, "operateur Coop", "operateur Loop"), kit.Public(w.signer), "pas signé par cette clé"},
		"a wrong key":                     {func(*testing.T, string) {}, kit.Public(other), "pas signé par cette clé"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			folder := extract(t, archive)
			c.touch(t, folder)
			if said, ok := script(t, folder, c.key); ok || !strings.Contains(said, c.says) {
				t.Errorf("the verifier says:\n%s", said)
			}
			report, err := open(t, packed(t, folder)).Verify(c.key)
			if err != nil || report.OK() {
				t.Errorf("verified: %+v, %v", report, err)
			}
		})
	}
}

// packed makes an archive of a folder.
func packed(t *testing.T, folder string) []byte {
	t.Helper()
	var out bytes.Buffer
	w := zip.NewWriter(&out)
	if err := w.AddFS(os.DirFS(folder)); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func TestAKitThatLiesIsCaughtByItsOwnSums(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	archive := w.export(t, "")
	for _, c := range []struct{ path, was, is, says string }{
		{kit.CreditorsName, "30,00", "29,99", "Créanciers"},
		{kit.TransfersName, "30,00", "30,01", "Virements"},
		{kit.FundsName, "170,00", "169,00", "commandes"},
		{kit.LiveName, "10,00", "20,00", "Chèques en circulation"},
		{kit.ClaimsName, "10,00", "9,00", "chèques dans le détail"},
		{kit.TablePath("redemptions"), ";1000;", ";2000;", "Chèques utilisés"},
		{kit.TablePath("ledger_movements"), ";circulation;payable;", ";circulation;funds;", "commandes"},
		{kit.TablePath("ledger_transactions"), "\n", "\n0", "Grand livre"},
	} {
		t.Run(c.path, func(t *testing.T) {
			t.Parallel()
			lying := w.signedAgain(t, archive, c.path, func(content string) string {
				at := strings.Index(content, "\n") // the titles are left alone
				if !strings.Contains(content[at:], c.was) {
					t.Fatalf("%q is not there", c.was)
				}
				return content[:at] + strings.Replace(content[at:], c.was, c.is, 1)
			})
			said, ok := script(t, extract(t, lying), kit.Public(w.signer))
			if ok || !strings.Contains(said, "FAUX") || !strings.Contains(said, c.says) {
				t.Errorf("the verifier says:\n%s", said)
			}
			report, err := open(t, lying).Verify(kit.Public(w.signer))
			if err != nil || report.OK() {
				t.Errorf("verified, %v", err)
			}
		})
	}
}
