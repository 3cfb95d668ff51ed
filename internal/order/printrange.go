package order

import (
	"context"
	"fmt"
	"io"

	"github.com/google/uuid"

	"passnum/internal/carnet"
	"passnum/internal/postgres"
	"passnum/internal/print"
)

// PrintRange writes carnets from to to of an order, at most print.MostCarnets,
// exactly as the print shop gets them. It asks for no permission, and the page it
// writes is cash: the caller (replacements of lost carnets, the console of a
// demonstration) answers for both.
func (s *Service) PrintRange(ctx context.Context, id uuid.UUID, from, to int, w io.Writer) error {
	var o Order
	err := s.asSystem(ctx, id, func(_ *postgres.Tx, found *Order) error {
		o = *found
		return nil
	})
	if err != nil {
		return fmt.Errorf("print carnets: %w", err)
	}
	facts, err := s.approvedFacts(ctx, o)
	if err != nil {
		return err
	}
	run := carnet.NewPrintRun(s.db, s.Keys, o.CommanditaireID, o.ID, from, min(to, o.Minted))
	return print.WriteCarnets(w, facts, func() (print.Carnet, bool, error) { return s.page(ctx, run) })
}
