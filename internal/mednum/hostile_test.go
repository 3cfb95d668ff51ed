package mednum_test

import (
	"bytes"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf16"

	"passnum/internal/mednum"
)

// Not parallel: it reads what the whole process allocated.
func TestALineOfSeparatorsCostsNoMoreThanItWeighs(t *testing.T) {
	endless := strings.Repeat(",", 8<<20)
	for name, content := range map[string]string{"a line": head + "a,,Lieu,Guéret,23000,rue,2026-01-01,\n" + endless + "x\n", "a quoted line": head + `"a"` + endless + "x\n"} {
		before := allocated()
		f := read(t, content)
		if spent := allocated() - before; spent > 120<<20 {
			t.Errorf("%s of eight million separators takes %d MiB", name, spent>>20)
		}
		if len(f.Rejected) != 1 {
			t.Errorf("%s: %+v", name, f.Rejected)
		}
	}
	if _, err := mednum.Read(strings.NewReader(endless+"\n"), mednum.Options{}); err == nil {
		t.Error("a header of eight million columns is taken")
	}
}

func allocated() uint64 {
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.TotalAlloc
}

func TestACellTooLongCostsItsLineOnly(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("rue ", 2<<20)
	f := read(t, head+"a,,Lieu,Guéret,23000,"+long+",2026-01-01,\nb,,Lieu,Guéret,23000,rue,2026-01-01,\nc,,Lieu,Guéret,23000,\""+long+"\",2026-01-01,\nd,,Fin,Guéret,23000,\"rue,2026-01-01,")
	if len(f.Records) != 1 || f.Records[0].ID != "b" || len(f.Rejected) != 3 {
		t.Fatalf("%d taken, %d rejected", len(f.Records), len(f.Rejected))
	}
	if p := f.Rejected[0].Problems[0]; p.Column != "adresse" || len([]rune(p.Value)) > 80 {
		t.Errorf("the long cell is told as %q: %q", p.Column, p.Value)
	}
}

func TestAnIdentifierTooLongCostsItsLineOnly(t *testing.T) {
	t.Parallel()
	f := read(t, head+strings.Repeat("0af3", 900)+",,Lieu,Guéret,23000,rue,2026-01-01,\nb,,Lieu,Guéret,23000,rue,2026-01-01,\n")
	if len(f.Records) != 1 || len(f.Rejected) != 1 || len(f.Rejected[0].ID) > 100 || f.Rejected[0].Problems[0].Column != "id" {
		t.Errorf("%+v %+v", f.Records, f.Rejected)
	}
}

func TestAFileOfSeveralEncodings(t *testing.T) {
	t.Parallel()
	f := read(t, head+"a,,Médiathèque,Guéret,23000,rue,2026-01-01,\nb,,M\xe9diath\xe8que,Gu\xe9ret,23000,rue,2026-01-01,\n")
	if len(f.Records) != 2 || f.Records[0].Name != "Médiathèque" || f.Records[1].Name != "Médiathèque" || f.Encoding != "UTF-8 et Windows-1252 mêlés" {
		t.Errorf("%s: %+v", f.Encoding, f.Records)
	}
	var wide bytes.Buffer
	wide.WriteString("\xff\xfe")
	for _, unit := range utf16.Encode([]rune(head + "a,,Médiathèque 🚌,Guéret,23000,rue,2026-01-01,\n")) {
		wide.Write([]byte{byte(unit), byte(unit >> 8)})
	}
	if f = read(t, wide.String()); f.Encoding != "UTF-16" || f.Records[0].Name != "Médiathèque 🚌" {
		t.Errorf("%s: %+v", f.Encoding, f.Records)
	}
}

func TestTheFirstColumnOfANameIsTheOneRead(t *testing.T) {
	t.Parallel()
	f := read(t, "id,nom,commune,code_postal,adresse,date_maj,nom,code_postal"+strings.Repeat(",x", 492)+"\na,Lieu,Guéret,23000,rue,2026-01-01,,\n")
	if len(f.Records) != 1 || f.Records[0].Name != "Lieu" || f.Records[0].PostalCode != "23000" {
		t.Errorf("%+v %+v", f.Records, f.Rejected)
	}
	if !slices.Contains(f.Unknown, "nom (deuxième colonne de ce nom)") {
		t.Errorf("the second column is not told: %v", f.Unknown)
	}
}

func TestAFormulaIsNeitherTakenNorWritten(t *testing.T) {
	t.Parallel()
	f := read(t, "id,nom,commune,code_postal,adresse,date_maj,presentation_resume,telephone,source\n"+
		`a,@telier + de lien,Guéret,23000,+ près de la gare,2026-01-01,"=HYPERLINK(""http://exemple.test"";""ici"")",+33555010203,@SUM(1)`+"\n"+
		`b,"=HYPERLINK(""x"")",Guéret,23000,rue,2026-01-01,,,`+"\n"+"c,\u202eueiL\x07,Guéret,23000,rue,2026-01-01,,,+cmd|'/C calc'!A0\n")
	if len(f.Records) != 2 || len(f.Rejected) != 1 || f.Rejected[0].Problems[0].Column != "nom" {
		t.Fatalf("%+v %+v", f.Records, f.Rejected)
	}
	a, c := f.Records[0], f.Records[1]
	if a.Name != "@telier + de lien" || a.Street != "+ près de la gare" || a.Summary != "" || a.Source != "" || a.Phone != "+33555010203" || len(a.Notes) != 2 {
		t.Errorf("%+v", a)
	}
	if c.Name != "ueiL" || c.Source != "" {
		t.Errorf("%+v", c)
	}
	typed := mednum.Record{ID: "x", Name: `=HYPERLINK("http://exemple.test")`, Street: "=", Hours: "-1+cmd|' /C calc'!A0", UpdatedOn: time.Now()}.Row()
	if typed[2] != `HYPERLINK("http://exemple.test")` || typed[6] != "–" || typed[14] != "1+cmd|' /C calc'!A0" {
		t.Errorf("written as %q", typed)
	}
}

func TestUnclosedQuotesByThousandsAreReadInATime(t *testing.T) {
	t.Parallel()
	start := time.Now()
	f := read(t, head+strings.Repeat("\"a"+strings.Repeat("x", 60)+"\n", 3000))
	if len(f.Rejected) != 3000 || time.Since(start) > 10*time.Second {
		t.Errorf("%d lines rejected in %v", len(f.Rejected), time.Since(start))
	}
}
