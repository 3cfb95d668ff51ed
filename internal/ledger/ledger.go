// Package ledger keeps the money in double entry: append-only transactions of
// movements, each debiting one account and crediting another by the same
// amount. It refuses to hold a balance: balances are sums.
package ledger

import (
	"context"
	"fmt"

	"github.com/google/uuid"

	"passnum/internal/fault"
	"passnum/internal/money"
	"passnum/internal/postgres"
)

// Account names where money is. Accounts are kept per order; payable and
// in_transit also per structure.
type Account string

// The chart of accounts.
const (
	Bank        Account = "bank"        // the dedicated account
	Funds       Account = "funds"       // received for an order, not circulating yet
	Circulation Account = "circulation" // face value of the order's live chèques
	Payable     Account = "payable"     // owed to a structure
	InTransit   Account = "in_transit"  // ordered to the bank for a structure
	Credit      Account = "credit"      // owed back to the commanditaire (avoir)
	Expired     Account = "expired"     // past its validity, no avoir yet
	Fees        Account = "fees"        // the operator's fees and services, before tax
	VAT         Account = "vat"         // VAT collected
	// OperatorBank is the operator's own account, where its fees go when they
	// leave the dedicated one.
	OperatorBank Account = "operator_bank"
)

// Kind says what a transaction records.
type Kind string

// The kinds of transaction.
const (
	Funding         Kind = "funding"
	Activation      Kind = "activation"
	Redemption      Kind = "redemption"
	Undo            Kind = "undo"
	Payout          Kind = "payout"
	PayoutExecuted  Kind = "payout_executed"
	PayoutCancelled Kind = "payout_cancelled"
	// Opposition takes blocked chèques out of circulation; OppositionLifted and
	// Replacement put face value back.
	Opposition       Kind = "opposition"
	OppositionLifted Kind = "opposition_lifted"
	Replacement      Kind = "replacement"
	// PayoutRejected is a transfer that the bank refused before paying it;
	// PayoutReturned one that came back after.
	PayoutRejected Kind = "payout_rejected"
	PayoutReturned Kind = "payout_returned"
	// Expiry takes out of circulation what is past its validity; Avoir makes it
	// owed to the commanditaire, which Refund pays back, or CarriedOut and
	// CarriedIn move to another of its orders.
	Expiry     Kind = "expiry"
	Avoir      Kind = "avoir"
	Refund     Kind = "refund"
	CarriedOut Kind = "carried_out"
	CarriedIn  Kind = "carried_in"
	// RefundReturned is a refund that came back after the bank debited it.
	RefundReturned Kind = "refund_returned"
	// Incident corrects what a structure was paid; IncidentCancelled corrects
	// the correction.
	Incident          Kind = "incident"
	IncidentCancelled Kind = "incident_cancelled"
	// FeesSwept moves the operator's fees out of the dedicated account.
	FeesSwept Kind = "fees_swept"
)

// Movement debits one account and credits another by Amount, which is positive.
type Movement struct {
	Debit, Credit Account
	Amount        money.Cents
}

// Transaction is one balanced event. Its idempotency key is (Kind, CauseID,
// OrderID): the same cause is never written twice.
type Transaction struct {
	CommanditaireID uuid.UUID
	OrderID         uuid.UUID
	Kind            Kind
	CauseID         uuid.UUID
	StructureID     *uuid.UUID
	AccountID       *uuid.UUID
	Movements       []Movement
}

// ErrAlreadyPosted is returned by Post when this cause was already recorded.
var ErrAlreadyPosted = fault.New(fault.KindConflict, "Ce mouvement est déjà enregistré\u00a0: rien n’a été ajouté.")

// Post appends a transaction in the caller's database transaction. Movements of
// zero are left out; a transaction without movement is refused.
func Post(ctx context.Context, tx *postgres.Tx, t Transaction) error {
	movements := nonZero(t.Movements)
	if len(movements) == 0 {
		return fmt.Errorf("post %s: no movement", t.Kind)
	}
	id := postgres.NewID()
	_, err := postgres.Do(ctx, tx, `
		INSERT INTO ledger_transactions (commanditaire_id, id, kind, cause_id, order_id, structure_id, at, day, account_id)
		VALUES (@commanditaire, @id, @kind, @cause, @order, @structure, @at, @day, @account)`,
		postgres.Args{
			"commanditaire": t.CommanditaireID, "id": id, "kind": string(t.Kind), "cause": t.CauseID, "order": t.OrderID,
			"structure": t.StructureID, "at": tx.Now(), "day": tx.Today(), "account": t.AccountID,
		})
	if postgres.Constraint(err) == "ledger_cause_once" {
		return ErrAlreadyPosted
	}
	if err != nil {
		return fmt.Errorf("post %s: %w", t.Kind, err)
	}
	for i, m := range movements {
		if err := insertMovement(ctx, tx, t, id, i+1, m); err != nil {
			return fmt.Errorf("post %s: %w", t.Kind, err)
		}
	}
	return nil
}

func insertMovement(ctx context.Context, tx *postgres.Tx, t Transaction, id uuid.UUID, line int, m Movement) error {
	_, err := postgres.Do(ctx, tx, `
		INSERT INTO ledger_movements (commanditaire_id, transaction_id, line, order_id, structure_id, debit, credit, amount_cents)
		VALUES (@commanditaire, @transaction, @line, @order, @structure, @debit, @credit, @amount)`,
		postgres.Args{
			"commanditaire": t.CommanditaireID, "transaction": id, "line": line, "order": t.OrderID, "structure": t.StructureID,
			"debit": string(m.Debit), "credit": string(m.Credit), "amount": int64(m.Amount),
		})
	return err
}

func nonZero(movements []Movement) []Movement {
	var kept []Movement
	for _, m := range movements {
		if m.Amount != 0 {
			kept = append(kept, m)
		}
	}
	return kept
}
