package config

import (
	"fmt"
	"strings"
)

// parsed reads an identifier of the operator; the refusals of these parsers
// never quote what they refuse.
func parsed[T ~string](r *reader, name string, parse func(string) (T, error)) T {
	read, err := parse(r.text(name))
	if err != nil {
		r.problem(name, err.Error())
	}
	return read
}

// InvalidError lists everything that is wrong with the environment.
type InvalidError struct{ Problems []string }

// Error lists the problems, one a line.
func (e *InvalidError) Error() string {
	return "configuration incomplète ou fausse :\n  " + strings.Join(e.Problems, "\n  ")
}

// reader collects problems while it reads.
type reader struct {
	getenv   func(string) string
	problems []string
}

func (r *reader) text(name string) string { return strings.TrimSpace(r.getenv(name)) }

func (r *reader) required(name, what string) string {
	value := r.text(name)
	if value == "" {
		r.expect(name, "%s", what)
	}
	return value
}

// expect says what a variable should hold.
func (r *reader) expect(name, what string, arguments ...any) {
	r.problem(name, "il faut "+fmt.Sprintf(what, arguments...))
}

func (r *reader) problem(name, sentence string) {
	r.problems = append(r.problems, name+" : "+sentence)
}

func (r *reader) err() error {
	if len(r.problems) == 0 {
		return nil
	}
	return &InvalidError{Problems: r.problems}
}
