package ledger

import (
	"context"
	"fmt"

	"github.com/google/uuid"

	"passnum/internal/postgres"
)

// chunk is how many transactions one statement writes.
const chunk = 2000

// PostAll appends many transactions as Post would one by one, in a few
// statements. Transactions without movement are left out. ErrAlreadyPosted when
// one of the causes was already recorded: nothing is then written.
func PostAll(ctx context.Context, tx *postgres.Tx, transactions []Transaction) error {
	for len(transactions) > 0 {
		n := min(chunk, len(transactions))
		if err := postChunk(ctx, tx, transactions[:n]); err != nil {
			return err
		}
		transactions = transactions[n:]
	}
	return nil
}

// columns are the rows of a chunk, a slice a column.
type columns struct {
	commanditaires, ids, causes, orders []uuid.UUID
	kinds                               []string
	structures, accounts                []*uuid.UUID

	ofCommanditaire, ofTransaction, ofOrder []uuid.UUID
	ofStructure                             []*uuid.UUID
	lines                                   []int16
	debits, credits                         []string
	amounts                                 []int64
}

func (c *columns) add(t Transaction) {
	movements := nonZero(t.Movements)
	if len(movements) == 0 {
		return
	}
	id := postgres.NewID()
	c.commanditaires, c.ids, c.causes, c.orders = append(c.commanditaires, t.CommanditaireID), append(c.ids, id), append(c.causes, t.CauseID), append(c.orders, t.OrderID)
	c.kinds, c.structures, c.accounts = append(c.kinds, string(t.Kind)), append(c.structures, t.StructureID), append(c.accounts, t.AccountID)
	for i, m := range movements {
		c.ofCommanditaire, c.ofTransaction, c.ofOrder = append(c.ofCommanditaire, t.CommanditaireID), append(c.ofTransaction, id), append(c.ofOrder, t.OrderID)
		c.ofStructure, c.lines = append(c.ofStructure, t.StructureID), append(c.lines, int16(i+1))
		c.debits, c.credits, c.amounts = append(c.debits, string(m.Debit)), append(c.credits, string(m.Credit)), append(c.amounts, int64(m.Amount))
	}
}

func postChunk(ctx context.Context, tx *postgres.Tx, transactions []Transaction) error {
	var c columns
	for _, t := range transactions {
		c.add(t)
	}
	_, err := postgres.Do(ctx, tx, `
		INSERT INTO ledger_transactions (commanditaire_id, id, kind, cause_id, order_id, structure_id, at, day, account_id)
		SELECT t.commanditaire, t.id, t.kind, t.cause, t.ordered, t.structure, @at, @day, t.account
		FROM unnest(@commanditaires::uuid[], @ids::uuid[], @kinds::text[], @causes::uuid[], @orders::uuid[], @structures::uuid[], @accounts::uuid[])
			AS t(commanditaire, id, kind, cause, ordered, structure, account)`,
		postgres.Args{
			"commanditaires": c.commanditaires, "ids": c.ids, "kinds": c.kinds, "causes": c.causes, "orders": c.orders,
			"structures": c.structures, "accounts": c.accounts, "at": tx.Now(), "day": tx.Today(),
		})
	if postgres.Constraint(err) == "ledger_cause_once" {
		return ErrAlreadyPosted
	}
	if err != nil {
		return fmt.Errorf("post transactions: %w", err)
	}
	_, err = postgres.Do(ctx, tx, `
		INSERT INTO ledger_movements (commanditaire_id, transaction_id, line, order_id, structure_id, debit, credit, amount_cents)
		SELECT m.commanditaire, m.transaction, m.line, m.ordered, m.structure, m.debit::ledger_account, m.credit::ledger_account, m.amount
		FROM unnest(@commanditaires::uuid[], @transactions::uuid[], @lines::smallint[], @orders::uuid[], @structures::uuid[], @debits::text[], @credits::text[], @amounts::bigint[])
			AS m(commanditaire, transaction, line, ordered, structure, debit, credit, amount)`,
		postgres.Args{
			"commanditaires": c.ofCommanditaire, "transactions": c.ofTransaction, "lines": c.lines, "orders": c.ofOrder,
			"structures": c.ofStructure, "debits": c.debits, "credits": c.credits, "amounts": c.amounts,
		})
	if err != nil {
		return fmt.Errorf("post movements: %w", err)
	}
	return nil
}
