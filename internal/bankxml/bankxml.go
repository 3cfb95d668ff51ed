// Package bankxml reads the XML files of banks (ISO 20022) one token after the
// other. It refuses what could hurt: files that are too big, document type
// declarations and entities, encodings nobody sends, another message than the
// one expected, files cut short. Every refusal is one French sentence.
package bankxml

import (
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strings"

	"golang.org/x/net/html/charset"

	"passnum/internal/fault"
)

// Limit is the biggest file that is read.
const Limit = 50 << 20

const (
	deepest     = 64      // nested elements; ISO 20022 needs about fifteen
	longest     = 1 << 20 // bytes of one tag or one text
	endOfPrefix = "urn:iso:std:iso:20022:tech:xsd:"
)

// The refusals of a file as a whole.
var (
	ErrTooBig    = fault.New(fault.KindInvalid, "Ce fichier dépasse 50\u00a0Mo\u00a0: demandez à la banque des relevés plus courts (un par jour).")
	ErrEmpty     = fault.New(fault.KindInvalid, "Ce fichier est vide.")
	ErrNotXML    = fault.New(fault.KindInvalid, "Ce fichier n’est pas un fichier XML lisible.")
	ErrTruncated = fault.New(fault.KindInvalid, "Ce fichier est incomplet\u00a0: il s’arrête avant la fin. Téléchargez-le à nouveau auprès de la banque.")
	ErrDTD       = fault.New(fault.KindInvalid, "Ce fichier contient une déclaration de type (DTD) ou des entités\u00a0: aucune banque n’en envoie, il est refusé.")
	ErrEncoding  = fault.New(fault.KindInvalid, "L’encodage de ce fichier n’est pas reconnu\u00a0: UTF-8, ISO-8859-1 et Windows-1252 sont acceptés.")
	ErrTangled   = fault.New(fault.KindInvalid, "Ce fichier est construit d’une façon anormale (éléments trop profonds ou trop longs)\u00a0: il est refusé.")
	ErrTrailing  = fault.New(fault.KindInvalid, "Ce fichier contient quelque chose après sa fin\u00a0: il est refusé.")
)

// Document is a bank file being read, positioned inside its root element.
type Document struct {
	Family  string // "camt.053"
	Version string // "08"; told for the record, never decided upon
	Root    xml.StartElement

	guard   *guard
	decoder *xml.Decoder
}

// Open reads as far as the root element and checks that the file is one of the
// families ("camt.053"), whatever its version. Reading is streamed: memory does
// not depend on the size of the file.
func Open(r io.Reader, families ...string) (*Document, error) {
	g := newGuard(r)
	d := &Document{guard: g, decoder: xml.NewTokenDecoder(g)}
	for {
		token, err := d.decoder.Token()
		if errors.Is(err, io.EOF) && !g.begun {
			return nil, ErrEmpty
		}
		if err != nil {
			return nil, g.explain(err)
		}
		if start, ok := token.(xml.StartElement); ok {
			d.Root = start.Copy()
			return d, d.recognise(families)
		}
	}
}

var namespace = regexp.MustCompile(`^` + regexp.QuoteMeta(endOfPrefix) + `([a-z]{4}\.\d{3})\.\d{3}\.(\d{2})$`)

func (d *Document) recognise(families []string) error {
	found := namespace.FindStringSubmatch(strings.TrimSpace(d.Root.Name.Space))
	wanted := strings.Join(families, " ou ")
	if d.Root.Name.Local != "Document" || found == nil {
		return fault.New(fault.KindInvalid, fmt.Sprintf("Ce fichier XML n’est pas un message bancaire ISO 20022\u00a0: %s est attendu.", wanted))
	}
	d.Family, d.Version = found[1], found[2]
	for _, family := range families {
		if family == d.Family {
			return nil
		}
	}
	return fault.New(fault.KindInvalid, fmt.Sprintf("Ce fichier est un message %s\u00a0: %s est attendu.", d.Family, wanted))
}

// Children visits each element inside the one just entered, to its end. visit
// has to consume its element: Decode, Skip or Children.
func (d *Document) Children(visit func(xml.StartElement) error) error {
	for {
		token, err := d.decoder.Token()
		if err != nil {
			return d.guard.explain(err)
		}
		switch t := token.(type) {
		case xml.StartElement:
			if err := visit(t.Copy()); err != nil {
				return err
			}
		case xml.EndElement:
			return nil
		}
	}
}

// Decode reads the element that start opens into v, as encoding/xml does; tags
// without namespace fit every version.
func (d *Document) Decode(v any, start xml.StartElement) error {
	return d.guard.explain(d.decoder.DecodeElement(v, &start))
}

// Skip passes over the element just entered.
func (d *Document) Skip() error { return d.guard.explain(d.decoder.Skip()) }

// Finish checks that nothing follows the root element, which has to be consumed.
func (d *Document) Finish() error {
	for {
		token, err := d.decoder.Token()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return d.guard.explain(err)
		}
		if _, ok := token.(xml.StartElement); ok {
			return ErrTrailing
		}
	}
}

// accepted are the encodings that banks use; each reads as one of two.
var accepted = map[string]bool{
	"utf-8": true, "utf8": true, "us-ascii": true, "ascii": true,
	"iso-8859-1": true, "iso8859-1": true, "latin1": true, "iso-8859-15": true, "windows-1252": true, "cp1252": true,
}

func readEncoding(label string, r io.Reader) (io.Reader, error) {
	if !accepted[strings.ToLower(strings.TrimSpace(label))] {
		return nil, ErrEncoding
	}
	decoded, err := charset.NewReaderLabel(label, r)
	if err != nil {
		return nil, ErrEncoding
	}
	return decoded, nil
}
