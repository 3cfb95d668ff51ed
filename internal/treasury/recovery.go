package treasury

import (
	"context"

	"github.com/google/uuid"

	"passnum/internal/fault"
	"passnum/internal/identity"
	"passnum/internal/incident"
	"passnum/internal/postgres"
)

// suggestOwing lists the structures that owe something after an incident: a
// credit may be what one of them pays back.
func (s *Service) suggestOwing(ctx context.Context, tx *postgres.Tx, units []unit) ([]Suggestion, error) {
	if s.Recover == nil {
		return nil, nil
	}
	owing, err := incident.Owing(ctx, tx)
	if err != nil {
		return nil, err
	}
	var list []Suggestion
	for _, u := range units {
		for _, o := range owing {
			c := Suggestion{Kind: Recovery, Target: o.StructureID.String(), Detail: u.index, Label: "Versement de " + o.Structure + ", qui doit une correction", Amount: o.Amount}
			c.amounts(u.detail.Amount, o.Amount)
			c.payer(u, o.Structure, o.SIRET)
			list = append(list, c)
		}
	}
	return list, nil
}

// resolveRecovery has the amount taken off what the structure owes; the domain
// refuses more than that.
func (s *Service) resolveRecovery(u unit, c Choice) (proposal, error) {
	structure, err := uuid.Parse(c.Target)
	if err != nil || s.Recover == nil {
		return proposal{}, ErrNoChoice
	}
	p := proposal{kind: Recovery, target: c.Target, label: "Versement d’une structure, après incident", moved: true}
	p.act = func(ctx context.Context, tx *postgres.Tx, actor identity.Actor, _ *proposal) error {
		// The line's own bound keeps a part from being taken twice: each decision on
		// it is another one.
		err := s.Recover(ctx, tx, actor, incident.Paid{StructureID: structure, Amount: c.Amount, On: u.line.BookedOn, Reference: cut(u.words(), 100),
			Key: u.key() + " " + postgres.NewID().String()})
		if refusal, ok := fault.As(err); ok {
			return fault.Field("montant", refusal.Sentence)
		}
		return err
	}
	return p, nil
}
