package model_test

import (
	"context"
	"errors"
	"time"

	"github.com/google/uuid"

	"passnum/internal/identity"
	"passnum/internal/incident"
	"passnum/internal/money"
	"passnum/internal/settlement"
)

// pay prepares and approves the week's batch and, when the month begins, that of
// the month before; what was approved goes to the bank.
func (y *year) pay() {
	if y.first("week") {
		y.batch(y.settle.PrepareWeekly, settlement.LastSunday(y.day))
	}
	if y.first("month") {
		y.batch(y.settle.Prepare, settlement.DefaultRules.LastCutoff(y.day))
	}
}

// preparer is one of settlement's two ways to begin a batch.
type preparer = func(ctx context.Context, actor identity.Actor, cutoff time.Time) (uuid.UUID, error)

func (y *year) batch(prepare preparer, cutoff time.Time) {
	id, err := prepare(y.ctx, y.Operator, cutoff)
	if errors.Is(err, settlement.ErrNothingDue) {
		return
	}
	y.must(err)
	if err := y.settle.Approve(y.ctx, y.Operator, id); !errors.Is(err, settlement.ErrFourEyes) {
		y.t.Fatalf("%s: who prepared could approve: %v", y.day.Format(time.DateOnly), err)
	}
	y.must(y.settle.Approve(y.ctx, y.Finance, id))
	_, file, err := y.settle.BankFile(y.ctx, y.Finance, id)
	y.must(err)
	y.batches++
	y.executePayment(file)
}

// represent sends again, to the same account, what came back.
func (y *year) represent() {
	for _, line := range y.ids(`SELECT settlement_line_id FROM settlement_returns r WHERE represented_at IS NULL
		AND NOT EXISTS (SELECT 1 FROM settlement_lines n WHERE n.repays_line_id = r.settlement_line_id)`) {
		y.must(y.settle.Represent(y.ctx, y.Finance, line, "la banque s’était trompée"))
		y.represented++
	}
}

func (y *year) ids(sql string, args ...any) (list []uuid.UUID) {
	rows, err := y.Owner.Query(y.ctx, sql, args...)
	y.must(err)
	defer rows.Close()
	for rows.Next() {
		var id uuid.UUID
		y.must(rows.Scan(&id))
		list = append(list, id)
	}
	y.must(rows.Err())
	return list
}

// correction is an incident, which another one may cancel.
type correction struct {
	id        uuid.UUID
	on        *taking
	amount    money.Cents
	day       time.Time
	cancelled bool
}

// correct takes money back once a month, for an overpayment or a fraud, while
// its order is far from its end, and cancels one in three a fortnight later.
func (y *year) correct() {
	for i, c := range y.corrections {
		if i%3 == 2 && !c.cancelled && y.day.After(c.day.AddDate(0, 0, 14)) {
			id, err := y.mistakes.Cancel(y.ctx, y.Operator, c.id, "c’était juste")
			y.must(err)
			y.must(y.mistakes.Accept(y.ctx, y.Finance, id, "vu"))
			c.cancelled = true
			c.on.order.takenBack -= c.amount
			y.cancelled++
		}
	}
	if !y.first("month") {
		return
	}
	for _, t := range y.takings {
		old := t.day.Before(y.day.AddDate(0, 0, -40)) && y.day.Before(t.order.until.AddDate(0, 0, -75))
		if old && !t.hit && y.dice.IntN(5) == 0 {
			y.report(t)
			return
		}
	}
}

func (y *year) report(t *taking) {
	c := &correction{on: t, amount: faceValue, day: y.day}
	kind := incident.Fraud
	if y.incidents%2 == 0 {
		kind, c.amount = incident.Overpayment, 333
	}
	id, err := y.mistakes.Propose(y.ctx, y.Operator, incident.Proposal{Kind: kind, Amount: c.amount, Reason: "contrôle", RedemptionID: t.id})
	y.must(err)
	y.must(y.mistakes.Accept(y.ctx, y.Finance, id, "vu"))
	c.id, t.hit = id, true
	t.order.takenBack += c.amount
	y.corrections = append(y.corrections, c)
	y.incidents++
}
