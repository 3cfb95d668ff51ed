package ending

import (
	"context"
	"errors"
	"fmt"

	"github.com/google/uuid"

	"passnum/internal/identity"
	"passnum/internal/money"
	"passnum/internal/order"
	"passnum/internal/postgres"
)

// Avoir is what a credit note of a closed order says: its face value, and whose
// it is.
type Avoir struct {
	CommanditaireID uuid.UUID
	OrderID         uuid.UUID
	Face            money.Cents
	Cheques         int
	Reason          string
	CauseID         uuid.UUID
	Parts           []Part
}

// Part is what of an avoir comes back to one funder.
type Part struct {
	FunderID uuid.UUID
	Amount   money.Cents
}

// parts is each funder's part of the closing's avoir, as the statement tells it.
func (c Closing) parts() []Part {
	var list []Part
	for _, s := range c.Figures.Shares {
		if s.Avoir() > 0 {
			list = append(list, Part{s.OrganisationID, s.Avoir()})
		}
	}
	return list
}

type creditedSums struct{ Given, Credited int64 }

// creditTakenBack issues the avoir of what a refund gives back above that of the
// closing: the value of chèques wrongly accepted, which incidents took back from
// structures. It waits for the refund, because until then an incident can still
// be cancelled and an avoir cannot.
func (s *Service) creditTakenBack(ctx context.Context, tx *postgres.Tx, actor identity.Actor, o purchase, r Refund) error {
	if s.IssueAvoir == nil {
		return nil
	}
	c, err := live(ctx, tx, o)
	if errors.Is(err, ErrNoStatement) {
		return nil // closed without a statement: it owes what its own avoirs said
	}
	if err != nil {
		return err
	}
	sums, err := postgres.One[creditedSums](ctx, tx, `
		SELECT coalesce((SELECT sum(amount_cents) FROM refunds WHERE commanditaire_id = @commanditaire AND order_id = @order AND state IN ('approuve', 'execute')), 0)::bigint AS given,
			coalesce((SELECT sum(i.face_cents) FROM invoices i JOIN refunds f ON f.commanditaire_id = i.commanditaire_id AND f.id = i.cause_id
				WHERE i.commanditaire_id = @commanditaire AND i.order_id = @order AND i.kind = 'avoir'), 0)::bigint AS credited`, o.args())
	if err != nil {
		return fmt.Errorf("sum what was credited: %w", err)
	}
	credited := money.Cents(sums.Credited)
	face := money.Cents(sums.Given) - c.Avoir() - credited
	if face <= 0 {
		return nil
	}
	parts, err := takenBackParts(ctx, tx, o, credited, face)
	if err != nil {
		return err
	}
	_, _, err = s.IssueAvoir(ctx, tx, actor, Avoir{
		CommanditaireID: o.CommanditaireID, OrderID: o.ID, Face: face, Cheques: int(int64(face) / o.FaceValueCents), CauseID: r.ID, Parts: parts,
		Reason: "Chèques de la commande " + o.Number + " acceptés à tort, repris sur des paiements, restitution " + r.Number,
	})
	if err != nil {
		return fmt.Errorf("issue avoir of what was taken back: %w", err)
	}
	return nil
}

// takenBackParts shares out what was taken back and is now given, after what was
// given of it before.
func takenBackParts(ctx context.Context, tx *postgres.Tx, o purchase, before, face money.Cents) ([]Part, error) {
	bought, err := order.Read(ctx, tx, o.ID)
	if err != nil {
		return nil, fmt.Errorf("read funders: %w", err)
	}
	former := bought.Positions(order.Flow{Returned: before, TakenBack: before})
	var parts []Part
	for i, p := range bought.Positions(order.Flow{Returned: before + face, TakenBack: before + face}) {
		if amount := p.TakenBack - former[i].TakenBack; amount > 0 {
			parts = append(parts, Part{p.OrganisationID, amount})
		}
	}
	return parts, nil
}
