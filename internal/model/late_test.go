package model_test

import (
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/google/uuid"

	"passnum/internal/postgres"
	"passnum/internal/redemption"
)

// claimed is a late scan that somebody has to decide.
type claimed struct {
	*cheque
	id, structure uuid.UUID
	decided       bool
}

// claim sends a scan made some days ago without network. The model does not
// judge how it is answered, but for what must never be accepted.
func (m *machine) claim() error {
	actor, structure := m.actor()
	again := m.draw("again", 5) == 0 // what was used already, now and then
	c := pick(m, "chèque", m.cheques(), func(c *cheque) bool { return c.code != "" && c.state != inStock && (c.state != used || again) })
	if c == nil {
		return nil
	}
	scanned := m.Now().Add(-time.Duration(1+m.draw("days", 12)) * 24 * time.Hour)
	answers, err := m.take.Claim(m.ctx, actor, redemption.Queue{Device: uuid.New(), SentAt: m.Now(),
		Claims: []redemption.Claim{{Key: uuid.NewString(), ScannedAt: scanned, Codes: []string{c.code}, Entries: []int{3}, Mode: redemption.Individuel}}})
	if err != nil {
		return err
	}
	for _, r := range answers[0].Results {
		switch r.Status {
		case redemption.Disputed:
			if known := func(d *claimed) bool { return d.id == r.Dispute }; !slices.ContainsFunc(m.disputes, known) {
				m.disputes = append(m.disputes, &claimed{cheque: c, id: r.Dispute, structure: structure})
			}
		case redemption.Redeemed:
			if postgres.Day(scanned).After(c.order.lastDay()) {
				return errors.New("a scan made after the last day is paid")
			}
			return m.takeLate(c, r.ID, structure)
		}
	}
	return nil
}

// takeLate is a chèque that a structure is paid for after the fact; one that had
// expired comes back in circulation first.
func (m *machine) takeLate(c *cheque, id, structure uuid.UUID) error {
	switch {
	case c.state == live:
		c.order.circulation -= c.face
	case c.state == outdated && !m.frozen(c.order):
		c.order.expired -= c.face
	default:
		return fmt.Errorf("a chèque in state %d is paid late", c.state)
	}
	c.state = used
	m.taken = append(m.taken, &taken{cheque: c, id: id, structure: structure, day: m.today()})
	return nil
}

// frozen reports whether the order's final statement is drawn.
func (m *machine) frozen(o *purchase) bool {
	return m.Count(`SELECT count(*) FROM orders WHERE id = $1 AND closing_at IS NOT NULL`, o.ID) > 0
}

// settleDispute accepts or rejects one; what cannot be paid is rejected.
func (m *machine) settleDispute() error {
	d := pick(m, "dispute", m.disputes, func(d *claimed) bool { return !d.decided })
	if d == nil {
		return nil
	}
	d.decided = true
	if m.draw("yes", 3) > 0 {
		_, err := m.quarrel.Accept(m.ctx, m.Finance, d.id, "vu le carnet", false)
		if err == nil {
			var id uuid.UUID
			if err := m.Owner.QueryRow(m.ctx, `SELECT redemption_id FROM disputes WHERE id = $1`, d.id).Scan(&id); err != nil {
				return err
			}
			return m.takeLate(d.cheque, id, d.structure)
		}
		if err := refused(err); err != nil {
			return err
		}
	}
	_, err := m.quarrel.Reject(m.ctx, m.Finance, d.id, "non", false)
	return err
}
