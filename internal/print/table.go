package print

// column is one column of a table; widths add up to the sheet's.
type column struct {
	title string
	width float64
	right bool
}

// table prints rows under a header that every page repeats.
type table struct {
	*paper
	columns []column
	size    float64
	odd     bool
}

const cellPad = 1.6

// table starts a table; end stops its header from being repeated.
func (p *paper) table(size float64, columns ...column) *table {
	t := &table{paper: p, columns: columns, size: size}
	p.room(20)
	t.header()
	p.again = t.header
	return t
}

func (t *table) end() { t.again = nil }

func (t *table) header() {
	t.font(bold, t.size)
	lines := 1
	for _, c := range t.columns {
		lines = max(lines, len(t.wrap(c.title, c.width-2*cellPad)))
	}
	h := float64(lines)*t.step() + 2.6
	t.fill(sheetLeft, t.y, sheetWidth, h, t.accent)
	t.colour(white)
	t.cells(func(i int) string { return t.columns[i].title }, bold)
	t.y += h
	t.odd = false
}

func (t *table) step() float64 { return t.size * mmPerPt * 1.3 }

// row prints one row, as tall as its tallest cell.
func (t *table) row(cells ...string) { t.styled(regular, cells...) }

// total prints a row that sums up those above; it is never alone on a page
// without its table's header.
func (t *table) total(cells ...string) {
	t.styled(bold, cells...)
}

func (t *table) styled(style string, cells ...string) {
	t.font(style, t.size)
	lines := 1
	for i, c := range t.columns {
		lines = max(lines, len(t.wrap(cells[i], c.width-2*cellPad)))
	}
	h := float64(lines)*t.step() + 2.2
	t.room(h)
	if style == bold {
		t.fill(sheetLeft, t.y, sheetWidth, h, t.accent.tint(0.12))
	} else if t.odd {
		t.fill(sheetLeft, t.y, sheetWidth, h, sand)
	}
	t.odd = !t.odd
	t.colour(ink)
	t.cells(func(i int) string { return cells[i] }, style)
	t.y += h
	t.line(sheetLeft, t.y, sheetLeft+sheetWidth, t.y, 0.1, rule)
}

func (t *table) cells(text func(int) string, style string) {
	t.font(style, t.size)
	x := sheetLeft
	for i, c := range t.columns {
		y := t.y + t.step()*0.78 + 1.1
		for _, line := range t.wrap(text(i), c.width-2*cellPad) {
			if c.right {
				t.textRight(x+c.width-cellPad, y, line)
			} else {
				t.text(x+cellPad, y, line)
			}
			y += t.step()
		}
		x += c.width
	}
}
