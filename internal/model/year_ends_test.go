package model_test

import (
	"encoding/hex"
	"fmt"
	"strings"
	"time"

	"passnum/internal/ending"
	"passnum/internal/money"
)

// closeOrders answers the calendar of each order: hand-overs stopped, the end
// acknowledged, the statement signed by both sides, the avoir sent back.
func (y *year) closeOrders() {
	for i, o := range y.purchases {
		y.answer(o)
		if !o.signed && y.day.After(o.last) && y.Count(`SELECT count(*) FROM closings WHERE order_id = $1`, o.ID) == 1 {
			y.sign(o)
			if !y.carriedLater(i) {
				y.refund(o)
			}
		}
	}
}

// answer is what the commanditaire agrees to a fortnight, then a week before the
// end.
func (y *year) answer(o *bought) {
	switch {
	case o.answers == 0 && !y.day.Before(o.until.AddDate(0, 0, -14)):
		y.must(y.ends.StopHandOvers(y.ctx, y.Commanditaire, o.ID, true))
	case o.answers == 1 && !y.day.Before(o.until.AddDate(0, 0, -6)):
		y.must(y.ends.Acknowledge(y.ctx, y.Commanditaire, o.ID, true))
	default:
		return
	}
	o.answers++
}

// carriedLater reports whether another order awaits this one's avoir.
func (y *year) carriedLater(i int) bool {
	for _, t := range y.size.orders {
		if t.carriedFrom == i+1 {
			return true
		}
	}
	return false
}

func (y *year) sign(o *bought) {
	d, err := y.ends.Of(y.ctx, y.Operator, ending.ForOperator, o.ID)
	y.must(err)
	if got, want := d.Closing.Avoir(), o.unused(); got != want {
		y.t.Fatalf("%s: the état contradictoire of order %s gives back %s, %s were not used", y.day.Format(time.DateOnly), o.Number, got, want)
	}
	signature := ending.Signature{Title: "directrice", Hash: hex.EncodeToString(d.Closing.DocumentHash), Agreed: true}
	y.must(y.ends.Sign(y.ctx, y.Commanditaire, ending.ForCommanditaire, o.ID, signature))
	y.must(y.ends.Sign(y.ctx, y.Operator, ending.ForOperator, o.ID, signature))
	o.signed, o.live = true, nil
}

// refund sends everything that is owed to the commanditaire's account, through
// the bank.
func (y *year) refund(o *bought) {
	owed := o.unused() + o.takenBack
	id, err := y.ends.PrepareRefund(y.ctx, y.Finance, o.ID, ending.RefundRequest{Kind: ending.PaidBack, Holder: "Paierie départementale", IBAN: ibanOf(900)})
	y.must(err)
	y.must(y.ends.ApproveRefund(y.ctx, y.Operator, o.ID, id))
	_, file, err := y.ends.BankFile(y.ctx, y.Finance, o.ID, id)
	y.must(err)
	p, amounts, err := y.bank.read(file)
	y.must(err)
	if len(amounts) != 1 || amounts[0] != owed || p.Transfers[0].IBAN != ibanOf(900) {
		y.t.Fatalf("the refund of order %s says %v, %s are owed", o.Number, amounts, owed)
	}
	y.bank.refunded += owed
	o.givenBack, o.leaves = owed, nextWorking(y.day)
	y.bank.debit(o.leaves, p, owed)
	y.refunds++
}

// carry pays a part of a new order with what another one gives back.
func (y *year) carry(from, to *bought) money.Cents {
	owed := from.unused() + from.takenBack
	y.must(y.ends.Wish(y.ctx, y.Commanditaire, from.ID, ending.Carried, to.ID))
	id, err := y.ends.PrepareRefund(y.ctx, y.Finance, from.ID, ending.RefundRequest{Kind: ending.Carried, ToOrder: to.ID})
	y.must(err)
	y.must(y.ends.ApproveRefund(y.ctx, y.Operator, from.ID, id))
	from.givenBack, from.leaves = owed, y.day
	y.carried++
	return owed
}

// over reports whether nothing is left to happen.
func (y *year) over() bool {
	return len(y.purchases) == len(y.size.orders) && y.purchases[len(y.purchases)-1].signed && len(y.bank.coming) == 0 && y.owing() == ""
}

// owing says which accounts are not closed, by the ledger.
func (y *year) owing() string {
	var open []string
	rows, err := y.Owner.Query(y.ctx, `SELECT account::text, -sum(amount_cents)::bigint FROM ledger_entries
		WHERE account IN ('funds', 'circulation', 'expired', 'credit', 'payable', 'in_transit')
		GROUP BY account, CASE WHEN account IN ('payable', 'in_transit') THEN structure_id ELSE order_id END HAVING sum(amount_cents) <> 0 ORDER BY 1`)
	y.must(err)
	defer rows.Close()
	for rows.Next() {
		var name string
		var cents money.Cents
		y.must(rows.Scan(&name, &cents))
		open = append(open, fmt.Sprintf("%s %s", name, cents))
	}
	y.must(rows.Err())
	return strings.Join(open, ", ")
}
