package printing_test

import (
	"bytes"
	"context"
	"encoding/csv"
	"errors"
	"io"
	"os/exec"
	"strings"
	"testing"

	"filippo.io/age"
	"github.com/google/uuid"

	"passnum/internal/fault"
	"passnum/internal/jobs"
	"passnum/internal/order"
	"passnum/internal/postgres"
	"passnum/internal/print"
	"passnum/internal/printing"
	"passnum/internal/printing/bundle"
	"passnum/internal/testworld"
)

// world is a world with a print shop that holds its own key.
type world struct {
	*testworld.World
	printing *printing.Service
	queue    *jobs.Inline
	key      *age.X25519Identity
	shop     uuid.UUID
}

func newWorld(t *testing.T) *world {
	t.Helper()
	w := &world{World: testworld.New(t), queue: &jobs.Inline{}}
	orders := order.NewService(order.Deps{DB: w.DB, Queue: w.queue, Keys: w.Keys, BaseURL: "https://passnum.example", CodeHost: "PASSNUM.EXAMPLE",
		Issuer: print.Issuer{Name: "Coopérative Passnum", SIRET: "84373941800015", Address: "12 quai des Chartrons, 33000 Bordeaux"}})
	w.printing = printing.NewService(printing.Deps{DB: w.DB, Queue: w.queue, Orders: orders})
	var err error
	if w.key, err = age.GenerateX25519Identity(); err != nil {
		t.Fatal(err)
	}
	w.shop, err = w.printing.Register(t.Context(), w.Operator, printing.NewShop{
		Name: " Imprimerie  du Thaurion ", Email: "atelier@thaurion.test", PublicKey: w.key.Recipient().String() + "\n"})
	must(t, err)
	return w
}

// ask asks for a pack and lets its job run.
func (w *world) ask(t *testing.T, id uuid.UUID) {
	t.Helper()
	must(t, w.printing.Ask(t.Context(), w.Operator, id, w.shop))
	w.drain(t)
}

func (w *world) drain(t *testing.T) {
	t.Helper()
	for _, args := range w.queue.Waiting {
		must(t, w.printing.Build(t.Context(), args.(printing.BuildArgs)))
	}
	w.queue.Waiting = nil
}

// take downloads the pack as the operator.
func (w *world) take(t *testing.T, id uuid.UUID) []byte {
	t.Helper()
	content, err := w.printing.Take(t.Context(), w.Operator, id)
	must(t, err)
	var out bytes.Buffer
	must(t, content.Send(t.Context(), &out))
	if int64(out.Len()) != content.Size || !strings.HasSuffix(content.Name, ".zip.age") {
		t.Errorf("%s: %d bytes, announced %d", content.Name, out.Len(), content.Size)
	}
	return out.Bytes()
}

func (w *world) status(t *testing.T, id uuid.UUID) printing.Status {
	t.Helper()
	st, err := w.printing.Status(t.Context(), w.Operator, id)
	must(t, err)
	return st
}

func (w *world) open(t *testing.T, sealed []byte) *bundle.Pack {
	t.Helper()
	pack, err := bundle.Open(bytes.NewReader(sealed), int64(len(sealed)), w.key)
	must(t, err)
	return pack
}

func (w *world) chunks() int64 { return w.Count(`SELECT count(*) FROM print_pack_chunks`) }

// rows reads the table of a pack, titles first.
func rows(t *testing.T, pack *bundle.Pack) [][]string {
	t.Helper()
	table := csv.NewReader(bytes.NewReader(content(t, pack, bundle.Codes)))
	table.Comma = ';'
	all, err := table.ReadAll()
	must(t, err)
	return all
}

// content is the first file of a kind.
func content(t *testing.T, pack *bundle.Pack, kind bundle.Kind) []byte {
	t.Helper()
	for _, f := range pack.Files {
		if f.Kind == kind {
			return file(t, pack, f.Name)
		}
	}
	t.Fatalf("no file of kind %s", kind)
	return nil
}

func file(t *testing.T, pack *bundle.Pack, name string) []byte {
	t.Helper()
	r, err := pack.File(name)
	must(t, err)
	data, err := io.ReadAll(r)
	must(t, err)
	return data
}

// inPlatform runs a statement as the application does for the operator.
func (w *world) inPlatform(sql string, args postgres.Args) error {
	return w.DB.InPlatform(context.Background(), postgres.System{}, "", func(tx *postgres.Tx) error {
		_, err := postgres.Do(context.Background(), tx, sql, args)
		return err
	})
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func wantErr(t *testing.T, got, want error) {
	t.Helper()
	if !errors.Is(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

func wantField(t *testing.T, err error, name, says string) {
	t.Helper()
	f, ok := fault.As(err)
	if !ok {
		t.Errorf("got %v, want a refusal of %s", err, name)
		return
	}
	for _, field := range f.Fields {
		if field.Field == name && strings.Contains(field.Sentence, says) {
			return
		}
	}
	t.Errorf("got %+v, want %s to say %q", f.Fields, name, says)
}

// tool runs a program of Debian's that reads what we print.
func tool(t *testing.T, pack string, input []byte, name string, args ...string) string {
	t.Helper()
	if _, err := exec.LookPath(name); err != nil {
		t.Fatalf("%s is missing: apt-get install -y %s", name, pack)
	}
	command := exec.CommandContext(t.Context(), name, args...)
	command.Stdin = bytes.NewReader(input)
	out, err := command.Output()
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	return string(out)
}
