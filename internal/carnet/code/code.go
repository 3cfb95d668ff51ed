// Package code is the printed chèque code: its alphabet, its check symbols,
// how people and scanners type it, and the keys it is derived from. A code is
// cash, so the package refuses to show one unless asked by name (Clear,
// Grouped, QR), and no error of its own ever quotes what was typed.
package code

import (
	"fmt"
	"io"
	"log/slog"
	"strings"
	"unique"
)

// Alphabet holds the symbols of a code, in the order of their values. They
// keep their key on an AZERTY keyboard and none looks like another.
const Alphabet = "23456789BCDFGHJKNPRSTVX"

// Length is the number of symbols of a code, check symbols included.
const Length = 16

const (
	radix     = len(Alphabet)
	dataLen   = Length - 2
	redaction = "code masqué"
)

// symbols are the values, 0 to 22, of the 16 symbols of a code.
type symbols [Length]byte

// Code is one printed code, valid or specimen. It can be compared with == and
// prints itself masked everywhere. The zero Code is no code at all.
type Code struct {
	// The symbols in clear, behind an interned pointer to a string: fmt calls
	// no method on an unexported field of somebody else's struct, and prints
	// in full whatever else could be here.
	clear unique.Handle[string]
}

func newCode(s symbols) Code {
	clear := s.ascii()
	return Code{clear: unique.Make(string(clear[:]))}
}

// IsZero reports whether c holds no code.
func (c Code) IsZero() bool { return c == Code{} }

// IsSpecimen reports whether c is a specimen, which can never be redeemed.
func (c Code) IsSpecimen() bool {
	s, _ := spell(c.Clear())
	return judge(s) == specimen
}

// Clear returns the 16 symbols in clear: for print and for keyed hashes only.
func (c Code) Clear() string {
	if c.IsZero() {
		return ""
	}
	return c.clear.Value()
}

// Grouped returns the symbols as printed on a chèque: « 7KR4 B2XN 93HD TVGC ».
func (c Code) Grouped() string {
	s := c.Clear()
	if s == "" {
		return ""
	}
	return s[0:4] + " " + s[4:8] + " " + s[8:12] + " " + s[12:16]
}

// QR returns the content of the chèque's QR code, whose capitals keep it in
// the dense alphanumeric mode: « HTTPS://HOST/P/CODE ».
func (c Code) QR(host string) string {
	return "HTTPS://" + strings.ToUpper(host) + "/P/" + c.Clear()
}

// String masks the code.
func (c Code) String() string { return redaction }

// Format masks the code under every verb.
func (c Code) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, redaction) }

// LogValue masks the code in logs.
func (c Code) LogValue() slog.Value { return slog.StringValue(redaction) }

// MarshalText masks the code; a code is never echoed.
func (c Code) MarshalText() ([]byte, error) { return []byte(redaction), nil }

// MarshalJSON masks the code; a code is never echoed.
func (c Code) MarshalJSON() ([]byte, error) { return []byte(`"` + redaction + `"`), nil }

func (s symbols) ascii() (clear [Length]byte) {
	for i, v := range s {
		clear[i] = Alphabet[v]
	}
	return clear
}
