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
// function that writes it. ErrNotFound.
func (s *Service) OwnSheet(ctx context.Context, actor identity.Actor, id uuid.UUID) (name string, write func(io.Writer) error, err error) {
	var line Line
	var cheques []Cheque
	err = s.asStructure(ctx, actor, func(tx *postgres.Tx) (err error) {
		if line, err = findLine(ctx, tx, id); err != nil {
			return err
		}
		cheques, err = chequesOf(ctx, tx, id)
		return err
	})
	if err != nil {
		return "", nil, fmt.Errorf("own sheet: %w", err)
	}
	var paid time.Time
	if line.ExecutedOn != nil {
		paid = *line.ExecutedOn
	}
	return "paiement-" + line.SettlementNumber + ".csv", func(w io.Writer) error { return writeSheet(w, cheques, line.SettlementNumber, paid) }, nil
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
	return name, func(w io.Writer) error { return writeSheet(w, cheques, "", time.Time{}) }, nil
}

func writeSheet(w io.Writer, cheques []Cheque, number string, paid time.Time) error {
	out := sheet.NewWriter(w)
	if err := out.Header("Accepté le", "Carnet", "N° du chèque", "Commanditaire", "Services", "Lieu", "Montant en euros", "Contre-paiement", "Payé le"); err != nil {
		return err
	}
	for _, c := range cheques {
		err := out.Row(sheet.Time(c.At), sheet.Text(c.Serial), sheet.Int(c.Rank), sheet.Text(c.Commanditaire), sheet.Text(c.Services()),
			sheet.Text(c.Place), sheet.Money(c.AmountCents), sheet.Text(number), sheet.Date(paid))
		if err != nil {
			return err
		}
	}
	return out.Flush()
}
