package sheet

import (
	"fmt"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// ContentType is the media type of what Writer writes.
const ContentType = "text/csv; charset=utf-8"

// Attachment returns the Content-Disposition that saves an answer under name,
// accents kept by the browsers that can and dropped for the others.
func Attachment(name string) string {
	name = safeName(name)
	ascii := asciiName(name)
	header := `attachment; filename="` + ascii + `"`
	if ascii != name {
		header += "; filename*=UTF-8''" + percent(name)
	}
	return header
}

// safeName drops what could leave the folder or the header.
func safeName(name string) string {
	return strings.TrimLeft(strings.Map(func(r rune) rune {
		switch {
		case unicode.IsControl(r), unicode.Is(unicode.Cf, r):
			return -1
		case unicode.IsSpace(r):
			return ' '
		case strings.ContainsRune(`/\:*?"<>|`, r):
			return '-'
		default:
			return r
		}
	}, strings.ToValidUTF8(name, "")), ".")
}

func asciiName(name string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case unicode.Is(unicode.Mn, r):
			return -1
		case r > unicode.MaxASCII || r == '%':
			return '_'
		default:
			return r
		}
	}, norm.NFD.String(name))
}

func percent(name string) string {
	var b strings.Builder
	for _, c := range []byte(name) {
		if c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || strings.IndexByte("-._~", c) >= 0 {
			b.WriteByte(c)
		} else {
			fmt.Fprintf(&b, "%%%02X", c)
		}
	}
	return b.String()
}
