package facturx

import (
	"bytes"
	"compress/zlib"
	"crypto/sha256"
	_ "embed" // the colour profile
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"time"
	"unicode/utf16"
)

// FileName is the name that readers of Factur-X look for.
const FileName = "factur-x.xml"

// LevelExtended is how the profile EXTENDED is named in a PDF's own metadata.
const LevelExtended = "EXTENDED"

//go:embed icc/sRGB2014.icc
var profile []byte

// Description is what a PDF says of itself.
type Description struct {
	Title     string
	Author    string
	Subject   string
	CreatedAt time.Time
	Profile   string // LevelExtended
}

// ErrPDF refuses a page that this package cannot carry further: encrypted, not
// written by a plain writer, or not a PDF.
var ErrPDF = errors.New("not a plain PDF")

// Embed makes a PDF/A-3B of a plain PDF whose fonts are embedded and whose
// colours are RGB or gray, with the message inside as factur-x.xml. It appends
// to the page and rewrites nothing of it; the same input gives the same bytes.
func Embed(page, message []byte, d Description) ([]byte, error) {
	u, err := newUpdate(page)
	if err != nil {
		return nil, err
	}
	at := d.CreatedAt.UTC()
	icc := u.stream("/N 3 /Alternate /DeviceRGB", profile)
	file := u.stream(fmt.Sprintf("/Type /EmbeddedFile /Subtype /text#2Fxml /Params << /Size %d /ModDate %s >>", len(message), pdfDate(at)), message)
	spec := u.object(fmt.Sprintf("<< /Type /Filespec /F (%s) /UF (%s) /Desc (Facture lisible par une machine) /AFRelationship /Alternative /EF << /F %d 0 R /UF %d 0 R >> >>",
		FileName, FileName, file, file))
	metadata := u.plain("/Type /Metadata /Subtype /XML", xmp(d, at))
	u.replace(u.info, fmt.Sprintf("<< /Title %s /Author %s /Subject %s /Creator %s /Producer %s /CreationDate %s /ModDate %s >>",
		pdfText(d.Title), pdfText(d.Author), pdfText(d.Subject), pdfText(creator), pdfText(creator), pdfDate(at), pdfDate(at)))
	u.replace(u.root, fmt.Sprintf("<< /Type /Catalog /Version /1.7 /Pages %s /Lang (fr-FR) /Metadata %d 0 R /ViewerPreferences << /DisplayDocTitle true >>\n"+
		"/OutputIntents [ << /Type /OutputIntent /S /GTS_PDFA1 /OutputConditionIdentifier (sRGB IEC61966-2.1) /Info (sRGB IEC61966-2.1) /RegistryName (http://www.color.org) /DestOutputProfile %d 0 R >> ]\n"+
		"/AF [ %d 0 R ] /Names << /EmbeddedFiles << /Names [ (%s) %d 0 R ] >> >> >>", u.pages, metadata, icc, spec, FileName, spec))
	return u.finish(sha256.Sum256(append(bytes.Clone(page), message...))), nil
}

const creator = "Passnum"

// update appends objects to a PDF, as its own format allows.
type update struct {
	out        bytes.Buffer
	pages      string
	root, info int
	next       int
	previous   int
	where      []position
}

type position struct{ number, offset int }

var (
	startPattern   = regexp.MustCompile(`startxref\s+(\d+)\s+%%EOF\s*$`)
	trailerPattern = regexp.MustCompile(`(?s)trailer\s*<<(.*?)>>\s*startxref\s+\d+\s+%%EOF\s*$`)
	sizePattern    = regexp.MustCompile(`/Size\s+(\d+)`)
	rootPattern    = regexp.MustCompile(`/Root\s+(\d+)\s+0\s+R`)
	infoPattern    = regexp.MustCompile(`/Info\s+(\d+)\s+0\s+R`)
	pagesPattern   = regexp.MustCompile(`/Pages\s+(\d+\s+0\s+R)`)
)

func newUpdate(page []byte) (*update, error) {
	start, trailer := startPattern.FindSubmatch(page), trailerPattern.FindSubmatch(page)
	if !bytes.HasPrefix(page, []byte("%PDF-1.")) || start == nil || trailer == nil || bytes.Contains(trailer[1], []byte("/Encrypt")) {
		return nil, ErrPDF
	}
	u := &update{previous: number(start)}
	u.root, u.info, u.next = number(rootPattern.FindSubmatch(trailer[1])), number(infoPattern.FindSubmatch(trailer[1])), number(sizePattern.FindSubmatch(trailer[1]))
	begin := bytes.LastIndex(page, fmt.Appendf(nil, "\n%d 0 obj", u.root))
	if u.root == 0 || u.info == 0 || u.next == 0 || begin < 0 {
		return nil, ErrPDF
	}
	end := bytes.Index(page[begin:], []byte("endobj"))
	if end < 0 {
		return nil, ErrPDF
	}
	pages := pagesPattern.FindSubmatch(page[begin : begin+end])
	if pages == nil {
		return nil, ErrPDF
	}
	u.pages = string(pages[1])
	u.out.Write(page)
	return u, nil
}

func number(match [][]byte) int {
	if match == nil {
		return 0
	}
	n, err := strconv.Atoi(string(match[1]))
	if err != nil {
		return 0
	}
	return n
}

// object appends a new object and returns its number.
func (u *update) object(body string) int {
	n := u.next
	u.next++
	u.replace(n, body)
	return n
}

// replace appends a newer version of an object.
func (u *update) replace(n int, body string) {
	u.where = append(u.where, position{n, u.out.Len()})
	fmt.Fprintf(&u.out, "%d 0 obj\n%s\nendobj\n", n, body)
}

// stream appends compressed content.
func (u *update) stream(entries string, content []byte) int {
	var packed bytes.Buffer
	w := zlib.NewWriter(&packed)
	_, _ = w.Write(content) // a buffer takes everything
	_ = w.Close()
	return u.plain(entries+" /Filter /FlateDecode", packed.Bytes())
}

// plain appends content as it is: metadata must be readable by a program that
// knows nothing of PDF.
func (u *update) plain(entries string, content []byte) int {
	return u.object(fmt.Sprintf("<< %s /Length %d >>\nstream\n%s\nendstream", entries, len(content), content))
}

// finish writes where the new objects are, after what the page said.
func (u *update) finish(id [32]byte) []byte {
	at := u.out.Len()
	u.out.WriteString("xref\n")
	for _, p := range u.where {
		fmt.Fprintf(&u.out, "%d 1\n%010d 00000 n \n", p.number, p.offset)
	}
	fmt.Fprintf(&u.out, "trailer\n<< /Size %d /Root %d 0 R /Info %d 0 R /Prev %d /ID [ <%x> <%x> ] >>\nstartxref\n%d\n%%%%EOF\n",
		u.next, u.root, u.info, u.previous, id[:16], id[:16], at)
	return u.out.Bytes()
}

func pdfDate(t time.Time) string { return "(" + t.Format("D:20060102150405") + "Z)" }

// pdfText writes a text string in UTF-16, which every reader knows.
func pdfText(s string) string {
	out := []byte("<FEFF")
	for _, unit := range utf16.Encode([]rune(s)) {
		out = fmt.Appendf(out, "%04X", unit)
	}
	return string(append(out, '>'))
}
