package bundle

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"encoding/csv"
	"encoding/hex"
	"fmt"
	"io"
	"slices"
	"strings"
)

// Verify reads the whole bundle and lists in French what differs from the
// manifest; an empty list means that nothing does.
func (p *Pack) Verify() (problems []string, err error) {
	say := func(name, format string, a ...any) {
		problems = append(problems, name+"\u00a0: "+fmt.Sprintf(format, a...))
	}
	listed := map[string]bool{ManifestName: true}
	cheques, pages := 0, 0
	for _, f := range p.Files {
		listed[f.Name] = true
		if p.files[f.Name] == nil {
			say(f.Name, "annoncé, mais absent")
			continue
		}
		found, err := p.examine(f)
		if err != nil {
			return nil, err
		}
		if found.Bytes != f.Bytes || found.SHA256 != f.SHA256 {
			say(f.Name, "le contenu n’est pas celui du manifeste")
		}
		if found.Pages != f.Pages {
			say(f.Name, "%d pages au lieu de %d", found.Pages, f.Pages)
		}
		if found.Rows != f.Rows {
			say(f.Name, "%d codes différents au lieu de %d", found.Rows, f.Rows)
		}
		cheques, pages = cheques+found.Rows, pages+found.Pages
	}
	for name := range p.files {
		if !listed[name] {
			say(name, "présent, mais pas annoncé")
		}
	}
	if cheques != p.Cheques || pages != p.Cheques+p.Carnets {
		say(ManifestName, "%d chèques et %d pages pour %d carnets de %d", cheques, pages, p.Carnets, p.ChequesPerCarnet)
	}
	slices.Sort(problems)
	return problems, nil
}

// examine measures a file again, from its content alone.
func (p *Pack) examine(f File) (found File, err error) {
	content, err := p.File(f.Name)
	if err != nil {
		return found, err
	}
	defer func() { _ = content.Close() }()
	sum, size := sha256.New(), &counter{}
	read := io.TeeReader(content, io.MultiWriter(sum, size))
	switch f.Kind {
	case Codes:
		found.Rows, err = countCodes(read)
	case Pages:
		found.Pages, err = countPages(read)
	default:
	}
	if err == nil {
		_, err = io.Copy(io.Discard, read)
	}
	if err != nil {
		return found, fmt.Errorf("%w: %s: %w", ErrDamaged, f.Name, err)
	}
	found.Bytes, found.SHA256 = size.n, hex.EncodeToString(sum.Sum(nil))
	return found, nil
}

// countPages counts the pages of a PDF that our press wrote.
func countPages(r io.Reader) (pages int, err error) {
	mark := []byte("<</Type /Page /Parent")
	tail, block := []byte(nil), make([]byte, 64<<10)
	for {
		n, err := r.Read(block)
		window := append(tail, block[:n]...)
		pages += bytes.Count(window, mark)
		tail = bytes.Clone(window[max(0, len(window)-len(mark)+1):])
		if err == io.EOF {
			return pages, nil
		}
		if err != nil {
			return pages, err
		}
	}
}

// countCodes counts the distinct codes of a table.
func countCodes(r io.Reader) (int, error) {
	rows := csv.NewReader(bufio.NewReaderSize(r, 64<<10))
	rows.Comma, rows.ReuseRecord = ';', true
	titles, err := rows.Read()
	if err != nil {
		return 0, err
	}
	column := slices.Index(titles, CodeColumn)
	if column < 0 {
		return 0, fmt.Errorf("no column %q", CodeColumn)
	}
	seen := map[string]struct{}{}
	for {
		row, err := rows.Read()
		if err == io.EOF {
			return len(seen), nil
		}
		if err != nil {
			return 0, err
		}
		seen[strings.Clone(row[column])] = struct{}{}
	}
}

// CodeColumn is the title of the column of a table that holds the codes.
const CodeColumn = "code"
