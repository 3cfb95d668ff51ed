package identifier

import (
	"regexp"
	"strings"
	"unicode/utf8"

	"passnum/internal/fault"
	"passnum/internal/fold"
)

// lineWidth is the longest line that sorting machines read (NF Z10-011).
const lineWidth = 38

// PostalAddress is a French postal address, its parts kept apart because bank
// files and the national schema of places each want them their own way.
type PostalAddress struct {
	// Complement is the building, entrance or floor: line 3 of the envelope.
	Complement string `json:"complement,omitempty"`
	// Number is the number in the street with its suffix: « 12 bis ».
	Number string `json:"number,omitempty"`
	// Street is the way without its number; empty where houses have none.
	Street string `json:"street,omitempty"`
	// Locality is the hamlet, the BP or the CS: line 5 of the envelope.
	Locality   string `json:"locality,omitempty"`
	PostalCode string `json:"postal_code"`
	Town       string `json:"town"`
	// CommuneCode is the INSEE code: the key to the territory, unlike the
	// postal code, which several communes share.
	CommuneCode string `json:"commune_code,omitempty"`
}

var (
	postalCodePattern = regexp.MustCompile(`^\d{5}$`)
	numberPattern     = regexp.MustCompile(`(?i)^(\d{1,5}(?:\s?[-/]\s?\d{1,5})?)(?:\s?(bis|ter|quater|[a-z]))?(?:\s*,\s*|\s+)(\S.*)$`)
)

// SplitStreet parts « 12 bis, rue des Lilas » into « 12 bis » and « rue des
// Lilas »; the number is empty when there is none.
func SplitStreet(typed string) (number, street string) {
	s := strings.Join(strings.Fields(typed), " ")
	m := numberPattern.FindStringSubmatch(s)
	if m == nil {
		return "", s
	}
	number = strings.ReplaceAll(m[1], " ", "")
	if m[2] != "" {
		number += " " + strings.ToLower(m[2])
	}
	return number, m[3]
}

// Normalised trims every part and moves a number typed at the head of the
// street to its own field.
func (a PostalAddress) Normalised() PostalAddress {
	for _, part := range []*string{&a.Complement, &a.Number, &a.Street, &a.Locality, &a.Town, &a.CommuneCode} {
		*part = strings.Join(strings.Fields(*part), " ")
	}
	a.PostalCode = squeeze(a.PostalCode)
	if a.Number == "" {
		a.Number, a.Street = SplitStreet(a.Street)
	}
	return a
}

// Validate refuses, field by field, an address that cannot be delivered; the
// names of the fields are those of forms: complement, street, locality,
// postal_code, town. Prefix comes before each of them (« billing_ »).
func (a PostalAddress) Validate(prefix string) error {
	var c fault.Collector
	c.Check(a.Street != "" || a.Locality != "", prefix+"street", "Saisissez le numéro et la rue, ou le lieu-dit.")
	c.Check(a.PostalCode != "", prefix+"postal_code", "Saisissez le code postal.")
	c.Check(a.PostalCode == "" || postalCodePattern.MatchString(a.PostalCode), prefix+"postal_code", "Le code postal compte 5"+nbsp+"chiffres, comme 23000.")
	c.Check(a.Town != "", prefix+"town", "Saisissez la ville.")
	for _, line := range []struct{ field, text string }{
		{"complement", a.Complement}, {"street", a.streetLine()}, {"locality", a.Locality}, {"town", a.lastLine()},
	} {
		n := utf8.RuneCountInString(line.text)
		c.Check(n <= lineWidth, prefix+line.field,
			invalid("Cette ligne compte %d caractères%s; la poste n’en lit que %d. Abrégez-la.", n, nbsp, lineWidth).Sentence)
	}
	return c.Err()
}

// Lines gives the address as an envelope wants it (NF Z10-011): the recipient's
// lines first, at most six lines in all, the last one in plain capitals. Lines
// longer than 38 characters are cut at a word and carried over when there is
// room.
func (a PostalAddress) Lines(recipient ...string) []string {
	body := []string{a.Complement, a.streetLine(), a.Locality}
	room := 5
	for _, l := range body {
		if l != "" {
			room--
		}
	}
	var lines []string
	for _, r := range recipient {
		lines = append(lines, wrap(r)...)
	}
	lines = lines[:min(len(lines), room)]
	for _, l := range body {
		if l != "" {
			lines = append(lines, clip(l))
		}
	}
	return append(lines, clip(a.lastLine()))
}

// OneLine writes the address for a table or a sentence.
func (a PostalAddress) OneLine() string {
	var parts []string
	for _, p := range []string{a.Complement, a.streetLine(), a.Locality, strings.TrimSpace(a.PostalCode + " " + a.Town)} {
		if p != "" {
			parts = append(parts, p)
		}
	}
	return strings.Join(parts, ", ")
}

// IsZero reports whether nothing was typed at all.
func (a PostalAddress) IsZero() bool { return a == PostalAddress{} }

func (a PostalAddress) streetLine() string { return strings.TrimSpace(a.Number + " " + a.Street) }

func (a PostalAddress) lastLine() string {
	return strings.TrimSpace(a.PostalCode + " " + fold.Capitals(a.Town))
}

// wrap cuts a line at words into lines of at most 38 characters.
func wrap(text string) []string {
	var lines []string
	line := ""
	for word := range strings.FieldsSeq(text) {
		if line != "" && utf8.RuneCountInString(line)+1+utf8.RuneCountInString(word) > lineWidth {
			lines = append(lines, clip(line))
			line = ""
		}
		line = strings.TrimSpace(line + " " + word)
	}
	if line != "" {
		lines = append(lines, clip(line))
	}
	return lines
}

func clip(line string) string {
	r := []rune(line)
	return strings.TrimSpace(string(r[:min(len(r), lineWidth)]))
}
