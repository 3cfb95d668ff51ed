package order

import (
	"context"
	"fmt"
	"strings"

	"github.com/google/uuid"

	"passnum/internal/audit"
	"passnum/internal/fault"
	"passnum/internal/identity"
	"passnum/internal/postgres"
)

var (
	errNoMilestone = fault.New(fault.KindNotFound, "Cette échéance n’existe pas.")
	errNoCofunder  = fault.New(fault.KindNotFound, "Cette organisation ne cofinance pas la commande.")
)

// ReportMilestone declares that a service was delivered: its part becomes due.
// It is declared once, with a word on what was delivered, and not taken back.
func (s *Service) ReportMilestone(ctx context.Context, actor identity.Actor, id, milestone uuid.UUID, note string) error {
	err := s.asOperator(ctx, actor, identity.PlatformOrders, "échéance d’une commande", id, func(tx *postgres.Tx, o *Order) error {
		if err := relock(ctx, tx, o); err != nil {
			return err
		}
		due, ok := o.due(milestone)
		switch note = strings.TrimSpace(note); {
		case !ok:
			return errNoMilestone
		case !o.State.Reached(Signed):
			return errMoved(o.State)
		case due.Reached():
			return fault.New(fault.KindConflict, "Cette échéance est déjà exigible\u00a0: rien n’a changé.")
		case note == "" || !short(note, LongestFree):
			return fault.Field("rendu_"+milestone.String(), "Dites ce qui a été rendu, et quand\u00a0: le commanditaire le lira.")
		}
		args := key(o)
		args["id"], args["now"], args["by"], args["name"], args["note"] = milestone, tx.Now(), actor.AccountID, actor.Name, note
		err := postgres.Must(ctx, tx, `UPDATE order_milestones SET reported_at = @now, reported_by = @by, reported_by_name = @name, report_note = @note
			WHERE commanditaire_id = @commanditaire AND order_id = @order AND id = @id AND reported_at IS NULL AND NOT at_order`, args)
		if err != nil {
			return fmt.Errorf("keep report: %w", err)
		}
		err = audit.Record(ctx, tx, actor, audit.Act{Name: "rendu d’une échéance", SubjectKind: "commande", SubjectID: o.ID, Parties: []uuid.UUID{o.CommanditaireID},
			Detail: map[string]any{"echeance": due.describe(), "montant": due.Total().Decimal(), "note": note}})
		if err != nil {
			return err
		}
		return s.tellCommanditaire(ctx, tx, o, "Une échéance est exigible", due.describe()+"\u00a0: "+due.Total().String()+" à payer. Rendu\u00a0: "+note)
	})
	if err != nil {
		return fmt.Errorf("report milestone: %w", err)
	}
	return nil
}

// due finds a milestone's due.
func (o Order) due(milestone uuid.UUID) (Due, bool) {
	for _, due := range o.Quote().Dues {
		if due.MilestoneID == milestone && milestone != uuid.Nil {
			return due, true
		}
	}
	return Due{}, false
}

// SetPaymentRoute says whether a co-funder pays into the dedicated account
// itself or through the commanditaire, as long as money is awaited.
func (s *Service) SetPaymentRoute(ctx context.Context, actor identity.Actor, id, cofunder uuid.UUID, direct bool) error {
	err := s.asOperator(ctx, actor, identity.PlatformFunds, "versement d’un cofinanceur", id, func(tx *postgres.Tx, o *Order) error {
		if err := relock(ctx, tx, o); err != nil {
			return err
		}
		if o.State == Cancelled || o.State.Reached(Funded) {
			return errMoved(o.State)
		}
		args := key(o)
		args["organisation"], args["direct"] = cofunder, direct
		n, err := postgres.Do(ctx, tx, `UPDATE order_cofunders SET direct = @direct
			WHERE commanditaire_id = @commanditaire AND order_id = @order AND organisation_id = @organisation`, args)
		if err != nil {
			return fmt.Errorf("keep route: %w", err)
		}
		if n == 0 {
			return errNoCofunder
		}
		route := "par le commanditaire"
		if direct {
			route = "directement"
		}
		return audit.Record(ctx, tx, actor, audit.Act{Name: "versement d’un cofinanceur", SubjectKind: "commande", SubjectID: o.ID, Parties: o.parties(),
			Detail: map[string]any{"cofinanceur": o.payer(&cofunder), "verse": route}})
	})
	if err != nil {
		return fmt.Errorf("set payment route: %w", err)
	}
	return nil
}
