package settlement

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/google/uuid"

	"passnum/internal/french"
	"passnum/internal/identity"
	"passnum/internal/money"
	"passnum/internal/postgres"
	"passnum/internal/print"
)

// paper is what every paper of a line says: who was paid, what was added or
// withheld and why, which transfer came back.
type paper struct {
	line      Line
	root      Line // which holds the chèques, the incidents and the fee; the line itself unless it pays again
	party     print.Party
	incidents []Incident
	notes     []string
}

// Incident is a correction carried by a line, as its papers word it.
type Incident struct {
	Number      string
	Kind        string
	Reason      string
	AmountCents money.Cents
}

var incidentKinds = map[string]string{
	"trop_percu": "trop-perçu", "fraude": "fraude", "geste": "geste commercial", "annulation": "correction annulée",
	"recouvrement": "remboursement reçu de la structure",
}

// Label names the correction with its number and its reason.
func (i Incident) Label() string {
	return "Incident " + i.Number + ", " + incidentKinds[i.Kind] + "\u00a0: " + i.Reason
}

// Chain is the neighbours of a line that came back, or that pays again.
type Chain struct {
	Before *Line // the line that this one pays again
	After  *Line // the line that pays this one again
}

// readPaper reads an approved line with what explains its amount. ErrNotFound,
// ErrNotApproved.
func readPaper(ctx context.Context, tx *postgres.Tx, id uuid.UUID) (p paper, err error) {
	if p.line, err = findLine(ctx, tx, id); err != nil {
		return p, err
	}
	if p.line.State == Prepared {
		return p, ErrNotApproved
	}
	if p.party, err = partyOf(ctx, tx, p.line.StructureID); err != nil {
		return p, err
	}
	// What was paid keeps its name and number; the address is today's.
	p.party.Name, p.party.SIRET = p.line.StructureName, p.line.StructureSIRET
	if err = p.readRoot(ctx, tx); err != nil {
		return p, err
	}
	chain, err := chainOf(ctx, tx, p.line)
	p.notes = chain.notes(p.line)
	return p, err
}

// readRoot reads what explains the amount, from the first line of the chain.
func (p *paper) readRoot(ctx context.Context, tx *postgres.Tx) (err error) {
	p.root = p.line
	if p.line.RootLineID != nil {
		if p.root, err = findLine(ctx, tx, *p.line.RootLineID); err != nil {
			return err
		}
	}
	p.incidents, err = incidentsOf(ctx, tx, p.root)
	return err
}

func incidentsOf(ctx context.Context, tx *postgres.Tx, line Line) ([]Incident, error) {
	if line.AdjustCents == 0 {
		return nil, nil
	}
	incidents, err := postgres.All[Incident](ctx, tx, `
		SELECT number, kind, reason, amount_cents FROM incidents WHERE settlement_line_id = @root ORDER BY number`, postgres.Args{"root": line.Root()})
	if err != nil {
		return nil, fmt.Errorf("list incidents: %w", err)
	}
	return incidents, nil
}

func chainOf(ctx context.Context, tx *postgres.Tx, line Line) (c Chain, err error) {
	if line.RepaysLineID != nil {
		before, err := findLine(ctx, tx, *line.RepaysLineID)
		if err != nil {
			return c, err
		}
		c.Before = &before
	}
	if line.ReturnedOn == nil {
		return c, nil
	}
	after, err := postgres.One[Line](ctx, tx, selectLine+` WHERE repays_line_id = @id AND state <> 'preparee'`, postgres.Args{"id": line.ID})
	if errors.Is(err, postgres.ErrNoRow) {
		return c, nil
	}
	if err != nil {
		return c, fmt.Errorf("read next line: %w", err)
	}
	c.After = &after
	return c, nil
}

func (c Chain) notes(line Line) []string {
	var notes []string
	if c.Before != nil {
		notes = append(notes, "Ce virement remplace celui du paiement "+c.Before.SettlementNumber+", "+c.Before.ReturnSentence()+".")
	}
	switch {
	case line.ReturnedOn == nil:
	case c.After != nil:
		notes = append(notes, "Ce virement est "+line.ReturnSentence()+". Le paiement "+c.After.SettlementNumber+" le remplace.")
	default:
		notes = append(notes, "Ce virement est "+line.ReturnSentence()+". La somme reste due\u00a0: elle sera virée de nouveau.")
	}
	return notes
}

// ReturnSentence says when and why a transfer came back: « revenu le 3 novembre
// 2026 : compte clos ». Empty when it did not.
func (l Line) ReturnSentence() string {
	if l.ReturnedOn == nil {
		return ""
	}
	verb, why := "revenu", ""
	if l.State == Rejected {
		verb = "refusé par la banque"
	}
	if l.ReturnCode != "" {
		why = "\u00a0: " + french.Small(ReasonOf(l.ReturnCode).Label)
	}
	return verb + " le " + french.Date(*l.ReturnedOn) + why
}

// Correction is an amount added to the chèques' value, or withheld, with its reason.
type Correction struct {
	Label  string
	Amount money.Cents
}

// Explanation is why a line pays what it pays, and what became of its transfer.
type Explanation struct {
	Cheques     int
	Gross       money.Cents
	Corrections []Correction
	Chain       Chain
}

// OwnExplanation explains one of the structure's lines. ErrNotFound.
func (s *Service) OwnExplanation(ctx context.Context, actor identity.Actor, id uuid.UUID) (e Explanation, err error) {
	err = s.asStructure(ctx, actor, func(tx *postgres.Tx) (err error) {
		e, err = explain(ctx, tx, id)
		return err
	})
	if err != nil {
		return Explanation{}, fmt.Errorf("explain own line: %w", err)
	}
	return e, nil
}

// Explanation explains any line, for the operator. ErrNotFound.
func (s *Service) Explanation(ctx context.Context, actor identity.Actor, id uuid.UUID) (e Explanation, err error) {
	err = s.asOperator(ctx, actor, "explication d’un paiement", func(tx *postgres.Tx) (err error) {
		e, err = explain(ctx, tx, id)
		return err
	})
	if err != nil {
		return Explanation{}, fmt.Errorf("explain line: %w", err)
	}
	return e, nil
}

func explain(ctx context.Context, tx *postgres.Tx, id uuid.UUID) (e Explanation, err error) {
	var p paper
	if p.line, err = findLine(ctx, tx, id); err != nil {
		return e, err
	}
	if err = p.readRoot(ctx, tx); err != nil {
		return e, err
	}
	e.Cheques, e.Gross = p.root.Cheques, p.root.GrossCents
	for _, c := range p.corrections() {
		e.Corrections = append(e.Corrections, Correction(c))
	}
	e.Chain, err = chainOf(ctx, tx, p.line)
	return e, err
}

// corrections goes from the chèques' value to what was paid, each with its reason.
func (p paper) corrections() []print.Correction {
	var list []print.Correction
	rest := p.root.AdjustCents
	for _, i := range p.incidents {
		list = append(list, print.Correction{Label: i.Label(), Amount: i.AmountCents})
		rest -= i.AmountCents
	}
	for _, c := range []print.Correction{
		{Label: "Autres corrections", Amount: rest},
		{Label: "Frais de gestion, hors taxes", Amount: -p.root.FeeCents},
		{Label: "TVA sur les frais de gestion", Amount: -p.root.FeeVATCents},
	} {
		if c.Amount != 0 {
			list = append(list, c)
		}
	}
	return list
}

type postal struct{ Name, SIRET, Street, Complement, PostalCode, Town string }

// partyOf is an organisation as papers address it.
func partyOf(ctx context.Context, tx *postgres.Tx, id uuid.UUID) (print.Party, error) {
	a, err := postgres.One[postal](ctx, tx, `SELECT name, siret, street, complement, postal_code, town FROM organisations WHERE id = @id`, postgres.Args{"id": id})
	if err != nil {
		return print.Party{}, fmt.Errorf("read address: %w", err)
	}
	party := print.Party{Name: a.Name, SIRET: a.SIRET}
	for _, text := range []string{a.Street, a.Complement, a.PostalCode + " " + a.Town} {
		if text = strings.TrimSpace(text); text != "" {
			party.Address = append(party.Address, text)
		}
	}
	return party, nil
}

func printedSubtotals(sums []Subtotal) []print.Subtotal {
	list := make([]print.Subtotal, len(sums))
	for i, sum := range sums {
		list[i] = print.Subtotal{Commanditaire: sum.Commanditaire, Cheques: sum.Cheques, Amount: sum.AmountCents}
	}
	return list
}

func dayOr(day *time.Time) time.Time {
	if day == nil {
		return time.Time{}
	}
	return *day
}
