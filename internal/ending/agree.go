package ending

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/google/uuid"

	"passnum/internal/audit"
	"passnum/internal/carnet"
	"passnum/internal/fault"
	"passnum/internal/french"
	"passnum/internal/identity"
	"passnum/internal/postgres"
)

// The refusals of the commanditaire's acts.
var (
	ErrWords  = fault.Field("accord", "Cochez la case\u00a0: c’est elle qui vaut accord.")
	ErrClosed = fault.New(fault.KindConflict, "La fin de cette commande est déjà écrite dans son état contradictoire\u00a0: plus rien n’y change.")
)

func errTooEarly(day time.Time) error {
	return fault.New(fault.KindConflict, "Cette validation s’ouvre le "+french.Date(day)+". D’ici là, les remises continuent.")
}

// StopHandOvers is the commanditaire's agreement that what is not handed over
// will not be: hand-overs are refused at once, and the points told. ErrWords,
// ErrClosed; saying it twice changes nothing.
func (s *Service) StopHandOvers(ctx context.Context, actor identity.Actor, id uuid.UUID, agreed bool) error {
	err := s.agree(ctx, actor, identity.OrderWrite, id, agreed, Block, BlockAgreed, BlockWords, func(tx *postgres.Tx, o *purchase) error {
		// Hand-overs hold the row for sharing: those in flight come before.
		_, err := postgres.Do(ctx, tx, `SELECT 1 FROM orders WHERE commanditaire_id = @commanditaire AND id = @order FOR UPDATE`, o.args())
		if err != nil {
			return fmt.Errorf("lock order: %w", err)
		}
		err = postgres.Must(ctx, tx, `UPDATE orders SET handover_blocked_at = @now, updated_at = @now WHERE commanditaire_id = @commanditaire AND id = @order`,
			o.with(postgres.Args{"now": tx.Now()}))
		if err != nil {
			return fmt.Errorf("stop hand-overs: %w", err)
		}
		return s.tellHolders(ctx, tx, *o, "Arrêtez les remises de la commande "+o.Number, func(h holder) []string {
			return []string{fmt.Sprintf("%s arrête la remise des carnets de la commande %s, dont la validité finit le %s. «\u00a0%s\u00a0» en a encore %s\u00a0: ne les remettez plus.",
				o.Commanditaire, o.Number, french.Date(o.ValidUntil), h.Point, french.Count(h.Carnets, "carnet", "carnets")), "Rendez-les au commanditaire, ou gardez-les sous clé jusqu’à sa demande."}
		})
	})
	return fault.Wrap(err, "stop hand-overs")
}

// Acknowledge is the commanditaire's agreement, in the exact Words, that its
// chèques will be cancelled.
func (s *Service) Acknowledge(ctx context.Context, actor identity.Actor, id uuid.UUID, agreed bool) error {
	err := s.agree(ctx, actor, identity.OrderSign, id, agreed, Acknowledge, EndAgreed, Words, func(*postgres.Tx, *purchase) error { return nil })
	return fault.Wrap(err, "acknowledge end")
}

func (s *Service) agree(ctx context.Context, actor identity.Actor, p identity.Permission, id uuid.UUID, agreed bool, step, answer Step, words string, then func(*postgres.Tx, *purchase) error) error {
	if !agreed {
		if err := actor.May(p); err != nil {
			return err
		}
		return ErrWords
	}
	return s.act(ctx, actor, ForCommanditaire, p, "", id, func(tx *postgres.Tx, o *purchase) error {
		day := DayOf(o.ValidUntil, step)
		switch {
		case o.ClosingAt != nil:
			return ErrClosed
		case tx.Today().Before(day):
			return errTooEarly(day)
		}
		wrote, err := note(ctx, tx, *o, answer, day, actor, words, nil)
		if err != nil || !wrote {
			return err
		}
		if err := then(tx, o); err != nil {
			return err
		}
		return record(ctx, tx, actor, *o, strings.ToLower(answer.Label()), map[string]any{"mots": words})
	})
}

func record(ctx context.Context, tx *postgres.Tx, actor identity.Actor, o purchase, act string, detail map[string]any) error {
	return audit.Record(ctx, tx, actor, audit.Act{Name: act, SubjectKind: "commande", SubjectID: o.ID, Parties: o.parties(), Detail: detail})
}

// Prolongation is a later end, as the operator types it after the commanditaire
// agreed.
type Prolongation struct {
	Until     time.Time
	Agreement string // who agreed, when and how
}

// Prolong moves an order's last day, until its blocking is due: the calendar
// begins again from the new one, and carnets already handed over gain as much.
// Everybody is told, because carnets print the former day.
func (s *Service) Prolong(ctx context.Context, actor identity.Actor, id uuid.UUID, p Prolongation) error {
	err := s.act(ctx, actor, ForOperator, identity.PlatformDecide, "prolongation d’une commande", id, func(tx *postgres.Tx, o *purchase) error {
		if err := p.check(*o, tx.Today()); err != nil {
			return err
		}
		former := o.ValidUntil
		if err := s.Orders.ProlongInTx(ctx, tx, actor, o.ID, p.Until, strings.TrimSpace(p.Agreement)); err != nil {
			return err
		}
		if err := carnet.Prolong(ctx, tx, o.CommanditaireID, o.ID, o.rule(p.Until)); err != nil {
			return err
		}
		o.ValidUntil = p.Until
		return s.tellProlonged(ctx, tx, *o, former)
	})
	return fault.Wrap(err, "prolong order")
}

func (o purchase) rule(until time.Time) carnet.Validity {
	v := carnet.Validity{Until: until}
	if o.ValidityMonths != nil {
		v.Months = *o.ValidityMonths
	}
	return v
}

func (p Prolongation) check(o purchase, today time.Time) error {
	if o.State != "active" || o.ClosingAt != nil {
		return ErrClosed
	}
	if block := DayOf(o.ValidUntil, Block); !today.Before(block) {
		return fault.New(fault.KindConflict, "Une commande se prolonge avant l’arrêt de ses remises, le "+french.Date(block)+".")
	}
	var c fault.Collector
	c.Check(p.Until.After(o.ValidUntil), "jusqu_au", "Indiquez un jour après le "+french.Date(o.ValidUntil)+".")
	c.Check(!p.Until.After(o.ValidUntil.AddDate(2, 0, 0)), "jusqu_au", "Une prolongation ne dépasse pas deux ans.")
	c.Check(strings.TrimSpace(p.Agreement) != "", "accord", "Dites qui a donné l’accord du commanditaire, quand et comment.")
	return c.Err()
}

func (s *Service) tellProlonged(ctx context.Context, tx *postgres.Tx, o purchase, former time.Time) error {
	subject := "La commande " + o.Number + " est prolongée jusqu’au " + french.Date(o.ValidUntil)
	warning := "Les carnets portent encore l’ancienne date, le " + french.Date(former) + "\u00a0: dites-le à qui les reçoit."
	if err := s.tellClient(ctx, tx, o, subject, "La "+o.name()+" est prolongée, avec votre accord.", warning); err != nil {
		return err
	}
	err := s.tellHolders(ctx, tx, o, subject, func(holder) []string {
		return []string{"Les carnets de " + o.Commanditaire + " (commande " + o.Number + ") s’utilisent jusqu’au " + french.Date(o.ValidUntil) + ".", warning}
	})
	if err != nil {
		return err
	}
	structures, err := nearby(ctx, tx, o)
	if err != nil {
		return err
	}
	return s.tellStructures(ctx, tx, structures, subject, "Acceptez-les jusqu’à cette date, même si le carnet en imprime une plus proche. Le scan fait foi.")
}
