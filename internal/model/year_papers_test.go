package model_test

import (
	"time"

	"passnum/internal/money"
)

// readExports validates both years' FEC, whose bank account follows the bank's.
func (y *year) readExports() {
	var moved money.Cents
	for _, n := range []int{2027, 2028} {
		r, err := y.accounts.CheckFEC(y.ctx, y.Finance, n)
		y.must(err)
		if !r.Valid() || r.Debit != r.Credit || r.Entries == 0 {
			y.t.Errorf("FEC of %d: %s against %s, %v", n, r.Debit, r.Credit, r.Problems)
		}
		b, err := y.accounts.Balance(y.ctx, y.Finance, n)
		y.must(err)
		if !b.Balanced() {
			y.t.Errorf("the balance générale of %d: %s against %s", n, b.Debit, b.Credit)
		}
		moved = r.Accounts["512100"] // openings included
		y.entries += r.Entries
	}
	if moved != y.bank.balance {
		y.t.Errorf("the last FEC leaves %s on the dedicated account, the bank %s", moved, y.bank.balance)
	}
}

// readNumbers wants factures, avoirs and fee invoices numbered without a hole,
// and every avoir at face value.
func (y *year) readNumbers() {
	if n := y.Count(`SELECT count(*) FROM (SELECT series, year FROM invoices GROUP BY series, year HAVING max(sequence) <> count(*) OR min(sequence) <> 1) AS holes`); n != 0 {
		y.t.Errorf("%d series of invoices have holes", n)
	}
	var given money.Cents
	var wanted int64
	for _, o := range y.purchases {
		given += o.givenBack
		if wanted++; o.givenBack > o.unused() {
			wanted++ // what was taken back from structures has an avoir of its own
		}
	}
	factures, avoirs := y.Count(`SELECT count(*) FROM invoices WHERE series = 'F'`), y.Count(`SELECT count(*) FROM invoices WHERE series = 'AV'`)
	faces := money.Cents(y.Count(`SELECT coalesce(sum(abs(total_cents)), 0)::bigint FROM invoices WHERE series = 'AV'`))
	if orders := int64(len(y.purchases)); factures != orders || avoirs != wanted || faces != given {
		y.t.Errorf("%d factures and %d avoirs of %s for %d orders, %s given back in %d avoirs", factures, avoirs, faces, orders, given, wanted)
	}
	fees := money.Cents(y.Count(`SELECT coalesce(sum(total_cents), 0)::bigint FROM invoices WHERE series = 'FS'`))
	var withheld money.Cents = faceValue*money.Cents(len(y.takings)) - y.bank.paid + y.bank.cameBack
	for _, o := range y.purchases {
		withheld -= o.takenBack
	}
	if fees != withheld || fees == 0 {
		y.t.Errorf("%s of fees are invoiced to structures, %s were withheld", fees, withheld)
	}
}

// tell prints what was played.
func (y *year) tell(took time.Duration) {
	b := y.bank
	y.t.Logf("%d days until %s, %d chèques redeemed in %d baskets, %d undone, %d presented again and refused, %d oppositions of which %d lifted", y.days,
		y.day.Format(time.DateOnly), len(y.takings), y.baskets, y.undone, y.refused, y.oppositions, y.lifted)
	y.t.Logf("%d batches, %d transfers, %d rejected, %d returned, %d represented; %d incidents of which %d cancelled; %d refunds, %d carried", y.batches, y.transfers,
		y.rejected, y.returned, y.represented, y.incidents, y.cancelled, y.refunds, y.carried)
	y.t.Logf("%d statements, %d covers green, %d proofs; deposited %s, paid %s, came back %s, refunded %s, fees swept %s in %d times, left %s; %d FEC entries; %s", y.statements,
		y.covers, y.proofs, b.deposited, b.paid, b.cameBack, b.refunded, b.swept, y.sweeps, b.balance, y.entries, took.Round(time.Millisecond))
}
