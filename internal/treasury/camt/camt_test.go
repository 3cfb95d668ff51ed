package camt_test

import (
	"bytes"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"passnum/internal/money"
	"passnum/internal/sepa/sepatest"
	"passnum/internal/treasury/camt"
	"passnum/internal/treasury/camt/camtfile"
)

var (
	at  = time.Date(2026, 11, 25, 5, 0, 0, 0, time.UTC)
	day = time.Date(2026, 11, 24, 0, 0, 0, 0, time.UTC)
)

func sample() camt.Report {
	sequence := int64(229)
	r := camt.Report{Kind: camt.Statement, Reference: "2026-229", Sequence: &sequence, IBAN: "FR7630006000011234567890189", OpenedOn: day, Opening: 2_000_000, ClosedOn: day}
	r.Entries = []camt.Entry{
		{Amount: 152050, BookedOn: day, ValuedOn: &day, BankReference: "REF-1", Code: "PMNT/ICDT/ESCT", Details: []camt.Detail{{Amount: 152050, MessageID: "LOT-A", PaymentID: "LOT-A"}}},
		{Credit: true, Amount: 100050, BookedOn: day, BankReference: "REF-2", Code: "PMNT/ICDT/RRTN",
			Details: []camt.Detail{{Amount: 100050, EndToEndID: "RB-000001", Party: "Tiers lieu d’Aubusson", ReturnCode: "AC04", ReturnText: "Compte clos"}}},
		{Credit: true, Amount: 30000, BookedOn: day, BankReference: "REF-3", Code: "PMNT/RCDT/ESCT", Details: []camt.Detail{{Amount: 30000},
			{Amount: 10000, EndToEndID: "M1", Remittance: "MANDAT 1", Party: "PAIERIE & CIE"}, {Amount: 20000, EndToEndID: "M2", Remittance: "MANDAT 2"}}},
		{Amount: 1250, BookedOn: day, Code: "PMNT/MDOP/CHRG", Details: []camt.Detail{{Amount: 1250, Remittance: "FRAIS DE TENUE"}}},
		{Amount: 1250, BookedOn: day, Code: "PMNT/MDOP/CHRG", Details: []camt.Detail{{Amount: 1250, Remittance: "FRAIS DE TENUE"}}},
	}
	credits, debits := r.Totals()
	r.Closing = r.Opening + credits - debits
	return r
}

func TestWhatIsWrittenIsValidAndReadBack(t *testing.T) {
	t.Parallel()
	var hashes [][]byte
	for _, v := range []camtfile.Version{camtfile.Statement02, camtfile.Statement08} {
		file := camtfile.Write(v, at, sample())
		sepatest.Valid(t, string(v)+".xsd", file)
		got, err := camt.Read(bytes.NewReader(file))
		if err != nil || len(got) != 1 || got[0].Check() != nil {
			t.Fatalf("%s: %v %v", v, got, err)
		}
		hashes = append(hashes, got[0].Hash())
		r := got[0]
		if r.Reference != "2026-229" || *r.Sequence != 229 || r.Opening != 2_000_000 || r.Closing != sample().Closing || !r.ClosedOn.Equal(day) || len(r.Entries) != 5 {
			t.Errorf("%s: %+v", v, r)
		}
		back := r.Entries[slices.IndexFunc(r.Entries, func(e camt.Entry) bool { return e.BankReference == "REF-2" })]
		if w := back.Whole(); !back.Returned() || w.EndToEndID != "RB-000001" || w.ReturnCode != "AC04" || w.Party != "Tiers lieu d’Aubusson" {
			t.Errorf("%s: return %+v", v, back)
		}
		many := r.Entries[slices.IndexFunc(r.Entries, func(e camt.Entry) bool { return e.BankReference == "REF-3" })]
		if len(many.Details) != 3 || many.Details[1].Remittance != "MANDAT 1" || many.Details[2].Amount != 20000 || many.Details[1].Party != "PAIERIE & CIE" {
			t.Errorf("%s: details %+v", v, many.Details)
		}
	}
	if !bytes.Equal(hashes[0], hashes[1]) {
		t.Error("the two versions of a statement differ")
	}
}

func TestOrderDoesNotCountAndContentDoes(t *testing.T) {
	t.Parallel()
	read := func(r camt.Report) camt.Report {
		got, err := camt.Read(bytes.NewReader(camtfile.Write(camtfile.Statement08, at, r)))
		if err != nil {
			t.Fatal(err)
		}
		return got[0]
	}
	straight, turned := sample(), sample()
	slices.Reverse(turned.Entries)
	a, b := read(straight), read(turned)
	if !bytes.Equal(a.Hash(), b.Hash()) || a.Entries[3].Key != b.Entries[3].Key {
		t.Error("the order of entries counts")
	}
	keys := map[string]bool{}
	for _, e := range a.Entries {
		keys[e.Key] = true
	}
	if len(keys) != 5 {
		t.Errorf("%d keys for 5 entries, two of them alike", len(keys))
	}
	turned.Entries[0].Details[0].Remittance = "FRAIS"
	if bytes.Equal(a.Hash(), read(turned).Hash()) {
		t.Error("the content does not count")
	}
}

func TestAStatementAndItsNoticeNameALineAlike(t *testing.T) {
	t.Parallel()
	r := sample()
	r.Entries = r.Entries[:3]
	n := r
	n.Kind, n.Reference = camt.Notice, "AVIS-1"
	for _, v := range []camtfile.Version{camtfile.Notice02, camtfile.Notice08} {
		file := camtfile.Write(v, at, n)
		sepatest.Valid(t, string(v)+".xsd", file)
		notice, err := camt.Read(bytes.NewReader(file))
		if err != nil || notice[0].Kind != camt.Notice {
			t.Fatal(notice, err)
		}
		told, err := camt.Read(bytes.NewReader(camtfile.Write(camtfile.Statement08, at, r)))
		if err != nil {
			t.Fatal(err)
		}
		for i := range told[0].Entries {
			if told[0].Entries[i].Key != notice[0].Entries[i].Key {
				t.Errorf("%s: %s and %s", v, told[0].Entries[i].Key, notice[0].Entries[i].Key)
			}
		}
	}
}

// TestAnOfficialExample reads a statement that we did not write.
func TestAnOfficialExample(t *testing.T) {
	t.Parallel()
	file := example(t)
	if file == nil {
		t.Log("no examples beside the sources: only our own statements were read")
		return
	}
	got, err := camt.Read(bytes.NewReader(file))
	if err != nil || len(got) != 1 || got[0].Check() != nil {
		t.Fatal(got, err)
	}
	r := got[0]
	if r.Reference != "2026-229" || r.Opening != 2_000_000 || r.Closing != money.Cents(1_948_000) || len(r.Entries) != 2 {
		t.Errorf("%+v", r)
	}
	for _, e := range r.Entries {
		switch w := e.Whole(); e.BankReference {
		case "REF-1":
			if e.Credit || w.PaymentID != "LOT-2026-11-A" || w.MessageID != "APTIC-20261123-0001" {
				t.Errorf("batch %+v", e)
			}
		case "REF-2":
			if !e.Returned() || w.EndToEndID != "RB-000001" || w.ReturnCode != "AC04" {
				t.Errorf("return %+v", e)
			}
		}
	}
}

func example(t *testing.T) []byte {
	t.Helper()
	dir, err := os.Getwd()
	for err == nil && dir != filepath.Dir(dir) {
		dir = filepath.Dir(dir)
		if file, err := os.ReadFile(filepath.Join(dir, "shared", "data", "examples", "camt.053.001.08_retour.xml")); err == nil {
			return file
		}
	}
	return nil
}

func TestPendingEntriesAndOddBalances(t *testing.T) {
	t.Parallel()
	file := string(camtfile.Write(camtfile.Statement02, at, sample()))
	pending := strings.Replace(file, "<Sts>BOOK</Sts>", "<Sts>PDNG</Sts>", 1)
	got, err := camt.Read(strings.NewReader(pending))
	if err != nil || len(got[0].Entries) != 4 {
		t.Errorf("%v %v, want the pending entry left out", got, err)
	}
	previous := strings.Replace(file, "OPBD", "PRCD", 1)
	if got, err := camt.Read(strings.NewReader(previous)); err != nil || got[0].Opening != 2_000_000 {
		t.Errorf("previous closing balance: %v %v", got, err)
	}
	overdrawn := strings.Replace(file, "<CdtDbtInd>CRDT</CdtDbtInd>", "<CdtDbtInd>DBIT</CdtDbtInd>", 1)
	if got, err := camt.Read(strings.NewReader(overdrawn)); err != nil || got[0].Opening != -2_000_000 || got[0].Check() == nil {
		t.Errorf("overdrawn: %v %v", got, err)
	}
	nameless := strings.NewReplacer("camt.053", "camt.054", "BkToCstmrStmt", "BkToCstmrDbtCdtNtfctn", "<Stmt>", "<Ntfctn>", "</Stmt>", "</Ntfctn>").Replace(file)
	if _, err := camt.Read(strings.NewReader(nameless)); err != camt.ErrNameless {
		t.Errorf("a notice without references: %v", err)
	}
}
