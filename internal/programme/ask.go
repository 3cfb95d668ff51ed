package programme

import (
	"context"
	"fmt"
	"strings"

	"github.com/google/uuid"

	"passnum/internal/audit"
	"passnum/internal/fault"
	"passnum/internal/identity"
	"passnum/internal/money"
	"passnum/internal/order"
	"passnum/internal/postgres"
)

// Ask attaches an order of the actor's organisation to a programme: its share is
// computed and reserved, and the funder becomes a co-funder that has yet to
// answer. Refuses with the rule that is not met.
func (s *Service) Ask(ctx context.Context, actor identity.Actor, programme, id uuid.UUID) error {
	err := s.asOwner(ctx, actor, id, func(tx *postgres.Tx, o order.Order) error {
		p, err := find(ctx, tx, programme, true)
		if err != nil {
			return err
		}
		candidate, err := candidate(ctx, tx, p, o)
		if err != nil {
			return err
		}
		share, err := p.Share(candidate, tx.Today())
		if err != nil {
			return err
		}
		if _, err := insertRequest(ctx, tx, actor, p, o, share); err != nil {
			return err
		}
		c := order.Cofunder{OrganisationID: p.FunderID, Name: p.Funder, Share: share, Direct: p.Direct, ProgrammeID: &p.ID, Programme: p.Name}
		if err := s.Orders.AttachInTx(ctx, tx, actor, o.ID, c); err != nil {
			return err
		}
		return s.tellAsked(ctx, tx, p, o, share)
	})
	if err != nil {
		return fmt.Errorf("ask a programme: %w", err)
	}
	return nil
}

// asOwner runs fn, in a platform transaction, on an order of the actor's own
// organisation, its row taken first: an order's row always comes before a
// programme's.
func (s *Service) asOwner(ctx context.Context, actor identity.Actor, id uuid.UUID, fn func(*postgres.Tx, order.Order) error) error {
	if err := actor.May(identity.OrderWrite); err != nil {
		return err
	}
	return s.db.InPlatform(ctx, postgres.System{}, "", func(tx *postgres.Tx) error {
		o, err := order.ReadLocked(ctx, tx, id)
		if err != nil {
			return err
		}
		if o.CommanditaireID != actor.OrganisationID {
			return order.ErrNotFound
		}
		return fn(tx, o)
	})
}

func candidate(ctx context.Context, tx *postgres.Tx, p Programme, o order.Order) (Candidate, error) {
	c := Candidate{State: o.State, Face: o.FaceTotal(), Own: o.OwnShare()}
	var err error
	if c.Kind, err = postgres.Value[string](ctx, tx, `SELECT kind FROM organisations WHERE id = @id`, postgres.Args{"id": o.CommanditaireID}); err != nil {
		return Candidate{}, fmt.Errorf("read commanditaire: %w", err)
	}
	c.Promised, err = promised(ctx, tx, p.ID, o.CommanditaireID)
	return c, err
}

// Withdraw detaches an order that is not signed yet; its share is free again.
func (s *Service) Withdraw(ctx context.Context, actor identity.Actor, programme, id uuid.UUID) error {
	err := s.asOwner(ctx, actor, id, func(tx *postgres.Tx, o order.Order) error {
		live, err := requests(ctx, tx, `a.programme_id = @programme AND a.order_id = @order AND a.state IN ('demande', 'accepte')`,
			postgres.Args{"programme": programme, "order": o.ID})
		if err != nil {
			return err
		}
		if len(live) == 0 {
			return ErrNotFound
		}
		if err := s.Orders.DetachInTx(ctx, tx, actor, o.ID, programme, "Demande à un programme retirée\u00a0: "+live[0].Share.String()); err != nil {
			return err
		}
		return settle(ctx, tx, actor, live[0], Withdrawn, "", string(Asked), string(Accepted))
	})
	if err != nil {
		return fmt.Errorf("withdraw from a programme: %w", err)
	}
	return nil
}

// Answer accepts or refuses a request, by somebody who commits the funder or by
// the operator; a refusal says why and frees the share.
func (s *Service) Answer(ctx context.Context, actor identity.Actor, programme, request uuid.UUID, accept bool, reason string) error {
	err := s.asParty(ctx, actor, programme, "réponse à une demande", func(tx *postgres.Tx, p Programme) error {
		r, err := oneRequest(ctx, tx, request)
		if err != nil || r.ProgrammeID != p.ID {
			return orNotFound(err)
		}
		reason = strings.TrimSpace(reason)
		if !accept && (reason == "" || len([]rune(reason)) > LongestText) {
			return fault.Field("motif_"+r.ID.String(), "Dites pourquoi la demande est refusée\u00a0: le commanditaire le lira.")
		}
		o, err := order.ReadLocked(ctx, tx, r.OrderID)
		if err != nil {
			return err
		}
		if err := s.answer(ctx, tx, actor, p, r, accept, reason); err != nil {
			return err
		}
		return s.tellAnswered(ctx, tx, p, o, r, accept, reason)
	})
	if err != nil {
		return fmt.Errorf("answer a request: %w", err)
	}
	return nil
}

func (s *Service) answer(ctx context.Context, tx *postgres.Tx, actor identity.Actor, p Programme, r Request, accept bool, reason string) error {
	to := Refused
	if accept {
		to = Accepted
	}
	if err := settle(ctx, tx, actor, r, to, reason, string(Asked)); err != nil {
		return err
	}
	err := audit.Record(ctx, tx, actor, audit.Act{Name: "demande " + to.Label(), SubjectKind: "programme", SubjectID: p.ID, Parties: []uuid.UUID{p.FunderID, r.CommanditaireID},
		Detail: map[string]any{"commande": r.Number, "montant": r.Share.Decimal(), "motif": reason}})
	if err != nil {
		return err
	}
	if accept {
		return s.Orders.ConfirmInTx(ctx, tx, actor, r.OrderID, p.Funder+" accepte\u00a0: "+r.Share.String())
	}
	return s.Orders.DetachInTx(ctx, tx, actor, r.OrderID, p.ID, p.Funder+" refuse\u00a0: "+reason)
}

// Declare keeps which part of an order's public was the programme's, as its
// commanditaire counts it.
func (s *Service) Declare(ctx context.Context, actor identity.Actor, programme, id uuid.UUID, reached money.BasisPoints, note string) error {
	err := s.asOwner(ctx, actor, id, func(tx *postgres.Tx, o order.Order) error {
		var c fault.Collector
		c.Check(reached >= 0 && reached <= 10_000, "atteint", "Indiquez une part de 0 à 100\u00a0%.")
		note = strings.TrimSpace(note)
		c.Check(len([]rune(note)) <= LongestText, "precision", "Raccourcissez le texte\u00a0: 2\u202f000 caractères au plus.")
		if err := c.Err(); err != nil {
			return err
		}
		n, err := postgres.Do(ctx, tx, `UPDATE programme_orders SET reached_basis_points = @reached, reached_at = @now, reached_note = @note
			WHERE commanditaire_id = @commanditaire AND order_id = @order AND programme_id = @programme AND state = 'accepte'`,
			postgres.Args{"reached": int64(reached), "now": tx.Now(), "note": note, "commanditaire": o.CommanditaireID, "order": o.ID, "programme": programme})
		if err != nil {
			return fmt.Errorf("keep declaration: %w", err)
		}
		if n == 0 {
			return ErrNotFound
		}
		return audit.Record(ctx, tx, actor, audit.Act{Name: "public atteint déclaré", SubjectKind: "commande", SubjectID: o.ID, Parties: []uuid.UUID{o.CommanditaireID},
			Detail: map[string]any{"part": reached.String(), "precision": note}})
	})
	if err != nil {
		return fmt.Errorf("declare the public reached: %w", err)
	}
	return nil
}

func orNotFound(err error) error {
	if err == nil {
		return ErrNotFound
	}
	return err
}
