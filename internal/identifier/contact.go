package identifier

import (
	"net/mail"
	"regexp"
	"strings"
)

// Email is an address that a message can be sent to.
type Email string

// longestEmail is the limit of the mail protocol (RFC 5321).
const longestEmail = 254

// ParseEmail reads an e-mail address as typed; the part after @ is lowered, and
// a name around the address is refused.
func ParseEmail(typed string) (Email, error) {
	s := strings.TrimSpace(typed)
	if s == "" {
		return "", invalid("L’adresse électronique est vide.")
	}
	parsed, err := mail.ParseAddress(s)
	if err != nil || parsed.Address != s || len(s) > longestEmail {
		return "", invalid("Cette adresse électronique est mal formée%s: elle ressemble à nom@exemple.fr.", nbsp)
	}
	at := strings.LastIndexByte(s, '@')
	local, domain := s[:at], strings.ToLower(s[at+1:])
	if !strings.Contains(domain, ".") || strings.HasPrefix(domain, "[") {
		return "", invalid("Cette adresse électronique est incomplète%s: il manque la fin, comme «%s.fr%s».", nbsp, nbsp, nbsp)
	}
	return Email(local + "@" + domain), nil
}

// String gives the address.
func (e Email) String() string { return string(e) }

// Phone is a French telephone number in international form, as the national
// schema of places wants it: « +33555123456 ».
type Phone string

var nationalPhone = regexp.MustCompile(`^0[1-9]\d{8}$`)

// overseas gives the country code of the numbers used overseas, by their first
// four digits.
var overseas = map[string]string{
	"0590": "+590", "0690": "+590", "0691": "+590", "0594": "+594", "0694": "+594",
	"0596": "+596", "0696": "+596", "0697": "+596", "0262": "+262", "0263": "+262", "0269": "+262",
	"0639": "+262", "0692": "+262", "0693": "+262", "0508": "+508",
}

// countryCodes are those of the French numbering plan, mainland and overseas.
var countryCodes = []string{"+33", "+590", "+594", "+596", "+262", "+508"}

// ParsePhone reads a French telephone number as typed, with or without its
// country code.
func ParsePhone(typed string) (Phone, error) {
	s := strings.NewReplacer("(0)", "", "(", "", ")", "").Replace(squeeze(typed))
	if s == "" {
		return "", invalid("Le numéro de téléphone est vide.")
	}
	if rest, ok := strings.CutPrefix(s, "00"); ok {
		s = "+" + rest
	}
	if national, ok := toNational(s); ok {
		s = national
	} else if strings.HasPrefix(s, "+") {
		return "", invalid("Ce numéro n’est pas français%s: il commence par +33, ou par l’indicatif d’un territoire d’outre-mer.", nbsp)
	}
	if err := checkDigits(s, "Le numéro de téléphone", 10); err != nil {
		return "", err
	}
	if !nationalPhone.MatchString(s) {
		return "", invalid("Un numéro de téléphone français commence par 0, comme 05 55 12 34 56.")
	}
	if code, ok := overseas[s[:4]]; ok {
		return Phone(code + s[1:]), nil
	}
	return Phone("+33" + s[1:]), nil
}

// toNational turns « +33 5… » into « 05… ».
func toNational(s string) (string, bool) {
	for _, code := range countryCodes {
		if rest, ok := strings.CutPrefix(s, code); ok {
			return "0" + strings.TrimPrefix(rest, "0"), true
		}
	}
	return s, false
}

// String gives the international form.
func (p Phone) String() string { return string(p) }

// Grouped writes « 05 55 12 34 56 », the way people dial it in France.
func (p Phone) Grouped() string {
	national, ok := toNational(string(p))
	if !ok {
		return string(p)
	}
	return group(national, 2)
}
