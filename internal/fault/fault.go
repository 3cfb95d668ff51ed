// Package fault is the house's vocabulary of refusals: a kind, which the web
// layer maps to a status, and a French sentence written for the person who has
// to act on it. It refuses to carry anything secret: a sentence never quotes a
// chèque code, an IBAN or a password.
package fault

import (
	"errors"
	"fmt"
)

// Kind says what sort of refusal an Error is; httpx maps it to a status.
type Kind int

// The kinds of refusal a use case may answer.
const (
	// KindInvalid is input the person can correct (422).
	KindInvalid Kind = iota + 1
	// KindNotFound is a row that does not exist or belongs to someone else (404).
	KindNotFound
	// KindConflict is a state that no longer allows the act (409).
	KindConflict
	// KindForbidden is an act the person's role does not allow (403).
	KindForbidden
	// KindTooMany is an act refused for a while because of its frequency (429).
	KindTooMany
	// KindUnauthenticated is an act that needs a sign-in or a valid token (401).
	KindUnauthenticated
)

// FieldError is one refusal tied to one form field, named as in the form.
type FieldError struct {
	Field    string
	Sentence string
}

// Error is a refusal whose Sentence is shown to the person as it stands.
type Error struct {
	Kind     Kind
	Sentence string
	Fields   []FieldError
}

// Error returns the French sentence, so that a log line stays readable.
func (e *Error) Error() string { return e.Sentence }

// New declares a refusal; domains keep them as package-level sentinels.
func New(kind Kind, sentence string) *Error {
	return &Error{Kind: kind, Sentence: sentence}
}

// Invalid gathers field refusals under one summary sentence.
func Invalid(fields ...FieldError) *Error {
	return &Error{Kind: KindInvalid, Sentence: "Certaines réponses sont à corriger.", Fields: fields}
}

// Field is shorthand for a refusal about a single field.
func Field(name, sentence string) *Error {
	return Invalid(FieldError{Field: name, Sentence: sentence})
}

// As finds the refusal inside err, if there is one.
func As(err error) (*Error, bool) {
	var e *Error
	ok := errors.As(err, &e)
	return e, ok
}

// ForForm finds a refusal the person can act on from the form they have just
// sent: invalid input, a conflict, or too many tries.
func ForForm(err error) (*Error, bool) {
	e, ok := As(err)
	if !ok {
		return nil, false
	}
	switch e.Kind {
	case KindInvalid, KindConflict, KindTooMany:
		return e, true
	default:
		return nil, false
	}
}

// Wrap says in a few words what failed; a refusal inside is still found, and nil
// stays nil.
func Wrap(err error, doing string) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("%s: %w", doing, err)
}

// Is reports whether err is a refusal of the given kind.
func Is(err error, kind Kind) bool {
	e, ok := As(err)
	return ok && e.Kind == kind
}

// Collector gathers field refusals while a form is checked, so that every
// problem is told at once.
type Collector struct{ fields []FieldError }

// Add records a refusal for a field.
func (c *Collector) Add(field, sentence string) {
	c.fields = append(c.fields, FieldError{Field: field, Sentence: sentence})
}

// Refuse records why a field's value was refused, in the words of err.
func (c *Collector) Refuse(field string, err error) {
	sentence := "Cette réponse n’est pas valable."
	if refusal, ok := As(err); ok {
		sentence = refusal.Sentence
	}
	c.Add(field, sentence)
}

// Check records the sentence when ok is false.
func (c *Collector) Check(ok bool, field, sentence string) {
	if !ok {
		c.Add(field, sentence)
	}
}

// Err returns nil when nothing was recorded, else one invalid Error.
func (c *Collector) Err() error {
	if len(c.fields) == 0 {
		return nil
	}
	return Invalid(c.fields...)
}
