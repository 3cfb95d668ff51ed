package order

import (
	"context"
	"fmt"
	"maps"
	"strings"

	"github.com/google/uuid"

	"passnum/internal/audit"
	"passnum/internal/fault"
	"passnum/internal/identity"
	"passnum/internal/money"
	"passnum/internal/postgres"
)

// The bounds of a price.
const (
	MostRate  money.BasisPoints = 3000
	MostFixed                   = money.Cents(100_000_000)
	MostHold                    = 90
)

// Agreement is the price the operator sets on an order: its fees, and how each
// service line is taxed and billed. A line it does not name keeps its terms.
type Agreement struct {
	Pricing
	Services []ServiceTerms
}

// ServiceTerms is how a service line is taxed and billed.
type ServiceTerms struct {
	Kind       ServiceKind
	Tax        Tax
	Milestones []Milestone
}

// SetPricing agrees on the price of an order, before its quote is signed. A
// quote already asked for is printed again and cannot be signed before.
func (s *Service) SetPricing(ctx context.Context, actor identity.Actor, id uuid.UUID, a Agreement) error {
	err := s.asOperator(ctx, actor, identity.PlatformOrders, "prix d’une commande", id, func(tx *postgres.Tx, o *Order) error {
		if err := relock(ctx, tx, o); err != nil {
			return err
		}
		if o.State != Draft && o.State != Quoted {
			return errMoved(o.State)
		}
		before := o.Quote().Total
		if err := o.agree(a); err != nil {
			return err
		}
		if err := keepPricing(ctx, tx, o); err != nil {
			return err
		}
		if err := recordPricing(ctx, tx, actor, o, before); err != nil {
			return err
		}
		return s.requote(ctx, tx, actor, o, "Nouveau prix\u00a0: "+o.Quote().Total.String())
	})
	if err != nil {
		return fmt.Errorf("set price: %w", err)
	}
	return nil
}

// agree takes the price over, or refuses it whole.
func (o *Order) agree(a Agreement) error {
	var c fault.Collector
	a.FeeTax.Reason = strings.TrimSpace(a.FeeTax.Reason)
	a.Pricing.check(&c)
	for _, terms := range a.Services {
		terms.Tax.Reason = strings.TrimSpace(terms.Tax.Reason)
		terms.Tax.check(&c, string(terms.Kind))
		checkMilestones(&c, terms.Kind, trimMilestones(terms.Milestones))
		for i := range o.Services {
			if o.Services[i].Kind == terms.Kind {
				o.Services[i].Tax, o.Services[i].Milestones = terms.Tax, terms.Milestones
			}
		}
	}
	o.Pricing = a.Pricing
	return c.Err()
}

func (p Pricing) check(c *fault.Collector) {
	c.Check(p.Fee >= 0 && p.Fee <= MostRate, "taux", "Indiquez un taux de 0 à 30\u00a0%.")
	c.Check(p.Fixed >= 0 && p.Fixed <= MostFixed, "forfait", "Indiquez un montant hors taxes, zéro s’il n’y en a pas.")
	c.Check(p.Downstream >= 0 && p.Downstream <= MostRate, "taux_aval", "Indiquez un taux de 0 à 30\u00a0%.")
	c.Check(p.HoldDays >= 0 && p.HoldDays <= MostHold, "delai", "Indiquez un nombre de jours, de 0 à 90.")
	p.FeeTax.check(c, "frais")
}

func keepPricing(ctx context.Context, tx *postgres.Tx, o *Order) error {
	args := key(o)
	maps.Copy(args, postgres.Args{
		"fee": int64(o.Fee), "fixed": int64(o.Fixed), "downstream": int64(o.Downstream), "hold": o.HoldDays, "now": tx.Now(),
		"tax": string(o.FeeTax.Category), "rate": int64(o.FeeTax.Rate), "reason": o.FeeTax.Reason,
	})
	err := postgres.Must(ctx, tx, `
		UPDATE orders SET fee_basis_points = @fee, fixed_fee_cents = @fixed, downstream_fee_basis_points = @downstream, hold_days = @hold,
			fee_tax = @tax, fee_vat_basis_points = @rate, fee_vat_reason = @reason, updated_at = @now
		WHERE commanditaire_id = @commanditaire AND id = @order`, args)
	if err != nil {
		return fmt.Errorf("keep price: %w", err)
	}
	if _, err := postgres.Do(ctx, tx, `DELETE FROM order_services WHERE commanditaire_id = @commanditaire AND order_id = @order`, key(o)); err != nil {
		return fmt.Errorf("clear service lines: %w", err)
	}
	return insertServices(ctx, tx, o)
}

func recordPricing(ctx context.Context, tx *postgres.Tx, actor identity.Actor, o *Order, before money.Cents) error {
	return audit.Record(ctx, tx, actor, audit.Act{
		Name: "prix de la commande", SubjectKind: "commande", SubjectID: o.ID, Parties: []uuid.UUID{o.CommanditaireID},
		Detail: map[string]any{
			"avant": before.Decimal(), "apres": o.Quote().Total.Decimal(), "taux_amont": o.Fee.String(), "forfait": o.Fixed.Decimal(),
			"taux_aval": o.Downstream.String(), "delai_jours": o.HoldDays,
		},
	})
}

// requote prints a quote again after its price changed, and marks the moment so
// that the paper of the former price cannot be signed. A draft has none.
func (s *Service) requote(ctx context.Context, tx *postgres.Tx, actor identity.Actor, o *Order, note string) error {
	if o.State != Quoted {
		return nil
	}
	if err := addStep(ctx, tx, actor, o, note); err != nil {
		return err
	}
	return s.Queue.Enqueue(ctx, tx, PrintQuoteArgs{OrderID: o.ID})
}

// keepTerms carries over what the operator agreed on each service of a draft,
// which its commanditaire does not write, and refuses nothing.
func keepTerms(former, lines []ServiceLine) {
	for i := range lines {
		for _, old := range former {
			if old.Kind == lines[i].Kind {
				lines[i].Tax, lines[i].Milestones = old.Tax, old.Milestones
			}
		}
	}
}
