package bankxml_test

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"runtime"
	"strings"
	"testing"

	"passnum/internal/bankxml"
	"passnum/internal/fault"
)

const head = `<?xml version="1.0" encoding="UTF-8"?><Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08">`

type item struct {
	Name   string         `xml:"Nm"`
	Amount bankxml.Amount `xml:"Amt"`
}

// read collects every item of a file, as a caller would.
func read(r io.Reader) ([]item, error) {
	d, err := bankxml.Open(r, "camt.053", "camt.054")
	if err != nil {
		return nil, err
	}
	var items []item
	err = d.Children(func(start xml.StartElement) error {
		if start.Name.Local != "Item" {
			return d.Skip()
		}
		var i item
		if err := d.Decode(&i, start); err != nil {
			return err
		}
		items = append(items, i)
		return nil
	})
	if err != nil {
		return nil, err
	}
	return items, d.Finish()
}

func TestReadsEveryVersionAndEncoding(t *testing.T) {
	t.Parallel()
	body := `<Other><Deep><Item/></Deep></Other><Item><Nm>%s</Nm><Amt Ccy="EUR">1520.50</Amt></Item></Document>`
	root := `<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.05%d.001.%s">`
	for name, file := range map[string]string{
		"UTF-8, .08":       `<?xml version="1.0" encoding="UTF-8"?>` + fmt.Sprintf(root, 3, "08") + fmt.Sprintf(body, "Guéret"),
		"no declaration":   fmt.Sprintf(root, 3, "02") + fmt.Sprintf(body, "Guéret"),
		"byte order mark":  "\ufeff" + `<?xml version="1.0" encoding="utf-8"?>` + fmt.Sprintf(root, 4, "02") + fmt.Sprintf(body, "Guéret"),
		"ISO-8859-1":       `<?xml version="1.0" encoding="ISO-8859-1"?>` + fmt.Sprintf(root, 3, "08") + fmt.Sprintf(body, "Gu\xe9ret"),
		"Windows-1252":     `<?xml version="1.0" encoding="windows-1252"?>` + fmt.Sprintf(root, 3, "13") + fmt.Sprintf(body, "Gu\xe9ret"),
		"prefixed, spaced": `<d:Document xmlns:d="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"> <d:Item><d:Nm>Guéret</d:Nm><d:Amt Ccy="EUR">1520.5000</d:Amt></d:Item> </d:Document>` + "\n",
	} {
		items, err := read(strings.NewReader(file))
		if err != nil || len(items) != 1 || items[0].Name != "Guéret" {
			t.Errorf("%s: %v %v", name, items, err)
			continue
		}
		if cents, err := items[0].Amount.Cents(); err != nil || cents != 152050 {
			t.Errorf("%s: %d %v", name, cents, err)
		}
	}
}

func TestRefusesInOneSentence(t *testing.T) {
	t.Parallel()
	laughs := `<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY lol "lol"><!ENTITY lol2 "&lol;&lol;&lol;">]>`
	cases := map[string]struct {
		file string
		want error
	}{
		"empty":                {"", bankxml.ErrEmpty},
		"blank":                {" \n ", bankxml.ErrEmpty},
		"a spreadsheet":        {"Date;Montant\n", bankxml.ErrNotXML},
		"billion laughs":       {laughs + head[38:] + `<Item>&lol2;</Item></Document>`, bankxml.ErrDTD},
		"unknown entity":       {head + `<Item><Nm>&xxe;</Nm></Item></Document>`, bankxml.ErrDTD},
		"directive inside":     {head + `<Item><!DOCTYPE x><Nm/></Item></Document>`, bankxml.ErrDTD},
		"cut in a tag":         {head + `<Item><Nm`, bankxml.ErrTruncated},
		"cut between elements": {head + `<Item><Nm>a</Nm></Item>`, bankxml.ErrTruncated},
		"cut in an element":    {head + `<Item><Nm>a`, bankxml.ErrTruncated},
		"only a declaration":   {`<?xml version="1.0"?>`, bankxml.ErrEmpty},
		"crossed tags":         {head + `<Item><Nm></Item></Nm></Document>`, bankxml.ErrNotXML},
		"two roots":            {head + `</Document><Document/>`, bankxml.ErrTrailing},
		"text after":           {head + `</Document>and more`, bankxml.ErrTrailing},
		"UTF-16 announced":     {`<?xml version="1.0" encoding="UTF-16"?>` + head[38:] + `</Document>`, bankxml.ErrEncoding},
		"not UTF-8":            {head + "<Item><Nm>Gu\xe9ret</Nm></Item></Document>", bankxml.ErrEncoding},
		"too deep":             {head + strings.Repeat("<a>", 100), bankxml.ErrTangled},
		"endless text":         {head + "<Item><Nm>" + strings.Repeat("a", 2<<20), bankxml.ErrTangled},
	}
	for name, c := range cases {
		if _, err := read(strings.NewReader(c.file)); !errors.Is(err, c.want) {
			t.Errorf("%s: %v, want %v", name, err, c.want)
		}
	}
}

func TestRefusesAnotherMessage(t *testing.T) {
	t.Parallel()
	for _, root := range []string{
		`<Document xmlns="urn:iso:std:iso:20022:tech:xsd:pain.002.001.11"/>`,
		`<Document xmlns="http://exemple.fr"/>`, `<Document/>`, `<html/>`,
		`<Statement xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"/>`,
	} {
		_, err := bankxml.Open(strings.NewReader(root), "camt.053")
		if refusal, ok := fault.As(err); !ok || !strings.Contains(refusal.Sentence, "camt.053 est attendu") {
			t.Errorf("%s: %v", root, err)
		}
	}
}

func TestAmountsAreExact(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]int64{"0": 0, "0.00": 0, ".00": 0, "12": 1200, "12.5": 1250, "12.50": 1250, "12.50000": 1250, " 7.01 ": 701} {
		if got, err := bankxml.Cents(text); err != nil || int64(got) != want {
			t.Errorf("%q: %d %v", text, got, err)
		}
	}
	for _, text := range []string{"", ".", "-1", "+1", "1,5", "1.001", "1e3", "1 000", "9999999999999999"} {
		if got, err := bankxml.Cents(text); err == nil {
			t.Errorf("%q: %d, want a refusal", text, got)
		}
	}
	if _, err := (bankxml.Amount{Currency: "CHF", Text: "1"}).Cents(); !errors.Is(err, bankxml.ErrCurrency) {
		t.Errorf("francs: %v", err)
	}
}

// endless sends the same item for ever.
type endless struct {
	head io.Reader
	unit []byte
	rest []byte
}

func (e *endless) Read(p []byte) (int, error) {
	if n, err := e.head.Read(p); err == nil {
		return n, nil
	}
	if len(e.rest) == 0 {
		e.rest = e.unit
	}
	n := copy(p, e.rest)
	e.rest = e.rest[n:]
	return n, nil
}

func TestAHugeFileIsRefusedWithoutBeingHeld(t *testing.T) {
	var before, after runtime.MemStats
	unit := []byte(`<Skip>` + strings.Repeat(" ", 64<<10) + `</Skip>`)
	runtime.GC()
	runtime.ReadMemStats(&before)
	_, err := read(&endless{head: strings.NewReader(head), unit: unit})
	runtime.GC()
	runtime.ReadMemStats(&after)
	if !errors.Is(err, bankxml.ErrTooBig) {
		t.Fatalf("%v, want %v", err, bankxml.ErrTooBig)
	}
	if grown := int64(after.HeapSys) - int64(before.HeapSys); grown > 16<<20 {
		t.Errorf("the heap grew by %d MiB", grown>>20)
	}
}

func FuzzNothingPanics(f *testing.F) {
	f.Add([]byte(head + `<Item><Nm>a</Nm></Item></Document>`))
	f.Add([]byte(`<!DOCTYPE a><a/>`))
	f.Fuzz(func(t *testing.T, file []byte) {
		_, err := read(bytes.NewReader(file))
		if _, refused := fault.As(err); err != nil && !refused {
			t.Errorf("not a sentence: %v", err)
		}
	})
}
