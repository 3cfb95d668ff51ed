package embedded

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
)

// restoreLinks recreates the library links that the npm package lists in
// pg-symlinks.json: archives of the registry hold no links, and npm no longer
// runs the script that makes them. Other installations have no such list.
func restoreLinks(native string) error {
	list, err := os.ReadFile(filepath.Join(native, "pg-symlinks.json"))
	if err != nil {
		return nil
	}
	var links []struct{ Source, Target string }
	if err := json.Unmarshal(list, &links); err != nil {
		return fmt.Errorf("read pg-symlinks.json: %w", err)
	}
	for _, link := range links {
		source := filepath.Join(native, "..", link.Source)
		target := filepath.Join(native, "..", link.Target)
		if _, err := os.Lstat(target); err == nil {
			continue
		}
		relative, err := filepath.Rel(filepath.Dir(target), source)
		if err != nil {
			return fmt.Errorf("link %s: %w", link.Target, err)
		}
		if err := os.Symlink(relative, target); err != nil && !errors.Is(err, fs.ErrExist) {
			return fmt.Errorf("link %s: %w", link.Target, err)
		}
	}
	return nil
}

// reachableBinaries copies the binaries beside the data when the server's user
// cannot run them where they are: root's own checkout is closed to others.
func reachableBinaries(ctx context.Context, bin binaries, place place) (binaries, error) {
	if place.account.current() {
		return bin, nil
	}
	if place.account.command(ctx, place.root, filepath.Join(bin.dir, "postgres"), "--version").Run() == nil {
		return bin, nil
	}
	native := filepath.Dir(bin.dir)
	if _, err := os.Stat(filepath.Join(native, "pg-symlinks.json")); err != nil {
		return binaries{}, fmt.Errorf("l’utilisateur %s ne peut pas exécuter PostgreSQL dans %s", place.account.name, bin.dir)
	}
	// The parent keeps the name the links are relative to.
	copied := filepath.Join(place.root, "npm-"+fmt.Sprint(bin.version), "native")
	if _, err := os.Stat(copied); err != nil {
		if err := copyTree(ctx, native, copied); err != nil {
			return binaries{}, err
		}
	}
	return binaries{dir: filepath.Join(copied, "bin"), version: bin.version}, nil
}

func copyTree(ctx context.Context, from, to string) error {
	if err := os.MkdirAll(filepath.Dir(to), 0o755); err != nil {
		return fmt.Errorf("copy the server: %w", err)
	}
	partial := to + ".partial"
	if err := os.RemoveAll(partial); err != nil {
		return fmt.Errorf("copy the server: %w", err)
	}
	if output, err := exec.CommandContext(ctx, "cp", "-R", from, partial).CombinedOutput(); err != nil {
		return fmt.Errorf("copy the server: %w: %s", err, output)
	}
	return os.Rename(partial, to)
}
