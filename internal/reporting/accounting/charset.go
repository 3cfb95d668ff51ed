package accounting

import (
	"maps"
	"strings"
	"unicode"

	"golang.org/x/text/encoding/charmap"

	"passnum/internal/ledger"
)

// FECCharset is one of the three that article A47 A-1 III allows; UTF-8 is not.
const FECCharset = "ISO 8859-15"

var plainer = strings.NewReplacer("’", "'", "‘", "'", "“", `"`, "”", `"`, "–", "-", "—", "-", "…", "...", "\u202f", " ", "\u00a0", " ")

// latin writes a text in the file's charset, in which a separator is nothing but
// a separator; a letter it does not have becomes a question mark.
func latin(s string) string {
	encoder := charmap.ISO8859_15
	var b strings.Builder
	for _, r := range plainer.Replace(s) {
		if unicode.IsControl(r) {
			r = ' '
		}
		c, ok := encoder.EncodeRune(r)
		if !ok {
			c = '?'
		}
		b.WriteByte(c)
	}
	return strings.Join(strings.Fields(b.String()), " ")
}

// latin is the names with their texts in the file's charset.
func (n names) latin() names {
	l := names{parties: maps.Clone(n.parties), orders: maps.Clone(n.orders), pieces: maps.Clone(n.pieces)}
	for id, p := range l.parties {
		l.parties[id] = auxiliary{p.number, latin(p.label)}
	}
	for id, s := range l.orders {
		l.orders[id] = latin(s)
	}
	for id, s := range l.pieces {
		l.pieces[id] = latin(s)
	}
	return l
}

// latinWords are the journals, accounts and kinds, encoded once.
var latinWords = func() map[string]string {
	words := map[string]string{}
	for _, j := range []Journal{JournalOpening, JournalBank, JournalCheques, JournalPayments, JournalOther} {
		words[j.Label] = latin(j.Label)
	}
	for _, a := range chart {
		words[a.Label] = latin(a.Label)
	}
	for kind := range kindWords {
		words[KindLabel(kind)] = latin(KindLabel(kind))
	}
	return words
}()

func latinWord(s string) string { return latinWords[s] }

func latinLabel(kind ledger.Kind) string {
	if s, ok := latinWords[KindLabel(kind)]; ok {
		return s
	}
	return latin(KindLabel(kind))
}
