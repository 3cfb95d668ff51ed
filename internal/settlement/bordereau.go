package settlement

import (
	"context"
	"fmt"

	"github.com/google/uuid"

	"passnum/internal/identity"
	"passnum/internal/postgres"
	"passnum/internal/print"
)

// OwnBordereau prints the bordereau de règlement of one of the structure's
// lines. ErrNotFound, ErrNotApproved before approval.
func (s *Service) OwnBordereau(ctx context.Context, actor identity.Actor, id uuid.UUID) (name string, pdf []byte, err error) {
	var facts print.BordereauFacts
	var line Line
	err = s.asStructure(ctx, actor, func(tx *postgres.Tx) (err error) {
		facts, line, err = s.bordereauFacts(ctx, tx, id)
		return err
	})
	if err != nil {
		return "", nil, fmt.Errorf("own bordereau: %w", err)
	}
	return bordereau(facts, line)
}

// Bordereau is OwnBordereau for the operator, with who prepared and approved.
func (s *Service) Bordereau(ctx context.Context, actor identity.Actor, id uuid.UUID) (name string, pdf []byte, err error) {
	var facts print.BordereauFacts
	var line Line
	err = s.asOperator(ctx, actor, "bordereau de règlement", func(tx *postgres.Tx) (err error) {
		if facts, line, err = s.bordereauFacts(ctx, tx, id); err != nil {
			return err
		}
		batch, err := findBatch(ctx, tx, line.SettlementID)
		if err != nil {
			return err
		}
		facts.PreparedBy, facts.ApprovedBy, facts.ApprovedAt = batch.PreparedByName, batch.ApprovedByName, postgres.Day(*batch.ApprovedAt)
		return nil
	})
	if err != nil {
		return "", nil, fmt.Errorf("bordereau: %w", err)
	}
	return bordereau(facts, line)
}

func bordereau(facts print.BordereauFacts, line Line) (string, []byte, error) {
	pdf, err := print.Bordereau(facts)
	if err != nil {
		return "", nil, fmt.Errorf("print bordereau: %w", err)
	}
	return "bordereau-" + paperName(line), pdf, nil
}

func (s *Service) bordereauFacts(ctx context.Context, tx *postgres.Tx, id uuid.UUID) (print.BordereauFacts, Line, error) {
	paper, err := readPaper(ctx, tx, id)
	if err != nil {
		return print.BordereauFacts{}, Line{}, err
	}
	sums, err := subtotalsOf(ctx, tx, id)
	if err != nil {
		return print.BordereauFacts{}, Line{}, err
	}
	line := paper.line
	return print.BordereauFacts{
		Issuer: s.issuer, Number: line.SettlementNumber, EndToEndID: line.EndToEndID, Structure: paper.party, AccountHolder: line.AccountHolder, IBAN: line.IBAN,
		PeriodFrom: line.PeriodFrom, PeriodTo: line.PeriodTo, Subtotals: printedSubtotals(sums), Corrections: paper.corrections(), Gross: paper.root.GrossCents,
		Total: line.AmountCents, Notes: paper.notes, ExecutedOn: dayOr(line.ExecutedOn), CreatedAt: tx.Now().In(postgres.Paris),
	}, line, nil
}
