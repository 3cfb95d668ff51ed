// Package sepatest checks bank files against the official schemas when they are
// beside the sources; their terms do not let them be copied into the project.
package sepatest

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// Valid fails the test unless xmllint accepts the file against the named schema,
// such as « pain.001.001.09.xsd ». Without schemas beside the sources it only
// says so; without xmllint it fails.
func Valid(t testing.TB, schema string, file []byte) {
	t.Helper()
	xmllint, err := exec.LookPath("xmllint")
	if err != nil {
		t.Fatal("xmllint is missing: apt-get install libxml2-utils")
	}
	path, found := find(t, schema)
	if !found {
		t.Log("no schema beside the sources: only the structure was checked")
		return
	}
	command := exec.CommandContext(t.Context(), xmllint, "--nonet", "--noout", "--schema", path, "-")
	command.Stdin = bytes.NewReader(file)
	if out, err := command.CombinedOutput(); err != nil {
		t.Errorf("%s: %v\n%s", schema, err, out)
	}
}

func find(t testing.TB, schema string) (string, bool) {
	t.Helper()
	dir, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for dir != filepath.Dir(dir) {
		dir = filepath.Dir(dir)
		path := filepath.Join(dir, "shared", "data", "xsd", "iso20022", schema)
		if _, err := os.Stat(path); err == nil {
			return path, true
		}
	}
	return "", false
}
