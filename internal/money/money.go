// Package money holds amounts as integer cents of euro and writes them the
// French way. It refuses floating point.
package money

import (
	"errors"
	"strconv"
	"strings"
)

// Cents is an amount in euro cents; negative amounts are owed.
type Cents int64

// The spaces of French numbers: narrow between thousands, plain no-break
// before the sign.
const (
	narrowNoBreak = "\u202f"
	noBreak       = "\u00a0"
)

// String writes the amount for a screen: « 1 234,56 € ».
func (c Cents) String() string { return c.format(narrowNoBreak) }

// Plain writes the amount for a PDF, whose font has no narrow no-break space.
func (c Cents) Plain() string { return c.format(noBreak) }

// Short drops « ,00 » from whole amounts: « 10 € ».
func (c Cents) Short() string { return strings.Replace(c.String(), ",00", "", 1) }

// Decimal writes the amount as banks and spreadsheets read it: « 1234.56 ».
func (c Cents) Decimal() string {
	sign, n := "", int64(c)
	if n < 0 {
		sign, n = "-", -n
	}
	return sign + strconv.FormatInt(n/100, 10) + "." + twoDigits(n%100)
}

func (c Cents) format(thousands string) string {
	sign, n := "", int64(c)
	if n < 0 {
		sign, n = "−", -n
	}
	return sign + group(n/100, thousands) + "," + twoDigits(n%100) + noBreak + "€"
}

// Count writes a whole number for a screen: « 12 345 ».
func Count(n int64) string {
	if n < 0 {
		return "−" + group(-n, narrowNoBreak)
	}
	return group(n, narrowNoBreak)
}

func group(n int64, sep string) string {
	s := strconv.FormatInt(n, 10)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + sep + s[i:]
	}
	return s
}

func twoDigits(n int64) string {
	if n < 10 {
		return "0" + strconv.FormatInt(n, 10)
	}
	return strconv.FormatInt(n, 10)
}

// ErrAmount is returned by Parse for anything that is not an amount in euros.
var ErrAmount = errors.New("not an amount in euros")

// Parse reads an amount in euros as a person types it: « 1 234,5 », « 10 € ».
func Parse(s string) (Cents, error) {
	clean := strings.NewReplacer(" ", "", noBreak, "", narrowNoBreak, "", "€", "", ",", ".").Replace(strings.TrimSpace(s))
	whole, frac, _ := strings.Cut(clean, ".")
	if whole == "" || len(frac) > 2 || strings.ContainsAny(clean, "+-") {
		return 0, ErrAmount
	}
	euros, err := strconv.ParseInt(whole, 10, 64)
	if err != nil || euros > 1_000_000_000 {
		return 0, ErrAmount
	}
	cents, err := strconv.ParseInt((frac + "00")[:2], 10, 64)
	if err != nil {
		return 0, ErrAmount
	}
	return Cents(euros*100 + cents), nil
}

// BasisPoints is a rate in hundredths of a percent: 4 % is 400.
type BasisPoints int64

// VATStandard is the French standard rate, 20 % (article 278 CGI, now CIBS).
const VATStandard BasisPoints = 2000

// Of applies the rate, rounding half away from zero to the cent.
func (r BasisPoints) Of(c Cents) Cents {
	product := int64(c) * int64(r)
	if product < 0 {
		return Cents((product - 5000) / 10000)
	}
	return Cents((product + 5000) / 10000)
}

// String writes the rate: « 4 % », « 5,5 % ».
func (r BasisPoints) String() string {
	s := strconv.FormatInt(int64(r)/100, 10)
	if frac := int64(r) % 100; frac != 0 {
		s += "," + strings.TrimRight(twoDigits(frac), "0")
	}
	return s + noBreak + "%"
}
