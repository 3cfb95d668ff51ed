//go:build unix

package embedded

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"syscall"
)

// lock is held by the one process that may start a server on a directory. The
// kernel releases it when that process ends, however it ends.
type lock struct{ file *os.File }

// InUseError says that another living process holds the directory.
type InUseError struct {
	Dir    string
	Holder string // its process number
}

func (e *InUseError) Error() string {
	return fmt.Sprintf("la base privée de %s est déjà utilisée par le processus %s ; arrêtez-le d’abord", e.Dir, e.Holder)
}

func takeLock(dir string) (*lock, error) {
	file, err := os.OpenFile(filepath.Join(dir, "lock"), os.O_RDWR|os.O_CREATE, 0o600)
	if errors.Is(err, os.ErrPermission) {
		return nil, place{dir: dir}.foreignError()
	}
	if err != nil {
		return nil, fmt.Errorf("open the lock: %w", err)
	}
	if err := syscall.Flock(int(file.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		holder, readErr := io.ReadAll(file)
		return nil, errors.Join(&InUseError{Dir: dir, Holder: strings.TrimSpace(string(holder))}, readErr, file.Close())
	}
	if err := errors.Join(file.Truncate(0), writeHolder(file)); err != nil {
		return nil, errors.Join(fmt.Errorf("write the lock: %w", err), file.Close())
	}
	return &lock{file: file}, nil
}

func writeHolder(file *os.File) error {
	_, err := fmt.Fprintln(file, os.Getpid())
	return err
}

// release unlocks before it closes: a child being started at that very moment
// still holds a copy of the file, and with it the lock.
func (l *lock) release() error {
	return errors.Join(syscall.Flock(int(l.file.Fd()), syscall.LOCK_UN), l.file.Close())
}
