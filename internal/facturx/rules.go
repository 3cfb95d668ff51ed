package facturx

import (
	"fmt"
	"slices"
	"strings"
)

// Broken is a rule that a document does not respect: the rule's public name and
// a sentence that says what to do.
type Broken struct{ Rule, Sentence string }

// String names the rule, then says its sentence.
func (b Broken) String() string { return b.Rule + "\u00a0: " + b.Sentence }

// Needs is what a public buyer's accounting refuses to do without. Chorus Pro's
// directory says it for each body.
type Needs struct{ Service, Engagement bool }

// rule is one check: it returns sentences, one for each place that breaks it.
type rule struct {
	name  string
	check func(Document) []string
}

// Check returns every rule the document breaks, of the European norm, of the
// French reform and, for a public buyer, of Chorus Pro; nil when it may be sent.
// A quote is only held to what a quote has.
func (d Document) Check(needs Needs) []Broken {
	rules := slices.Concat(commonRules, amountRules)
	if d.Type != Quote {
		rules = slices.Concat(rules, invoiceRules)
		if d.Public {
			rules = slices.Concat(rules, publicRules, needsRules(needs))
		}
	}
	var broken []Broken
	for _, r := range rules {
		for _, sentence := range r.check(d) {
			broken = append(broken, Broken{r.name, sentence})
		}
	}
	return broken
}

// Error is the refusal to issue a document that breaks rules.
type Error struct{ Broken []Broken }

// Error lists what is broken, in French.
func (e *Error) Error() string {
	var list []string
	for _, b := range e.Broken {
		list = append(list, b.String())
	}
	return strings.Join(list, " ")
}

// unless returns the sentence when the condition does not hold.
func unless(ok bool, format string, args ...any) []string {
	if ok {
		return nil
	}
	return []string{fmt.Sprintf(format, args...)}
}

// eachLine runs a check on every line.
func eachLine(check func(n int, l Line) []string) func(Document) []string {
	return func(d Document) []string {
		var broken []string
		for i, l := range d.Lines {
			broken = append(broken, check(i+1, l)...)
		}
		return broken
	}
}

// longest refuses texts longer than a limit, naming each.
func longest(limit int, what string, texts func(Document) []string) func(Document) []string {
	return func(d Document) []string {
		var broken []string
		for _, s := range texts(d) {
			broken = append(broken, unless(len([]rune(s)) <= limit, "%s compte %d caractères\u00a0; il en faut %d au plus.", what, len([]rune(s)), limit)...)
		}
		return broken
	}
}

func one(get func(Document) string) func(Document) []string {
	return func(d Document) []string { return []string{get(d)} }
}
