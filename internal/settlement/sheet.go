package settlement

import (
	"context"
	"fmt"
	"io"
	"time"

	"github.com/google/uuid"

	"passnum/internal/identity"
	"passnum/internal/postgres"
	"passnum/internal/sheet"
)

// OwnSheet reads one of the structure's lines and returns its CSV's name and a
// function that writes it: chèque by chèque, then what was added or withheld,
// so that the column of amounts adds up to what was paid. ErrNotFound.
func (s *Service) OwnSheet(ctx context.Context, actor identity.Actor, id uuid.UUID) (name string, write func(io.Writer) error, err error) {
	var p paper
	var cheques []Cheque
	err = s.asStructure(ctx, actor, func(tx *postgres.Tx) (err error) {
		if p.line, err = findLine(ctx, tx, id); err != nil {
			return err
		}
		if err = p.readRoot(ctx, tx); err != nil {
			return err
		}
		cheques, err = chequesOf(ctx, tx, id)
		return err
	})
	if err != nil {
		return "", nil, fmt.Errorf("own sheet: %w", err)
	}
	return "paiement-" + p.line.SettlementNumber + ".csv", func(w io.Writer) error { return writeSheet(w, cheques, p) }, nil
}

// OwnWaitingSheet is OwnSheet for the chèques that no batch holds yet.
func (s *Service) OwnWaitingSheet(ctx context.Context, actor identity.Actor) (name string, write func(io.Writer) error, err error) {
	var cheques []Cheque
	err = s.asStructure(ctx, actor, func(tx *postgres.Tx) (err error) {
		cheques, err = waiting(ctx, tx, actor.OrganisationID, nil, 0)
		return err
	})
	if err != nil {
		return "", nil, fmt.Errorf("own waiting sheet: %w", err)
	}
	name = "a-payer-" + s.Today().Format(time.DateOnly) + ".csv"
	return name, func(w io.Writer) error { return writeSheet(w, cheques, paper{}) }, nil
}

func writeSheet(w io.Writer, cheques []Cheque, p paper) error {
	number, paid := sheet.Text(p.line.SettlementNumber), sheet.Date(dayOr(p.line.ExecutedOn))
	out := sheet.NewWriter(w)
	if err := out.Header("Nature", "Accepté le", "Carnet", "N° du chèque", "Commanditaire", "Services ou motif", "Lieu", "Montant en euros", "Contre-paiement", "Payé le"); err != nil {
		return err
	}
	for _, c := range cheques {
		err := out.Row(sheet.Text("Chèque"), sheet.Time(c.At), sheet.Text(c.Serial), sheet.Int(c.Rank), sheet.Text(c.Commanditaire), sheet.Text(c.Services()),
			sheet.Text(c.Place), sheet.Money(c.AmountCents), number, paid)
		if err != nil {
			return err
		}
	}
	for _, c := range p.corrections() {
		err := out.Row(sheet.Text("Correction"), sheet.Cell{}, sheet.Cell{}, sheet.Cell{}, sheet.Cell{}, sheet.Text(c.Label), sheet.Cell{}, sheet.Money(c.Amount), number, paid)
		if err != nil {
			return err
		}
	}
	return out.Flush()
}
