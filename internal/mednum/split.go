package mednum

import "strings"

// line is a record of the file: the number of its first line, its cells, how
// many it has, and whether a quote was opened and never closed.
type line struct {
	number int
	cells  []string // mostCells of them at most
	count  int
	broken bool
}

// mostCells bounds what is kept of one line: a file of separators alone would
// else take far more memory than it weighs.
const mostCells = 1000

func (l *line) add(cell string) {
	if l.count++; len(l.cells) < mostCells {
		l.cells = append(l.cells, cell)
	}
}

// longestCell bounds what a quoted cell may hold: beyond, its quote was never
// meant to open anything.
const longestCell = 32 << 10

// splitter cuts a text into records. A quote inside a cell is kept as it is,
// and one that is never closed costs its own line only.
type splitter struct {
	text      string
	separator byte
	at        int
	number    int
	columns   int // of the header, once read
}

func newSplitter(text string) *splitter {
	return &splitter{text: text, separator: separatorOf(text), number: 1}
}

// separatorOf is the sign that the first line has the most of.
func separatorOf(text string) byte {
	head, _, _ := strings.Cut(text, "\n")
	best, count := byte(','), 0
	for _, sign := range []byte{',', ';', '\t'} {
		if n := strings.Count(head, string(sign)); n > count {
			best, count = sign, n
		}
	}
	return best
}

// next reads a record; false at the end. Empty lines are passed over.
func (s *splitter) next() (line, bool) {
	for s.at < len(s.text) {
		l := line{number: s.number}
		start := s.at
		if !s.read(&l) || s.columns > 0 && l.count > s.columns && s.number > l.number+1 {
			s.at, s.number = start, l.number
			l = line{number: l.number, broken: true}
			s.plain(&l)
		}
		if l.count > 1 || strings.TrimSpace(l.cells[0]) != "" {
			return l, true
		}
	}
	return line{}, false
}

// read takes a record, its quotes understood; false when one is never closed.
func (s *splitter) read(l *line) bool {
	for {
		cell, ok := s.cell()
		if !ok {
			return false
		}
		l.add(cell)
		if s.at >= len(s.text) {
			return true
		}
		sign := s.text[s.at]
		s.at++
		if sign == '\n' {
			s.number++
			return true
		}
	}
}

// cell reads up to a separator or the end of the line, which it leaves.
func (s *splitter) cell() (string, bool) {
	if s.at < len(s.text) && s.text[s.at] == '"' {
		return s.quoted()
	}
	end := s.at
	for end < len(s.text) && s.text[end] != s.separator && s.text[end] != '\n' {
		end++
	}
	cell := s.text[s.at:end]
	s.at = end
	return strings.TrimSuffix(cell, "\r"), true
}

func (s *splitter) quoted() (string, bool) {
	var b strings.Builder
	start := s.at + 1
	for i := start; i < len(s.text) && b.Len() < longestCell; i++ {
		c := s.text[i]
		switch {
		case c != '"':
			if c == '\n' {
				s.number++
			}
			b.WriteByte(c)
		case i+1 < len(s.text) && s.text[i+1] == '"':
			b.WriteByte('"')
			i++
		case s.closes(i + 1):
			s.at = i + 1
			if s.at < len(s.text) && s.text[s.at] == '\r' {
				s.at++
			}
			return b.String(), !s.swallows(s.text[start:i])
		default:
			b.WriteByte(c)
		}
	}
	return "", false
}

// swallows reports whether a cell of several lines holds the beginning of
// another record: its quote was never closed, and that of another line ended it.
func (s *splitter) swallows(written string) bool {
	_, rest, several := strings.Cut(written, "\n")
	if !several || s.columns < 2 {
		return false
	}
	sign := string(s.separator)
	for text := range strings.SplitSeq(rest, "\n") {
		plain := strings.ReplaceAll(text, `""`, "")
		if strings.Count(text, sign) >= s.columns-1 || strings.Contains(plain, sign+`"`) {
			return true
		}
	}
	return false
}

// closes reports whether a cell may end at i.
func (s *splitter) closes(i int) bool {
	return i >= len(s.text) || s.text[i] == s.separator || s.text[i] == '\n' || s.text[i] == '\r' && (i+1 >= len(s.text) || s.text[i+1] == '\n')
}

// plain reads one line without understanding its quotes.
func (s *splitter) plain(l *line) {
	rest := s.text[s.at:]
	text, _, found := strings.Cut(rest, "\n")
	s.at += len(text)
	if found {
		s.at++
		s.number++
	}
	for cell := range strings.SplitSeq(strings.TrimSuffix(text, "\r"), string(s.separator)) {
		l.add(cell)
	}
}
