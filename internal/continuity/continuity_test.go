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
	said, ok := script(t, extract(t, archive), kit.Public(w.signer))
	if !ok || !strings.Contains(said, "Tout concorde") {
		t.Fatalf("the verifier says:\n%s", said)
	}
	t.Log(said)
}
