package model_test

import (
	"encoding/hex"
	"fmt"
	"time"

	"passnum/internal/ending"
)

// wait lets one to twelve days pass. The daily job runs the last day, or not at
// all: it catches up.
func (m *machine) wait() error {
	m.Travel(time.Duration(1+m.draw("days", 12)) * 24 * time.Hour)
	if m.draw("job", 3) == 0 {
		return nil
	}
	if err := m.ends.Run(m.ctx); err != nil {
		return err
	}
	for _, o := range m.orders {
		if o.closed || o.waiting || !m.today().After(o.lastDay()) {
			continue
		}
		for _, c := range o.cheques {
			if c.state == inStock || c.state == live {
				c.state = outdated
				o.circulation -= c.face
				o.expired += c.face
			}
		}
	}
	return nil
}

// closeOrder has both sides sign the statement of an order whose time has come.
func (m *machine) closeOrder() error {
	o := pick(m, "order", m.orders, func(o *purchase) bool {
		return !o.closed && m.Count(`SELECT count(*) FROM closings c JOIN orders o ON o.id = c.order_id AND o.state = 'active' WHERE c.order_id = $1 AND c.withdrawn_at IS NULL`, o.ID) > 0
	})
	if o == nil {
		return nil
	}
	var hash []byte
	if err := m.Owner.QueryRow(m.ctx, `SELECT document_hash FROM closings WHERE order_id = $1 ORDER BY version DESC LIMIT 1`, o.ID).Scan(&hash); err != nil {
		return err
	}
	signature := ending.Signature{Title: "directrice", Hash: hex.EncodeToString(hash), Agreed: true}
	if err := m.ends.Sign(m.ctx, m.Operator, ending.ForOperator, o.ID, signature); err != nil {
		return fmt.Errorf("the operator: %w", err)
	}
	if err := m.ends.Sign(m.ctx, m.Commanditaire, ending.ForCommanditaire, o.ID, signature); err != nil {
		return fmt.Errorf("the commanditaire: %w", err)
	}
	o.closed = true
	o.credit += o.expired + o.funds
	o.expired, o.funds = 0, 0
	for _, c := range o.cheques {
		if c.state == outdated || c.state == blocked {
			c.state = credited
		}
	}
	if o.circulation != 0 {
		return fmt.Errorf("an order closes with %s in circulation", o.circulation)
	}
	return nil
}
