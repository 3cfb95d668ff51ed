package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"passnum/internal/continuity"
	"passnum/internal/continuity/kit"
)

func TestExitRefusesAWrongCommandLine(t *testing.T) {
	t.Parallel()
	for _, line := range []string{
		"exit export", "exit export --out x", "exit export --out x --clear --liquidator age1x", "exit export --out x --liquidator AGE-SECRET-KEY-1X",
		"exit verify kit.zip", "exit verify --key cle.pem", "exit import --keep-staff kit.zip",
	} {
		status, out, complaint := called(t, commands(), strings.Fields(line)...)
		if status != 2 || out != "" || strings.Contains(complaint, "AGE-SECRET") {
			t.Errorf("%s: status %d, %q", line, status, complaint)
		}
	}
}

func TestExitVerifyKnowsWhatIsNoKit(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	signer, err := kit.Signer(make([]byte, 32))
	if err != nil {
		t.Fatal(err)
	}
	write := func(name string, content []byte) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, content, 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	pem, notPEM := write("cle.pem", kit.PEM(kit.Public(signer))), write("cle.txt", []byte("age1"))
	var hollow bytes.Buffer
	w := kit.NewWriter(&hollow, signer, kit.Header{At: time.Now(), Operator: "Opérateur"})
	if _, err := w.Close(); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ key, file, says string }{
		{notPEM, write("a.zip", hollow.Bytes()), "n’est pas une clé publique"},
		{pem, write("b.zip", []byte("rien")), "incomplet ou abîmé"},
		{pem, write("c.zip", hollow.Bytes()), "incomplet ou abîmé"},
		{pem, write("d.zip", []byte("age-encryption.org/v1\n")), "est chiffré"},
	} {
		status, _, complaint := called(t, commands(), "exit", "verify", "--key", c.key, c.file)
		if status != 1 || !strings.Contains(complaint, c.says) {
			t.Errorf("%s: status %d, %q", c.file, status, complaint)
		}
	}
}

func TestTheFormerKeysJoinOnesOwn(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	taken := continuity.Taken{CodeKeys: "k202601:AA,k202501:BB", Hosts: []string{"pass.ancien.fr"}, Accounts: 3}
	if err := tellTaken(streams{out: &out}, taken, "k202701:CC, k202601:DD"); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"\nPASSNUM_CODE_KEYS=k202701:CC,k202601s:DD,k202601:AA,k202501:BB\n", "pass.ancien.fr", "3 personnes"} {
		if !strings.Contains(strings.ReplaceAll(out.String(), "\u00a0", " "), want) {
			t.Errorf("missing %q in %s", want, out.String())
		}
	}
	if joinKeys("k1:AA", "k1:AA") != "k1:AA" || joinKeys("", "k1:AA") != "k1:AA" {
		t.Error("the same key twice")
	}
}

func TestWhereAKitGoes(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	if got := destination(dir, false); filepath.Dir(got) != dir || !strings.HasSuffix(got, ".zip.age") {
		t.Errorf("in a folder: %s", got)
	}
	if got := destination(filepath.Join(dir, "kit"), true); got != filepath.Join(dir, "kit") {
		t.Errorf("as a file: %s", got)
	}
}
