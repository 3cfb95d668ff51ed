package incident

import (
	"context"
	"fmt"
	"time"

	"github.com/google/uuid"

	"passnum/internal/fault"
	"passnum/internal/identity"
	"passnum/internal/ledger"
	"passnum/internal/money"
	"passnum/internal/postgres"
)

// Paid is what a structure paid back on the dedicated account.
type Paid struct {
	StructureID uuid.UUID
	Amount      money.Cents
	On          time.Time
	Reference   string // what the bank's line says
	Key         string // where the bank says so: the same one changes nothing twice
}

// What paying back refuses.
var (
	ErrNothingOwed = fault.New(fault.KindConflict, "Cette structure ne doit rien\u00a0: ce versement est à lui rendre.")
	ErrOwesLess    = fault.New(fault.KindConflict, "Cette structure doit moins que ce versement.")
)

// Debt is what a structure owes after incidents.
type Debt struct {
	StructureID uuid.UUID
	Structure   string
	SIRET       string
	Amount      money.Cents
}

// Owing lists the structures that owe something, the largest debt first, in the
// operator's transaction.
func Owing(ctx context.Context, tx *postgres.Tx) ([]Debt, error) {
	list, err := postgres.All[Debt](ctx, tx, `
		SELECT o.id AS structure_id, o.name AS structure, o.siret, -b.cents AS amount
		FROM (SELECT structure_id, sum(CASE WHEN credit = 'payable' THEN amount_cents WHEN debit = 'payable' THEN -amount_cents ELSE 0 END)::bigint AS cents
			FROM ledger_movements WHERE structure_id IN (SELECT structure_id FROM incidents WHERE amount_cents < 0 AND state = 'valide') GROUP BY 1) AS b
		JOIN organisations o ON o.id = b.structure_id WHERE b.cents < 0 ORDER BY b.cents, o.name LIMIT 50`, nil)
	return list, fault.Wrap(err, "list structures that owe")
}

// ApplyRecovery records, in the caller's transaction, that a structure paid back
// what it owes: its negative balance shrinks by as much, order by order. The same
// key changes nothing twice. ErrNothingOwed, ErrOwesLess whose sentence names
// both amounts. The caller has authorised the actor.
func (s *Service) ApplyRecovery(ctx context.Context, tx *postgres.Tx, actor identity.Actor, p Paid) error {
	if p.Amount <= 0 {
		return fmt.Errorf("apply recovery: amount %d", p.Amount)
	}
	// The structure's row makes two recoveries wait for each other.
	if _, err := postgres.Do(ctx, tx, `SELECT 1 FROM structures WHERE organisation_id = @id FOR UPDATE`, postgres.Args{"id": p.StructureID}); err != nil {
		return fmt.Errorf("lock structure: %w", err)
	}
	known, err := postgres.Value[bool](ctx, tx, `SELECT EXISTS (SELECT FROM incidents WHERE recovery_key = @key)`, postgres.Args{"key": p.Key})
	if err != nil || known {
		return fault.Wrap(err, "look for the recovery")
	}
	debts, err := debtsOf(ctx, tx, p.StructureID)
	if err != nil {
		return fault.Wrap(err, "read what the structure owes")
	}
	var owed money.Cents
	for _, d := range debts {
		owed -= money.Cents(d.Cents)
	}
	switch {
	case owed <= 0:
		return ErrNothingOwed
	case p.Amount > owed:
		return fault.New(fault.KindConflict, "Cette structure doit "+owed.String()+"\u00a0; elle a versé "+p.Amount.String()+". Rien n’a été enregistré.")
	}
	return s.spread(ctx, tx, actor, p, debts)
}

type debt struct {
	CommanditaireID, OrderID uuid.UUID
	Cents                    int64 // payable: negative when the structure owes
}

// debtsOf is what is payable to a structure, order by order, the largest debt
// first.
func debtsOf(ctx context.Context, tx *postgres.Tx, structure uuid.UUID) ([]debt, error) {
	return postgres.All[debt](ctx, tx, `
		SELECT commanditaire_id, order_id, sum(CASE WHEN credit = 'payable' THEN amount_cents WHEN debit = 'payable' THEN -amount_cents ELSE 0 END)::bigint AS cents
		FROM ledger_movements WHERE structure_id = @id GROUP BY 1, 2
		HAVING sum(CASE WHEN credit = 'payable' THEN amount_cents WHEN debit = 'payable' THEN -amount_cents ELSE 0 END) <> 0 ORDER BY cents, order_id`,
		postgres.Args{"id": structure})
}

func (s *Service) spread(ctx context.Context, tx *postgres.Tx, actor identity.Actor, p Paid, debts []debt) error {
	left := p.Amount
	for _, d := range debts {
		part := min(left, -money.Cents(d.Cents))
		if part <= 0 {
			break
		}
		if err := s.recover(ctx, tx, actor, p, d, part); err != nil {
			return err
		}
		left -= part
	}
	return nil
}

func (s *Service) recover(ctx context.Context, tx *postgres.Tx, actor identity.Actor, p Paid, d debt, amount money.Cents) error {
	year := tx.Today().Year()
	n, err := postgres.Next(ctx, tx, "incident", year)
	if err != nil {
		return fmt.Errorf("take a number: %w", err)
	}
	i := Incident{ID: postgres.NewID(), Number: fmt.Sprintf("INC-%d-%03d", year, n), Kind: Recovery, AmountCents: amount, StructureID: p.StructureID}
	_, err = postgres.Do(ctx, tx, `
		INSERT INTO incidents (commanditaire_id, id, order_id, structure_id, number, kind, amount_cents, reason, state, proposed_at, proposed_by, proposed_by_name, decided_at, recovery_key, recovered_on)
		VALUES (@commanditaire, @id, @order, @structure, @number, 'recouvrement', @amount, @reason, 'valide', @now, @by, @name, @now, @key, @on)`,
		postgres.Args{"commanditaire": d.CommanditaireID, "id": i.ID, "order": d.OrderID, "structure": p.StructureID, "number": i.Number, "amount": int64(amount),
			"reason": "Versement reçu de la structure" + reference(p.Reference), "now": tx.Now(), "by": actor.AccountID, "name": actor.Name, "key": p.Key, "on": p.On})
	if err != nil {
		return fmt.Errorf("write recovery: %w", err)
	}
	err = ledger.Post(ctx, tx, ledger.Transaction{
		CommanditaireID: d.CommanditaireID, OrderID: d.OrderID, Kind: ledger.Incident, CauseID: i.ID, StructureID: &p.StructureID, AccountID: actor.Account(),
		Movements: []ledger.Movement{{Debit: ledger.Bank, Credit: ledger.Payable, Amount: amount}},
	})
	if err != nil {
		return err
	}
	return journal(ctx, tx, actor, i, "versement d’une structure", p.Reference)
}

func reference(text string) string {
	if text == "" {
		return "."
	}
	return " (" + text + ")."
}
