package ledger

import (
	"context"
	"fmt"

	"github.com/google/uuid"

	"passnum/internal/money"
	"passnum/internal/postgres"
)

// Balances are the sums of an order (or of everything in scope), written the way
// a reader expects: assets and debts are positive.
type Balances struct {
	Bank        money.Cents // received minus paid
	Funds       money.Cents // received, not yet circulating
	Circulation money.Cents // face value of live chèques
	Payable     money.Cents // owed to structures
	InTransit   money.Cents // ordered to the bank, not yet executed
	Credit      money.Cents // owed back to the commanditaire
	Expired     money.Cents // past its validity, no avoir yet
	Fees        money.Cents
	VAT         money.Cents
	Paid        money.Cents // executed payments to structures less what came back, all time
	Swept       money.Cents // fees moved to the operator's own account
}

// Owed is what the dedicated account must cover.
func (b Balances) Owed() money.Cents {
	return b.Funds + b.Circulation + b.Payable + b.InTransit + b.Credit + b.Expired
}

// Covered reports whether the bank holds at least what is owed.
func (b Balances) Covered() bool { return b.Bank >= b.Owed() }

type balanceRow struct {
	Account string
	Cents   int64
	Paid    int64
}

// OfOrder sums an order's accounts, as far as the scope may read them.
func OfOrder(ctx context.Context, tx *postgres.Tx, commanditaire, order uuid.UUID) (Balances, error) {
	return sum(ctx, tx, `WHERE commanditaire_id = @commanditaire AND order_id = @order`,
		postgres.Args{"commanditaire": commanditaire, "order": order})
}

// OfEverything sums the whole ledger in scope.
func OfEverything(ctx context.Context, tx *postgres.Tx) (Balances, error) {
	return sum(ctx, tx, "", postgres.Args{})
}

func sum(ctx context.Context, tx *postgres.Tx, where string, args postgres.Args) (Balances, error) {
	rows, err := postgres.All[balanceRow](ctx, tx, `
		WITH moved AS (SELECT debit, credit, sum(amount_cents)::bigint AS cents FROM ledger_movements `+where+` GROUP BY debit, credit)
		SELECT account::text, sum(cents)::bigint AS cents, sum(paid)::bigint AS paid FROM (
			SELECT debit AS account, cents, CASE WHEN debit = 'bank' AND credit IN ('payable', 'in_transit') THEN -cents ELSE 0 END AS paid FROM moved
			UNION ALL
			SELECT credit, -cents, CASE WHEN debit IN ('payable', 'in_transit') AND credit = 'bank' THEN cents ELSE 0 END FROM moved
		) AS entries GROUP BY account`, args)
	if err != nil {
		return Balances{}, fmt.Errorf("sum ledger: %w", err)
	}
	var b Balances
	for _, row := range rows {
		b.Paid += money.Cents(row.Paid)
		b.set(Account(row.Account), money.Cents(row.Cents))
	}
	return b, nil
}

// set turns debit-positive sums into what a reader expects: the bank is an
// asset, every other account is a debt or an income.
func (b *Balances) set(account Account, debit money.Cents) {
	switch account {
	case Bank:
		b.Bank = debit
	case Funds:
		b.Funds = -debit
	case Circulation:
		b.Circulation = -debit
	case Payable:
		b.Payable = -debit
	case InTransit:
		b.InTransit = -debit
	case Credit:
		b.Credit = -debit
	case Expired:
		b.Expired = -debit
	case OperatorBank:
		b.Swept = debit
	case Fees:
		b.Fees = -debit
	case VAT:
		b.VAT = -debit
	}
}
