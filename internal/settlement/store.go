package settlement

import (
	"context"
	"fmt"
	"time"

	"github.com/google/uuid"

	"passnum/internal/identity"
	"passnum/internal/postgres"
)

const unpaid = `r.undone_at IS NULL AND r.settlement_line_id IS NULL AND r.day <= @cutoff`

// holdOf says why a structure s is not paid.
const holdOf = `CASE
			WHEN s.organisation_id IS NULL OR s.iban = '' THEN 'Coordonnées bancaires absentes : la structure doit les renseigner.'
			WHEN s.state = 'suspendue' THEN 'Structure suspendue : à examiner avant de payer.'
			ELSE ''
		END`

// dueOf turns sums into dues: a line is held, never dropped, when the structure
// cannot be paid.
const dueOf = `
	SELECT d.structure_id, o.name AS structure_name, o.siret, coalesce(s.account_holder, '') AS account_holder,
		d.cheques, d.amount_cents, d.from_day AS "from", d.to_day AS "to",
		` + holdOf + ` AS hold
	FROM due d
	JOIN organisations o ON o.id = d.structure_id
	LEFT JOIN structures s ON s.organisation_id = d.structure_id
	ORDER BY o.name, d.structure_id`

func listDue(ctx context.Context, tx *postgres.Tx, cutoff time.Time) ([]Due, error) {
	return postgres.All[Due](ctx, tx, `
		WITH due AS (
			SELECT r.structure_id, count(*)::int AS cheques, sum(r.amount_cents)::bigint AS amount_cents, min(r.day) AS from_day, max(r.day) AS to_day
			FROM redemptions r WHERE `+unpaid+` GROUP BY r.structure_id)`+dueOf,
		postgres.Args{"cutoff": cutoff})
}

// lockDue also takes the redemptions' rows, so that none is undone while the
// batch is written.
func lockDue(ctx context.Context, tx *postgres.Tx, cutoff time.Time) ([]Due, error) {
	return postgres.All[Due](ctx, tx, `
		WITH taken AS (SELECT r.structure_id, r.amount_cents, r.day FROM redemptions r WHERE `+unpaid+` FOR UPDATE),
		due AS (
			SELECT structure_id, count(*)::int AS cheques, sum(amount_cents)::bigint AS amount_cents, min(day) AS from_day, max(day) AS to_day
			FROM taken GROUP BY structure_id)`+dueOf,
		postgres.Args{"cutoff": cutoff})
}

func insertBatch(ctx context.Context, tx *postgres.Tx, b Batch) error {
	_, err := postgres.Do(ctx, tx, `
		INSERT INTO settlements (id, number, cutoff, prepared_at, prepared_by, prepared_by_name, message_id, debtor_name, debtor_iban, debtor_bic, total_cents, lines)
		VALUES (@id, @number, @cutoff, @now, @by, @name, @message, @debtor, @iban, @bic, @total, @lines)`,
		postgres.Args{
			"id": b.ID, "number": b.Number, "cutoff": b.Cutoff, "now": tx.Now(), "by": b.PreparedBy, "name": b.PreparedByName,
			"message": b.MessageID, "debtor": b.DebtorName, "iban": b.DebtorIBAN, "bic": b.DebtorBIC, "total": int64(b.TotalCents), "lines": b.Lines,
		})
	if postgres.Constraint(err) == "settlements_cutoff_once" {
		return ErrCutoffTaken
	}
	return err
}

// tieCheques writes the lines and ties each chèque to its line; ErrMoved when
// the rows tied are not exactly those that were summed.
func tieCheques(ctx context.Context, tx *postgres.Tx, b Batch, payable []Due) error {
	ids, structures, endToEnd := make([]uuid.UUID, len(payable)), make([]uuid.UUID, len(payable)), make([]string, len(payable))
	cheques, cents, from, to := make([]int32, len(payable)), make([]int64, len(payable)), make([]time.Time, len(payable)), make([]time.Time, len(payable))
	var total int64
	for i, due := range payable {
		ids[i], structures[i] = postgres.NewID(), due.StructureID
		endToEnd[i] = bankID(ids[i], "")
		cheques[i], cents[i], from[i], to[i] = int32(due.Cheques), int64(due.AmountCents), due.From, due.To
		total += int64(due.Cheques)
	}
	_, err := postgres.Do(ctx, tx, `
		INSERT INTO settlement_lines (id, settlement_id, structure_id, structure_name, structure_siret, account_holder, iban, bic, end_to_end_id, cheques, gross_cents, amount_cents, period_from, period_to, settlement_number)
		SELECT l.id, @settlement, l.structure_id, o.name, o.siret, s.account_holder, s.iban, s.bic, l.e2e, l.cheques, l.cents, l.cents, l.period_from, l.period_to, @number
		FROM unnest(@ids::uuid[], @structures::uuid[], @e2e::text[], @cheques::int[], @cents::bigint[], @from::date[], @to::date[])
			AS l(id, structure_id, e2e, cheques, cents, period_from, period_to)
		JOIN organisations o ON o.id = l.structure_id JOIN structures s ON s.organisation_id = l.structure_id`,
		postgres.Args{"settlement": b.ID, "number": b.Number, "ids": ids, "structures": structures, "e2e": endToEnd, "cheques": cheques, "cents": cents, "from": from, "to": to})
	if err != nil {
		return fmt.Errorf("write lines: %w", err)
	}
	tied, err := postgres.Do(ctx, tx, `
		UPDATE redemptions r SET settlement_line_id = l.id
		FROM settlement_lines l
		WHERE l.settlement_id = @settlement AND r.structure_id = l.structure_id AND `+unpaid,
		postgres.Args{"settlement": b.ID, "cutoff": b.Cutoff})
	if err == nil && tied != total {
		return ErrMoved
	}
	return err
}

func lockBatch(ctx context.Context, tx *postgres.Tx, id uuid.UUID) (Batch, error) {
	batch, err := postgres.One[Batch](ctx, tx, selectBatch+` WHERE id = @id FOR UPDATE`, postgres.Args{"id": id})
	return batch, orNotFound(err)
}

const selectBatch = `SELECT id, number, cutoff, rhythm, state, prepared_at, prepared_by, prepared_by_name, approved_at, approved_by, approved_by_name,
	executed_on, message_id, debtor_name, debtor_iban, debtor_bic, total_cents, lines, frozen_hash FROM settlements`

const selectLine = `SELECT id, settlement_id, settlement_number, structure_id, structure_name, structure_siret, account_holder, iban, bic,
	end_to_end_id, cheques, amount_cents, gross_cents, adjust_cents, fee_cents, fee_vat_cents, period_from, period_to, state, executed_on,
	part, repays_line_id, root_line_id, returned_on, return_code, return_text FROM settlement_lines`

func linesOf(ctx context.Context, tx *postgres.Tx, id uuid.UUID) ([]Line, error) {
	return postgres.All[Line](ctx, tx, selectLine+` WHERE settlement_id = @id ORDER BY structure_name, id`, postgres.Args{"id": id})
}

// mismatched counts the lines that no longer say what their chèques add up to.
func mismatched(ctx context.Context, tx *postgres.Tx, id uuid.UUID) (int, error) {
	return postgres.Value[int](ctx, tx, `
		SELECT count(*)::int FROM settlement_lines l
		LEFT JOIN (
			SELECT settlement_line_id, count(*) AS cheques, sum(amount_cents) AS cents
			FROM redemptions WHERE settlement_line_id IN (SELECT id FROM settlement_lines WHERE settlement_id = @id)
			GROUP BY settlement_line_id) AS r ON r.settlement_line_id = l.id
		WHERE l.settlement_id = @id AND (r.cheques IS DISTINCT FROM l.cheques OR r.cents IS DISTINCT FROM l.amount_cents)`,
		postgres.Args{"id": id})
}

func cutoffTaken(ctx context.Context, tx *postgres.Tx, cutoff time.Time) (bool, error) {
	return postgres.Value[bool](ctx, tx, `SELECT EXISTS (SELECT 1 FROM settlements WHERE cutoff = @cutoff)`, postgres.Args{"cutoff": cutoff})
}

func deleteBatch(ctx context.Context, tx *postgres.Tx, id uuid.UUID) error {
	for _, sql := range []string{
		`UPDATE redemptions SET settlement_line_id = NULL WHERE settlement_line_id IN (SELECT id FROM settlement_lines WHERE settlement_id = @id)`,
		`DELETE FROM settlement_lines WHERE settlement_id = @id`,
		`DELETE FROM settlements WHERE id = @id AND state = 'preparee'`,
	} {
		if _, err := postgres.Do(ctx, tx, sql, postgres.Args{"id": id}); err != nil {
			return err
		}
	}
	return nil
}

func approveBatch(ctx context.Context, tx *postgres.Tx, actor identity.Actor, b Batch, frozen []byte) error {
	err := postgres.Must(ctx, tx, `
		UPDATE settlements SET state = 'approuvee', approved_at = @now, approved_by = @by, approved_by_name = @name, frozen_hash = @hash
		WHERE id = @id AND state = 'preparee'`,
		postgres.Args{"now": tx.Now(), "by": actor.AccountID, "name": actor.Name, "hash": frozen, "id": b.ID})
	if postgres.Constraint(err) == "settlements_four_eyes" {
		return ErrFourEyes
	}
	if err != nil {
		return err
	}
	_, err = postgres.Do(ctx, tx, `UPDATE settlement_lines SET state = 'approuvee' WHERE settlement_id = @id`, postgres.Args{"id": b.ID})
	return err
}

func executeBatch(ctx context.Context, tx *postgres.Tx, actor identity.Actor, id uuid.UUID, on time.Time) error {
	err := postgres.Must(ctx, tx, `UPDATE settlements SET state = 'executee', executed_on = @on, executed_by = @by WHERE id = @id AND state = 'approuvee'`,
		postgres.Args{"on": on, "by": actor.AccountID, "id": id})
	if err != nil {
		return err
	}
	_, err = postgres.Do(ctx, tx, `UPDATE settlement_lines SET state = 'executee', executed_on = @on WHERE settlement_id = @id`,
		postgres.Args{"on": on, "id": id})
	return err
}

type share struct {
	LineID          uuid.UUID
	StructureID     uuid.UUID
	CommanditaireID uuid.UUID
	OrderID         uuid.UUID
	AmountCents     int64
}

// sharesOf splits each line between the orders whose chèques it pays.
func sharesOf(ctx context.Context, tx *postgres.Tx, id uuid.UUID) ([]share, error) {
	return postgres.All[share](ctx, tx, `
		SELECT l.id AS line_id, l.structure_id, r.commanditaire_id, r.order_id, sum(r.amount_cents)::bigint AS amount_cents
		FROM settlement_lines l JOIN redemptions r ON r.settlement_line_id = l.id
		WHERE l.settlement_id = @id
		GROUP BY l.id, l.structure_id, r.commanditaire_id, r.order_id
		ORDER BY l.id, r.order_id`, postgres.Args{"id": id})
}
