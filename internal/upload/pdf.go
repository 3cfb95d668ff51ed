package upload

import "bytes"

// What a PDF may not hold: programs, ways of starting one, and other files
// (ISO 32000-1 §12.6.4, §7.11.4, §12.7.8, §13).
var activeNames = [][]byte{
	[]byte("/JavaScript"), []byte("/Launch"), []byte("/RichMedia"), []byte("/XFA"),
	[]byte("/SubmitForm"), []byte("/ImportData"), []byte("/GoToE"), []byte("/Rendition"),
}

// examinePDF refuses a PDF that can act, that is locked, or that is not whole. It
// does not build the document: whatever a reader could build must be written
// somewhere, in clear or in an object stream, and both are searched, so that a
// forged table of contents hides nothing.
func examinePDF(content []byte) error {
	end := afterLast(content, []byte("%%EOF"))
	if !bytes.Contains(content, []byte("%%EOF")) || !bytes.Contains(content, []byte("obj")) {
		return ErrBrokenPDF
	}
	if len(bytes.Trim(end, "\x00\t\n\f\r ")) > 0 {
		return ErrPolyglot
	}
	plain := plainNames(content)
	if named(plain, []byte("/Encrypt")) {
		return ErrLockedPDF
	}
	if acts(plain) {
		return ErrActivePDF
	}
	return examineStreams(content)
}

func acts(text []byte) bool {
	for _, name := range activeNames {
		if bytes.Contains(text, name) {
			return true
		}
	}
	return named(text, []byte("/EmbeddedFile")) || attaches(text)
}

// attaches finds an attached file: a specification whose /EF holds it. The list
// of them, /EmbeddedFiles, is written empty by common libraries, and holds
// nothing that has no specification. A picture's bytes may spell /EF by chance:
// what it holds must follow.
func attaches(text []byte) bool {
	for _, after := range bytes.Split(text, []byte("/EF"))[1:] {
		value := bytes.TrimLeft(after, " \t\r\n\f\x00")
		if len(value) > 0 && (value[0] == '<' || value[0] == '%' || len(value) < len(after) && value[0] >= '0' && value[0] <= '9') {
			return true
		}
	}
	return false
}

// named finds a whole name, not the beginning of a longer one.
func named(text, name []byte) bool {
	for at := 0; ; {
		i := bytes.Index(text[at:], name)
		if i < 0 {
			return false
		}
		at += i + len(name)
		if at == len(text) || bytes.IndexByte([]byte(" \t\r\n\f\x00/<>[]()%{}"), text[at]) >= 0 {
			return true
		}
	}
}

// plainNames undoes the #xx writing of names (ISO 32000-1 §7.3.5), which hides
// nothing from a reader.
func plainNames(text []byte) []byte {
	if !bytes.Contains(text, []byte("#")) {
		return text
	}
	out := make([]byte, 0, len(text))
	for i := 0; i < len(text); i++ {
		if text[i] == '#' && i+2 < len(text) {
			high, low := hexDigit(text[i+1]), hexDigit(text[i+2])
			if high >= 0 && low >= 0 {
				out = append(out, byte(high<<4|low))
				i += 2
				continue
			}
		}
		out = append(out, text[i])
	}
	return out
}

func hexDigit(c byte) int {
	switch {
	case c >= '0' && c <= '9':
		return int(c - '0')
	case c >= 'a' && c <= 'f':
		return int(c-'a') + 10
	case c >= 'A' && c <= 'F':
		return int(c-'A') + 10
	default:
		return -1
	}
}
