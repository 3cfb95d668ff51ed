//go:build unix

package embedded

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"syscall"
)

// account is the user the server runs as.
type account struct {
	name     string
	uid, gid int
}

// chooseAccount is the current user, except for root, whom PostgreSQL refuses:
// then the owner of the data that exist, else postgres, else nobody. A bare
// number without a passwd entry would not do: initdb looks its name up.
func chooseAccount(data string) (account, error) {
	if os.Geteuid() != 0 {
		return account{name: strconv.Itoa(os.Geteuid()), uid: os.Geteuid(), gid: os.Getegid()}, nil
	}
	if owner, ok := ownerOf(data); ok && owner.uid != 0 {
		return owner, nil
	}
	for _, name := range []string{"postgres", "nobody"} {
		found, err := user.Lookup(name)
		if err != nil {
			continue
		}
		uid, uidErr := strconv.Atoi(found.Uid)
		gid, gidErr := strconv.Atoi(found.Gid)
		if errors.Join(uidErr, gidErr) == nil && uid != 0 {
			return account{name: name, uid: uid, gid: gid}, nil
		}
	}
	return account{}, errors.New("PostgreSQL refuse de tourner sous root, et ni « postgres » ni « nobody » n’existent sur cette machine")
}

func ownerOf(path string) (account, bool) {
	info, err := os.Stat(path)
	if err != nil {
		return account{}, false
	}
	stat, ok := info.Sys().(*syscall.Stat_t)
	if !ok {
		return account{}, false
	}
	return account{name: strconv.Itoa(int(stat.Uid)), uid: int(stat.Uid), gid: int(stat.Gid)}, true
}

func (a account) current() bool { return a.uid == os.Geteuid() }

// command runs a program as the account, from a directory it can read:
// PostgreSQL's programs fail in a working directory closed to them.
func (a account) command(ctx context.Context, dir, program string, arguments ...string) *exec.Cmd {
	command := exec.CommandContext(ctx, program, arguments...)
	command.Dir = dir
	command.SysProcAttr = &syscall.SysProcAttr{}
	if !a.current() {
		command.SysProcAttr.Credential = &syscall.Credential{Uid: uint32(a.uid), Gid: uint32(a.gid)}
	}
	return command
}

// makeDir makes a directory that only the account (and root) can enter.
func (a account) makeDir(path string) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	if err := os.Mkdir(path, 0o700); err != nil && !errors.Is(err, os.ErrExist) {
		return err
	}
	return a.own(path)
}

func (a account) own(path string) error {
	if a.current() {
		return nil
	}
	if err := os.Chown(path, a.uid, a.gid); err != nil {
		return fmt.Errorf("give %s to %s: %w", path, a.name, err)
	}
	return nil
}

// reaches says whether the account can enter a directory, whatever rules
// (modes, access lists, mounts) decide it.
func (a account) reaches(ctx context.Context, dir string) bool {
	if a.current() {
		return true
	}
	return a.command(ctx, "/", "/bin/sh", "-c", `cd -- "$1"`, "sh", dir).Run() == nil
}
