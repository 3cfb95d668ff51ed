package mednum

import (
	"bytes"
	"encoding/binary"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"

	"passnum/internal/fault"
)

var (
	errNotText = fault.Field("fichier", "Ce fichier n’est pas un CSV\u00a0: enregistrez-le au format « CSV UTF-8 » avant de l’envoyer.")
	errEmpty   = fault.Field("fichier", "Ce fichier est vide.")
)

// decode turns a file into text, whichever program wrote it.
func decode(content []byte) (text, encoding string, err error) {
	switch {
	case bytes.HasPrefix(content, []byte("\xff\xfe")), bytes.HasPrefix(content, []byte("\xfe\xff")):
		text, encoding = decode16(content), "UTF-16"
	case bytes.HasPrefix(content, []byte("PK\x03\x04")), bytes.HasPrefix(content, []byte("\xd0\xcf\x11\xe0")):
		return "", "", fault.Field("fichier", "Ceci est un classeur. Dans le tableur, choisissez « Enregistrer sous », puis « CSV UTF-8 ».")
	default:
		text, encoding = decode8(content)
	}
	if strings.ContainsRune(text, 0) {
		return "", "", errNotText
	}
	if strings.TrimSpace(text) == "" {
		return "", "", errEmpty
	}
	return text, encoding, nil
}

func decode8(content []byte) (text, encoding string) {
	rest, marked := bytes.CutPrefix(content, []byte("\xef\xbb\xbf"))
	switch {
	case utf8.Valid(rest) && marked:
		return string(rest), "UTF-8 avec marque d’ordre"
	case utf8.Valid(rest):
		return string(rest), "UTF-8"
	}
	return decodeLines(rest)
}

// decodeLines reads line by line a file that is not UTF-8 throughout: files put
// together from several ones are each way in turn.
func decodeLines(content []byte) (text, encoding string) {
	var b strings.Builder
	b.Grow(len(content) + len(content)/8)
	encoding = "Windows-1252"
	for line := range bytes.Lines(content) {
		if utf8.Valid(line) {
			if bytes.ContainsFunc(line, func(c rune) bool { return c >= utf8.RuneSelf }) {
				encoding = "UTF-8 et Windows-1252 mêlés"
			}
			b.Write(line)
			continue
		}
		for _, c := range line {
			b.WriteRune(charmap.Windows1252.DecodeByte(c))
		}
	}
	return b.String(), encoding
}

func decode16(content []byte) string {
	var order binary.ByteOrder = binary.LittleEndian
	if content[0] == 0xfe {
		order = binary.BigEndian
	}
	units := make([]uint16, 0, len(content)/2)
	for i := 2; i+1 < len(content); i += 2 {
		units = append(units, order.Uint16(content[i:]))
	}
	return string(utf16.Decode(units))
}
