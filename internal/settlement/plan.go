package settlement

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"

	"passnum/internal/fault"
	"passnum/internal/money"
	"passnum/internal/postgres"
)

// cut says which chèques are looked at, and whether their rows are taken, so
// that none is undone, paid or corrected while the batch is written.
type cut struct {
	cutoff time.Time
	rhythm Rhythm
	lock   bool
}

// Of structures paid every week, a weekly batch pays those only; a monthly one
// pays everybody, so that nobody is ever forgotten.
const asked = `EXISTS (SELECT 1 FROM structure_rhythms w WHERE w.structure_id = %s.structure_id AND w.rhythm = 'hebdomadaire')`

func (c cut) sql(table string) (who, lock string) {
	who = "true"
	if c.rhythm == Weekly {
		who = fmt.Sprintf(asked, table)
	}
	if c.lock {
		lock = "FOR UPDATE OF " + table
	}
	return who, lock
}

// plan reads everything that is due at a cut-off, by structure's name.
func (c cut) plan(ctx context.Context, tx *postgres.Tx, rules Rules) ([]Due, error) {
	all := map[uuid.UUID]*owed{}
	of := func(id uuid.UUID) *owed {
		if all[id] == nil {
			all[id] = &owed{}
		}
		return all[id]
	}
	if err := c.readCheques(ctx, tx, of); err != nil {
		return nil, fmt.Errorf("read chèques due: %w", err)
	}
	if err := c.readIncidents(ctx, tx, of); err != nil {
		return nil, fmt.Errorf("read incidents due: %w", err)
	}
	if err := c.readReturned(ctx, tx, of); err != nil {
		return nil, fmt.Errorf("read returned lines: %w", err)
	}
	ids := make([]uuid.UUID, 0, len(all))
	for id := range all {
		ids = append(ids, id)
	}
	last, err := lastBatch(ctx, tx, c.rhythm)
	if err != nil {
		return nil, err
	}
	known, err := factsOf(ctx, tx, ids, last)
	if err != nil {
		return nil, err
	}
	dues := make([]Due, 0, len(known))
	for _, f := range known {
		o := all[f.StructureID]
		o.facts = f
		dues = append(dues, o.due(rules, c.cutoff))
	}
	return dues, nil
}

type chequesRow struct {
	StructureID, CommanditaireID, OrderID uuid.UUID
	Rate                                  int64
	Cheques                               int
	Cents                                 int64
	FromDay, ToDay                        *time.Time
	YoungCheques                          int
	YoungCents                            int64
}

// ripe is a redemption r of an order o that no batch holds, old enough at the
// cut-off for the hold period of its order.
const ripe = `r.undone_at IS NULL AND r.settlement_line_id IS NULL AND r.day <= @cutoff::date - o.hold_days`

func (c cut) readCheques(ctx context.Context, tx *postgres.Tx, of func(uuid.UUID) *owed) error {
	who, lock := c.sql("r")
	rows, err := postgres.All[chequesRow](ctx, tx, `
		WITH taken AS (
			SELECT r.structure_id, r.commanditaire_id, r.order_id, o.downstream_fee_basis_points AS rate, r.amount_cents, r.day, `+ripe+` AS ripe
			FROM redemptions r JOIN orders o ON o.commanditaire_id = r.commanditaire_id AND o.id = r.order_id
			WHERE r.undone_at IS NULL AND r.settlement_line_id IS NULL AND r.day <= @cutoff AND `+who+` `+lock+`)
		SELECT structure_id, commanditaire_id, order_id, rate::bigint,
			count(*) FILTER (WHERE ripe)::int AS cheques, coalesce(sum(amount_cents) FILTER (WHERE ripe), 0)::bigint AS cents,
			min(day) FILTER (WHERE ripe) AS from_day, max(day) FILTER (WHERE ripe) AS to_day,
			count(*) FILTER (WHERE NOT ripe)::int AS young_cheques, coalesce(sum(amount_cents) FILTER (WHERE NOT ripe), 0)::bigint AS young_cents
		FROM taken GROUP BY structure_id, commanditaire_id, order_id, rate`, postgres.Args{"cutoff": c.cutoff})
	for _, row := range rows {
		o := of(row.StructureID)
		o.cheques += row.Cheques
		o.young.Cheques += row.YoungCheques
		o.young.AmountCents += money.Cents(row.YoungCents)
		if row.Cheques > 0 {
			o.widen(*row.FromDay, *row.ToDay)
			o.portions = append(o.portions, portion{CommanditaireID: row.CommanditaireID, OrderID: row.OrderID, Rate: money.BasisPoints(row.Rate), Gross: money.Cents(row.Cents)})
		}
	}
	return err
}

func (o *owed) widen(from, to time.Time) {
	if o.from == nil || from.Before(*o.from) {
		o.from = &from
	}
	if o.to == nil || to.After(*o.to) {
		o.to = &to
	}
}

type incidentsRow struct {
	StructureID, CommanditaireID, OrderID uuid.UUID
	Cents                                 int64
}

func (c cut) readIncidents(ctx context.Context, tx *postgres.Tx, of func(uuid.UUID) *owed) error {
	who, lock := c.sql("i")
	rows, err := postgres.All[incidentsRow](ctx, tx, `
		WITH taken AS (
			SELECT i.structure_id, i.commanditaire_id, i.order_id, i.amount_cents FROM incidents i
			WHERE i.state = 'valide' AND i.settlement_line_id IS NULL AND `+who+` `+lock+`)
		SELECT structure_id, commanditaire_id, order_id, sum(amount_cents)::bigint AS cents FROM taken GROUP BY 1, 2, 3`, nil)
	for _, row := range rows {
		of(row.StructureID).correct(row)
	}
	return err
}

// correct adds incidents to the part of their order.
func (o *owed) correct(row incidentsRow) {
	for i := range o.portions {
		if o.portions[i].OrderID == row.OrderID {
			o.portions[i].Adjust += money.Cents(row.Cents)
			return
		}
	}
	o.portions = append(o.portions, portion{CommanditaireID: row.CommanditaireID, OrderID: row.OrderID, Adjust: money.Cents(row.Cents)})
}

// readReturned finds the lines that came back and that no line repays yet.
func (c cut) readReturned(ctx context.Context, tx *postgres.Tx, of func(uuid.UUID) *owed) error {
	who, lock := c.sql("settlement_lines")
	lines, err := postgres.All[Line](ctx, tx, selectLine+`
		WHERE state IN ('rejetee', 'retournee') AND NOT EXISTS (SELECT 1 FROM settlement_lines n WHERE n.repays_line_id = settlement_lines.id) AND `+who+`
		ORDER BY id `+lock, nil)
	if err != nil {
		return err
	}
	again, err := represented(ctx, tx)
	for _, l := range lines {
		o := of(l.StructureID)
		o.returned = append(o.returned, l)
		if !again[l.ID] {
			o.doubtful = append(o.doubtful, l)
		}
	}
	return err
}

// lastBatch is the last approved batch of a rhythm, uuid.Nil before the first.
func lastBatch(ctx context.Context, tx *postgres.Tx, rhythm Rhythm) (uuid.UUID, error) {
	id, err := postgres.Value[uuid.UUID](ctx, tx, `SELECT id FROM settlements WHERE state <> 'preparee' AND rhythm = @rhythm ORDER BY cutoff DESC LIMIT 1`,
		postgres.Args{"rhythm": string(rhythm)})
	if errors.Is(err, postgres.ErrNoRow) {
		return uuid.Nil, nil
	}
	return id, fault.Wrap(err, "find the last batch")
}

// factsOf reads what is known of structures, by name, and what the last batch
// paid them. It works in any scope that sees them.
func factsOf(ctx context.Context, tx *postgres.Tx, ids []uuid.UUID, last uuid.UUID) ([]facts, error) {
	found, err := postgres.All[facts](ctx, tx, `
		SELECT o.id AS structure_id, o.name, o.siret, o.street, o.postal_code, o.town,
			coalesce(s.account_holder, '') AS account_holder, coalesce(s.iban, '') AS iban, coalesce(s.bic, '') AS bic,
			coalesce(s.state = 'suspendue', false) AS suspended, o.suspended_at IS NOT NULL OR NOT o.is_structure AS gone,
			EXISTS (SELECT 1 FROM structure_bank_accounts a WHERE a.structure_id = o.id AND a.state = 'attente') AS changing,
			coalesce(a.vop_result IN ('RVMC', 'RVNM') AND a.vop_accepted_at IS NULL OR a.vop_needed AND a.vop_result = '', false) AS refused,
			(a.confirmed_at AT TIME ZONE 'Europe/Paris')::date AS confirmed_on,
			coalesce((SELECT sum(l.amount_cents) FROM settlement_lines l WHERE l.settlement_id = @last AND l.structure_id = o.id), 0)::bigint AS previous_cents,
			coalesce((SELECT l.iban FROM settlement_lines l WHERE l.structure_id = o.id AND l.state <> 'preparee' ORDER BY l.period_to DESC, l.id DESC LIMIT 1), '') AS previous_iban
		FROM organisations o
		LEFT JOIN structures s ON s.organisation_id = o.id
		LEFT JOIN structure_bank_accounts a ON a.structure_id = o.id AND a.state = 'active'
		WHERE o.id = ANY (@ids)
		ORDER BY o.name, o.id`, postgres.Args{"ids": ids, "last": last})
	if err != nil {
		return nil, fmt.Errorf("read structures: %w", err)
	}
	return found, nil
}
