package main

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// called runs the program and answers its exit status and what it wrote.
func called(t *testing.T, table []command, arguments ...string) (code int, out, failures string) {
	t.Helper()
	var stdout, stderr bytes.Buffer
	code = run(t.Context(), table, arguments, streams{in: strings.NewReader(""), out: &stdout, err: &stderr})
	return code, stdout.String(), stderr.String()
}

func TestExitStatuses(t *testing.T) {
	t.Parallel()
	table := []command{
		{name: "demo", run: func(_ context.Context, arguments []string, _ streams) error {
			return readFlags(newFlags("demo"), arguments)
		}},
		{name: "demo codes", run: func(context.Context, []string, streams) error { return errors.New("la base est vide") }},
		{name: "child", run: func(context.Context, []string, streams) error { return childError(42) }},
	}
	for _, tt := range []struct {
		arguments string
		code      int
		stderr    string
	}{
		{"", 0, ""},
		{"--help", 0, ""},
		{"demo", 0, ""},
		{"demo --help", 0, ""},
		{"demo --unknown", exitMisuse, "passnum demo\u00a0:"},
		{"demo surplus", exitMisuse, "«\u00a0surplus\u00a0»"},
		{"demo codes", exitFailure, "passnum demo codes\u00a0: la base est vide\n"},
		{"child", 42, ""},
		{"dmo", exitMisuse, "commande inconnue"},
	} {
		code, _, stderr := called(t, table, strings.Fields(tt.arguments)...)
		if code != tt.code || !strings.Contains(stderr, tt.stderr) || (tt.stderr == "") != (stderr == "") {
			t.Errorf("passnum %s: status %d, %q; want %d, %q", tt.arguments, code, stderr, tt.code, tt.stderr)
		}
		if strings.Count(stderr, "\n") > 1 {
			t.Errorf("passnum %s: more than one line: %q", tt.arguments, stderr)
		}
	}
}

func TestEveryCommandHelpsWithAnExample(t *testing.T) {
	t.Parallel()
	_, list, _ := called(t, commands(), "--help")
	for _, described := range commands() {
		code, page, _ := called(t, commands(), append(strings.Fields(described.name), "--help")...)
		if code != 0 || !strings.Contains(page, "Exemple") || !strings.Contains(page, described.example) || described.example == "" {
			t.Errorf("%s --help: status %d, %q", described.name, code, page)
		}
		if listed := strings.Contains(list, "  "+described.name+" "); listed == described.hidden {
			t.Errorf("%s: listed %t, hidden %t", described.name, listed, described.hidden)
		}
	}
}

func TestKeysAreNeverTheSame(t *testing.T) {
	t.Parallel()
	_, first, _ := called(t, commands(), "keys")
	_, second, _ := called(t, commands(), "keys")
	if first == second || !strings.Contains(first, "PASSNUM_CODE_KEYS=k") || !strings.Contains(first, "\nPASSNUM_SESSION_KEY=") {
		t.Errorf("keys printed %d bytes twice the same or without their names", len(first))
	}
}

func TestAProgramRunsBesideAPostgres(t *testing.T) {
	t.Parallel()
	script := `printf %s "$TEST_DATABASE_URL"; exit 7`
	code, address, stderr := called(t, commands(), "with-postgres", "--", "sh", "-c", script)
	if code != 7 || !strings.HasPrefix(address, "postgres://") {
		t.Errorf("status %d, address %q, %s", code, address, stderr)
	}
	if code, _, _ := called(t, commands(), "with-postgres"); code != exitMisuse {
		t.Errorf("without a program: status %d", code)
	}
	if code, _, _ := called(t, commands(), "with-postgres", "--", "sh", "-c", "kill -TERM $$"); code != 128+15 {
		t.Errorf("killed by a signal: status %d", code)
	}
	if code, _, stderr := called(t, commands(), "with-postgres", "--", "/does/not/exist"); code != exitFailure || stderr == "" {
		t.Errorf("an unknown program: status %d, %q", code, stderr)
	}
}

func TestValuesAreReadAsWritten(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), valuesFile)
	want := map[string]string{"A": "postgres://u:p@/d?host=%2Fx&port=5432", "B": "", "C": "Guéret, 1 place"}
	if err := writeValues(path, want); err != nil {
		t.Fatal(err)
	}
	got := readValues(path)
	if len(got) != len(want) {
		t.Errorf("read %v", got)
	}
	for name := range want {
		if got[name] != want[name] {
			t.Errorf("%s: %q, want %q", name, got[name], want[name])
		}
	}
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	if info.Mode().Perm() != 0o600 {
		t.Errorf("mode %v", info.Mode())
	}
}
