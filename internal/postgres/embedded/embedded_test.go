package embedded_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"

	"passnum/internal/postgres/embedded"
)

// parentVariable turns this test binary into a program that starts a server and
// waits, for the test that kills it.
const parentVariable = "PASSNUM_TEST_PARENT_OF"

func TestMain(m *testing.M) {
	if dir := os.Getenv(parentVariable); dir != "" {
		if _, err := embedded.Start(context.Background(), embedded.Options{Dir: dir}); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		fmt.Println("ready")
		_, _ = io.ReadAll(os.Stdin)
		os.Exit(0)
	}
	os.Exit(m.Run())
}

func TestDataSurviveARestart(t *testing.T) {
	t.Parallel()
	dir := serverDir(t)
	first := start(t, embedded.Options{Dir: dir})
	execute(t, first, "create table kept (n int); insert into kept values (42)")
	if err := first.Stop(); err != nil {
		t.Fatal(err)
	}
	if err := first.Stop(); err != nil {
		t.Fatalf("a second Stop: %v", err)
	}
	second := start(t, embedded.Options{Dir: dir, Durable: true})
	if got := ask[int](t, second, "select n from kept"); got != 42 {
		t.Errorf("after a restart the table holds %d, want 42", got)
	}
}

func TestDurableKeepsPostgresPromises(t *testing.T) {
	t.Parallel()
	for _, durable := range []bool{true, false} {
		server := start(t, embedded.Options{Dir: serverDir(t), Durable: durable})
		want := map[bool]string{true: "on", false: "off"}[durable]
		for _, setting := range []string{"fsync", "full_page_writes", "synchronous_commit"} {
			if got := ask[string](t, server, "select current_setting('"+setting+"')"); got != want {
				t.Errorf("durable %t: %s is %s, want %s", durable, setting, got, want)
			}
		}
	}
}

func TestASecondOwnerIsRefused(t *testing.T) {
	t.Parallel()
	dir := serverDir(t)
	start(t, embedded.Options{Dir: dir})
	_, err := embedded.Start(t.Context(), embedded.Options{Dir: dir})
	var inUse *embedded.InUseError
	if !errors.As(err, &inUse) {
		t.Fatalf("got %v, want InUseError", err)
	}
	if want := fmt.Sprint(os.Getpid()); inUse.Holder != want {
		t.Errorf("the holder is %q, want %s", inUse.Holder, want)
	}
	if err := embedded.Remove(t.Context(), dir); !errors.As(err, &inUse) {
		t.Errorf("Remove of data in use: got %v, want InUseError", err)
	}
}

func TestAWrongPasswordIsRefused(t *testing.T) {
	t.Parallel()
	server := start(t, embedded.Options{Dir: serverDir(t)})
	stranger := strings.Replace(server.SuperuserURL("postgres"), server.Password(), "wrong", 1)
	if connection, err := pgx.Connect(t.Context(), stranger); err == nil {
		_ = connection.Close(t.Context())
		t.Error("a wrong password opened the database")
	}
}

func TestTheServerStopsWithAKilledParent(t *testing.T) {
	t.Parallel()
	dir := serverDir(t)
	parent := exec.Command(os.Args[0])
	parent.Env = append(os.Environ(), parentVariable+"="+dir)
	parent.Stderr = os.Stderr
	stdin, err := parent.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	defer stdin.Close()
	stdout, err := parent.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := parent.Start(); err != nil {
		t.Fatal(err)
	}
	if line, _ := bufio.NewReader(stdout).ReadString('\n'); line != "ready\n" {
		t.Fatalf("the parent did not start its server: %q", line)
	}
	if err := parent.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = parent.Wait() // killed, as asked
	// The next start waits for the orphan to be gone, then takes its place.
	next := start(t, embedded.Options{Dir: dir})
	if got := ask[int](t, next, "select 1"); got != 1 {
		t.Errorf("got %d", got)
	}
}

func TestAStaleProcessNumberIsForgotten(t *testing.T) {
	t.Parallel()
	dir := serverDir(t)
	if err := start(t, embedded.Options{Dir: dir}).Stop(); err != nil {
		t.Fatal(err)
	}
	// Our own number: it lives, and is no PostgreSQL.
	stale := fmt.Sprintf("%d\n%s\n0\n5432\n%s\n", os.Getpid(), dir, filepath.Join(dir, "socket"))
	if err := os.WriteFile(filepath.Join(dataDir(t, dir), "postmaster.pid"), []byte(stale), 0o644); err != nil {
		t.Fatal(err)
	}
	if got := ask[int](t, start(t, embedded.Options{Dir: dir}), "select 1"); got != 1 {
		t.Errorf("got %d", got)
	}
}

func TestAClosedParentDirectoryMovesTheData(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "closed", "state")
	if err := os.MkdirAll(filepath.Dir(dir), 0o700); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = embedded.Remove(context.Background(), dir) })
	var notices strings.Builder
	first := start(t, embedded.Options{Dir: dir, Notices: &notices})
	moved := os.Geteuid() == 0 // others run the server themselves and can enter
	if got := notices.Len() > 0; got != moved {
		t.Errorf("as user %d the notice is %q", os.Geteuid(), notices.String())
	}
	execute(t, first, "create table kept (n int)")
	if err := first.Stop(); err != nil {
		t.Fatal(err)
	}
	second := start(t, embedded.Options{Dir: dir, Notices: io.Discard})
	execute(t, second, "insert into kept values (1)")
	if err := second.Stop(); err != nil {
		t.Fatal(err)
	}
	if err := embedded.Remove(t.Context(), dir); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(dir); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("Remove left %s", dir)
	}
}

func TestALongPathGetsAShortSocket(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(serverDir(t), strings.Repeat("long-", 20))
	server := start(t, embedded.Options{Dir: dir})
	if got := ask[int](t, server, "select 1"); got != 1 {
		t.Errorf("got %d", got)
	}
}

func TestTemporaryDataAreDeleted(t *testing.T) {
	t.Parallel()
	server, err := embedded.StartTemporary(t.Context(), false)
	if err != nil {
		t.Fatal(err)
	}
	data := ask[string](t, server, "select current_setting('data_directory')")
	if err := server.Stop(); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(filepath.Dir(data)); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("%s is still there", filepath.Dir(data))
	}
}

func TestBinariesThatDoNotRunAreRefused(t *testing.T) {
	t.Parallel()
	_, err := embedded.Start(t.Context(), embedded.Options{Dir: serverDir(t), Bin: t.TempDir()})
	if err == nil || !strings.Contains(err.Error(), "PostgreSQL") {
		t.Errorf("got %v", err)
	}
}

// TestTheNpmServer runs where npm has installed it, as it does for whoever has
// no PostgreSQL of their own.
func TestTheNpmServer(t *testing.T) {
	t.Parallel()
	dirs := embedded.NpmDirs()
	if len(dirs) == 0 {
		t.Fatal("le PostgreSQL de npm n’est pas installé ; pour l’installer : npm ci")
	}
	server := start(t, embedded.Options{Dir: serverDir(t), Bin: dirs[0]})
	if got := ask[string](t, server, "select lower('É') || (select string_agg(x, '' order by x collate \"fr-x-icu\") from unnest('{z,é,e}'::text[]) x)"); got != "éeéz" {
		t.Errorf("got %q", got)
	}
}

// serverDir is a directory that another user may enter, unlike t.TempDir.
func serverDir(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp(embedded.ScratchDir(), "passnum-embedded-test-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	if err := os.Chmod(dir, 0o711); err != nil {
		t.Fatal(err)
	}
	return filepath.Join(dir, "pg")
}

func dataDir(t *testing.T, dir string) string {
	t.Helper()
	if elsewhere, err := os.ReadFile(filepath.Join(dir, "elsewhere")); err == nil {
		dir = strings.TrimSpace(string(elsewhere))
	}
	return filepath.Join(dir, "data")
}

func start(t *testing.T, options embedded.Options) *embedded.Server {
	t.Helper()
	server, err := embedded.Start(t.Context(), options)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = server.Stop() })
	return server
}

func connect(t *testing.T, server *embedded.Server) *pgx.Conn {
	t.Helper()
	connection, err := pgx.Connect(t.Context(), server.SuperuserURL("postgres"))
	if err != nil {
		t.Fatal(err)
	}
	return connection
}

func execute(t *testing.T, server *embedded.Server, sql string) {
	t.Helper()
	connection := connect(t, server)
	defer connection.Close(t.Context())
	if _, err := connection.Exec(t.Context(), sql); err != nil {
		t.Fatal(err)
	}
}

func ask[T any](t *testing.T, server *embedded.Server, sql string) T {
	t.Helper()
	connection := connect(t, server)
	defer connection.Close(t.Context())
	var answer T
	if err := connection.QueryRow(t.Context(), sql).Scan(&answer); err != nil {
		t.Fatal(err)
	}
	return answer
}
