package settlement

import (
	"archive/zip"
	"context"
	"fmt"
	"io"
	"strings"

	"github.com/google/uuid"

	"passnum/internal/identity"
	"passnum/internal/postgres"
	"passnum/internal/print"
)

// OwnStatement prints the statement of one of the structure's lines as a PDF.
// ErrNotFound, ErrNotApproved before approval.
func (s *Service) OwnStatement(ctx context.Context, actor identity.Actor, id uuid.UUID) (name string, pdf []byte, err error) {
	var facts print.StatementFacts
	err = s.asStructure(ctx, actor, func(tx *postgres.Tx) (err error) {
		facts, err = s.statementFacts(ctx, tx, id)
		return err
	})
	if err != nil {
		return "", nil, fmt.Errorf("own statement: %w", err)
	}
	return statement(facts)
}

// Statement prints the statement of any line, for the operator.
func (s *Service) Statement(ctx context.Context, actor identity.Actor, id uuid.UUID) (name string, pdf []byte, err error) {
	var facts print.StatementFacts
	err = s.asOperator(ctx, actor, "relevé de paiement", func(tx *postgres.Tx) (err error) {
		facts, err = s.statementFacts(ctx, tx, id)
		return err
	})
	if err != nil {
		return "", nil, fmt.Errorf("statement: %w", err)
	}
	return statement(facts)
}

// Statements reads what the statements of an approved batch need, then returns
// their archive's name and a function that prints it, one statement in memory
// at a time. ErrNotFound, ErrNotApproved.
func (s *Service) Statements(ctx context.Context, actor identity.Actor, id uuid.UUID) (name string, write func(io.Writer) error, err error) {
	var batch Batch
	var lines []Line
	err = s.asOperator(ctx, actor, "relevés d’un contre-paiement", func(tx *postgres.Tx) (err error) {
		if batch, err = findBatch(ctx, tx, id); err != nil {
			return err
		}
		if batch.State == Prepared {
			return ErrNotApproved
		}
		lines, err = linesOf(ctx, tx, id)
		return err
	})
	if err != nil {
		return "", nil, fmt.Errorf("statements: %w", err)
	}
	return batch.Number + "-releves.zip", func(w io.Writer) error { return s.archive(ctx, w, batch, lines) }, nil
}

func (s *Service) archive(ctx context.Context, w io.Writer, batch Batch, lines []Line) error {
	out := zip.NewWriter(w)
	for _, line := range lines {
		var facts print.StatementFacts
		// The act was journaled once, for the whole archive.
		err := s.db.InPlatform(ctx, postgres.System{}, "", func(tx *postgres.Tx) (err error) {
			facts, err = s.statementFacts(ctx, tx, line.ID)
			return err
		})
		if err != nil {
			return fmt.Errorf("statements: %w", err)
		}
		name, pdf, err := statement(facts)
		if err != nil {
			return err
		}
		file, err := out.CreateHeader(&zip.FileHeader{Name: name, Method: zip.Store, Modified: batch.ApprovedAt.In(postgres.Paris)})
		if err != nil {
			return fmt.Errorf("statements: %w", err)
		}
		if _, err := file.Write(pdf); err != nil {
			return fmt.Errorf("statements: %w", err)
		}
	}
	if err := out.Close(); err != nil {
		return fmt.Errorf("statements: %w", err)
	}
	return nil
}

func statement(facts print.StatementFacts) (string, []byte, error) {
	pdf, err := print.Statement(facts)
	if err != nil {
		return "", nil, fmt.Errorf("print statement: %w", err)
	}
	return "releve-" + facts.Number + "-" + facts.Structure.SIRET + ".pdf", pdf, nil
}

func (s *Service) statementFacts(ctx context.Context, tx *postgres.Tx, id uuid.UUID) (print.StatementFacts, error) {
	line, err := findLine(ctx, tx, id)
	if err != nil {
		return print.StatementFacts{}, err
	}
	if line.State == Prepared {
		return print.StatementFacts{}, ErrNotApproved
	}
	cheques, err := chequesOf(ctx, tx, id)
	if err != nil {
		return print.StatementFacts{}, err
	}
	party, err := partyOf(ctx, tx, line)
	if err != nil {
		return print.StatementFacts{}, err
	}
	facts := print.StatementFacts{
		Issuer: s.issuer, Number: line.SettlementNumber, PeriodFrom: line.PeriodFrom, PeriodTo: line.PeriodTo,
		Structure: party, AccountHolder: line.AccountHolder, IBAN: line.IBAN, Total: line.AmountCents, CreatedAt: tx.Now().In(postgres.Paris),
	}
	if line.ExecutedOn != nil {
		facts.ExecutedOn = *line.ExecutedOn
	}
	for _, c := range cheques {
		facts.Lines = append(facts.Lines, print.StatementLine{
			Date: c.Day, Serial: c.Serial, Rank: c.Rank, Commanditaire: c.Commanditaire, Entry: c.Services(), Amount: c.AmountCents,
		})
	}
	for _, sum := range subtotals(cheques) {
		facts.Subtotals = append(facts.Subtotals, print.Subtotal{Commanditaire: sum.Commanditaire, Cheques: sum.Cheques, Amount: sum.AmountCents})
	}
	return facts, nil
}

type address struct{ Street, Complement, PostalCode, Town string }

// partyOf keeps the name and SIRET that were paid; the address is today's.
func partyOf(ctx context.Context, tx *postgres.Tx, line Line) (print.Party, error) {
	a, err := postgres.One[address](ctx, tx, `SELECT street, complement, postal_code, town FROM organisations WHERE id = @id`,
		postgres.Args{"id": line.StructureID})
	if err != nil {
		return print.Party{}, fmt.Errorf("read address: %w", err)
	}
	party := print.Party{Name: line.StructureName, SIRET: line.StructureSIRET}
	for _, text := range []string{a.Street, a.Complement, a.PostalCode + " " + a.Town} {
		if text = strings.TrimSpace(text); text != "" {
			party.Address = append(party.Address, text)
		}
	}
	return party, nil
}
