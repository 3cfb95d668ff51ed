// Package french writes counts, dates and lists as French sentences want them.
// It refuses amounts of money, which package money writes, and time zones: a day
// is the one its time already says.
package french

import (
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"passnum/internal/money"
)

const noBreak = "\u00a0"

var months = [...]string{"janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre", "octobre", "novembre", "décembre"}

// Month names a month: « décembre ».
func Month(m time.Month) string { return months[m-1] }

// Day is a day's number in its month: « 1er », « 4 ».
func Day(t time.Time) string {
	if t.Day() == 1 {
		return "1er"
	}
	return strconv.Itoa(t.Day())
}

// Date writes « 4 novembre 2026 », which no line cuts.
func Date(t time.Time) string {
	return Day(t) + noBreak + Month(t.Month()) + noBreak + strconv.Itoa(t.Year())
}

// Plural chooses between the singular and the plural; French keeps the singular
// below two.
func Plural(n int, one, many string) string {
	if n >= 2 || n <= -2 {
		return many
	}
	return one
}

// Count writes a number and its noun: « 1 chèque », « 2 000 chèques ».
func Count(n int, one, many string) string {
	return money.Count(int64(n)) + noBreak + Plural(n, one, many)
}

// List joins words: « a, b et c ».
func List(words []string) string {
	if len(words) < 2 {
		return strings.Join(words, "")
	}
	last := len(words) - 1
	return strings.Join(words[:last], ", ") + " et " + words[last]
}

// Capital writes a sentence's first letter as a sentence wants it.
func Capital(s string) string { return first(s, unicode.ToUpper) }

// Small writes a sentence's first letter small, to go on within another.
func Small(s string) string { return first(s, unicode.ToLower) }

func first(s string, change func(rune) rune) string {
	if s == "" {
		return ""
	}
	letter, size := utf8.DecodeRuneInString(s)
	return string(change(letter)) + s[size:]
}
