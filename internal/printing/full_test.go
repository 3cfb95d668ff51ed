package printing_test

import (
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"regexp"
	"runtime/metrics"
	"sort"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"passnum/internal/printing/bundle"
	"passnum/internal/testworld"
)

// TestAWholeOrder makes, takes out and reads again the pack of 10,000 carnets of
// ten chèques, as in real life: memory stays flat, codes differ, and a sample of
// pages says what the table says.
func TestAWholeOrder(t *testing.T) {
	t.Parallel()
	carnets, perFile := 20, 10
	if os.Getenv("PASSNUM_FULL") == "1" {
		carnets, perFile = 10_000, 50
	}
	w := newWorld(t)
	o := w.ActiveOrder(testworld.OrderOptions{Carnets: carnets, PerCarnet: 10, State: "livree"})
	begun := time.Now()
	peak := watchMemory(t)
	w.ask(t, o.ID)
	made := time.Since(begun)
	path := filepath.Join(t.TempDir(), "pack.age")
	sealed, err := os.Create(path)
	must(t, err)
	content, err := w.printing.Take(t.Context(), w.Operator, o.ID)
	must(t, err)
	must(t, content.Send(t.Context(), sealed))
	most := peak()
	pack, err := bundle.Open(sealed, content.Size, w.key)
	must(t, err)
	problems, err := pack.Verify()
	must(t, err)
	if len(problems) > 0 || pack.Cheques != carnets*10 || len(pack.Files) != (carnets+999)/1000+3 {
		t.Errorf("%d chèques, %d files, problems: %q", pack.Cheques, len(pack.Files), problems)
	}
	table, codes := rows(t, pack)[1:], map[string]bool{}
	for _, row := range table {
		codes[row[3]] = true
	}
	if len(table) != carnets*10 || len(codes) != len(table) {
		t.Errorf("%d rows, %d different codes", len(table), len(codes))
	}
	t.Logf("%d carnets: pack of %.1f MiB in %s, memory at most %.0f MiB", carnets, float64(content.Size)/(1<<20), made.Round(time.Millisecond), most)
	if most > 300 {
		t.Errorf("memory at most %.0f MiB", most)
	}
	samplePages(t, pack, table, perFile)
	t.Logf("all read again in %s", time.Since(begun).Round(time.Millisecond))
}

// watchMemory follows what the process holds from the system, in MiB.
func watchMemory(t *testing.T) (peak func() float64) {
	var most atomic.Uint64
	done := make(chan struct{})
	look := func() {
		held := []metrics.Sample{{Name: "/memory/classes/total:bytes"}, {Name: "/memory/classes/heap/released:bytes"}}
		metrics.Read(held)
		if now := held[0].Value.Uint64() - held[1].Value.Uint64(); now > most.Load() {
			most.Store(now)
		}
	}
	go func() {
		tick := time.NewTicker(20 * time.Millisecond)
		defer tick.Stop()
		for {
			select {
			case <-done:
				return
			case <-tick.C:
				look()
			}
		}
	}()
	t.Cleanup(func() { close(done) })
	return func() float64 {
		look()
		return float64(most.Load()) / (1 << 20)
	}
}

// samplePages reads pages of chèques drawn at random from each file, as a person
// and as a scanner, and compares them with the table.
func samplePages(t *testing.T, pack *bundle.Pack, table [][]string, perFile int) {
	t.Helper()
	const size, run = 10, 10 // chèques in a carnet, pages drawn at once
	rng, compared := rand.New(rand.NewPCG(1, 500)), 0
	for _, f := range pack.Files {
		if f.Kind != bundle.Pages {
			continue
		}
		path := filepath.Join(t.TempDir(), f.Name)
		out, err := os.Create(path)
		must(t, err)
		in, err := pack.File(f.Name)
		must(t, err)
		_, err = io.Copy(out, in)
		must(t, err)
		must(t, out.Close())
		for drawn := 0; drawn < perFile; drawn += run {
			carnet := rng.IntN(f.To - f.From + 1)
			first := carnet*(size+1) + 2
			rows := table[(f.From-1+carnet)*size:][:size]
			comparePages(t, path, first, rows)
			compared += len(rows)
		}
		must(t, os.Remove(path))
	}
	t.Logf("%d pages compared with their rows", compared)
}

var printedCode = regexp.MustCompile(`[2-9A-Z]{4} [2-9A-Z]{4} [2-9A-Z]{4} [2-9A-Z]{4}`)

func comparePages(t *testing.T, path string, first int, rows [][]string) {
	t.Helper()
	from, to := strconv.Itoa(first), strconv.Itoa(first+len(rows)-1)
	texts := strings.Split(tool(t, "poppler-utils", nil, "pdftotext", "-raw", "-f", from, "-l", to, path, "-"), "\f")
	dir := t.TempDir()
	// The upper right part of a page, where the code is.
	tool(t, "poppler-utils", nil, "pdftoppm", "-r", "150", "-gray", "-f", from, "-l", to, "-x", "960", "-y", "120", "-W", "340", "-H", "240", path, filepath.Join(dir, "p"))
	pictures, err := filepath.Glob(filepath.Join(dir, "*"))
	must(t, err)
	sort.Strings(pictures)
	scanned := strings.Fields(tool(t, "zbar-tools", nil, "zbarimg", append([]string{"-q", "--raw"}, pictures...)...))
	if len(scanned) != len(rows) {
		t.Fatalf("%d codes scanned on %d pages", len(scanned), len(rows))
	}
	for i, row := range rows {
		if clear := strings.ReplaceAll(printedCode.FindString(texts[i]), " ", ""); clear != row[3] || scanned[i] != row[4] || !strings.Contains(texts[i], fmt.Sprintf("%s / %s", row[1], row[2])) {
			t.Errorf("page %d is not the chèque %s / %s", first+i, row[1], row[2])
		}
	}
}
