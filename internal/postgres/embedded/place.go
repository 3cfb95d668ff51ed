package embedded

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// longestSocketDir leaves room for "/.s.PGSQL.5432" within the 107 bytes that a
// Unix socket address may have.
const longestSocketDir = 107 - len("/.s.PGSQL.5432")

const elsewherePrefix = "passnum-pg-"

// place is where one server keeps its things, and the account it runs as.
type place struct {
	dir     string // the directory asked for: password, lock, log
	root    string // holds data; dir itself unless the account cannot enter it
	data    string
	socket  string
	account account
}

func (p place) passwordFile() string { return filepath.Join(p.dir, "password") }
func (p place) logFile() string      { return filepath.Join(p.dir, "postgres.log") }

// elsewhereFile remembers where the data are when they are not in dir.
func elsewhereFile(dir string) string { return filepath.Join(dir, "elsewhere") }

// rootOf answers the directory that holds the data.
func rootOf(dir string) string {
	remembered, err := os.ReadFile(elsewhereFile(dir))
	if err != nil {
		return dir
	}
	return strings.TrimSpace(string(remembered))
}

func choosePlace(ctx context.Context, options Options) (place, error) {
	chosen := place{dir: options.Dir, root: rootOf(options.Dir)}
	chosen.data = filepath.Join(chosen.root, "data")
	var err error
	if chosen.account, err = chooseAccount(chosen.data); err != nil {
		return place{}, err
	}
	if !chosen.account.reaches(ctx, chosen.root) {
		if chosen.root, err = elsewhere(options, chosen.account); err != nil {
			return place{}, err
		}
		chosen.data = filepath.Join(chosen.root, "data")
	}
	if err := chosen.makeSocketDir(); err != nil {
		return place{}, fmt.Errorf("make the socket directory: %w", err)
	}
	return chosen, nil
}

// elsewhere makes a directory that the server's user can enter and writes its
// name down, so that the next start finds the same data.
func elsewhere(options Options, account account) (string, error) {
	parent := "/var/tmp" // survives a restart of the machine, unlike /tmp
	if info, err := os.Stat(parent); err != nil || !info.IsDir() {
		parent = os.TempDir()
	}
	root, err := os.MkdirTemp(parent, elsewherePrefix)
	if err != nil {
		return "", fmt.Errorf("make the data directory: %w", err)
	}
	if err := os.Chmod(root, 0o711); err != nil {
		return "", fmt.Errorf("open the data directory: %w", err)
	}
	if err := os.WriteFile(elsewhereFile(options.Dir), []byte(root+"\n"), 0o600); err != nil {
		return "", fmt.Errorf("remember the data directory: %w", err)
	}
	_, err = fmt.Fprintf(options.Notices, "L’utilisateur %s, qui fait tourner PostgreSQL, ne peut pas entrer dans %s : les données sont dans %s.\n",
		account.name, options.Dir, root)
	return root, err
}

func (p *place) makeSocketDir() error {
	p.socket = filepath.Join(p.root, "socket")
	if len(p.socket) <= longestSocketDir {
		return p.account.makeDir(p.socket)
	}
	parent := os.TempDir()
	if len(parent) > longestSocketDir/2 {
		parent = "/tmp"
	}
	made, err := os.MkdirTemp(parent, elsewherePrefix)
	if err != nil {
		return err
	}
	p.socket = made
	return p.account.own(made)
}

func (p place) forgetSocket() error { return os.RemoveAll(p.socket) }

// removeData deletes the data, and the directory made for them elsewhere.
func (p place) removeData() error {
	if p.root != p.dir && strings.HasPrefix(filepath.Base(p.root), elsewherePrefix) {
		return os.RemoveAll(p.root)
	}
	return os.RemoveAll(p.data)
}

// newPassword draws the password of a new cluster and keeps it.
func (p place) newPassword() (string, error) {
	drawn := rand.Text()
	if err := os.WriteFile(p.passwordFile(), []byte(drawn+"\n"), 0o600); err != nil {
		return "", fmt.Errorf("keep the password: %w", err)
	}
	return drawn, nil
}

// keptPassword answers the password of an existing cluster.
func (p place) keptPassword() (string, error) {
	kept, err := os.ReadFile(p.passwordFile())
	if errors.Is(err, fs.ErrPermission) {
		return "", p.foreignError()
	}
	if err != nil {
		return "", fmt.Errorf("le mot de passe de la base privée est introuvable dans %s ; « make reset » recommence à neuf", p.dir)
	}
	return strings.TrimSpace(string(kept)), nil
}

func (p place) foreignError() error {
	return fmt.Errorf("la base privée de %s appartient à un autre utilisateur ; relancez sous le même, ou effacez ce dossier", p.dir)
}

// lastLogLine is what the server said last, for an error message.
func (p place) lastLogLine() string {
	content, err := os.ReadFile(p.logFile())
	if err != nil {
		return "voir " + p.logFile()
	}
	lines := strings.Split(strings.TrimSpace(string(content)), "\n")
	for _, line := range lines[max(0, len(lines)-20):] {
		if strings.Contains(line, "FATAL") || strings.Contains(line, "PANIC") {
			return line
		}
	}
	return lines[len(lines)-1]
}
