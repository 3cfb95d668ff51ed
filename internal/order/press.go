package order

import (
	"context"
	"fmt"

	"github.com/google/uuid"

	"passnum/internal/carnet"
	"passnum/internal/fault"
	"passnum/internal/postgres"
	"passnum/internal/print"
)

// What Press refuses.
var (
	ErrNotMade = fault.New(fault.KindConflict, "Les carnets ne sont pas encore tous fabriqués\u00a0: il n’y a rien à imprimer.")
	ErrByDesk  = fault.New(fault.KindConflict, "Le commanditaire imprime lui-même ces carnets sur des feuilles A4\u00a0: ils ne passent pas par un imprimeur.")
)

// Press is an order whose carnets may be printed: all made, and dressed as the
// commanditaire approved. It asks for no permission: its callers do.
type Press struct {
	Order
	Facts   print.CarnetRun
	service *Service
}

// Press prepares to print an order's carnets. Returns ErrNotFound, ErrNotMade,
// ErrByDesk, or a conflict that says what changed since the proof was approved.
func (s *Service) Press(ctx context.Context, id uuid.UUID) (Press, error) {
	p := Press{service: s}
	err := s.asSystem(ctx, id, func(_ *postgres.Tx, found *Order) error {
		p.Order = *found
		return nil
	})
	switch {
	case err != nil:
	case !p.State.Reached(Making) || !p.Made():
		err = ErrNotMade
	case p.PrintMode == PrintDesk:
		err = ErrByDesk
	default:
		p.Facts, err = s.approvedFacts(ctx, p.Order)
	}
	if err != nil {
		return Press{}, fmt.Errorf("prepare printing: %w", err)
	}
	return p, nil
}

// Supply gives carnets from to to, inclusive, with their codes: cash, that
// must go nowhere but to the page.
func (p Press) Supply(ctx context.Context, from, to int) func() (print.Carnet, bool, error) {
	run := carnet.NewPrintRun(p.service.db, p.service.Keys, p.CommanditaireID, p.ID, from, min(to, p.Minted))
	return func() (print.Carnet, bool, error) { return p.service.page(ctx, run) }
}

// Proof is the document that the commanditaire approved; a new specimen for an
// order that has none.
func (p Press) Proof(ctx context.Context) (pdf []byte, err error) {
	proof, ok := p.Latest(DocumentProof)
	if !ok {
		pdf, _, err = p.service.specimen(ctx, p.Order)
		return pdf, err
	}
	err = p.service.db.InPlatform(ctx, postgres.System{}, "", func(tx *postgres.Tx) (err error) {
		pdf, err = postgres.Value[[]byte](ctx, tx, `SELECT content FROM documents WHERE id = @id`, postgres.Args{"id": proof.ID})
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("read proof: %w", err)
	}
	return pdf, nil
}

// Parcels are the deliveries with the ranges that shipping gives them.
func (o Order) Parcels() []Delivery {
	parcels, next := append([]Delivery(nil), o.Deliveries...), 1
	for i, d := range parcels {
		parcels[i].From, parcels[i].To = next, next+d.Carnets-1
		next = parcels[i].To + 1
	}
	return parcels
}
