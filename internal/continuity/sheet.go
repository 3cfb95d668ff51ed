package continuity

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"strings"

	"passnum/internal/continuity/kit"
	"passnum/internal/postgres"
)

// What makes a spreadsheet read a cell as a formula, full-width forms included;
// and the apostrophe that keeps it from it, itself kept.
var formulas = [][]byte{[]byte("="), []byte("+"), []byte("-"), []byte("@"), []byte("\t"), []byte("\r"), []byte("'"), []byte("＝"), []byte("＋"), []byte("－"), []byte("＠")}

// writeSheet writes the answer of a query as a sheet that French spreadsheets
// open, and tells how many rows it has. texts are the columns that people wrote:
// they never become formulas, and unguarded undoes it.
func writeSheet(ctx context.Context, tx *postgres.Tx, out io.Writer, query string, texts []bool) (int64, error) {
	guard := &guarded{out: out, texts: texts}
	if _, err := io.WriteString(out, kit.Mark); err != nil {
		return 0, err
	}
	_, err := tx.Conn().PgConn().CopyTo(ctx, guard, `COPY (`+query+`) TO STDOUT (FORMAT csv, HEADER true, DELIMITER ';', ENCODING 'UTF8')`)
	if err != nil {
		return 0, fmt.Errorf("write sheet: %w", err)
	}
	return guard.rows - 1, nil
}

// guarded writes rows, one a call as PostgreSQL sends them, with an apostrophe
// before the texts that would be formulas.
type guarded struct {
	out   io.Writer
	texts []bool
	rows  int64
	line  []byte
}

func (g *guarded) Write(row []byte) (int, error) {
	g.rows++
	if g.rows == 1 || !risky(row) {
		_, err := g.out.Write(row)
		return len(row), err
	}
	g.line = g.line[:0]
	quoted, start, field := false, true, 0
	for i, c := range row {
		if start {
			content := row[i:]
			if c == '"' {
				content = row[i+1:]
				g.line = append(g.line, c)
			}
			if field < len(g.texts) && g.texts[field] && formula(content) {
				g.line = append(g.line, '\'')
			}
			start = false
			if c == '"' {
				quoted = true
				continue
			}
		} else if c == '"' {
			quoted = !quoted
		}
		g.line = append(g.line, c)
		if c == ';' && !quoted {
			start, field = true, field+1
		}
	}
	_, err := g.out.Write(g.line)
	return len(row), err
}

// risky reports, faster than looking at each cell, whether a row may hold a
// formula at all.
func risky(row []byte) bool {
	if formula(row) {
		return true
	}
	for rest := row; ; {
		at := bytes.IndexAny(rest, ";\"")
		if at < 0 {
			return false
		}
		rest = rest[at+1:]
		if formula(rest) {
			return true
		}
	}
}

func formula(content []byte) bool {
	for _, start := range formulas {
		if bytes.HasPrefix(content, start) {
			return !negative(content)
		}
	}
	return false
}

// negative reports whether a cell is a number, the one thing that may start with
// a sign.
func negative(content []byte) bool {
	if content[0] != '-' {
		return false
	}
	for i, c := range content[1:] {
		switch {
		case c >= '0' && c <= '9':
		case c == ',' || c == '.':
		default:
			return i > 0 && (c == ';' || c == '"' || c == '\n')
		}
	}
	return false
}

// allTexts is for summaries, of which any column may hold what people wrote.
func allTexts(query string) []bool {
	texts := make([]bool, 1+strings.Count(query, ","))
	for i := range texts {
		texts[i] = true
	}
	return texts
}

// unguarded reads back the sheet of a table, as PostgreSQL wrote it.
type unguarded struct {
	in    io.Reader
	texts []bool

	field         int
	quoted, start bool // start: no sign of the cell was seen yet
	opened        bool // the cell's quote was the last sign
	titles        bool // the first row is left as it is
}

func newUnguarded(in io.Reader, texts []bool) *unguarded {
	return &unguarded{in: in, texts: texts, start: true, titles: true}
}

// Read drops the apostrophe in front of the texts that have one.
func (u *unguarded) Read(p []byte) (int, error) {
	n, err := u.in.Read(p)
	kept := p[:0]
	for _, c := range p[:n] {
		if u.keep(c) {
			kept = append(kept, c)
		}
	}
	if len(kept) == 0 && n > 0 && err == nil {
		return u.Read(p)
	}
	return len(kept), err
}

func (u *unguarded) keep(c byte) bool {
	first := u.start || u.opened
	u.opened = u.start && c == '"'
	if first && c == '\'' && !u.titles && u.field < len(u.texts) && u.texts[u.field] {
		u.start = false
		return false
	}
	u.start = false
	switch {
	case c == '"':
		u.quoted = !u.quoted
	case c == ';' && !u.quoted:
		u.field, u.start = u.field+1, true
	case c == '\n' && !u.quoted:
		u.field, u.start, u.titles = 0, true, false
	}
	return true
}
