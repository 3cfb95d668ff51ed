package model_test

import (
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"

	"passnum/internal/money"
	"passnum/internal/postgres"
	"passnum/internal/settlement"
)

type lineState int

const (
	sent lineState = iota
	paid
	cameBack
)

// line is a transfer, as the bank is told.
type line struct {
	id, batch, structure               uuid.UUID
	gross, adjust, fee, feeVAT, amount money.Cents
	reference                          string
	repays                             *uuid.UUID
	state                              lineState
	represented, repaid                bool
}

type batch struct {
	id     uuid.UUID
	cutoff time.Time
	lines  []*line
}

// prepare draws a batch up to yesterday, and holds it against what is owed.
func (m *machine) prepare() error {
	cutoff := m.today().AddDate(0, 0, -1)
	if m.open != nil || m.cutoffs[cutoff] {
		return nil
	}
	id, err := m.pay.Prepare(m.ctx, m.Operator, cutoff)
	if errors.Is(err, settlement.ErrNothingDue) {
		return m.nothingPayable(cutoff)
	}
	if err != nil {
		return err
	}
	m.open = &batch{id: id, cutoff: cutoff}
	m.cutoffs[cutoff] = true
	if m.open.lines, err = m.readLines(id); err != nil {
		return err
	}
	return m.checkLines(cutoff)
}

func (m *machine) readLines(id uuid.UUID) ([]*line, error) {
	rows, err := m.Owner.Query(m.ctx, `SELECT id, structure_id, gross_cents, adjust_cents, fee_cents, fee_vat_cents, amount_cents, end_to_end_id, repays_line_id
		FROM settlement_lines WHERE settlement_id = $1 ORDER BY structure_name, id`, id)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var lines []*line
	for rows.Next() {
		l := &line{batch: id}
		if err := rows.Scan(&l.id, &l.structure, &l.gross, &l.adjust, &l.fee, &l.feeVAT, &l.amount, &l.reference, &l.repays); err != nil {
			return nil, err
		}
		lines = append(lines, l)
	}
	return lines, rows.Err()
}

// ripe reports whether a chèque is to be paid at a cut-off.
func (t *taken) ripe(cutoff time.Time) bool {
	return !t.undone && t.line == uuid.Nil && !t.day.After(cutoff.AddDate(0, 0, -t.order.hold))
}

// due is what the model owes a structure for the days up to a cut-off.
func (m *machine) due(structure uuid.UUID, cutoff time.Time) (gross, adjust money.Cents) {
	for _, t := range m.taken {
		if t.structure == structure && t.ripe(cutoff) {
			gross += t.face
		}
	}
	for _, e := range m.incidents {
		if e.structure == structure && e.accepted && e.line == uuid.Nil {
			adjust += e.amount
		}
	}
	return gross, adjust
}

// waits reports whether a transfer of the structure came back and was not sent
// again: its account may be wrong, nothing more is sent to it.
func (m *machine) waits(structure uuid.UUID) bool {
	for _, l := range m.lines {
		if l.structure == structure && l.state == cameBack && !l.represented && !l.repaid {
			return true
		}
	}
	return false
}

func (m *machine) nothingPayable(cutoff time.Time) error {
	for _, structure := range []uuid.UUID{m.Mediatheque, m.Stranger} {
		gross, adjust := m.due(structure, cutoff)
		if gross > 0 && gross+adjust > gross/10 && !m.waits(structure) {
			return fmt.Errorf("nothing is due, says Passnum; the model owes %s and %s", gross, adjust)
		}
	}
	return nil
}

// checkLines ties to each line what it pays, and proves that it is exactly that.
func (m *machine) checkLines(cutoff time.Time) error {
	for _, l := range m.open.lines {
		if l.amount <= 0 || l.amount != l.gross+l.adjust-l.fee-l.feeVAT {
			return fmt.Errorf("a line does not add up: %+v", l)
		}
		if l.repays != nil {
			former := m.line(*l.repays)
			if former == nil || former.state != cameBack || former.repaid || !former.represented || former.amount != l.amount {
				return fmt.Errorf("a line repays what it should not: %+v of %+v", l, former)
			}
			former.repaid = true
			continue
		}
		gross, adjust := m.due(l.structure, cutoff)
		if l.gross != gross || l.adjust != adjust || m.waits(l.structure) {
			return fmt.Errorf("a line pays %s and %s, the model owes %s and %s", l.gross, l.adjust, gross, adjust)
		}
		m.tie(l, cutoff)
	}
	return nil
}

func (m *machine) tie(l *line, cutoff time.Time) {
	for _, t := range m.taken {
		if t.structure == l.structure && t.ripe(cutoff) {
			t.line = l.id
		}
	}
	for _, e := range m.incidents {
		if e.structure == l.structure && e.accepted && e.line == uuid.Nil {
			e.line = l.id
		}
	}
}

func (m *machine) line(id uuid.UUID) *line {
	for _, l := range m.lines {
		if l.id == id {
			return l
		}
	}
	return nil
}

// discard forgets the batch: what it held waits again.
func (m *machine) discard() error {
	if m.open == nil {
		return nil
	}
	if err := m.pay.Discard(m.ctx, m.Operator, m.open.id); err != nil {
		return err
	}
	for _, l := range m.open.lines {
		if l.repays != nil {
			m.line(*l.repays).repaid = false
		}
		for _, t := range m.taken {
			if t.line == l.id {
				t.line = uuid.Nil
			}
		}
		for _, e := range m.incidents {
			if e.line == l.id {
				e.line = uuid.Nil
			}
		}
	}
	delete(m.cutoffs, m.open.cutoff)
	m.open = nil
	return nil
}

// approve is refused to who prepared, then done by another; to both, when a
// transfer came back meanwhile to somebody the batch would pay.
func (m *machine) approve() error {
	if m.open == nil {
		return nil
	}
	for _, l := range m.open.lines {
		if m.waits(l.structure) {
			return expect(m.pay.Approve(m.ctx, m.Finance, m.open.id), settlement.ErrHeldSince)
		}
	}
	if err := expect(m.pay.Approve(m.ctx, m.Operator, m.open.id), settlement.ErrFourEyes); err != nil {
		return err
	}
	if err := m.pay.Approve(m.ctx, m.Finance, m.open.id); err != nil {
		return err
	}
	m.lines = append(m.lines, m.open.lines...)
	id := m.open.id
	m.open = nil
	return m.earn(id)
}

// earn adds to each order the fees that a batch says it keeps on it.
func (m *machine) earn(batch uuid.UUID) error {
	rows, err := m.Owner.Query(m.ctx, `SELECT s.order_id, s.fee_cents, s.vat_cents FROM settlement_shares s JOIN settlement_lines l ON l.id = s.line_id
		WHERE l.settlement_id = $1 AND l.repays_line_id IS NULL AND s.fee_cents + s.vat_cents > 0`, batch)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var id uuid.UUID
		var fees, vat money.Cents
		if err := rows.Scan(&id, &fees, &vat); err != nil {
			return err
		}
		for _, o := range m.orders {
			if o.ID == id {
				o.fees, o.vat = o.fees+fees, o.vat+vat
			}
		}
	}
	return rows.Err()
}

// execute records the bank's debit of one line, or of its whole batch.
func (m *machine) execute() error {
	l := pick(m, "line", m.lines, func(l *line) bool { return l.state == sent })
	if l == nil {
		return nil
	}
	if m.draw("whole", 2) == 0 {
		l.state = paid
		return m.pay.ExecuteLine(m.ctx, m.Finance, l.batch, l.id, m.today())
	}
	for _, other := range m.lines {
		if other.batch == l.batch && other.state == sent {
			other.state = paid
		}
	}
	return m.pay.Execute(m.ctx, m.Finance, l.batch, m.today())
}

// giveBack has the bank refuse or return a transfer, and say so twice.
func (m *machine) giveBack() error {
	l := pick(m, "line", m.lines, func(l *line) bool { return true })
	if l == nil {
		return nil
	}
	back := settlement.Return{EndToEndID: l.reference, Amount: l.amount, Code: "AC04", Text: "compte clos", On: m.today(), Key: fmt.Sprintf("releve-%d", m.steps)}
	for range 2 {
		err := m.DB.InPlatform(m.ctx, m.Finance, "retour", func(tx *postgres.Tx) error { return m.pay.ApplyReturn(m.ctx, tx, m.Finance, back) })
		if err != nil {
			return err
		}
	}
	l.state = cameBack
	return nil
}

// represent sends again what came back.
func (m *machine) represent() error {
	l := pick(m, "line", m.lines, func(l *line) bool { return l.state == cameBack && !l.represented })
	if l == nil {
		return nil
	}
	l.represented = true
	return m.pay.Represent(m.ctx, m.Finance, l.id, "la banque s’était trompée")
}
