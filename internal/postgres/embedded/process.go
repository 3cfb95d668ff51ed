//go:build unix

package embedded

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// What PostgreSQL understands: SIGINT closes sessions, writes a checkpoint and
// stops; SIGQUIT stops at once and recovers at the next start.
const (
	interruptSignal = syscall.SIGINT
	quitSignal      = syscall.SIGQUIT
)

// process is the server's main process.
type process struct {
	command *exec.Cmd
	exited  chan struct{}
}

// startProcess starts the server from a thread that lives as long as it does:
// Linux tells a child that its parent is dead when the thread that started it
// ends.
func startProcess(bin binaries, place place, durable bool) (*process, error) {
	log, err := os.OpenFile(place.logFile(), os.O_CREATE|os.O_WRONLY|os.O_TRUNC, 0o600)
	if err != nil {
		return nil, fmt.Errorf("open the server's log: %w", err)
	}
	command := place.account.command(context.Background(), place.root,
		filepath.Join(bin.dir, "postgres"), serverArguments(place, durable)...)
	command.Stdout, command.Stderr = log, log
	// Its own group: Ctrl-C in a terminal reaches us, and we stop it in order.
	command.SysProcAttr.Setpgid = true
	dieWithParent(command.SysProcAttr)
	command.Env = append(os.Environ(), "LC_ALL=C", "PGTZ=UTC")

	started := process{command: command, exited: make(chan struct{})}
	failed := make(chan error, 1)
	go func() {
		runtime.LockOSThread()
		defer runtime.UnlockOSThread()
		defer log.Close()
		if err := command.Start(); err != nil {
			failed <- fmt.Errorf("start PostgreSQL: %w", err)
			return
		}
		failed <- nil
		_ = command.Wait() // how it ended is in its log
		close(started.exited)
	}()
	if err := <-failed; err != nil {
		return nil, err
	}
	return &started, nil
}

// end asks the server to stop and, when it does not in time, makes it.
func (p *process) end(signal syscall.Signal, patience time.Duration) {
	for _, next := range []syscall.Signal{signal, quitSignal, syscall.SIGKILL} {
		_ = p.command.Process.Signal(next) // it may have stopped already
		select {
		case <-p.exited:
			return
		case <-time.After(patience):
		}
	}
}

// stopOrphan clears the way on data whose last owner is dead, as the lock
// proves: it stops a server left running (on systems that do not tell a child
// its parent died, or for the moment it takes to stop) and forgets the process
// number of one that is gone, which another program may have by now.
func stopOrphan(ctx context.Context, place place) error {
	pidFile := filepath.Join(place.data, "postmaster.pid")
	content, err := os.ReadFile(pidFile)
	if errors.Is(err, os.ErrNotExist) {
		return nil
	}
	if errors.Is(err, os.ErrPermission) {
		return place.foreignError()
	}
	if err != nil {
		return fmt.Errorf("read postmaster.pid: %w", err)
	}
	pid, answers := runningServer(string(content))
	if !answers {
		if err := os.Remove(pidFile); err != nil && !errors.Is(err, os.ErrNotExist) {
			return fmt.Errorf("forget a dead server: %w", err)
		}
		return nil
	}
	_ = syscall.Kill(pid, interruptSignal) // it may stop between the two
	return waitGone(ctx, pidFile)
}

// runningServer reads postmaster.pid (number, data, start, port, socket
// directory) and knocks at the socket: the number alone proves nothing.
func runningServer(pidFile string) (int, bool) {
	lines := strings.Split(pidFile, "\n")
	if len(lines) < 5 {
		return 0, false
	}
	pid, err := strconv.Atoi(strings.TrimSpace(lines[0]))
	if err != nil {
		return 0, false
	}
	connection, err := net.Dial("unix", filepath.Join(lines[4], ".s.PGSQL."+strings.TrimSpace(lines[3])))
	if err != nil {
		return 0, false
	}
	return pid, connection.Close() == nil
}

func waitGone(ctx context.Context, pidFile string) error {
	ctx, cancel := context.WithTimeout(ctx, stopTimeout)
	defer cancel()
	pause := time.NewTicker(20 * time.Millisecond)
	defer pause.Stop()
	for {
		if _, err := os.Stat(pidFile); errors.Is(err, os.ErrNotExist) {
			return nil
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("un serveur PostgreSQL précédent ne s’arrête pas (%s)", pidFile)
		case <-pause.C:
		}
	}
}
