package treasury

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/google/uuid"

	"passnum/internal/audit"
	"passnum/internal/fault"
	"passnum/internal/identity"
	"passnum/internal/money"
	"passnum/internal/order"
	"passnum/internal/postgres"
)

// Choice is what a person says that a line, or a part of its amount, is.
type Choice struct {
	Kind   Kind
	Target string // a suggestion's; the cause, for what is set aside
	Detail int    // which of the line's details; 0 for the line itself
	Amount money.Cents

	// For funds attested from the line.
	Mandat          string
	Face, Fees, VAT money.Cents

	Reason string // for what is set aside
}

// Cause is why a line is set aside.
type Cause struct {
	Key, Label    string
	Credit, Debit bool // which lines it may be said of
}

// Causes are the reasons offered; each also takes a sentence.
var Causes = []Cause{
	{"frais_bancaires", "Frais ou commission de la banque, à rembourser par l’opérateur", false, true},
	{"renvoye", "Renvoi d’une somme reçue par erreur", false, true},
	{"renvoyer", "Reçu par erreur, à renvoyer", true, false},
	{"interets", "Intérêts versés par la banque", true, false},
	{"apport", "Apport de l’opérateur", true, false},
	{"autre", "Autre raison", true, true},
}

// Of reports whether the cause may be said of a line on this side.
func (c Cause) Of(credit bool) bool { return credit && c.Credit || !credit && c.Debit }

// Decide matches a line, or a part of it, as a person says. Several decisions
// split one line over several targets.
func (s *Service) Decide(ctx context.Context, actor identity.Actor, id uuid.UUID, c Choice) error {
	if err := actor.May(identity.PlatformFunds); err != nil {
		return err
	}
	err := s.DB.InPlatform(ctx, actor, "rapprochement bancaire", func(tx *postgres.Tx) error {
		if err := hold(ctx, tx); err != nil {
			return err
		}
		line, err := findLine(ctx, tx, id)
		if err != nil {
			return err
		}
		if err := c.check(line); err != nil {
			return err
		}
		parts := line.Parts()
		u := unit{line: line, index: c.Detail, detail: parts[c.Detail]}
		u.detail.Amount = c.Amount
		p, err := s.resolve(ctx, tx, u, c)
		if err != nil {
			return err
		}
		if err := s.take(ctx, tx, actor, u, p, c.Amount, true); err != nil {
			return err
		}
		return recordDecision(ctx, tx, actor, "rapprochement bancaire", line, p.label, c.Amount)
	})
	if err != nil {
		return fmt.Errorf("match bank line: %w", err)
	}
	s.cover.forget()
	return nil
}

func (c *Choice) check(line Line) error {
	switch {
	case line.Announced():
		return ErrAnnounced
	case c.Amount <= 0:
		return ErrNoAmount
	case line.Open() == 0:
		return ErrMatchedSince
	case c.Amount > line.Open():
		return ErrTooMuch
	}
	if c.Detail < 0 || c.Detail >= len(line.Parts()) {
		c.Detail = 0
	}
	return nil
}

// resolve turns the person's choice into what will be recorded.
func (s *Service) resolve(ctx context.Context, tx *postgres.Tx, u unit, c Choice) (proposal, error) {
	switch {
	case c.Kind == Aside:
		return aside(c, u.line.Credit)
	case c.Kind == Sweep && !u.line.Credit:
		return s.sweep(c.Amount), nil
	case (c.Kind == Payout || c.Kind == Refund) && !u.line.Credit, (c.Kind == Back || c.Kind == RefundBack) && u.line.Credit:
		return s.resolveReference(ctx, tx, u, c)
	case c.Kind == Recovery && u.line.Credit:
		return s.resolveRecovery(u, c)
	case (c.Kind == Receipt || c.Kind == Funding) && u.line.Credit:
		return s.resolveIncoming(ctx, tx, u, c)
	default:
		return proposal{}, ErrNoChoice
	}
}

func aside(c Choice, credit bool) (proposal, error) {
	at := slices.IndexFunc(Causes, func(cause Cause) bool { return cause.Key == c.Target && cause.Of(credit) })
	if at < 0 {
		return proposal{}, fault.Field("cause", "Dites de quoi il s’agit.")
	}
	reason := cut(c.Reason, 300)
	if len(reason) < 3 {
		return proposal{}, ErrReason
	}
	return proposal{kind: Aside, target: c.Target, label: Causes[at].Label + "\u00a0: " + reason}, nil
}

// resolveReference is money that we ordered: it moves whole or not at all.
func (s *Service) resolveReference(ctx context.Context, tx *postgres.Tx, u unit, c Choice) (proposal, error) {
	e := &expectations{service: s}
	if err := e.findReferences(ctx, tx, []string{c.Target}); err != nil {
		return proposal{}, err
	}
	var p proposal
	switch transfers := e.payments[c.Target]; {
	case c.Kind == Refund && e.refunds[c.Target].ID != uuid.Nil:
		p = s.refund(u, e.refunds[c.Target])
	case c.Kind == RefundBack && e.refunds[c.Target].ID != uuid.Nil:
		p = s.refundBack(u, e.refunds[c.Target])
	case c.Kind == Payout && len(transfers) > 0:
		p = s.payout(u, c.Target, transfers)
	case c.Kind == Back && len(transfers) == 1:
		u.detail.EndToEndID = c.Target
		p = s.back(u, transfers[0])
	default:
		return p, ErrNoChoice
	}
	if p.refused != "" {
		return p, fault.New(fault.KindConflict, p.refused)
	}
	if p.total != c.Amount {
		return p, fault.Field("montant", fmt.Sprintf("%s\u00a0: %s attendus, pas %s.", p.label, p.total, c.Amount))
	}
	return p, nil
}

func (s *Service) resolveIncoming(ctx context.Context, tx *postgres.Tx, u unit, c Choice) (proposal, error) {
	e := &expectations{service: s}
	if err := e.findIncoming(ctx, tx); err != nil {
		return proposal{}, err
	}
	if c.Kind == Receipt {
		at := slices.IndexFunc(e.receipts, func(r receipt) bool { return r.ID.String() == c.Target })
		if at < 0 {
			return proposal{}, ErrMatchedSince
		}
		if r := e.receipts[at]; c.Amount > r.Left {
			return proposal{}, fault.Field("montant", fmt.Sprintf("Ce mandat n’attend plus que %s.", r.Left))
		}
		return e.receipts[at].proposal(), nil
	}
	at := slices.IndexFunc(e.awaited, func(a awaited) bool { return a.target() == c.Target })
	if at < 0 {
		return proposal{}, ErrMatchedSince
	}
	f, err := c.funding(u, e.awaited[at])
	if err != nil {
		return proposal{}, err
	}
	return s.funding(u, e.awaited[at], f), nil
}

// funding is the receipt that the person describes; the domain checks it against
// what the order awaits.
func (c Choice) funding(u unit, a awaited) (order.Funding, error) {
	var problems fault.Collector
	problems.Check(strings.TrimSpace(c.Mandat) != "", "mandat", ErrMandat.Fields[0].Sentence)
	problems.Check(c.Face+c.Fees+c.VAT == c.Amount, "valeur_faciale", ErrParts.Fields[0].Sentence)
	if err := problems.Err(); err != nil {
		return order.Funding{}, err
	}
	return order.Funding{Mandat: c.Mandat, Face: c.Face, Fees: c.Fees, VAT: c.VAT, ReceivedOn: u.line.BookedOn, PayerID: a.PayerID, Partial: c.Amount < a.Total()}, nil
}

// Undo takes back a match that moved no money. A rule will not make it again.
func (s *Service) Undo(ctx context.Context, actor identity.Actor, id uuid.UUID) (line uuid.UUID, err error) {
	if err := actor.May(identity.PlatformFunds); err != nil {
		return uuid.Nil, err
	}
	err = s.DB.InPlatform(ctx, actor, "annulation d’un rapprochement bancaire", func(tx *postgres.Tx) error {
		if err := hold(ctx, tx); err != nil {
			return err
		}
		m, err := postgres.One[Match](ctx, tx, selectMatch+`WHERE id = @id`, postgres.Args{"id": id})
		if err != nil {
			return orNotFound(err)
		}
		line = m.LineID
		if err := m.release(ctx, tx, actor); err != nil {
			return err
		}
		l, err := findLine(ctx, tx, line)
		if err != nil {
			return err
		}
		return recordDecision(ctx, tx, actor, "annulation d’un rapprochement bancaire", l, m.Label, m.AmountCents)
	})
	if err != nil {
		return line, fmt.Errorf("undo bank match: %w", err)
	}
	s.cover.forget()
	return line, nil
}

func (m Match) release(ctx context.Context, tx *postgres.Tx, actor identity.Actor) error {
	switch {
	case m.UndoneAt != nil:
		return ErrUndone
	case m.Moved:
		return ErrMoneyMoved
	}
	args := postgres.Args{"id": m.ID, "now": tx.Now(), "by": actor.AccountID, "name": actor.Name}
	if err := postgres.Must(ctx, tx, `UPDATE bank_matches SET undone_at = @now, undone_by = @by, undone_by_name = @name WHERE id = @id AND undone_at IS NULL`, args); err != nil {
		return fmt.Errorf("undo match: %w", err)
	}
	if err := postgres.Must(ctx, tx, `UPDATE bank_lines SET matched_cents = matched_cents - @amount, waiting = '' WHERE id = @line`,
		postgres.Args{"line": m.LineID, "amount": int64(m.AmountCents)}); err != nil {
		return fmt.Errorf("reopen line: %w", err)
	}
	kind := m.Kind
	if kind == Funding {
		kind = Receipt
	}
	_, err := postgres.Do(ctx, tx, `
		UPDATE bank_targets SET matched_cents = CASE WHEN @single THEN matched_cents - @amount ELSE 0 END WHERE kind = @kind AND target = ANY(@claims)`,
		postgres.Args{"single": len(m.Claims) == 1, "amount": int64(m.AmountCents), "kind": string(kind), "claims": m.Claims})
	if err != nil {
		return fmt.Errorf("release what was claimed: %w", err)
	}
	return nil
}

// Rematch tries the rules again on every open line, after something was recorded
// elsewhere; it says how many were recognised.
func (s *Service) Rematch(ctx context.Context, actor identity.Actor) (matched int, err error) {
	if err := actor.May(identity.PlatformFunds); err != nil {
		return 0, err
	}
	err = s.DB.InPlatform(ctx, actor, "rapprochement bancaire", func(tx *postgres.Tx) error {
		if err := hold(ctx, tx); err != nil {
			return err
		}
		matched, err = s.matchAll(ctx, tx, actor)
		return err
	})
	if err != nil {
		return 0, fmt.Errorf("match bank lines: %w", err)
	}
	s.cover.forget()
	return matched, nil
}

func recordDecision(ctx context.Context, tx *postgres.Tx, actor identity.Actor, act string, line Line, label string, amount money.Cents) error {
	return audit.Record(ctx, tx, actor, audit.Act{
		Name: act, SubjectKind: "ligne bancaire", SubjectID: line.ID,
		Detail: map[string]any{"releve": line.Statement, "cible": label, "montant": amount.Decimal()},
	})
}
