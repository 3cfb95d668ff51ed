package settlement

import (
	"cmp"
	"context"
	"fmt"
	"time"

	"github.com/google/uuid"

	"passnum/internal/audit"
	"passnum/internal/fault"
	"passnum/internal/identity"
	"passnum/internal/postgres"
	"passnum/internal/sepa"
)

// Approve is the second pair of eyes: it numbers the batch, freezes it by hash,
// moves the money from payable to in transit and writes the bank's files.
// ErrFourEyes comes from a database constraint; ErrChanged when a line no longer
// says what its chèques and incidents add up to, ErrHeldSince when a structure
// could no longer be paid that way, ErrDebtorChanged when it would leave from an
// account that is no longer the dedicated one.
func (s *Service) Approve(ctx context.Context, actor identity.Actor, id uuid.UUID) error {
	if err := actor.May(identity.PlatformPayments); err != nil {
		return err
	}
	err := s.db.InPlatform(ctx, actor, "approbation d'un contre-paiement", func(tx *postgres.Tx) error {
		batch, err := lockBatch(ctx, tx, id)
		if err != nil {
			return err
		}
		if batch.State != Prepared {
			return ErrNotPrepared
		}
		if batch.DebtorIBAN != s.debtor.IBAN {
			return ErrDebtorChanged
		}
		if n, err := mismatched(ctx, tx, id); err != nil || n > 0 {
			return cmp.Or(err, error(ErrChanged))
		}
		lines, err := linesOf(ctx, tx, id)
		if err != nil {
			return err
		}
		if err := stillPayable(ctx, tx, lines); err != nil {
			return err
		}
		return s.freezeAndPost(ctx, tx, actor, batch, lines)
	})
	return fault.Wrap(err, "approve settlement")
}

// freezeAndPost does all that an approval does, in the order of what it fixes.
func (s *Service) freezeAndPost(ctx context.Context, tx *postgres.Tx, actor identity.Actor, batch Batch, lines []Line) error {
	if err := number(ctx, tx, &batch); err != nil {
		return err
	}
	now := tx.Now()
	day := postgres.Day(sepa.WorkingDaysAfter(now.In(postgres.Paris), batch.DelayDays))
	batch.ApprovedAt, batch.ExecutionOn = &now, &day
	ids := make([]uuid.UUID, len(lines))
	for i := range lines {
		ids[i], lines[i].SettlementNumber, lines[i].State = lines[i].ID, batch.Number, Approved
	}
	frozen, err := freeze(ctx, tx, batch, lines)
	if err != nil {
		return err
	}
	if err := approveBatch(ctx, tx, actor, batch, frozen); err != nil {
		return err
	}
	if err := postPayout(ctx, tx, actor, ids); err != nil {
		return err
	}
	if err := s.writeFiles(ctx, tx, batch, lines); err != nil {
		return err
	}
	if s.onApproved != nil {
		if err := s.onApproved(ctx, tx, actor, lines); err != nil {
			return fmt.Errorf("after the approval: %w", err)
		}
	}
	return record(ctx, tx, actor, ActApproved, batch)
}

// number gives the batch the next one of its year: numbers follow one another in
// the order of approvals, and a discarded preparation takes none.
func number(ctx context.Context, tx *postgres.Tx, batch *Batch) error {
	if batch.numbered() {
		return nil
	}
	n, err := postgres.Next(ctx, tx, "contre-paiement", batch.Cutoff.Year())
	if err != nil {
		return fmt.Errorf("take a number: %w", err)
	}
	batch.Number = fmt.Sprintf("CP-%d-%03d", batch.Cutoff.Year(), n)
	return nil
}

// stillPayable looks again at every structure: what was prepared may no longer
// be what one would send.
func stillPayable(ctx context.Context, tx *postgres.Tx, lines []Line) error {
	paid := map[uuid.UUID]Line{}
	var ids []uuid.UUID
	for _, l := range lines {
		if _, seen := paid[l.StructureID]; !seen {
			ids = append(ids, l.StructureID)
		}
		paid[l.StructureID] = l
	}
	known, err := factsOf(ctx, tx, ids, uuid.Nil)
	if err != nil {
		return err
	}
	returned, err := returnedSince(ctx, tx, ids)
	if err != nil {
		return err
	}
	for _, f := range known {
		l := paid[f.StructureID]
		if _, hold := f.blocked(returned[f.StructureID]); hold != "" || f.IBAN != l.IBAN || f.AccountHolder != l.AccountHolder || f.BIC != l.BIC {
			return ErrHeldSince
		}
	}
	return nil
}

// returnedSince finds what the bank sent back to these structures since they were
// prepared: what came back before is paid again by their lines.
func returnedSince(ctx context.Context, tx *postgres.Tx, structures []uuid.UUID) (map[uuid.UUID][]Line, error) {
	lines, err := postgres.All[Line](ctx, tx, selectLine+`
		WHERE state IN ('rejetee', 'retournee') AND structure_id = ANY (@ids)
			AND NOT EXISTS (SELECT 1 FROM settlement_lines n WHERE n.repays_line_id = settlement_lines.id)`, postgres.Args{"ids": structures})
	if err != nil || len(lines) == 0 {
		return nil, fault.Wrap(err, "read what came back")
	}
	again, err := represented(ctx, tx)
	found := map[uuid.UUID][]Line{}
	for _, l := range lines {
		if !again[l.ID] {
			found[l.StructureID] = append(found[l.StructureID], l)
		}
	}
	return found, err
}

// mismatched counts the lines that no longer say what their chèques, incidents
// and shares add up to, or what came back.
func mismatched(ctx context.Context, tx *postgres.Tx, id uuid.UUID) (int, error) {
	return postgres.Value[int](ctx, tx, `
		WITH l AS MATERIALIZED (SELECT * FROM settlement_lines WHERE settlement_id = @id),
		r AS (
			SELECT settlement_line_id AS line, order_id, count(*) AS cheques, sum(amount_cents) AS cents
			FROM redemptions WHERE settlement_line_id IN (SELECT id FROM l) GROUP BY 1, 2),
		i AS (
			SELECT settlement_line_id AS line, order_id, sum(amount_cents) AS cents
			FROM incidents WHERE settlement_line_id IN (SELECT id FROM l) GROUP BY 1, 2),
		s AS (SELECT line_id AS line, * FROM settlement_shares WHERE line_id IN (SELECT id FROM l)),
		summed AS (
			SELECT line, sum(r.cheques) AS cheques, sum(s.gross_cents) AS gross, sum(s.adjust_cents) AS adjust, sum(s.fee_cents) AS fee, sum(s.vat_cents) AS vat, sum(s.net_cents) AS net,
				count(*) FILTER (WHERE s.line IS NULL OR coalesce(r.cents, 0) <> s.gross_cents OR coalesce(i.cents, 0) <> s.adjust_cents) AS wrong
			FROM s FULL JOIN r USING (line, order_id) FULL JOIN i USING (line, order_id) GROUP BY line)
		SELECT count(*)::int FROM l
		LEFT JOIN summed t ON t.line = l.id
		LEFT JOIN settlement_lines b ON b.id = l.repays_line_id
		WHERE l.cheques <> coalesce(t.cheques, 0) OR l.gross_cents IS DISTINCT FROM t.gross OR l.adjust_cents IS DISTINCT FROM t.adjust
			OR l.fee_cents IS DISTINCT FROM t.fee OR l.fee_vat_cents IS DISTINCT FROM t.vat OR l.amount_cents IS DISTINCT FROM t.net
			OR CASE WHEN b.id IS NULL THEN t.wrong > 0 ELSE b.amount_cents <> l.amount_cents OR b.state NOT IN ('rejetee', 'retournee') END`,
		postgres.Args{"id": id})
}

func approveBatch(ctx context.Context, tx *postgres.Tx, actor identity.Actor, b Batch, frozen []byte) error {
	err := postgres.Must(ctx, tx, `
		UPDATE settlements SET state = 'approuvee', number = @number, approved_at = @now, approved_by = @by, approved_by_name = @name, frozen_hash = @hash, execution_on = @day
		WHERE id = @id AND state = 'preparee'`,
		postgres.Args{"number": b.Number, "now": tx.Now(), "by": actor.AccountID, "name": actor.Name, "hash": frozen, "day": *b.ExecutionOn, "id": b.ID})
	if postgres.Constraint(err) == "settlements_four_eyes" {
		return ErrFourEyes
	}
	if err != nil {
		return err
	}
	_, err = postgres.Do(ctx, tx, `UPDATE settlement_lines SET state = 'approuvee', settlement_number = @number WHERE settlement_id = @id`,
		postgres.Args{"id": b.ID, "number": b.Number})
	return err
}

func record(ctx context.Context, tx *postgres.Tx, actor identity.Actor, act string, batch Batch) error {
	return audit.Record(ctx, tx, actor, audit.Act{
		Name: act, SubjectKind: "contre-paiement", SubjectID: batch.ID,
		Detail: map[string]any{"numero": batch.Number, "total_centimes": batch.TotalCents, "lignes": batch.Lines},
	})
}

// executionDay is the day the bank is asked to debit; batches approved before it
// was kept ask for the first working day.
func (b Batch) executionDay() time.Time {
	if b.ExecutionOn != nil {
		return *b.ExecutionOn
	}
	return sepa.NextWorkingDay(b.ApprovedAt.In(postgres.Paris))
}
