package order

import (
	"context"
	"fmt"
	"maps"
	"time"

	"github.com/google/uuid"

	"passnum/internal/money"
	"passnum/internal/postgres"
)

func loadCofunders(ctx context.Context, tx *postgres.Tx, o *Order) (err error) {
	o.Cofunders, err = postgres.All[Cofunder](ctx, tx, `
		SELECT f.organisation_id, g.name, f.share_cents AS share, coalesce(f.share_basis_points, 0)::bigint AS rate, f.direct,
			f.programme_id, coalesce(p.name, '') AS programme, coalesce(a.state = 'demande', false) AS pending
		FROM order_cofunders f JOIN organisations g ON g.id = f.organisation_id
		LEFT JOIN programmes p ON p.id = f.programme_id
		LEFT JOIN programme_orders a ON a.commanditaire_id = f.commanditaire_id AND a.order_id = f.order_id
			AND a.programme_id = f.programme_id AND a.state IN ('demande', 'accepte')
		WHERE f.commanditaire_id = @commanditaire AND f.order_id = @order ORDER BY g.name, f.organisation_id`, key(o))
	return err
}

type serviceRow struct {
	Kind           string
	Description    string
	Amount         money.Cents
	Tax            string
	VATBasisPoints money.BasisPoints
	VATReason      string
}

type milestoneRow struct {
	Kind       string
	ID         uuid.UUID
	Label      string
	Rate       money.BasisPoints
	AtOrder    bool
	ReportedAt *time.Time
	ReportedBy string
	Note       string
}

func loadServices(ctx context.Context, tx *postgres.Tx, o *Order) error {
	rows, err := postgres.All[serviceRow](ctx, tx, `
		SELECT kind, description, amount_cents AS amount, tax, vat_basis_points, vat_reason FROM order_services
		WHERE commanditaire_id = @commanditaire AND order_id = @order ORDER BY kind`, key(o))
	if err != nil || len(rows) == 0 {
		return err
	}
	milestones, err := postgres.All[milestoneRow](ctx, tx, `
		SELECT kind, id, label, basis_points AS rate, at_order, reported_at, reported_by_name AS reported_by, report_note AS note FROM order_milestones
		WHERE commanditaire_id = @commanditaire AND order_id = @order ORDER BY kind, rank`, key(o))
	for _, row := range rows {
		line := ServiceLine{Kind: ServiceKind(row.Kind), Description: row.Description, Amount: row.Amount,
			Tax: Tax{Category: TaxCategory(row.Tax), Rate: row.VATBasisPoints, Reason: row.VATReason}}
		for _, m := range milestones {
			if m.Kind == row.Kind {
				line.Milestones = append(line.Milestones, Milestone{ID: m.ID, Label: m.Label, Rate: m.Rate, AtOrder: m.AtOrder,
					ReportedAt: m.ReportedAt, ReportedBy: m.ReportedBy, Note: m.Note})
			}
		}
		o.Services = append(o.Services, line)
	}
	return err
}

func loadReceipts(ctx context.Context, tx *postgres.Tx, o *Order) (err error) {
	o.Funds, err = postgres.All[Receipt](ctx, tx, `
		SELECT f.id, f.mandat_number AS mandat, f.face_cents AS face, f.fees_cents AS fees, f.vat_cents AS vat, f.received_on, f.recorded_at,
			f.recorded_by_name AS recorded_by, f.payer_id, coalesce(g.name, '') AS payer
		FROM order_funds f LEFT JOIN organisations g ON g.id = f.payer_id
		WHERE f.commanditaire_id = @commanditaire AND f.order_id = @order ORDER BY f.recorded_at, f.id`, key(o))
	return err
}

func insertCofunders(ctx context.Context, tx *postgres.Tx, o *Order) error {
	for _, c := range o.Cofunders {
		args := key(o)
		var rate *int64
		if c.Rate > 0 {
			rate = new(int64(c.Rate))
		}
		maps.Copy(args, postgres.Args{"organisation": c.OrganisationID, "share": int64(c.Share), "rate": rate, "direct": c.Direct, "programme": c.ProgrammeID})
		if _, err := postgres.Do(ctx, tx, `INSERT INTO order_cofunders (commanditaire_id, order_id, organisation_id, share_cents, share_basis_points, direct, programme_id)
			VALUES (@commanditaire, @order, @organisation, @share, @rate, @direct, @programme)`, args); err != nil {
			return fmt.Errorf("insert co-funder: %w", err)
		}
	}
	return nil
}

func insertServices(ctx context.Context, tx *postgres.Tx, o *Order) error {
	for i := range o.Services {
		line := &o.Services[i]
		args, tax := key(o), line.Tax.settled()
		maps.Copy(args, postgres.Args{"kind": string(line.Kind), "description": line.Description, "amount": int64(line.Amount),
			"tax": string(tax.Category), "rate": int64(tax.Rate), "reason": tax.Reason})
		if _, err := postgres.Do(ctx, tx, `INSERT INTO order_services (commanditaire_id, order_id, kind, description, amount_cents, tax, vat_basis_points, vat_reason)
			VALUES (@commanditaire, @order, @kind, @description, @amount, @tax, @rate, @reason)`, args); err != nil {
			return fmt.Errorf("insert service line: %w", err)
		}
		if err := insertMilestones(ctx, tx, o, line); err != nil {
			return err
		}
	}
	return nil
}

func insertMilestones(ctx context.Context, tx *postgres.Tx, o *Order, line *ServiceLine) error {
	for i := range line.Milestones {
		m := &line.Milestones[i]
		m.ID = postgres.NewID()
		args := key(o)
		maps.Copy(args, postgres.Args{"id": m.ID, "kind": string(line.Kind), "rank": i + 1, "label": m.Label, "rate": int64(m.Rate), "at_order": m.AtOrder})
		if _, err := postgres.Do(ctx, tx, `INSERT INTO order_milestones (commanditaire_id, id, order_id, kind, rank, label, basis_points, at_order)
			VALUES (@commanditaire, @id, @order, @kind, @rank, @label, @rate, @at_order)`, args); err != nil {
			return fmt.Errorf("insert milestone: %w", err)
		}
	}
	return nil
}
