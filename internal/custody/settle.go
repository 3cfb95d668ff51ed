package custody

import (
	"context"
	"fmt"
	"strings"

	"github.com/google/uuid"

	"passnum/internal/audit"
	"passnum/internal/carnet"
	"passnum/internal/fault"
	"passnum/internal/identity"
	"passnum/internal/postgres"
)

// The ways a disputed carnet may end.
const (
	OutcomeReceived = "recu"  // found, or counted again: it is at the receiver's
	OutcomeReturned = "rendu" // it never left, or went back: it is at the sender's
	OutcomeLost     = "perdu" // declared lost: it stays at nobody's, to be blocked
)

// Settlement gives carnets of a case an outcome. Serials empty means all that
// still wait; a lost carnet that is found again is named.
type Settlement struct {
	Outcome string // issue
	Serials string // lignes
	Note    string // constat
}

// Outcomes lists what a desk may decide of a case: each side answers for what it
// holds; the commanditaire, whose value it is, and the operator may declare a loss.
func (c Case) Outcomes(actor identity.Actor, desk Desk) []string {
	var list []string
	decides := func(place string, aiguilleur *uuid.UUID) bool {
		return desk == OperatorDesk || desk.holds(place, aiguilleur, actor) || desk == CommanditaireDesk && place == string(carnet.AtPoint)
	}
	if decides(c.ToHolder, c.ToAiguilleurID) {
		list = append(list, OutcomeReceived)
	}
	if decides(c.FromHolder, c.FromAiguilleurID) {
		list = append(list, OutcomeReturned)
	}
	if desk != CounterDesk {
		list = append(list, OutcomeLost)
	}
	return list
}

// SpansOf gathers the carnets of a case in one condition, as people read them.
func (c Case) SpansOf(kind, outcome string) []Span {
	var spans []Span
	for _, l := range c.Lines {
		if l.Kind == kind && l.Outcome == outcome {
			spans = append(spans, l.span())
		}
	}
	return merge(spans)
}

func (l CaseLine) span() Span {
	return Span{"20" + l.Serial[1:len(l.Serial)-7], l.Number, l.Number}
}

// Settle gives carnets an outcome and moves them where it says; the case closes
// with its last carnet.
func (s *Service) Settle(ctx context.Context, actor identity.Actor, desk Desk, id uuid.UUID, f Settlement) (Case, error) {
	var c Case
	err := s.in(ctx, actor, desk, true, "règlement d’un écart", func(tx *postgres.Tx) (err error) {
		if c, err = findCase(ctx, tx, actor, desk, id, " FOR UPDATE OF x"); err != nil {
			return err
		}
		lines, err := c.choose(actor, desk, f)
		if err != nil {
			return err
		}
		if err := settle(ctx, tx, actor, c, lines, f.Outcome); err != nil {
			return err
		}
		return s.recordSettlement(ctx, tx, actor, desk, &c, lines, f)
	})
	return c, err
}

func (c Case) choose(actor identity.Actor, desk Desk, f Settlement) ([]CaseLine, error) {
	var e fault.Collector
	allowed := false
	for _, outcome := range c.Outcomes(actor, desk) {
		allowed = allowed || outcome == f.Outcome
	}
	e.Check(allowed, "issue", "Choisissez ce qu’il en est.")
	e.Check(strings.TrimSpace(f.Note) != "", "constat", "Dites ce que vous avez constaté\u00a0: l’autre partie le lira.")
	wanted, unread := ParseSpans(f.Serials, "")
	e.Check(unread == "", "lignes", "«\u00a0"+unread+"\u00a0» n’est pas un numéro de carnet.")
	var chosen []CaseLine
	for _, l := range c.Lines {
		named := len(within([]Span{l.span()}, wanted)) > 0
		found := l.Outcome == OutcomeLost && f.Outcome != OutcomeLost && named
		if found || l.SettledAt == nil && (named || len(wanted) == 0) {
			chosen = append(chosen, l)
		}
	}
	e.Check(len(chosen) > 0 && (len(wanted) == 0 || len(chosen) == total(wanted)), "lignes", "Ces numéros n’attendent pas de réponse dans cet écart.")
	return chosen, e.Err()
}

func settle(ctx context.Context, tx *postgres.Tx, actor identity.Actor, c Case, lines []CaseLine, outcome string) error {
	t, err := postgres.One[Transfer](ctx, tx, transferSelect+` AND x.id = @id`, OperatorDesk.args(actor, postgres.Args{"id": c.TransferID}))
	if err != nil {
		return fmt.Errorf("read transfer: %w", err)
	}
	orders := map[string]uuid.UUID{}
	var spans []Span
	ids := make([]uuid.UUID, len(lines))
	for i, l := range lines {
		span := l.span()
		orders[span.OrderNumber], ids[i] = l.OrderID, l.CarnetID
		spans = append(spans, span)
	}
	for _, span := range merge(spans) {
		r := carnet.Range{CommanditaireID: c.CommanditaireID, OrderID: orders[span.OrderNumber], From: span.From, To: span.To}
		switch outcome {
		case OutcomeReceived:
			err = carnet.Settle(ctx, tx, t.way(actor), c.ID, r, t.To(), false)
		case OutcomeReturned:
			err = carnet.Settle(ctx, tx, t.way(actor), c.ID, r, t.From(), true)
		default:
			err = carnet.Lose(ctx, tx, t.way(actor), c.ID, r)
		}
		if err != nil {
			return err
		}
	}
	_, err = postgres.Do(ctx, tx, `
		UPDATE custody_case_lines SET outcome = @outcome, settled_at = @now, settled_by_name = @name
		WHERE commanditaire_id = @commanditaire AND case_id = @case AND carnet_id = ANY (@ids) AND outcome IN ('', 'perdu')`,
		postgres.Args{"outcome": outcome, "now": tx.Now(), "name": actor.Name, "commanditaire": c.CommanditaireID, "case": c.ID, "ids": ids})
	if err != nil {
		return fmt.Errorf("settle lines: %w", err)
	}
	return nil
}

var outcomeWords = map[string]string{
	OutcomeReceived: "retrouvés chez le destinataire", OutcomeReturned: "restés ou revenus chez l’expéditeur", OutcomeLost: "déclarés perdus",
}

func (s *Service) recordSettlement(ctx context.Context, tx *postgres.Tx, actor identity.Actor, desk Desk, c *Case, lines []CaseLine, f Settlement) error {
	parties := Transfer{CommanditaireID: c.CommanditaireID, FromAiguilleurID: c.FromAiguilleurID, ToAiguilleurID: c.ToAiguilleurID}
	body := carnets(len(lines)) + " " + outcomeWords[f.Outcome] + ". " + strings.TrimSpace(f.Note)
	if err := insertNote(ctx, tx, actor, parties, c.ID, body); err != nil {
		return err
	}
	err := audit.Record(ctx, tx, actor, audit.Act{Name: "règlement d’un écart", SubjectKind: "écart", SubjectID: c.ID, Parties: []uuid.UUID{c.CommanditaireID},
		Detail: map[string]any{"écart": c.Number, "carnets": len(lines), "issue": f.Outcome, "note": f.Note}})
	if err != nil {
		return err
	}
	if c.Open() && len(lines) == c.Waiting {
		err := postgres.Must(ctx, tx, `UPDATE custody_cases SET closed_at = @now, closed_by_name = @name WHERE commanditaire_id = @commanditaire AND id = @id AND closed_at IS NULL`,
			postgres.Args{"now": tx.Now(), "name": actor.Name, "commanditaire": c.CommanditaireID, "id": c.ID})
		if err != nil {
			return fmt.Errorf("close case: %w", err)
		}
		if err := s.notify(ctx, tx, Notice{Event: EventCaseClosed, CommanditaireID: c.CommanditaireID, SubjectID: c.ID}); err != nil {
			return err
		}
	}
	*c, err = findCase(ctx, tx, actor, desk, c.ID, "")
	return err
}
