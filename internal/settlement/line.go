package settlement

import (
	"context"
	"fmt"
	"time"

	"github.com/google/uuid"

	"passnum/internal/identity"
	"passnum/internal/money"
	"passnum/internal/postgres"
)

// Position is where a structure stands: owed, on its way, paid.
type Position struct {
	Waiting   Total // accepted, in no batch yet
	ThisMonth Total // of which accepted since the first of the month
	Coming    Total // in a batch prepared or approved
	Paid      Total // paid by the bank, all time
	CameBack  Total // refused or sent back by the bank, to be paid again
	// AdjustCents are the incidents that the next line will carry.
	AdjustCents money.Cents
	PaidOn      *time.Time
	Rhythm      Rhythm
	// Cutoff is the day that today's chèques are paid with.
	Cutoff time.Time
	Hold   string // why nothing would be paid, empty when all is well
}

// LinePage is a line with its sums by commanditaire and a page of its chèques.
type LinePage struct {
	Line
	Subtotals []Subtotal
	Cheques   []Cheque
	More      bool
}

// PaidKey is where a list of a structure's lines continues.
type PaidKey struct {
	To time.Time
	ID uuid.UUID
}

// OwnPosition sums up what the actor's structure is owed and was paid.
func (s *Service) OwnPosition(ctx context.Context, actor identity.Actor) (Position, error) {
	var p Position
	err := s.asStructure(ctx, actor, func(tx *postgres.Tx) (err error) {
		p, err = position(ctx, tx, actor)
		return err
	})
	if err != nil {
		return Position{}, fmt.Errorf("read position: %w", err)
	}
	return p, nil
}

// OwnWaiting lists the structure's chèques that no batch holds, newest first.
func (s *Service) OwnWaiting(ctx context.Context, actor identity.Actor, after *ChequeKey) (cheques []Cheque, more bool, err error) {
	err = s.asStructure(ctx, actor, func(tx *postgres.Tx) (err error) {
		cheques, err = waiting(ctx, tx, actor.OrganisationID, after, pageSize+1)
		return err
	})
	if err != nil {
		return nil, false, fmt.Errorf("list own chèques: %w", err)
	}
	cheques, more = page(cheques)
	return cheques, more, nil
}

// OwnLines lists what the structure was paid, or is about to be, newest first.
func (s *Service) OwnLines(ctx context.Context, actor identity.Actor, after *PaidKey) (lines []Line, more bool, err error) {
	args := postgres.Args{"structure": actor.OrganisationID, "to": (*time.Time)(nil), "after": uuid.Nil, "limit": pageSize + 1}
	if after != nil {
		args["to"], args["after"] = &after.To, after.ID
	}
	err = s.asStructure(ctx, actor, func(tx *postgres.Tx) (err error) {
		lines, err = postgres.All[Line](ctx, tx, selectLine+`
			WHERE structure_id = @structure AND (@to::date IS NULL OR (period_to, id) < (@to, @after))
			ORDER BY period_to DESC, id DESC LIMIT @limit`, args)
		return err
	})
	if err != nil {
		return nil, false, fmt.Errorf("list own lines: %w", err)
	}
	lines, more = page(lines)
	return lines, more, nil
}

// OwnLine reads one of the structure's lines, chèque by chèque. ErrNotFound for
// anybody else's.
func (s *Service) OwnLine(ctx context.Context, actor identity.Actor, id uuid.UUID, after *ChequeKey) (LinePage, error) {
	var p LinePage
	err := s.asStructure(ctx, actor, func(tx *postgres.Tx) (err error) {
		p, err = linePage(ctx, tx, id, after)
		return err
	})
	if err != nil {
		return LinePage{}, fmt.Errorf("read own line: %w", err)
	}
	return p, nil
}

// Line reads one structure's line of a batch, chèque by chèque, for the operator.
func (s *Service) Line(ctx context.Context, actor identity.Actor, id uuid.UUID, after *ChequeKey) (LinePage, error) {
	var p LinePage
	err := s.asOperator(ctx, actor, "détail d’un contre-paiement", func(tx *postgres.Tx) (err error) {
		p, err = linePage(ctx, tx, id, after)
		return err
	})
	if err != nil {
		return LinePage{}, fmt.Errorf("read line: %w", err)
	}
	return p, nil
}

func linePage(ctx context.Context, tx *postgres.Tx, id uuid.UUID, after *ChequeKey) (p LinePage, err error) {
	if p.Line, err = findLine(ctx, tx, id); err != nil {
		return p, err
	}
	if p.Subtotals, err = subtotalsOf(ctx, tx, p.Root()); err != nil {
		return p, err
	}
	p.Cheques, p.More, err = pageOfLine(ctx, tx, p.Root(), after)
	return p, err
}

func findLine(ctx context.Context, tx *postgres.Tx, id uuid.UUID) (Line, error) {
	line, err := postgres.One[Line](ctx, tx, selectLine+` WHERE id = @id`, postgres.Args{"id": id})
	return line, orNotFound(err)
}
