package print

import (
	"bufio"
	"bytes"
	"compress/zlib"
	"errors"
	"fmt"
	"io"
	"strconv"

	"codeberg.org/go-pdf/fpdf"
)

// pageStream writes a PDF whose pages leave one by one. The PDF library keeps
// every page until the end, hundreds of megabytes for a large run; here it only
// makes the prototype, whose objects (fonts, grounds, logo, catalogue) come
// first in the file. The pages follow, then the page tree that replaces the
// prototype's, then one plain cross-reference table.
type pageStream struct {
	pdf     *fpdf.Fpdf
	out     *bufio.Writer
	at      int64
	offsets []int64 // by object number
	trailer []byte
	first   int // number of the first page object
	zip     *zlib.Writer
	packed  bytes.Buffer
	head    []byte
	boxes   string // of every page
}

// pagesObject is the number that the library gives to the page tree.
const pagesObject = 1

var errPrototype = errors.New("print: unexpected layout of the prototype document")

func newPageStream(w io.Writer, pdf *fpdf.Fpdf, boxes string) (*pageStream, error) {
	var prototype bytes.Buffer
	if err := pdf.Output(&prototype); err != nil {
		return nil, fmt.Errorf("print: prototype: %w", err)
	}
	s := &pageStream{pdf: pdf, out: bufio.NewWriterSize(w, 1<<16), boxes: boxes}
	var err error
	if s.zip, err = zlib.NewWriterLevel(&s.packed, zlib.DefaultCompression); err != nil {
		return nil, err
	}
	body, table, ok := bytes.Cut(prototype.Bytes(), []byte("\nxref\n"))
	if !ok {
		return nil, errPrototype
	}
	if err := s.readTable(table); err != nil {
		return nil, err
	}
	s.first = len(s.offsets)
	s.write(append(body, '\n'))
	return s, nil
}

// readTable takes from the prototype's cross-reference table where its objects
// are, and from its trailer what names the catalogue and the description.
func (s *pageStream) readTable(table []byte) error {
	lines := bytes.Split(table, []byte("\n"))
	var count int
	if _, err := fmt.Sscanf(string(lines[0]), "0 %d", &count); err != nil || len(lines) < count+8 {
		return errPrototype
	}
	for _, line := range lines[1 : count+1] {
		offset, err := strconv.ParseInt(string(line[:10]), 10, 64)
		if err != nil {
			return errPrototype
		}
		s.offsets = append(s.offsets, offset)
	}
	for _, line := range lines[count+1:] {
		if bytes.HasPrefix(line, []byte("/Root ")) || bytes.HasPrefix(line, []byte("/Info ")) {
			s.trailer = append(append(s.trailer, line...), '\n')
		}
	}
	return nil
}

// write goes through bufio, which keeps the first error for close.
func (s *pageStream) write(p []byte) {
	n, _ := s.out.Write(p)
	s.at += int64(n)
}

func (s *pageStream) object() int {
	s.offsets = append(s.offsets, s.at)
	return len(s.offsets) - 1
}

// page writes one page with its content.
func (s *pageStream) page(content []byte) error {
	s.packed.Reset()
	s.zip.Reset(&s.packed)
	if _, err := s.zip.Write(content); err != nil {
		return err
	}
	if err := s.zip.Close(); err != nil {
		return err
	}
	n := s.object()
	s.head = fmt.Appendf(s.head[:0], "%d 0 obj\n<</Type /Page /Parent %d 0 R /Resources 2 0 R %s /Contents %d 0 R>>\nendobj\n",
		n, pagesObject, s.boxes, n+1)
	s.write(s.head)
	n = s.object()
	s.head = fmt.Appendf(s.head[:0], "%d 0 obj\n<</Filter /FlateDecode /Length %d>>\nstream\n", n, s.packed.Len())
	s.write(s.head)
	s.write(s.packed.Bytes())
	s.write([]byte("\nendstream\nendobj\n"))
	_, err := s.out.Write(nil)
	return err
}

// close writes the page tree, the cross-reference table and the trailer.
func (s *pageStream) close() error {
	s.offsets[pagesObject] = s.at
	tree := fmt.Appendf(nil, "%d 0 obj\n<</Type /Pages\n/Kids [", pagesObject)
	pages := 0
	for n := s.first; n < len(s.offsets); n += 2 {
		tree = fmt.Appendf(tree, "%d 0 R\n", n)
		pages++
	}
	s.write(fmt.Appendf(tree, "]\n/Count %d>>\nendobj\n", pages))
	xref := s.at
	s.write(fmt.Appendf(nil, "xref\n0 %d\n0000000000 65535 f \n", len(s.offsets)))
	for _, offset := range s.offsets[1:] {
		s.head = fmt.Appendf(s.head[:0], "%010d 00000 n \n", offset)
		s.write(s.head)
	}
	s.write(fmt.Appendf(nil, "trailer\n<<\n/Size %d\n%s>>\nstartxref\n%d\n%%%%EOF\n", len(s.offsets), s.trailer, xref))
	if err := s.out.Flush(); err != nil {
		return fmt.Errorf("print: %w", err)
	}
	return nil
}
