package treasury

import (
	"context"
	"fmt"
	"slices"

	"github.com/google/uuid"

	"passnum/internal/fault"
	"passnum/internal/identity"
	"passnum/internal/money"
	"passnum/internal/postgres"
	"passnum/internal/treasury/camt"
)

// unit is what is matched at once: a line, or one of its details.
type unit struct {
	line   Line
	index  int // 0 for the line itself
	detail camt.Detail
}

func (u unit) words() string {
	return u.detail.Remittance + " " + u.detail.EndToEndID + " " + u.detail.PaymentID + " " + u.detail.MessageID
}

// references are those that we gave to the bank, in the order they count.
func (u unit) references() []string {
	var list []string
	for _, r := range []string{u.detail.EndToEndID, u.detail.PaymentID, u.detail.MessageID} {
		if r != "" {
			list = append(list, r)
		}
	}
	return list
}

// key is the unit's own name, for acts that must happen once.
func (u unit) key() string { return fmt.Sprintf("%s/%d", u.line.LineKey, u.index) }

// claim is a part of what is expected that a match takes for itself.
type claim struct {
	kind   Kind
	target string
	total  money.Cents // all that there is to take
}

// proposal is what a unit may be, by a rule.
type proposal struct {
	kind          Kind
	target, label string
	rule          string
	claims        []claim
	total         money.Cents // what is expected, to the cent
	moved         bool
	commanditaire *uuid.UUID
	order         *uuid.UUID
	// act moves the money, if any has to; it may name what it made.
	act func(ctx context.Context, tx *postgres.Tx, actor identity.Actor, p *proposal) error
	// refused says why what was found cannot be taken as it is.
	refused string
}

// contested is what two units may not both be.
func (p proposal) contested() []string {
	var keys []string
	for _, c := range p.claims {
		keys = append(keys, string(c.kind)+" "+c.target)
	}
	if len(keys) == 0 {
		keys = append(keys, string(p.kind)+" "+p.target)
	}
	return keys
}

// phases is the order in which lines are understood: money that left, money that
// came back, money that came in. A return is understood once its payment is.
var phases = []func(Line) bool{
	func(l Line) bool { return !l.Credit },
	func(l Line) bool { return l.Credit && l.returned() },
	func(l Line) bool { return l.Credit && !l.returned() },
}

// matchAll goes over every open line of every statement, whatever the order of
// the files: what one brings may explain what another left waiting.
func (s *Service) matchAll(ctx context.Context, tx *postgres.Tx, actor identity.Actor) (matched int, err error) {
	for _, phase := range phases {
		n, err := s.matchPhase(ctx, tx, actor, phase)
		if err != nil {
			return 0, err
		}
		matched += n
	}
	return matched, nil
}

func (s *Service) matchPhase(ctx context.Context, tx *postgres.Tx, actor identity.Actor, phase func(Line) bool) (matched int, err error) {
	units, err := openUnits(ctx, tx, phase)
	if err != nil || len(units) == 0 {
		return 0, err
	}
	e, err := s.expect(ctx, tx, units)
	if err != nil {
		return 0, err
	}
	found := make([][]proposal, len(units))
	claimed := map[string]int{}
	for i, u := range units {
		found[i] = e.propose(u)
		if len(found[i]) == 1 && found[i][0].refused == "" {
			for _, key := range found[i][0].contested() {
				claimed[key]++
			}
		}
	}
	refused, err := undoneBefore(ctx, tx, units)
	if err != nil {
		return 0, err
	}
	waiting := map[uuid.UUID]string{}
	for i, u := range units {
		found[i] = slices.DeleteFunc(found[i], func(p proposal) bool { return refused[undone{u.line.ID, u.index, p.kind, p.target}] })
		why, err := s.tryRule(ctx, tx, actor, u, found[i], claimed)
		if err != nil {
			return 0, err
		}
		if why == "" {
			matched++
		} else if waiting[u.line.ID] == "" {
			waiting[u.line.ID] = why
		}
	}
	return matched, explainWaiting(ctx, tx, waiting)
}

// undone is a match that a person did not want.
type undone struct {
	LineID uuid.UUID
	Detail int
	Kind   Kind
	Target string
}

// undoneBefore lists what a rule may not match again.
func undoneBefore(ctx context.Context, tx *postgres.Tx, units []unit) (map[undone]bool, error) {
	var ids []uuid.UUID
	for _, u := range units {
		ids = append(ids, u.line.ID)
	}
	rows, err := postgres.All[undone](ctx, tx, `SELECT line_id, detail, kind, target FROM bank_matches WHERE line_id = ANY(@ids) AND undone_at IS NOT NULL`, postgres.Args{"ids": ids})
	if err != nil {
		return nil, fmt.Errorf("list undone matches: %w", err)
	}
	set := map[undone]bool{}
	for _, row := range rows {
		set[row] = true
	}
	return set, nil
}

// tryRule matches the unit if there is no doubt, else says why it waits. A
// refusal by the domain whose money it is leaves the unit waiting, untouched.
func (s *Service) tryRule(ctx context.Context, tx *postgres.Tx, actor identity.Actor, u unit, found []proposal, claimed map[string]int) (why string, err error) {
	switch {
	case len(found) == 0:
		return unknown(u), nil
	case len(found) > 1:
		return "Plusieurs opérations attendues portent ce montant et ces références\u00a0: une personne doit choisir.", nil
	case found[0].refused != "":
		return found[0].refused, nil
	}
	p := found[0]
	for _, key := range p.contested() {
		if claimed[key] > 1 {
			return "Une autre ligne porte la même référence et le même montant\u00a0: une personne doit dire laquelle est la bonne.", nil
		}
	}
	if _, err := tx.Exec(ctx, "SAVEPOINT one_match"); err != nil {
		return "", fmt.Errorf("begin match: %w", err)
	}
	err = s.take(ctx, tx, actor, u, p, u.detail.Amount, false)
	if refusal, ok := fault.As(err); ok {
		_, err := tx.Exec(ctx, "ROLLBACK TO SAVEPOINT one_match")
		return sentence(refusal), err
	}
	if err != nil {
		return "", err
	}
	_, err = tx.Exec(ctx, "RELEASE SAVEPOINT one_match")
	return "", err
}

// sentence is a refusal in one sentence, the first field's when it has fields.
func sentence(refusal *fault.Error) string {
	if len(refusal.Fields) > 0 {
		return refusal.Fields[0].Sentence
	}
	return refusal.Sentence
}

func unknown(u unit) string {
	switch {
	case u.line.Credit && u.line.returned() && u.detail.EndToEndID == "":
		return "Un virement revient sans dire lequel\u00a0: la référence de bout en bout est absente."
	case u.line.Credit && u.line.returned():
		return fmt.Sprintf("Un virement revient sous la référence %s, qui n’est celle d’aucun paiement ordonné.", u.detail.EndToEndID)
	case u.line.Credit:
		return "Le libellé ne cite aucun mandat, aucune commande ni aucune facture qui attende ce montant."
	case len(u.references()) > 0:
		return fmt.Sprintf("La référence %s n’est celle d’aucun paiement ni remboursement ordonné.", u.references()[0])
	default:
		return "Ce débit ne porte aucune de nos références."
	}
}

// take records that the unit is this, for this amount, moving what has to move.
func (s *Service) take(ctx context.Context, tx *postgres.Tx, actor identity.Actor, u unit, p proposal, amount money.Cents, byPerson bool) error {
	if p.act != nil {
		if err := p.act(ctx, tx, actor, &p); err != nil {
			return err
		}
	}
	claims := []string{}
	for _, c := range p.claims {
		part := amount
		if len(p.claims) > 1 {
			part = c.total
		}
		if err := claimTarget(ctx, tx, c, part); err != nil {
			return err
		}
		claims = append(claims, c.target)
	}
	n, err := postgres.Do(ctx, tx, `UPDATE bank_lines SET matched_cents = matched_cents + @amount, waiting = '' WHERE id = @id AND statement_id IS NOT NULL`,
		postgres.Args{"id": u.line.ID, "amount": int64(amount)})
	switch {
	case postgres.Constraint(err) == "bank_lines_matched_within":
		return ErrMatchedSince
	case err != nil:
		return fmt.Errorf("match line: %w", err)
	case n == 0:
		return ErrAnnounced
	}
	return insertMatch(ctx, tx, actor, u, p, claims, amount, byPerson)
}

func claimTarget(ctx context.Context, tx *postgres.Tx, c claim, part money.Cents) error {
	_, err := postgres.Do(ctx, tx, `
		INSERT INTO bank_targets AS t (kind, target, amount_cents, matched_cents) VALUES (@kind, @target, @total, @part)
		ON CONFLICT (kind, target) DO UPDATE SET matched_cents = t.matched_cents + EXCLUDED.matched_cents`,
		postgres.Args{"kind": string(c.kind), "target": c.target, "total": int64(c.total), "part": int64(part)})
	if postgres.Constraint(err) == "bank_targets_within" {
		return ErrMatchedSince
	}
	if err != nil {
		return fmt.Errorf("claim what is expected: %w", err)
	}
	return nil
}

func insertMatch(ctx context.Context, tx *postgres.Tx, actor identity.Actor, u unit, p proposal, claims []string, amount money.Cents, byPerson bool) error {
	args := postgres.Args{
		"id": postgres.NewID(), "line": u.line.ID, "detail": u.index, "kind": string(p.kind), "target": p.target, "claims": claims, "label": p.label,
		"amount": int64(amount), "commanditaire": p.commanditaire, "order": p.order, "rule": p.rule, "now": tx.Now(),
		"by": nil, "name": "", "moved": p.moved,
	}
	if byPerson {
		args["rule"], args["by"], args["name"] = "", actor.AccountID, actor.Name
	}
	_, err := postgres.Do(ctx, tx, `
		INSERT INTO bank_matches (id, line_id, detail, kind, target, claims, label, amount_cents, commanditaire_id, order_id, rule, matched_at, matched_by, matched_by_name, moved)
		VALUES (@id, @line, @detail, @kind, @target, @claims, @label, @amount, @commanditaire, @order, @rule, @now, @by, @name, @moved)`, args)
	if err != nil {
		return fmt.Errorf("insert match: %w", err)
	}
	return nil
}

func explainWaiting(ctx context.Context, tx *postgres.Tx, waiting map[uuid.UUID]string) error {
	var ids []uuid.UUID
	var sentences []string
	for id, why := range waiting {
		ids, sentences = append(ids, id), append(sentences, why)
	}
	if len(ids) == 0 {
		return nil
	}
	_, err := postgres.Do(ctx, tx, `
		UPDATE bank_lines l SET waiting = w.why FROM unnest(@ids::uuid[], @sentences::text[]) AS w (id, why)
		WHERE l.id = w.id AND l.matched_cents < l.amount_cents AND l.waiting <> w.why`, postgres.Args{"ids": ids, "sentences": sentences})
	if err != nil {
		return fmt.Errorf("say why lines wait: %w", err)
	}
	return nil
}
