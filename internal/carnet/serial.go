// Package carnet holds the booklet and its chèques: serials, the rules that say
// whether a chèque may be redeemed, minting, and what a print run needs. It
// refuses to keep a chèque's code: a code is derived when it is printed and
// looked up by keyed hash when it is presented.
package carnet

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"passnum/internal/fault"
)

var serialPattern = regexp.MustCompile(`^C(\d{2})-(\d{3,})-(\d{6})$`)

// Serial is the public number of a carnet: order 2026-014, carnet 1258 gives
// « C26-014-001258 ».
func Serial(orderNumber string, number int) string {
	return fmt.Sprintf("C%s-%06d", strings.TrimPrefix(orderNumber, "20"), number)
}

// ErrSerial refuses a text that is not a carnet's number.
var ErrSerial = fault.Field("carnet", "Ce n’est pas un numéro de carnet. Il est sur la couverture et ressemble à C26-014-001258.")

// wedge undoes a scanner set for a US keyboard on a French computer, where the
// unshifted digit row types other signs and the hyphen types a closing bracket.
var wedge = strings.NewReplacer("à", "0", "&", "1", "é", "2", "\"", "3", "'", "4", "(", "5", "§", "6", "è", "7", "_", "8", "!", "8", "ç", "9", ")", "-")

// ParseSerial reads a carnet's number as typed or scanned: lower case, without
// hyphens, or mangled by a keyboard layout. ErrSerial otherwise.
func ParseSerial(typed string) (string, error) {
	text := strings.ToLower(strings.TrimSpace(typed))
	for _, attempt := range []string{text, wedge.Replace(text), wedge.Replace(strings.ReplaceAll(text, "-", "6"))} {
		if serial, ok := normaliseSerial(attempt); ok {
			return serial, nil
		}
	}
	return "", ErrSerial
}

func normaliseSerial(text string) (string, bool) {
	clean := strings.ToUpper(strings.NewReplacer(" ", "", "\u00a0", "", "\t", "").Replace(text))
	if serialPattern.MatchString(clean) {
		return clean, true
	}
	digits := strings.ReplaceAll(strings.TrimPrefix(clean, "C"), "-", "")
	if len(digits) < 11 || strings.Trim(digits, "0123456789") != "" {
		return "", false
	}
	return fmt.Sprintf("C%s-%s-%s", digits[:2], digits[2:len(digits)-6], digits[len(digits)-6:]), true
}

// NumberOf is the rank of a carnet in its order, read from its serial.
func NumberOf(serial string) (int, bool) {
	m := serialPattern.FindStringSubmatch(serial)
	if m == nil {
		return 0, false
	}
	n, err := strconv.Atoi(m[3])
	return n, err == nil
}
