package settlement

import (
	"context"
	"errors"
	"time"

	"github.com/google/uuid"

	"passnum/internal/postgres"
)

const selectBatch = `SELECT id, number, cutoff, rhythm, state, prepared_at, prepared_by, prepared_by_name, approved_at, approved_by, approved_by_name,
	executed_on, message_id, debtor_name, debtor_iban, debtor_bic, total_cents, lines, frozen_hash,
	bank_version, batch_booking, delay_days, parts, execution_on FROM settlements`

const selectLine = `SELECT id, settlement_id, settlement_number, structure_id, structure_name, structure_siret, account_holder, iban, bic,
	end_to_end_id, cheques, amount_cents, gross_cents, adjust_cents, fee_cents, fee_vat_cents, period_from, period_to, state, executed_on,
	part, repays_line_id, root_line_id, returned_on, return_code, return_text, street, building, postal_code, town FROM settlement_lines`

func insertBatch(ctx context.Context, tx *postgres.Tx, b Batch) error {
	_, err := postgres.Do(ctx, tx, `
		INSERT INTO settlements (id, number, cutoff, rhythm, prepared_at, prepared_by, prepared_by_name, message_id, debtor_name, debtor_iban, debtor_bic, total_cents, lines,
			bank_version, batch_booking, delay_days, parts)
		VALUES (@id, @number, @cutoff, @rhythm, @now, @by, @name, @message, @debtor, @iban, @bic, @total, @lines, @version, @booking, @delay, @parts)`,
		postgres.Args{
			"id": b.ID, "number": b.Number, "cutoff": b.Cutoff, "rhythm": string(b.Rhythm), "now": tx.Now(), "by": b.PreparedBy, "name": b.PreparedByName,
			"message": b.MessageID, "debtor": b.DebtorName, "iban": b.DebtorIBAN, "bic": b.DebtorBIC, "total": int64(b.TotalCents), "lines": b.Lines,
			"version": string(b.BankVersion), "booking": b.BatchBooking, "delay": b.DelayDays, "parts": b.Parts,
		})
	switch postgres.Constraint(err) {
	case "settlements_cutoff_once", "settlements_number_once":
		return ErrCutoffTaken
	}
	return err
}

// insertLines writes every line, and for those that pay again the shares of the
// first of their chain.
func insertLines(ctx context.Context, tx *postgres.Tx, b Batch, lines []Line) error {
	n := len(lines)
	ids, structures, repays, roots := make([]uuid.UUID, n), make([]uuid.UUID, n), make([]*uuid.UUID, n), make([]*uuid.UUID, n)
	texts := map[string][]string{}
	numbers := map[string][]int64{}
	from, to := make([]time.Time, n), make([]time.Time, n)
	for i, l := range lines {
		ids[i], structures[i], repays[i], roots[i], from[i], to[i] = l.ID, l.StructureID, l.RepaysLineID, l.RootLineID, l.PeriodFrom, l.PeriodTo
		for name, text := range map[string]string{"name": l.StructureName, "siret": l.StructureSIRET, "holder": l.AccountHolder, "iban": l.IBAN, "bic": l.BIC,
			"e2e": l.EndToEndID, "street": l.Street, "building": l.Building, "code": l.PostalCode, "town": l.Town} {
			texts[name] = append(texts[name], text)
		}
		for name, value := range map[string]int64{"cheques": int64(l.Cheques), "gross": int64(l.GrossCents), "adjust": int64(l.AdjustCents),
			"fee": int64(l.FeeCents), "vat": int64(l.FeeVATCents), "amount": int64(l.AmountCents), "part": int64(l.Part)} {
			numbers[name] = append(numbers[name], value)
		}
	}
	args := postgres.Args{"settlement": b.ID, "number": b.Number, "ids": ids, "structures": structures, "repays": repays, "roots": roots, "from": from, "to": to}
	for name, column := range texts {
		args[name] = column
	}
	for name, column := range numbers {
		args[name] = column
	}
	_, err := postgres.Do(ctx, tx, insertLinesSQL, args)
	if err != nil {
		return err
	}
	_, err = postgres.Do(ctx, tx, `
		INSERT INTO settlement_shares (line_id, commanditaire_id, order_id, structure_id, gross_cents, net_cents)
		SELECT l.id, s.commanditaire_id, s.order_id, s.structure_id, s.net_cents, s.net_cents
		FROM settlement_lines l JOIN settlement_shares s ON s.line_id = l.root_line_id WHERE l.settlement_id = @settlement`,
		postgres.Args{"settlement": b.ID})
	return err
}

const insertLinesSQL = `
	INSERT INTO settlement_lines (id, settlement_id, settlement_number, structure_id, structure_name, structure_siret, account_holder, iban, bic, end_to_end_id,
		street, building, postal_code, town, cheques, gross_cents, adjust_cents, fee_cents, fee_vat_cents, amount_cents, part, repays_line_id, root_line_id, period_from, period_to)
	SELECT l.id, @settlement, @number, l.structure, l.name, l.siret, l.holder, l.iban, l.bic, l.e2e,
		l.street, l.building, l.code, l.town, l.cheques, l.gross, l.adjust, l.fee, l.vat, l.amount, l.part, l.repays, l.root, l.period_from, l.period_to
	FROM unnest(@ids::uuid[], @structures::uuid[], @name::text[], @siret::text[], @holder::text[], @iban::text[], @bic::text[], @e2e::text[],
			@street::text[], @building::text[], @code::text[], @town::text[],
			@cheques::bigint[], @gross::bigint[], @adjust::bigint[], @fee::bigint[], @vat::bigint[], @amount::bigint[], @part::bigint[],
			@repays::uuid[], @roots::uuid[], @from::date[], @to::date[])
		AS l(id, structure, name, siret, holder, iban, bic, e2e, street, building, code, town, cheques, gross, adjust, fee, vat, amount, part, repays, root, period_from, period_to)`

func insertShares(ctx context.Context, tx *postgres.Tx, shares []Share) error {
	n := len(shares)
	lines, commanditaires, orders, structures := make([]uuid.UUID, n), make([]uuid.UUID, n), make([]uuid.UUID, n), make([]uuid.UUID, n)
	gross, adjust, rate, fee, vat, net := make([]int64, n), make([]int64, n), make([]int64, n), make([]int64, n), make([]int64, n), make([]int64, n)
	for i, s := range shares {
		lines[i], commanditaires[i], orders[i], structures[i] = s.LineID, s.CommanditaireID, s.OrderID, s.StructureID
		gross[i], adjust[i], rate[i], fee[i], vat[i], net[i] = int64(s.GrossCents), int64(s.AdjustCents), int64(s.RateBasisPoints), int64(s.FeeCents), int64(s.VATCents), int64(s.NetCents)
	}
	_, err := postgres.Do(ctx, tx, `
		INSERT INTO settlement_shares (line_id, commanditaire_id, order_id, structure_id, gross_cents, adjust_cents, rate_basis_points, fee_cents, vat_cents, net_cents)
		SELECT * FROM unnest(@lines::uuid[], @commanditaires::uuid[], @orders::uuid[], @structures::uuid[],
			@gross::bigint[], @adjust::bigint[], @rate::bigint[], @fee::bigint[], @vat::bigint[], @net::bigint[])`,
		postgres.Args{"lines": lines, "commanditaires": commanditaires, "orders": orders, "structures": structures,
			"gross": gross, "adjust": adjust, "rate": rate, "fee": fee, "vat": vat, "net": net})
	return err
}

// tie gives each chèque and each incident its line; ErrMoved when the chèques
// tied are not exactly those that were counted.
func tie(ctx context.Context, tx *postgres.Tx, b Batch, lines []Line) error {
	var ids, structures []uuid.UUID
	var cheques int64
	for _, l := range lines {
		if l.RepaysLineID == nil {
			ids, structures, cheques = append(ids, l.ID), append(structures, l.StructureID), cheques+int64(l.Cheques)
		}
	}
	if err := wholesale(ctx, tx); err != nil {
		return err
	}
	// Naming the keys of two indexes, unchanged, spares them a search for rows to
	// forget at each full page: a row is tied once, there is nothing to forget.
	tied, err := postgres.Do(ctx, tx, `
		UPDATE redemptions r SET settlement_line_id = l.id, structure_id = r.structure_id, order_id = r.order_id
		FROM unnest(@ids::uuid[], @structures::uuid[]) AS l(id, structure_id), orders o
		WHERE r.structure_id = l.structure_id AND o.commanditaire_id = r.commanditaire_id AND o.id = r.order_id AND `+ripe,
		postgres.Args{"ids": ids, "structures": structures, "cutoff": b.Cutoff})
	if err != nil {
		return err
	}
	if tied != cheques {
		return ErrMoved
	}
	_, err = postgres.Do(ctx, tx, `
		UPDATE incidents i SET settlement_line_id = l.id
		FROM settlement_lines l
		WHERE l.settlement_id = @settlement AND l.repays_line_id IS NULL AND i.structure_id = l.structure_id
			AND i.state = 'valide' AND i.settlement_line_id IS NULL`, postgres.Args{"settlement": b.ID})
	return err
}

// wholesale keeps the planner from looking rows up one by one in what the
// transaction has just written, which has no statistics yet.
func wholesale(ctx context.Context, tx *postgres.Tx) error {
	_, err := postgres.Do(ctx, tx, `SET LOCAL enable_nestloop = off`, nil)
	return err
}

func lockBatch(ctx context.Context, tx *postgres.Tx, id uuid.UUID) (Batch, error) {
	batch, err := postgres.One[Batch](ctx, tx, selectBatch+` WHERE id = @id FOR UPDATE`, postgres.Args{"id": id})
	return batch, orNotFound(err)
}

func linesOf(ctx context.Context, tx *postgres.Tx, id uuid.UUID) ([]Line, error) {
	return postgres.All[Line](ctx, tx, selectLine+` WHERE settlement_id = @id ORDER BY structure_name, id`, postgres.Args{"id": id})
}

func cutoffTaken(ctx context.Context, tx *postgres.Tx, rhythm Rhythm, cutoff time.Time) (bool, error) {
	return postgres.Value[bool](ctx, tx, `SELECT EXISTS (SELECT 1 FROM settlements WHERE cutoff = @cutoff AND rhythm = @rhythm)`,
		postgres.Args{"cutoff": cutoff, "rhythm": string(rhythm)})
}

func deleteBatch(ctx context.Context, tx *postgres.Tx, id uuid.UUID) error {
	const own = `IN (SELECT id FROM settlement_lines WHERE settlement_id = @id)`
	for _, sql := range []string{
		`UPDATE redemptions SET settlement_line_id = NULL WHERE settlement_line_id ` + own,
		`UPDATE incidents SET settlement_line_id = NULL WHERE settlement_line_id ` + own,
		`DELETE FROM settlement_shares WHERE line_id ` + own,
		`DELETE FROM settlement_lines WHERE settlement_id = @id`,
		`DELETE FROM settlements WHERE id = @id AND state = 'preparee'`,
	} {
		if _, err := postgres.Do(ctx, tx, sql, postgres.Args{"id": id}); err != nil {
			return err
		}
	}
	return nil
}

func orNotFound(err error) error {
	if errors.Is(err, postgres.ErrNoRow) {
		return ErrNotFound
	}
	return err
}
