package embedded

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"
)

const temporaryPrefix = "passnum-throwaway-"

// StartTemporary starts a server whose data are deleted when it stops: in
// memory, where there is room, unless they must be durable. Data left by a
// process that was killed are deleted by the next call.
func StartTemporary(ctx context.Context, durable bool) (*Server, error) {
	sweep()
	dir, err := os.MkdirTemp(parentOf(durable), temporaryPrefix)
	if err != nil {
		return nil, fmt.Errorf("make a temporary directory: %w", err)
	}
	if err := os.Chmod(dir, 0o711); err != nil { // root's server runs as another user
		return nil, fmt.Errorf("open the temporary directory: %w", err)
	}
	server, err := Start(ctx, Options{Dir: dir, Durable: durable})
	if err != nil {
		return nil, errors.Join(err, os.RemoveAll(dir))
	}
	server.temporary = true
	return server, nil
}

// Remove deletes the data of a directory for good. It refuses while a server
// uses them.
func Remove(ctx context.Context, dir string) error {
	if _, err := os.Stat(dir); errors.Is(err, os.ErrNotExist) {
		return nil
	}
	held, err := takeLock(dir)
	if err != nil {
		return err
	}
	found := place{dir: dir, root: rootOf(dir)}
	found.data = filepath.Join(found.root, "data")
	return errors.Join(
		stopOrphan(ctx, found),
		found.removeData(),
		os.RemoveAll(dir),
		held.release())
}

// parentOf is where throw-away data go. A file system in memory makes the
// thousand files of a database in milliseconds; a disk's can take half a second
// of processor time, a test after the other.
func parentOf(durable bool) string {
	if !durable && os.Getenv("TMPDIR") == "" && roomy(memoryDir) {
		return memoryDir
	}
	return os.TempDir()
}

// sweep deletes the throw-away data that no process holds any more. It looks
// only at our own directories, because their contents are believed, and not at
// those of the last minute, which may not be locked yet.
func sweep() {
	var abandoned []string
	for _, parent := range []string{os.TempDir(), memoryDir} {
		found, _ := filepath.Glob(filepath.Join(parent, temporaryPrefix+"*")) // the pattern is well formed
		abandoned = append(abandoned, found...)
	}
	for _, dir := range abandoned {
		info, err := os.Lstat(dir)
		if err != nil || !info.IsDir() || time.Since(info.ModTime()) < time.Minute {
			continue
		}
		if owner, ok := ownerOf(dir); ok && owner.current() {
			_ = Remove(context.Background(), dir) // held by a living process, or the next sweep's work
		}
	}
}
