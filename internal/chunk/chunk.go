// Package chunk cuts what is written to it into rows of a bounded size, so that
// a large sealed file can live in the database without ever being whole in
// memory. It refuses to know what the rows are.
package chunk

import "fmt"

// Size is how many bytes a row holds, but the last.
const Size = 1 << 20

// Writer keeps what is written to it, row by row. Flush keeps the last one.
type Writer struct {
	keep   func(number int, content []byte) error
	buffer []byte
	// Chunks and Bytes are how much was kept until now.
	Chunks int
	Bytes  int64
}

// NewWriter calls keep for each row, numbered from 1; its error stops the writing.
func NewWriter(keep func(number int, content []byte) error) *Writer {
	return &Writer{keep: keep, buffer: make([]byte, 0, Size)}
}

// Write keeps the rows that content fills.
func (w *Writer) Write(content []byte) (int, error) {
	written := 0
	for len(content) > 0 {
		n := min(Size-len(w.buffer), len(content))
		w.buffer = append(w.buffer, content[:n]...)
		content, written = content[n:], written+n
		if len(w.buffer) == Size {
			if err := w.Flush(); err != nil {
				return written, err
			}
		}
	}
	return written, nil
}

// Flush keeps what is left, if anything is.
func (w *Writer) Flush() error {
	if len(w.buffer) == 0 {
		return nil
	}
	if err := w.keep(w.Chunks+1, w.buffer); err != nil {
		return fmt.Errorf("keep part %d: %w", w.Chunks+1, err)
	}
	w.Chunks, w.Bytes, w.buffer = w.Chunks+1, w.Bytes+int64(len(w.buffer)), w.buffer[:0]
	return nil
}
