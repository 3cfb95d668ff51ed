// Package sheet writes tables that French spreadsheets open with a double
// click: UTF-8 with its mark, semicolons, decimal commas. It refuses to let a
// cell become a formula.
package sheet

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
)

// mark tells Excel that the file is in UTF-8.
const mark = "\ufeff"

// ErrWidth is a row that has not as many cells as the header has titles.
var ErrWidth = errors.New("a row of the sheet has not the width of its header")

// Writer writes a sheet row by row, without holding it in memory. Call Flush
// at the end.
type Writer struct {
	out    io.Writer
	csv    *csv.Writer
	marked bool
	width  int
	fields []string
}

// NewWriter returns a Writer to w, to which nothing is written yet.
func NewWriter(w io.Writer) *Writer {
	c := csv.NewWriter(w)
	c.Comma, c.UseCRLF = ';', true
	return &Writer{out: w, csv: c}
}

// Header writes the titles of the columns and fixes how many there are.
func (w *Writer) Header(titles ...string) error {
	w.width = len(titles)
	w.fields = w.fields[:0]
	for _, title := range titles {
		w.fields = append(w.fields, Text(title).text)
	}
	return w.write()
}

// Row writes one row. It answers ErrWidth when the cells do not match the
// header.
func (w *Writer) Row(cells ...Cell) error {
	if w.width != 0 && len(cells) != w.width {
		return fmt.Errorf("%w: %d cells for %d titles", ErrWidth, len(cells), w.width)
	}
	w.fields = w.fields[:0]
	for _, c := range cells {
		w.fields = append(w.fields, c.text)
	}
	return w.write()
}

// Flush sends what is still in memory.
func (w *Writer) Flush() error {
	if err := w.sign(); err != nil {
		return err
	}
	w.csv.Flush()
	if err := w.csv.Error(); err != nil {
		return fmt.Errorf("writing a sheet: %w", err)
	}
	return nil
}

func (w *Writer) write() error {
	if err := w.sign(); err != nil {
		return err
	}
	if err := w.csv.Write(w.fields); err != nil {
		return fmt.Errorf("writing a sheet: %w", err)
	}
	return nil
}

func (w *Writer) sign() error {
	if w.marked {
		return nil
	}
	w.marked = true
	if _, err := io.WriteString(w.out, mark); err != nil {
		return fmt.Errorf("writing a sheet: %w", err)
	}
	return nil
}
