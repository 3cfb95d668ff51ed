package allocation

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"

	"passnum/internal/fault"
	"passnum/internal/fold"
)

// Row is a line of the commanditaire's file: a commune, by code or by name, and
// its weight in thousandths.
type Row struct {
	Line   int
	Name   string
	Weight int64
}

// mostRows and mostProblems bound a file, and what is told of it at once.
const (
	mostRows     = 40_000
	mostProblems = 20
)

// Weights reads a file of communes and weights: UTF-8 or Windows-1252, separated
// by semicolons, commas or tabs, with or without titles. It tells every problem
// by its line and column, and then reads nothing.
func Weights(content []byte) ([]Row, error) {
	text, err := decode(content)
	if err != nil {
		return nil, err
	}
	reader := csv.NewReader(strings.NewReader(text))
	reader.Comma, reader.FieldsPerRecord, reader.TrimLeadingSpace = separator(text), -1, true
	f := &file{commune: 0, weight: 1}
	for first := true; ; {
		record, err := reader.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			f.unreadable(err)
			break
		}
		if empty(record) {
			continue
		}
		line, _ := reader.FieldPos(0)
		if first {
			first = false
			if f.titles(record) {
				continue
			}
		}
		if f.add(line, record); len(f.rows) > mostRows {
			return nil, fault.Field("fichier", "Ce fichier a plus de 40\u202f000 lignes.")
		}
	}
	return f.rows, f.err()
}

func decode(content []byte) (string, error) {
	content = bytes.TrimPrefix(content, []byte("\ufeff"))
	if len(bytes.TrimSpace(content)) == 0 {
		return "", fault.Field("fichier", "Ce fichier est vide.")
	}
	if bytes.IndexByte(content, 0) >= 0 {
		return "", fault.Field("fichier", "Ce n’est pas un fichier CSV. Depuis un tableur, choisissez «\u00a0Enregistrer sous\u00a0», puis CSV.")
	}
	if utf8.Valid(content) {
		return string(content), nil
	}
	text, err := charmap.Windows1252.NewDecoder().Bytes(content)
	if err != nil {
		return "", fault.Field("fichier", "Ce fichier n’est ni en UTF-8 ni en Windows-1252.")
	}
	return string(text), nil
}

// separator is the sign the first line uses most; French spreadsheets write
// semicolons, so a decimal comma does not win.
func separator(text string) rune {
	line, _, _ := strings.Cut(text, "\n")
	for _, sign := range []string{";", "\t"} {
		if strings.Contains(line, sign) {
			return rune(sign[0])
		}
	}
	return ','
}

func empty(record []string) bool { return strings.TrimSpace(strings.Join(record, "")) == "" }

// file is a file while it is read: in which columns what is, and what is wrong.
type file struct {
	commune, weight int
	rows            []Row
	problems        []string
	more            int
}

// titles reads the first line as titles when its weight is no number, and finds
// the columns by their names.
func (f *file) titles(record []string) bool {
	if len(record) > 1 {
		if _, ok := readWeight(record[1]); ok {
			return false
		}
	}
	named := false
	for i, title := range record {
		switch word := fold.Text(title); {
		case strings.Contains(word, "insee") || strings.Contains(word, "code commune") || word == "code" || word == "codgeo":
			f.commune, named = i, true
		case strings.HasPrefix(word, "commune") || strings.HasPrefix(word, "nom"):
			if !named {
				f.commune = i
			}
		case strings.Contains(word, "poids") || strings.Contains(word, "habitant") || strings.Contains(word, "population") || strings.Contains(word, "qpv") || strings.Contains(word, "nombre"):
			f.weight = i
		}
	}
	if f.weight == f.commune {
		f.weight = f.commune + 1
	}
	return true
}

func (f *file) add(line int, record []string) {
	if f.commune >= len(record) || f.weight >= len(record) {
		f.problem(line, len(record)+1, "cette ligne n’a pas deux colonnes, une commune et un poids")
		return
	}
	name := strings.TrimSpace(record[f.commune])
	if name == "" {
		f.problem(line, f.commune+1, "la commune manque")
		return
	}
	weight, ok := readWeight(record[f.weight])
	if !ok {
		f.problem(line, f.weight+1, "«\u00a0"+shorten(record[f.weight])+"\u00a0» n’est pas un nombre positif")
		return
	}
	f.rows = append(f.rows, Row{Line: line, Name: name, Weight: weight})
}

func (f *file) problem(line, column int, what string) {
	if len(f.problems) == mostProblems {
		f.more++
		return
	}
	f.problems = append(f.problems, fmt.Sprintf("Ligne %d, colonne %d\u00a0: %s.", line, column, what))
}

func (f *file) unreadable(err error) {
	var parse *csv.ParseError
	if errors.As(err, &parse) {
		f.problem(parse.Line, parse.Column, "un guillemet est mal placé")
		return
	}
	f.problem(1, 1, "le fichier ne se lit pas")
}

func (f *file) err() error {
	if len(f.problems) == 0 && len(f.rows) == 0 {
		return fault.Field("fichier", "Ce fichier ne contient aucune commune.")
	}
	return tell(f.problems, f.more)
}

func tell(problems []string, more int) error {
	if len(problems) == 0 {
		return nil
	}
	text := strings.Join(problems, " ")
	if more > 0 {
		text += fmt.Sprintf(" Et %d autres erreurs.", more)
	}
	return fault.Field("fichier", text+" Rien n’a été enregistré.")
}

// readWeight reads « 1 234,5 » or « 1234.5 », up to a thousandth and a billion.
func readWeight(typed string) (int64, bool) {
	text := strings.NewReplacer(" ", "", "\u00a0", "", "\u202f", "", ",", ".").Replace(strings.TrimSpace(typed))
	value, err := strconv.ParseFloat(text, 64)
	if err != nil || strings.ContainsAny(text, "eExXpPnNiI_") || value < 0 || value > 1e9 {
		return 0, false
	}
	return int64(value*1000 + 0.5), true
}

func shorten(s string) string {
	const longest = 30
	if r := []rune(strings.TrimSpace(s)); len(r) > longest {
		return string(r[:longest]) + "…"
	}
	return strings.TrimSpace(s)
}
