package settlement

import (
	"archive/zip"
	"context"
	"fmt"
	"io"
	"runtime"
	"time"

	"github.com/google/uuid"

	"passnum/internal/identity"
	"passnum/internal/postgres"
	"passnum/internal/print"
)

// OwnStatement prints the statement of one of the structure's lines as a PDF.
// ErrNotFound, ErrNotApproved before approval.
func (s *Service) OwnStatement(ctx context.Context, actor identity.Actor, id uuid.UUID) (name string, pdf []byte, err error) {
	var facts print.StatementFacts
	var line Line
	err = s.asStructure(ctx, actor, func(tx *postgres.Tx) (err error) {
		if line, err = findLine(ctx, tx, id); err != nil {
			return err
		}
		facts, err = s.statementFacts(ctx, tx, id)
		return err
	})
	if err != nil {
		return "", nil, fmt.Errorf("own statement: %w", err)
	}
	return statement(facts, line)
}

// Statement prints the statement of any line, for the operator.
func (s *Service) Statement(ctx context.Context, actor identity.Actor, id uuid.UUID) (name string, pdf []byte, err error) {
	var facts print.StatementFacts
	var line Line
	err = s.asOperator(ctx, actor, "relevé de paiement", func(tx *postgres.Tx) (err error) {
		if line, err = findLine(ctx, tx, id); err != nil {
			return err
		}
		facts, err = s.statementFacts(ctx, tx, id)
		return err
	})
	if err != nil {
		return "", nil, fmt.Errorf("statement: %w", err)
	}
	return statement(facts, line)
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

// archive prints on every processor while one connection reads: what is in
// memory is bounded by the queue, whatever the batch's size.
func (s *Service) archive(ctx context.Context, w io.Writer, batch Batch, lines []Line) error {
	out := zip.NewWriter(w)
	// The act was journaled once, for the whole archive.
	err := s.db.InPlatform(ctx, postgres.System{}, "", func(tx *postgres.Tx) error {
		// Each line is looked up by its keys: never by reading whole tables, which
		// stale statistics may suggest right after a batch.
		if _, err := postgres.Do(ctx, tx, `SET LOCAL enable_hashjoin = off; SET LOCAL enable_mergejoin = off; SET LOCAL enable_seqscan = off`, nil); err != nil {
			return err
		}
		ctx, stop := context.WithCancel(ctx)
		defer stop()
		queue := s.printAll(ctx, tx, lines)
		for slot := range queue {
			if err := store(out, <-slot, *batch.ApprovedAt); err != nil {
				stop()
				for range queue { // the reader still holds the transaction
				}
				return err
			}
		}
		return ctx.Err()
	})
	if err != nil {
		return fmt.Errorf("statements: %w", err)
	}
	if err := out.Close(); err != nil {
		return fmt.Errorf("statements: %w", err)
	}
	return nil
}

// printed is one statement, or why there is none.
type printed struct {
	name string
	pdf  []byte
	err  error
}

// printAll reads the lines one after the other and prints them side by side, in
// order; it closes the queue when it no longer needs the transaction.
func (s *Service) printAll(ctx context.Context, tx *postgres.Tx, lines []Line) <-chan chan printed {
	queue := make(chan chan printed, runtime.GOMAXPROCS(0))
	go func() {
		defer close(queue)
		for _, line := range lines {
			slot := make(chan printed, 1)
			select {
			case queue <- slot:
			case <-ctx.Done():
				return
			}
			facts, err := s.statementFacts(ctx, tx, line.ID)
			if err != nil {
				slot <- printed{err: err}
				return
			}
			go func() {
				name, pdf, err := statement(facts, line)
				slot <- printed{name, pdf, err}
			}()
		}
	}()
	return queue
}

func store(out *zip.Writer, p printed, at time.Time) error {
	if p.err != nil {
		return p.err
	}
	file, err := out.CreateHeader(&zip.FileHeader{Name: p.name, Method: zip.Store, Modified: at.In(postgres.Paris)})
	if err != nil {
		return err
	}
	_, err = file.Write(p.pdf)
	return err
}

func statement(facts print.StatementFacts, line Line) (string, []byte, error) {
	pdf, err := print.Statement(facts)
	if err != nil {
		return "", nil, fmt.Errorf("print statement: %w", err)
	}
	return "releve-" + paperName(line), pdf, nil
}

// paperName tells two papers of one structure in one batch apart: the second
// pays again what came back.
func paperName(line Line) string {
	name := line.SettlementNumber + "-" + line.StructureSIRET
	if line.RepaysLineID != nil {
		name += "-" + line.EndToEndID
	}
	return name + ".pdf"
}

func (s *Service) statementFacts(ctx context.Context, tx *postgres.Tx, id uuid.UUID) (print.StatementFacts, error) {
	paper, err := readPaper(ctx, tx, id)
	if err != nil {
		return print.StatementFacts{}, err
	}
	cheques, err := chequesOf(ctx, tx, id)
	if err != nil {
		return print.StatementFacts{}, err
	}
	line := paper.line
	facts := print.StatementFacts{
		Issuer: s.issuer, Number: line.SettlementNumber, PeriodFrom: line.PeriodFrom, PeriodTo: line.PeriodTo,
		Structure: paper.party, AccountHolder: line.AccountHolder, IBAN: line.IBAN, Corrections: paper.corrections(), Gross: paper.root.GrossCents,
		Total: line.AmountCents, EndToEndID: line.EndToEndID, Notes: paper.notes, ExecutedOn: dayOr(line.ExecutedOn), CreatedAt: tx.Now().In(postgres.Paris),
		Subtotals: printedSubtotals(subtotals(cheques)),
	}
	for _, c := range cheques {
		facts.Lines = append(facts.Lines, print.StatementLine{
			Date: c.Day, Serial: c.Serial, Rank: c.Rank, Commanditaire: c.Commanditaire, Entry: c.Services(), Amount: c.AmountCents,
		})
	}
	return facts, nil
}
