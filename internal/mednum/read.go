package mednum

import (
	"fmt"
	"io"
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode"

	"passnum/internal/fault"
	"passnum/internal/fold"
	"passnum/internal/french"
)

// Largest is how much a file may weigh.
const Largest = 48 << 20

// mostRows bounds what is read of one file.
const mostRows = 100_000

// required are the columns without which no row can be taken; the others may
// be missing from a file.
var required = []string{"id", "nom", "commune", "code_postal", "adresse", "date_maj"}

// Options say what a reader may forgive.
type Options struct {
	// Today bounds the dates of update.
	Today time.Time
	// Own reads a structure's own file: it may leave out the identifiers, the
	// address and the date.
	Own bool
}

// Read reads a whole file. It returns a fault when the file is not one of
// places; a row that cannot be understood is among the rejected ones.
func Read(r io.Reader, options Options) (File, error) {
	content, err := io.ReadAll(io.LimitReader(r, Largest+1))
	if err != nil {
		return File{}, fmt.Errorf("read places: %w", err)
	}
	if len(content) > Largest {
		return File{}, fault.Field("fichier", "Ce fichier est trop lourd\u00a0: 48\u00a0Mo au plus. Coupez-le en plusieurs.")
	}
	text, encoding, err := decode(content)
	if err != nil {
		return File{}, err
	}
	lines := newSplitter(text)
	f := File{Encoding: encoding, Separator: string(lines.separator), Version: V1}
	head, _ := lines.next()
	columns, err := f.readHeader(head, options)
	if err != nil {
		return File{}, err
	}
	lines.columns = len(columns)
	seen := map[string]int{}
	for l, ok := lines.next(); ok; l, ok = lines.next() {
		if f.Rows() == mostRows {
			return File{}, fault.Field("fichier", "Ce fichier a plus de 100\u202f000 lignes. Coupez-le en plusieurs.")
		}
		f.take(newRow(l, columns, options), seen)
	}
	return f, nil
}

// readHeader recognises the columns and the version.
func (f *File) readHeader(head line, options Options) ([]string, error) {
	if head.count > mostCells {
		return nil, fault.Field("fichier", "Ce fichier a plus de 1\u202f000 colonnes\u00a0: ce n’est pas un fichier de lieux.")
	}
	columns := make([]string, len(head.cells))
	for i, cell := range head.cells {
		name := strings.ReplaceAll(fold.Text(strings.Trim(cell, "\ufeff \"")), " ", "_")
		if slices.Contains(onlyFormer, name) {
			f.Version = V01
		}
		if name != "" && slices.Contains(columns[:i], name) {
			f.Unknown = append(f.Unknown, cell+" (deuxième colonne de ce nom)")
			continue
		}
		if newer, former := formerColumns[name]; former {
			columns[i] = name
			f.Columns = append(f.Columns, newer)
			continue
		}
		if !slices.Contains(Columns, name) && name != OwnEntries && name != OwnReferent {
			if name != "" && name != "cle_ban" {
				f.Unknown = append(f.Unknown, shorten(cell))
			}
			continue
		}
		columns[i] = name
		f.Columns = append(f.Columns, name)
	}
	var missing []string
	for _, name := range options.required() {
		if !slices.Contains(columns, name) {
			missing = append(missing, "«\u00a0"+name+"\u00a0»")
		}
	}
	if len(missing) > 0 {
		return nil, fault.Field("fichier", "La première ligne doit nommer les colonnes du schéma national. Il manque "+french.List(missing)+".")
	}
	return columns, nil
}

func (o Options) required() []string {
	if o.Own {
		return []string{"nom", "commune", "code_postal"}
	}
	return required
}

// take keeps a row, or says why it cannot be.
func (f *File) take(r *row, seen map[string]int) {
	r.read()
	if first, twice := seen[r.record.ID]; twice && r.record.ID != "" {
		r.refuse("id", r.record.ID, fmt.Sprintf("Cet identifiant est déjà celui de la ligne %d.", first))
	}
	if len(r.problems) > 0 {
		f.Rejected = append(f.Rejected, Rejection{Line: r.record.Line, ID: r.record.ID, Name: r.record.Name, Problems: r.problems})
		return
	}
	if r.record.ID != "" {
		seen[r.record.ID] = r.record.Line
	}
	f.Records = append(f.Records, r.record)
}

// row is one line being read.
type row struct {
	line     line
	values   map[string]string
	options  Options
	record   Record
	problems []Problem
}

func newRow(l line, columns []string, options Options) *row {
	r := &row{line: l, values: make(map[string]string, len(columns)), options: options, record: Record{Line: l.number}}
	for i, cell := range l.cells {
		switch {
		case i >= len(columns):
			if strings.TrimSpace(cell) != "" && len(r.problems) == 0 {
				r.refuse("", "", fmt.Sprintf("Cette ligne a %d cases pour %d colonnes\u00a0: un séparateur ou un guillemet y est de trop.", l.count, len(columns)))
			}
		case columns[i] != "":
			r.values[columns[i]] = r.cell(columns[i], cell)
		}
	}
	if l.count < len(columns) && !l.broken {
		r.note("", "", fmt.Sprintf("Cette ligne n’a que %d cases sur %d\u00a0: les autres sont lues vides.", l.count, len(columns)))
	}
	if l.broken {
		r.refuse("", "", "Un guillemet est ouvert et jamais refermé sur cette ligne.")
	}
	return r
}

// cell reads one value; what no person would have written there is left out.
func (r *row) cell(column, typed string) string {
	if len(typed) > longestCell {
		r.refuse(column, typed[:320], "Cette case dépasse 32\u202f000 caractères.")
		return ""
	}
	value := clean(typed)
	if formula.MatchString(value) {
		r.note(column, value, "C’est une formule de tableur, pas un texte\u00a0: elle est laissée.")
		return ""
	}
	return value
}

// formula is what a spreadsheet would run on opening a file. Signs alone are
// fine: « @telier » and « + de lien » are names.
var formula = regexp.MustCompile(`^(?s:\s*(=|[+@-].*\|.*!|[+@-]+[A-Z.]+\())`)

// clean drops the spaces around a value, the signs that are not seen, and the
// words that stand for nothing.
func clean(cell string) string {
	cell = strings.Map(visible, cell)
	cell = strings.TrimSpace(strings.ReplaceAll(cell, "\u00a0", " "))
	switch strings.ToLower(cell) {
	case "null", "none", "nan", "n/a", "#n/a", "undefined", "-":
		return ""
	}
	return strings.ToValidUTF8(cell, "")
}

// visible drops control signs, among which those that reverse the direction of
// reading: a name must be what it looks.
func visible(c rune) rune {
	if c == '\n' || c == '\t' || !unicode.IsControl(c) && !unicode.Is(unicode.Bidi_Control, c) && c != '\ufeff' && c != '\u200b' {
		return c
	}
	return -1
}

func (r *row) refuse(column, value, reason string) {
	r.problems = append(r.problems, Problem{Line: r.line.number, Column: column, Value: shorten(value), Reason: reason})
}

func (r *row) note(column, value, reason string) {
	r.record.Notes = append(r.record.Notes, Problem{Line: r.line.number, Column: column, Value: shorten(value), Reason: reason})
}

// shorten keeps of a value what a report can show.
func shorten(value string) string {
	if runes := []rune(value); len(runes) > 80 {
		return string(runes[:79]) + "…"
	}
	return value
}
