package bankxml

import (
	"bufio"
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"strings"

	"passnum/internal/fault"
)

// guard hands tokens over one by one and refuses the dangerous ones, wherever
// they stand: a decoder built on it never sees them.
type guard struct {
	inner *xml.Decoder
	read  *meter
	depth int
	begun bool // something other than blanks was read
}

func newGuard(r io.Reader) *guard {
	m := &meter{source: bufio.NewReaderSize(r, 64<<10)}
	g := &guard{inner: xml.NewDecoder(m), read: m}
	g.inner.CharsetReader = readEncoding
	return g
}

// Token is xml.TokenReader's.
func (g *guard) Token() (xml.Token, error) {
	token, err := g.inner.Token()
	if err != nil {
		return nil, err
	}
	g.read.since = 0
	switch t := token.(type) {
	case xml.Directive:
		return nil, ErrDTD
	case xml.StartElement:
		g.begun = true
		if g.depth++; g.depth > deepest {
			return nil, ErrTangled
		}
	case xml.EndElement:
		g.depth--
	case xml.CharData:
		if text := bytes.TrimSpace(bytes.TrimPrefix(t, []byte("\ufeff"))); g.depth == 0 && len(text) > 0 {
			return nil, g.outside()
		}
	}
	return token, nil
}

func (g *guard) outside() error {
	if g.begun {
		return ErrTrailing
	}
	g.begun = true
	return ErrNotXML
}

// explain turns what encoding/xml says into a sentence; a failure of the file
// itself (a broken upload) stays as it is.
func (g *guard) explain(err error) error {
	if err == nil {
		return nil
	}
	if refusal, ok := fault.As(err); ok {
		return refusal
	}
	if g.read.failed != nil {
		return g.read.failed
	}
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return ErrTruncated
	}
	said := err.Error()
	switch {
	case strings.Contains(said, "unexpected EOF"):
		return ErrTruncated
	case strings.Contains(said, "character entity"):
		return ErrDTD
	case strings.Contains(said, "invalid UTF-8"), strings.Contains(said, "CharsetReader"):
		return ErrEncoding
	default:
		return ErrNotXML
	}
}

// meter counts what is read, in all and since the last token. It reads byte by
// byte for the decoder, which would otherwise buffer ahead of its tokens.
type meter struct {
	source *bufio.Reader
	total  int64
	since  int
	failed error
}

func (m *meter) ReadByte() (byte, error) {
	b, err := m.source.ReadByte()
	if err != nil {
		return 0, m.note(err)
	}
	m.total++
	m.since++
	if m.total > Limit {
		return 0, m.note(ErrTooBig)
	}
	if m.since > longest {
		return 0, m.note(ErrTangled)
	}
	return b, nil
}

// Read serves the readers that decode other encodings than UTF-8.
func (m *meter) Read(p []byte) (int, error) {
	if len(p) > 4096 {
		p = p[:4096]
	}
	n, err := m.source.Read(p)
	m.total += int64(n)
	m.since += n
	switch {
	case m.total > Limit:
		return 0, m.note(ErrTooBig)
	case m.since > longest:
		return 0, m.note(ErrTangled)
	case err != nil:
		return n, m.note(err)
	}
	return n, nil
}

func (m *meter) note(err error) error {
	if !errors.Is(err, io.EOF) {
		m.failed = err
	}
	return err
}
