package print

import (
	"errors"
	"strconv"

	"rsc.io/qr/coding"
)

// The printed symbol: level Q, modules of 0.6 mm, and room for 33 × 33 of them
// with a quiet zone of 4 on each side.
const (
	qrModule  = 0.6
	qrQuiet   = 4
	qrModules = 33
	qrZone    = (qrModules + 2*qrQuiet) * qrModule
)

var errQRTooLong = errors.New("print: the payload does not fit a 33 × 33 QR code")

// qrMaker keeps the encoding plan of each size, which costs more to prepare
// than a code to encode. The mask is fixed: every reader finds it in the
// symbol, and choosing one costs eight times the encoding.
type qrMaker struct {
	plans [qrVersions + 1]*coding.Plan
	ops   []byte
}

const qrVersions = (qrModules - 17) / 4

func (m *qrMaker) encode(payload string) (*coding.Code, error) {
	var text coding.Encoding = coding.String(payload)
	if coding.Alpha(payload).Check() == nil {
		text = coding.Alpha(payload)
	}
	for v := coding.Version(1); v <= qrVersions; v++ {
		if text.Bits(v) > v.DataBytes(coding.Q)*8 {
			continue
		}
		if m.plans[v] == nil {
			plan, err := coding.NewPlan(v, coding.Q, 0)
			if err != nil {
				return nil, err
			}
			m.plans[v] = plan
		}
		return m.plans[v].Encode(text)
	}
	return nil, errQRTooLong
}

// draw centres the symbol on a point. Runs of modules become rectangles of one
// path, in pure black, so that no renderer leaves a seam between rows.
func (m *qrMaker) draw(c canvas, x, y, module float64, payload string) error {
	code, err := m.encode(payload)
	if err != nil {
		return err
	}
	half := float64(code.Size) * module / 2
	k := c.pdf.GetConversionRatio()
	_, height := c.pdf.GetPageSize()
	ops := append(m.ops[:0], "q 0 g "...)
	for _, v := range [...]float64{module * k, 0, 0, -module * k, (c.ox + x - half) * k, (height - c.oy - y + half) * k} {
		ops = strconv.AppendFloat(ops, v, 'f', -1, 64)
		ops = append(ops, ' ')
	}
	ops = append(ops, "cm\n"...)
	for row := range code.Size {
		ops = appendRuns(ops, code, row)
	}
	m.ops = append(ops, "f Q"...)
	c.pdf.RawWriteStr(string(m.ops))
	return nil
}

func appendRuns(ops []byte, code *coding.Code, row int) []byte {
	for col := 0; col < code.Size; col++ {
		start := col
		for col < code.Size && code.Black(col, row) {
			col++
		}
		if col == start {
			continue
		}
		ops = strconv.AppendInt(ops, int64(start), 10)
		ops = append(ops, ' ')
		ops = strconv.AppendInt(ops, int64(row), 10)
		ops = append(ops, ' ')
		ops = strconv.AppendInt(ops, int64(col-start), 10)
		ops = append(ops, " 1 re\n"...)
	}
	return ops
}
