package settlement

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"

	"passnum/internal/audit"
	"passnum/internal/fault"
	"passnum/internal/identity"
	"passnum/internal/ledger"
	"passnum/internal/money"
	"passnum/internal/postgres"
)

// The refusals of what the bank says.
var (
	ErrUnknownReference = fault.New(fault.KindNotFound, "Cette référence n’est celle d’aucun virement ordonné.")
	ErrAmountDiffers    = fault.New(fault.KindConflict, "Le montant débité n’est pas celui qui a été ordonné.")
	ErrNoLine           = fault.New(fault.KindNotFound, "Cette ligne n’existe pas dans ce contre-paiement.")
)

// Debit is what the bank says it took from the dedicated account.
type Debit struct {
	// Reference is an EndToEndId, a PmtInfId, a MsgId, or a batch's number.
	Reference string
	Amount    money.Cents
	On        time.Time
	// Key is where the bank says so, for the journal.
	Key string
}

// target is what a person or the bank speaks of: a batch, and of it a part or a
// line; the whole batch when both are zero.
type target struct {
	batch uuid.UUID
	part  int
	line  uuid.UUID
}

// Execute records the day the bank debited the account for all that is left of a
// batch. ErrExecutionDate when it is in the future or before the approval.
func (s *Service) Execute(ctx context.Context, actor identity.Actor, id uuid.UUID, on time.Time) error {
	return s.executeByHand(ctx, actor, target{batch: id}, on)
}

// ExecutePart is Execute for one bank file of the batch.
func (s *Service) ExecutePart(ctx context.Context, actor identity.Actor, id uuid.UUID, part int, on time.Time) error {
	return s.executeByHand(ctx, actor, target{batch: id, part: part}, on)
}

// ExecuteLine is Execute for one transfer. ErrNoLine.
func (s *Service) ExecuteLine(ctx context.Context, actor identity.Actor, id, line uuid.UUID, on time.Time) error {
	return s.executeByHand(ctx, actor, target{batch: id, line: line}, on)
}

func (s *Service) executeByHand(ctx context.Context, actor identity.Actor, t target, on time.Time) error {
	if err := actor.May(identity.PlatformPayments); err != nil {
		return err
	}
	err := s.db.InPlatform(ctx, actor, "exécution d'un contre-paiement", func(tx *postgres.Tx) error {
		batch, err := lockBatch(ctx, tx, t.batch)
		if err != nil {
			return err
		}
		if err := debitable(tx, batch, on); err != nil {
			return err
		}
		left, err := t.lines(ctx, tx, Approved)
		if err != nil {
			return err
		}
		if len(left) == 0 {
			return t.nothingLeft(ctx, tx)
		}
		return s.execute(ctx, tx, actor, batch, left, on, "")
	})
	return fault.Wrap(err, "execute settlement")
}

// ApplyDebit records, in the caller's transaction, that the bank debited a line,
// a part or a whole batch. Rejected lines do not count in what is debited. What
// was already executed stays so. ErrUnknownReference, ErrAmountDiffers whose
// sentence names both amounts, ErrNotApproved, ErrExecutionDate. The caller has
// authorised the actor.
func (s *Service) ApplyDebit(ctx context.Context, tx *postgres.Tx, actor identity.Actor, d Debit) error {
	t, err := find(ctx, tx, d.Reference)
	if err != nil {
		return err
	}
	batch, err := lockBatch(ctx, tx, t.batch)
	if err != nil {
		return err
	}
	all, err := t.lines(ctx, tx, Approved, Executed, Returned)
	if err != nil {
		return err
	}
	var expected money.Cents
	var left []Line
	for _, l := range all {
		expected += l.AmountCents
		if l.State == Approved {
			left = append(left, l)
		}
	}
	switch {
	case batch.State == Prepared:
		return ErrNotApproved
	case expected != d.Amount:
		return amountDiffers(expected, d.Amount)
	case len(left) == 0:
		return nil
	}
	if err := debitable(tx, batch, d.On); err != nil {
		return err
	}
	return s.execute(ctx, tx, actor, batch, left, d.On, d.Key)
}

func debitable(tx *postgres.Tx, batch Batch, on time.Time) error {
	switch {
	case batch.State == Executed:
		return ErrAlreadyRunning
	case batch.State != Approved:
		return ErrNotApproved
	case on.After(tx.Today()) || on.Before(postgres.Day(*batch.ApprovedAt)):
		return ErrExecutionDate
	default:
		return nil
	}
}

// find tells what a reference of the bank speaks of.
func find(ctx context.Context, tx *postgres.Tx, reference string) (target, error) {
	row, err := postgres.One[struct {
		Batch uuid.UUID
		Part  int
		Line  uuid.UUID
	}](ctx, tx, `
		SELECT settlement_id AS batch, 0 AS part, id AS line FROM settlement_lines WHERE end_to_end_id = @reference
		UNION ALL
		SELECT settlement_id, part, @none::uuid FROM settlement_files WHERE message_id = @reference
		UNION ALL
		SELECT b.id, 0, @none::uuid FROM settlements b
		WHERE (b.message_id = @reference OR b.number = @reference) AND b.state <> 'preparee'
			AND NOT EXISTS (SELECT 1 FROM settlement_files f WHERE f.message_id = @reference)
		LIMIT 1`, postgres.Args{"reference": reference, "none": uuid.Nil})
	if errors.Is(err, postgres.ErrNoRow) {
		return target{}, ErrUnknownReference
	}
	return target{batch: row.Batch, part: row.Part, line: row.Line}, fault.Wrap(err, "find what was debited")
}

func (t target) lines(ctx context.Context, tx *postgres.Tx, states ...State) ([]Line, error) {
	lines, err := postgres.All[Line](ctx, tx, selectLine+`
		WHERE settlement_id = @batch AND state = ANY (@states) AND (@part = 0 OR part = @part) AND (@line::uuid = @none OR id = @line)
		ORDER BY structure_name, id`,
		postgres.Args{"batch": t.batch, "states": states, "part": t.part, "line": t.line, "none": uuid.Nil})
	return lines, fault.Wrap(err, "read lines to execute")
}

// nothingLeft tells a part or a line that does not exist from one that is done.
func (t target) nothingLeft(ctx context.Context, tx *postgres.Tx) error {
	done, err := t.lines(ctx, tx, Executed, Rejected, Returned)
	switch {
	case err != nil:
		return err
	case len(done) == 0:
		return ErrNoLine
	default:
		return ErrAlreadyRunning
	}
}

// execute marks lines paid, moves their money out of the bank, tells their
// structures, and ends the batch when none is left.
func (s *Service) execute(ctx context.Context, tx *postgres.Tx, actor identity.Actor, batch Batch, lines []Line, on time.Time, key string) error {
	ids := make([]uuid.UUID, len(lines))
	var total money.Cents
	for i, l := range lines {
		ids[i] = l.ID
		total += l.AmountCents
	}
	n, err := postgres.Do(ctx, tx, `UPDATE settlement_lines SET state = 'executee', executed_on = @on WHERE id = ANY (@ids) AND state = 'approuvee'`,
		postgres.Args{"ids": ids, "on": on})
	if err != nil {
		return fmt.Errorf("mark lines paid: %w", err)
	}
	if n != int64(len(lines)) {
		return fmt.Errorf("%d lines marked paid of %d", n, len(lines))
	}
	if err := postNet(ctx, tx, actor, ledger.PayoutExecuted, ledger.InTransit, ledger.Bank, ids...); err != nil {
		return err
	}
	if _, err := endBatch(ctx, tx, actor, batch.ID, on); err != nil {
		return err
	}
	if err := s.tellPaid(ctx, tx, batch, ids); err != nil {
		return err
	}
	return audit.Record(ctx, tx, actor, audit.Act{Name: ActExecuted, SubjectKind: "contre-paiement", SubjectID: batch.ID, Detail: map[string]any{
		"numero": batch.Number, "total_centimes": total, "lignes": len(lines), "jour": on.Format(time.DateOnly), "source": key,
	}})
}

// differs is ErrAmountDiffers with both amounts in its sentence.
type differs struct{ refusal *fault.Error }

func (d differs) Error() string        { return d.refusal.Sentence }
func (d differs) Unwrap() error        { return d.refusal }
func (d differs) Is(target error) bool { return target == error(ErrAmountDiffers) }

// amountDiffers is what ApplyDebit and its like answer to another amount.
func amountDiffers(ordered, told money.Cents) error {
	return differs{fault.New(fault.KindConflict, "La banque annonce "+told.String()+"\u00a0; il a été ordonné "+ordered.String()+". Rien n’a été enregistré.")}
}
