package code

import (
	"regexp"
	"strings"
	"unicode"

	"passnum/internal/fault"
)

// What Parse answers to something that is not a usable code. The sentences
// never quote what was typed.
var (
	// ErrMalformed is a code with a wrong length, symbol or check.
	ErrMalformed = fault.New(fault.KindInvalid,
		"Ce code est incomplet ou contient une erreur de frappe. Vérifiez les 16 caractères imprimés sur le chèque, sans 0, 1, I ni O.")
	// ErrSpecimen is the code of a specimen, printed on proofs and pictures.
	ErrSpecimen = fault.New(fault.KindInvalid,
		"Ce chèque est un spécimen, sans valeur. Demandez un vrai chèque.")
	// ErrCarnetSerial is the serial number of a carnet in place of a code.
	ErrCarnetSerial = fault.New(fault.KindInvalid,
		"Ceci est le numéro du carnet. Scannez le chèque lui-même, pas la couverture.")
	// ErrWiFi is the QR code that joins a wireless network, often on the same wall.
	ErrWiFi = fault.New(fault.KindInvalid,
		"Ce QR code sert à se connecter au Wi-Fi. Scannez celui qui est imprimé à côté du code du chèque.")
	// ErrSite is the address of some page that has nothing to do with chèques.
	ErrSite = fault.New(fault.KindInvalid,
		"Ce QR code mène à un site Internet, pas à un chèque. Scannez celui qui est imprimé à côté du code du chèque.")
	// ErrForeign is any other QR code: a telephone number, a visiting card.
	ErrForeign = fault.New(fault.KindInvalid,
		"Ce QR code n’est pas celui d’un chèque. Scannez celui qui est imprimé à côté du code du chèque.")
)

// The longest text a chèque's QR code or a hand can reasonably give.
const maxTyped = 2048

var (
	carnetSerial = regexp.MustCompile(`^C[0-9]{2}[- ]?[0-9]{3}[- ]?[0-9]{6}([-/ ][0-9]{1,2})?$`)
	scheme       = regexp.MustCompile(`^[A-Z][A-Z0-9+.]*://`)
	otherQR      = regexp.MustCompile(`^(MAILTO|TEL|SMS|SMSTO|GEO|MECARD|BEGIN|OTPAUTH|MATMSG|BITCOIN):`)
)

// Parse reads a code however it comes: typed with or without spaces, dashes
// and capitals, scanned as a whole address, or garbled by a US scanner on an
// AZERTY computer. It answers ErrMalformed, ErrSpecimen, ErrCarnetSerial,
// ErrWiFi, ErrSite or ErrForeign otherwise; Explain says more of ErrMalformed.
func Parse(typed string) (Code, error) {
	c, _, err := ParseAddress(typed)
	return c, err
}

// ParseAddress is Parse, and the host of the address that carries the code, in
// capitals; empty when the code came alone.
func ParseAddress(typed string) (c Code, host string, err error) {
	if len(typed) > maxTyped {
		return Code{}, "", ErrMalformed
	}
	text := tidy(typed)
	refusal := ErrMalformed
	for _, l := range layouts {
		upper := strings.ToUpper(l.undo(text))
		c, err := read(upper)
		if err == nil {
			return c, hostOf(upper), nil
		}
		if rank(err) > rank(refusal) {
			refusal = err
		}
	}
	return Code{}, "", refusal
}

// hostOf is the host, with its port, of an address in capitals.
func hostOf(text string) string {
	at := scheme.FindStringIndex(text)
	if at == nil {
		return ""
	}
	host, _, _ := strings.Cut(text[at[1]:], "/")
	return host
}

// rank orders refusals from the vaguest to the most telling: a text is read
// several times and the person gets the best explanation.
func rank(err *fault.Error) int {
	switch err {
	case ErrSpecimen:
		return 3
	case ErrCarnetSerial:
		return 2
	case ErrWiFi, ErrSite, ErrForeign:
		return 1
	default:
		return 0
	}
}

func read(text string) (Code, *fault.Error) {
	if err := stranger(text); err != nil {
		return Code{}, err
	}
	payload, ours := unwrap(text)
	s, spelt := spell(payload)
	if ours && spelt == Length {
		switch judge(s) {
		case valid:
			return newCode(s), nil
		case specimen:
			return Code{}, ErrSpecimen
		}
	}
	switch {
	case carnetSerial.MatchString(payload):
		return Code{}, ErrCarnetSerial
	case !ours, spelt < 0 && scheme.MatchString(text):
		return Code{}, ErrSite
	}
	return Code{}, ErrMalformed
}

// stranger tells the QR codes that no chèque carries; nil for the others.
func stranger(text string) *fault.Error {
	switch {
	case strings.HasPrefix(text, "WIFI:"):
		return ErrWiFi
	case strings.HasPrefix(text, "WWW."):
		return ErrSite
	case otherQR.MatchString(text):
		return ErrForeign
	default:
		return nil
	}
}

// unwrap returns what follows /P/ in an address, or the last part of another
// address, or the text itself; ours is false for an address that no chèque
// carries.
func unwrap(text string) (payload string, ours bool) {
	path, isAddress := scheme.ReplaceAllString(text, "/"), scheme.MatchString(text)
	if end := strings.IndexAny(path, "?#"); end >= 0 && isAddress {
		path = path[:end]
	}
	path = strings.TrimRight(path, "/")
	if at := strings.LastIndex(path, "/P/"); at >= 0 {
		return path[at+len("/P/"):], true
	}
	if isAddress {
		return path[strings.LastIndex(path, "/")+1:], false
	}
	return path, true
}

// spell reads the symbols of a text that holds nothing else than symbols and
// separators, and returns how many there are: at most one more than a code's,
// −1 when something else is in the way.
func spell(text string) (s symbols, n int) {
	for _, r := range text {
		if separates(r) {
			continue
		}
		v := strings.IndexRune(Alphabet, r)
		if v < 0 {
			return s, -1
		}
		if n == Length {
			return s, n + 1
		}
		s[n] = byte(v)
		n++
	}
	return s, n
}

func separates(r rune) bool {
	return r == '.' || r == '\u2212' || unicode.IsSpace(r) || unicode.Is(unicode.Pd, r)
}

// tidy drops what scanners and pasting add around and inside a text without
// showing: control characters, zero-width marks, spaces at both ends.
func tidy(typed string) string {
	return strings.TrimSpace(strings.Map(func(r rune) rune {
		if unicode.Is(unicode.Cf, r) || (unicode.IsControl(r) && !unicode.IsSpace(r)) {
			return -1
		}
		return r
	}, typed))
}
