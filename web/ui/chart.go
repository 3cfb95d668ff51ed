package ui

import (
	"strconv"
	"unicode/utf8"

	"github.com/a-h/templ"

	"passnum/internal/money"
)

// BarChartArgs is a chart of bars with the sentence it proves. Bars are drawn on
// the server and repeated in a table.
type BarChartArgs struct {
	// ID tells charts of a page apart.
	ID string
	// Label says what the chart shows, for those who do not see it.
	Label string
	// Unit heads the table's column: « Chèques utilisés ».
	Unit string
	// Period heads the table's first column; « Mois » when empty.
	Period   string
	Bars     []Bar
	Takeaway templ.Component
	// SourceHref adds « D’où vient ce chiffre ? ».
	SourceHref string
	// Format writes a value; a French whole number when nil.
	Format func(int64) string
}

// Bar is one bar; Current is the one still growing, drawn in saffron.
type Bar struct {
	Label string
	// Long is the label in the table; Label when empty.
	Long string
	// Under is a second, small line under the label: « en cours ».
	Under   string
	Value   int64
	Current bool
}

// The chart's geometry: heights in pixels, widths in percent of the figure, so
// that words keep their size on a phone.
const (
	chartTop    = 28
	chartHeight = 180
	chartBottom = chartTop + chartHeight
	chartTotal  = chartBottom + 44
	// manyBars is where a phone has no room for every label.
	manyBars = 7
)

type barShape struct {
	Bar
	X, Width, Middle, Y, Height string
	ValueY                      string
	Class, LabelClass           string
	ValueText                   string
	Shown                       bool
}

type gridLine struct{ Y, LabelY, Label string }

func (c BarChartArgs) format(v int64) string {
	if c.Format != nil {
		return c.Format(v)
	}
	return money.Count(v)
}

func (c BarChartArgs) period() string {
	if c.Period == "" {
		return "Mois"
	}
	return c.Period
}

func (b Bar) long() string {
	if b.Long == "" {
		return b.Label
	}
	return b.Long
}

func (c BarChartArgs) largest() int64 {
	var largest int64
	for _, b := range c.Bars {
		largest = max(largest, b.Value)
	}
	return largest
}

// ceiling is the first round number that leaves the largest bar some air, and
// the step between lines that cuts it in three or four.
func ceiling(largest int64) (top, step int64) {
	step = 1
	for _, scale := 0, int64(1); ; scale *= 10 {
		for _, unit := range []int64{1, 2, 5} {
			step = unit * scale
			if step*4 >= largest {
				top = (largest + step - 1) / step * step
				return max(top, step), step
			}
		}
	}
}

func (c BarChartArgs) lines() []gridLine {
	top, step := ceiling(c.largest())
	var lines []gridLine
	for v := int64(0); v <= top; v += step {
		y := chartBottom - int(v*chartHeight/top)
		lines = append(lines, gridLine{Y: strconv.Itoa(y), LabelY: strconv.Itoa(y - 5), Label: c.format(v)})
	}
	return lines
}

// gutter is the share of the width kept for the lines' labels, which a phone
// shows as large as a desk.
func (c BarChartArgs) gutter() float64 {
	longest := 0
	for _, l := range c.lines() {
		longest = max(longest, utf8.RuneCountInString(l.Label))
	}
	return min(max(9, 3*float64(longest)), 24)
}

// shapes places the bars right of the gutter.
func (c BarChartArgs) shapes() []barShape {
	if len(c.Bars) == 0 {
		return nil
	}
	gutter := c.gutter()
	top, _ := ceiling(c.largest())
	slot := (100 - gutter) / float64(len(c.Bars))
	width := min(slot*0.6, 9)
	shapes := make([]barShape, len(c.Bars))
	for i, b := range c.Bars {
		height := int(b.Value * chartHeight / top)
		middle := gutter + slot*(float64(i)+0.5)
		shapes[i] = barShape{
			Bar: b, X: percent(middle - width/2), Width: percent(width), Middle: percent(middle),
			Y: strconv.Itoa(chartBottom - height), Height: strconv.Itoa(height),
			ValueY: strconv.Itoa(chartBottom - height - 8), ValueText: c.format(b.Value),
			Shown: b.Current || b.Value == c.largest() && b.Value > 0,
			Class: "pn-bar", LabelClass: "pn-chart__label",
		}
		if b.Current {
			shapes[i].Class += " pn-bar--current"
		}
		if len(c.Bars) > manyBars && (len(c.Bars)-1-i)%2 == 1 {
			shapes[i].LabelClass += " pn-chart__label--wide"
		}
	}
	return shapes
}

func (c BarChartArgs) table() TableArgs {
	rows := make([]Row, len(c.Bars))
	for i, b := range c.Bars {
		rows[i] = NewRow(Text(b.long()), Text(c.format(b.Value)))
	}
	return TableArgs{Caption: c.Label, HideCaption: true, Columns: Columns(c.period(), "#"+c.Unit), Rows: rows, Compact: true, Scroll: true}
}

func percent(v float64) string { return strconv.FormatFloat(v, 'f', 2, 64) + "%" }

// StackedBarArgs is a whole shared between parts.
type StackedBarArgs struct {
	// Label says what is shared.
	Label string
	Parts []Part
}

// Part is one part: its word, its size, the size as written.
type Part struct {
	Label     string
	Value     int64
	ValueText string
}

type partShape struct {
	Part
	X, Width, Class string
}

// stackColours is how many fills the style sheet has for parts.
const stackColours = 5

func (s StackedBarArgs) shapes() []partShape {
	var total int64
	for _, p := range s.Parts {
		total += p.Value
	}
	total = max(total, 1)
	shapes := make([]partShape, len(s.Parts))
	x := 0.0
	for i, p := range s.Parts {
		width := 100 * float64(p.Value) / float64(total)
		shapes[i] = partShape{Part: p, X: percent(x), Width: percent(width), Class: "pn-part--" + strconv.Itoa(i%stackColours+1)}
		x += width
	}
	return shapes
}

// MeterArgs is how much of a known whole is reached.
type MeterArgs struct {
	ID, Label string
	Value     int64
	Max       int64
	// Text is the measure in words: « 1 258 carnets sur 2 000 (63 %) ».
	Text string
	Tone Tone
}
