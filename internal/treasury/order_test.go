package treasury_test

import (
	"flag"
	"os"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"passnum/internal/money"
	"passnum/internal/treasury/camt"
	"passnum/internal/treasury/camt/camtfile"
)

func TestMain(m *testing.M) {
	flag.Parse()
	checks := "3"
	if os.Getenv("PASSNUM_FULL") == "1" {
		checks = "60"
	}
	if err := flag.Set("rapid.checks", checks); err != nil {
		panic(err)
	}
	os.Exit(m.Run())
}

// month is what the bank says of a month in three statements and a notice:
// funds, a payment, one that came back, charges, and lines that nobody expects.
func month(batch, transfer string, amount, awaits money.Cents) []camt.Report {
	first := statement("2026-1", 0, day(4), credit(10000, 2, "A1", "MANDAT M-2026-77"), credit(700, 3, "A2", "VIREMENT RECU"), debit(1250, 4, "", ""))
	second := statement("2026-2", first.Closing, day(8), debit(amount, 5, "A3", batch), credit(awaits, 6, "A4", "CDE 2026-002"), credit(awaits, 7, "A5", "CDE 2026-002 BIS"), debit(1250, 8, "", ""))
	third := statement("2026-3", second.Closing, day(13), returned(amount, 10, "A6", transfer), credit(9999, 12, "A7", "M-2026-77"))
	notice := camt.Report{Kind: camt.Notice, Reference: "AVIS-1", IBAN: account, Entries: []camt.Entry{returned(amount, 10, "A6", transfer), credit(700, 3, "A2", "VIREMENT RECU DE L ASSOCIATION")}}
	return []camt.Report{first, second, third, notice}
}

// TestNoOrderOfLinesOrFilesChangesTheBooks loads the same month in any order of
// lines, statements and files, in any version, some of them several times.
func TestNoOrderOfLinesOrFilesChangesTheBooks(t *testing.T) {
	t.Parallel()
	load := func(rt *rapid.T) string {
		s := newScene(t)
		batch, transfer, amount := s.paid(t, 2)
		reports := month(batch, transfer, amount, s.awaits)
		order := []int{0, 1, 2, 3}
		if rt != nil {
			order = append(rapid.Permutation(order).Draw(rt, "files"), rapid.SliceOfN(rapid.IntRange(0, 3), 0, 3).Draw(rt, "again")...)
		}
		for _, i := range order {
			r, version := reports[i], camtfile.Statement08
			r.Entries = slices.Clone(r.Entries)
			if rt != nil {
				r.Entries = rapid.Permutation(r.Entries).Draw(rt, "lines")
				version = rapid.SampledFrom([]camtfile.Version{camtfile.Statement02, camtfile.Statement08}).Draw(rt, "version")
			}
			if r.Kind == camt.Notice {
				version = camtfile.Notice08
			}
			s.load(t, version, r)
		}
		return s.normal(t, batch, transfer)
	}
	want := load(nil)
	rapid.Check(t, func(rt *rapid.T) {
		if got := load(rt); got != want {
			rt.Fatalf("the books differ:\n%s\n\nwant:\n%s", got, want)
		}
	})
}
