package kit

import (
	"bufio"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
)

// Mark begins every sheet, so that spreadsheets read it as UTF-8.
const Mark = "\ufeff"

// table reads a sheet row by row; a cell is asked for by its title.
type table struct {
	path    string
	rows    *csv.Reader
	columns map[string]int
	row     []string
	err     error
}

// titled begins a sheet: its rows follow.
func titled(path string, r io.Reader) *table {
	in := bufio.NewReaderSize(r, 1<<16)
	if start, err := in.Peek(len(Mark)); err == nil && string(start) == Mark {
		_, _ = in.Discard(len(Mark))
	}
	t := &table{path: path, rows: csv.NewReader(in), columns: map[string]int{}}
	t.rows.Comma, t.rows.ReuseRecord = ';', true
	titles, err := t.rows.Read()
	if err != nil {
		t.err = fmt.Errorf("%w: %s has no title: %w", ErrDamaged, path, err)
	}
	for i, title := range titles {
		t.columns[title] = i
	}
	return t
}

// next moves to the next row; false at the end or on an error, which err keeps.
func (t *table) next() bool {
	if t.err != nil {
		return false
	}
	t.row, t.err = t.rows.Read()
	if errors.Is(t.err, io.EOF) {
		t.err = nil
		return false
	}
	if t.err != nil {
		t.err = fmt.Errorf("%w: %s: %w", ErrDamaged, t.path, t.err)
	}
	return t.err == nil
}

// text is a cell of the row; a title that does not exist is an error.
func (t *table) text(title string) string {
	i, ok := t.columns[title]
	if !ok {
		if t.err == nil {
			t.err = fmt.Errorf("%w: %s has no column %s", ErrDamaged, t.path, title)
		}
		return ""
	}
	return t.row[i]
}

// cents is an amount: whole cents in a table, « 1234,56 » in a summary.
func (t *table) cents(title string) int64 {
	n, err := strconv.ParseInt(strings.Replace(t.text(title), ",", "", 1), 10, 64)
	if err != nil && t.err == nil {
		t.err = fmt.Errorf("%w: %s: %s is not an amount", ErrDamaged, t.path, title)
	}
	return n
}

// each reads a sheet of the kit.
func (k *Kit) each(path string, row func(t *table)) error {
	f, err := k.File(path)
	if err != nil {
		return err
	}
	defer func() { _ = f.Close() }()
	t := titled(path, f)
	for t.next() {
		row(t)
	}
	return t.err
}
