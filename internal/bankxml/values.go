package bankxml

import (
	"strconv"
	"strings"
	"time"

	"passnum/internal/fault"
	"passnum/internal/money"
)

// The refusals of a value.
var (
	ErrAmount   = fault.New(fault.KindInvalid, "Un montant de ce fichier n’est pas lisible.")
	ErrCurrency = fault.New(fault.KindInvalid, "Ce fichier contient un montant dans une autre monnaie que l’euro.")
	ErrDate     = fault.New(fault.KindInvalid, "Une date de ce fichier n’est pas lisible.")
)

// Amount is an amount with its currency, as the file writes it.
type Amount struct {
	Currency string `xml:"Ccy,attr"`
	Text     string `xml:",chardata"`
}

// Cents reads the amount, which has to be in euros, exact to the cent and not
// negative: ISO 20022 tells the direction apart.
func (a Amount) Cents() (money.Cents, error) {
	if a.Currency != "EUR" {
		return 0, ErrCurrency
	}
	return Cents(a.Text)
}

// Cents reads « 1520.50 » exactly; digits past the cent have to be zeros.
func Cents(text string) (money.Cents, error) {
	whole, fraction, _ := strings.Cut(strings.TrimSpace(text), ".")
	if whole+fraction == "" || len(whole) > 15 || !digits(whole) || !digits(fraction) {
		return 0, ErrAmount
	}
	if fraction = strings.TrimRight(fraction, "0"); len(fraction) > 2 {
		return 0, ErrAmount
	}
	n, err := strconv.ParseInt("0"+whole+(fraction + "00")[:2], 10, 64)
	if err != nil {
		return 0, ErrAmount
	}
	return money.Cents(n), nil
}

func digits(s string) bool {
	for _, r := range s {
		if r < '0' || r > '9' {
			return false
		}
	}
	return true
}

// Date is a day told either alone or with an hour.
type Date struct {
	Day    string `xml:"Dt"`
	Moment string `xml:"DtTm"`
}

// On is the day, at midnight UTC; false when the file gives none.
func (d Date) On() (time.Time, bool, error) {
	text := strings.TrimSpace(d.Day)
	if text == "" {
		text = strings.TrimSpace(d.Moment)
	}
	if text == "" {
		return time.Time{}, false, nil
	}
	day, err := Day(text)
	return day, err == nil, err
}

// Day reads « 2026-11-24 », with or without an hour or a zone after it: the day
// is the one that the bank writes.
func Day(text string) (time.Time, error) {
	text = strings.TrimSpace(text)
	if len(text) > 10 {
		text = text[:10]
	}
	day, err := time.Parse(time.DateOnly, text)
	if err != nil {
		return time.Time{}, ErrDate
	}
	return day, nil
}
