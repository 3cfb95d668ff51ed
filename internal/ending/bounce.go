package ending

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/google/uuid"

	"passnum/internal/fault"
	"passnum/internal/french"
	"passnum/internal/identity"
	"passnum/internal/ledger"
	"passnum/internal/money"
	"passnum/internal/postgres"
)

// ErrRefundRepaid refuses to repay twice what came back once.
var ErrRefundRepaid = fault.New(fault.KindConflict, "Cette restitution est déjà présentée de nouveau. Rechargez la page.")

// RefundReturn is what the bank says of a refund that it refused, or that came
// back to the dedicated account.
type RefundReturn struct {
	Reference  string      // its EndToEndId, or its MsgId
	Amount     money.Cents // zero when the bank does not repeat it
	Code, Text string
	On         time.Time
	Source     string // where the bank says so
}

// ApplyRefundReturn records, in the caller's platform transaction, that a refund
// was refused (nothing had left) or came back (the bank had debited it): its
// state decides. The sum is owed to the commanditaire again. It answers the
// refund's number, and whether this was news: what was recorded already changes
// nothing. ErrUnknownReference, ErrRefundMoved for one that was never sent, or an
// amount that differs. The caller has authorised the actor.
func (s *Service) ApplyRefundReturn(ctx context.Context, tx *postgres.Tx, actor identity.Actor, back RefundReturn) (number string, news bool, err error) {
	o, r, err := sent(ctx, tx, back.Reference)
	switch {
	case err != nil:
		return "", false, err
	case back.Amount != 0 && back.Amount != r.AmountCents:
		return r.Number, false, errAmountBack(r.AmountCents, back.Amount)
	case r.State == RefundRejected || r.State == RefundReturned:
		return r.Number, false, nil
	case r.State != RefundApproved && r.State != RefundExecuted:
		return r.Number, false, ErrRefundMoved
	}
	if back.On.IsZero() || back.On.After(tx.Today()) {
		back.On = tx.Today()
	}
	return r.Number, true, s.bounce(ctx, tx, actor, o, r, back)
}

func errAmountBack(expected, got money.Cents) error {
	return fault.New(fault.KindConflict, "La banque annonce "+got.String()+"\u00a0; la restitution est de "+expected.String()+".")
}

// sent takes the rows of the refund that a bank's reference names, and of its
// order before. ErrUnknownReference.
func sent(ctx context.Context, tx *postgres.Tx, reference string) (purchase, Refund, error) {
	args := postgres.Args{"reference": reference}
	id, err := postgres.Value[uuid.UUID](ctx, tx, `SELECT order_id FROM refunds WHERE kind = 'remboursement' AND (end_to_end_id = @reference OR message_id = @reference)`, args)
	if errors.Is(err, postgres.ErrNoRow) || reference == "" {
		return purchase{}, Refund{}, ErrUnknownReference
	}
	if err != nil {
		return purchase{}, Refund{}, fmt.Errorf("find refund: %w", err)
	}
	o, err := lock(ctx, tx, id)
	if err != nil {
		return o, Refund{}, err
	}
	args["order"] = id
	r, err := postgres.One[Refund](ctx, tx, selectRefund+` WHERE r.order_id = @order AND (r.end_to_end_id = @reference OR r.message_id = @reference) FOR UPDATE OF r`, args)
	return o, r, fault.Wrap(err, "read refund")
}

// bounce ends the refund, owes its sum again, and tells both sides.
func (s *Service) bounce(ctx context.Context, tx *postgres.Tx, actor identity.Actor, o purchase, r Refund, back RefundReturn) error {
	state, act, what := RefundRejected, "restitution refusée par la banque", "a été refusé par la banque"
	if r.State == RefundExecuted {
		state, act, what = RefundReturned, "restitution revenue", "est revenu"
	}
	err := postgres.Must(ctx, tx, `UPDATE refunds SET state = @state, returned_on = @on, returned_at = @now, returned_by = @by, returned_by_name = @name,
			return_code = @code, return_text = @text, return_source = @source
		WHERE commanditaire_id = @commanditaire AND order_id = @order AND id = @id AND state IN ('approuve', 'execute')`,
		o.with(postgres.Args{"state": state, "on": back.On, "now": tx.Now(), "by": actor.Account(), "name": actor.Name, "code": back.Code, "text": back.Text,
			"source": back.Source, "id": r.ID}))
	if err != nil {
		return fmt.Errorf("end refund that came back: %w", err)
	}
	if state == RefundReturned {
		err := ledger.Post(ctx, tx, ledger.Transaction{CommanditaireID: o.CommanditaireID, OrderID: o.ID, Kind: ledger.RefundReturned, CauseID: r.ID, AccountID: actor.Account(),
			Movements: []ledger.Movement{{Debit: ledger.Bank, Credit: ledger.Credit, Amount: r.AmountCents}}})
		if err != nil {
			return err
		}
	}
	err = record(ctx, tx, actor, o, act, map[string]any{"numero": r.Number, "montant": r.AmountCents.Decimal(), "code": back.Code, "le": back.On.Format(time.DateOnly), "source": back.Source})
	if err != nil {
		return err
	}
	return s.tellBounced(ctx, tx, o, r, back, what)
}

func (s *Service) tellBounced(ctx context.Context, tx *postgres.Tx, o purchase, r Refund, back RefundReturn, what string) error {
	facts := "Le virement de " + r.AmountCents.String() + " pour la " + o.name() + " (référence " + r.EndToEndID + ") " + what + " le " + french.Date(back.On) + "."
	why := "Raison donnée par la banque\u00a0: " + french.Small(s.reason(back.Code)) + "."
	err := s.tellClient(ctx, tx, o, "Votre remboursement "+what, facts, why,
		"Cette somme vous reste due. Donnez à l’opérateur le relevé d’identité bancaire du compte à créditer\u00a0: elle repartira sous une autre référence.")
	if err != nil {
		return err
	}
	return s.tellOperator(ctx, tx, o, "Une restitution "+map[bool]string{true: "est revenue", false: "est refusée"}[r.State == RefundExecuted],
		facts+" "+why+" Vérifiez le compte avec "+o.Commanditaire+", puis présentez-la de nouveau.")
}

// reason is what a bank's code means.
func (s *Service) reason(code string) string {
	if s.Reason == nil {
		return "Code " + code
	}
	return s.Reason(code)
}

// ReturnForm is a return as somebody reads it on the bank's site; comments give
// the names of the fields.
type ReturnForm struct {
	Code string    // code
	Text string    // texte
	On   time.Time // revenu_le
}

// ReturnRefund records by hand that the bank refused a refund or that it came
// back. ErrRefundMoved.
func (s *Service) ReturnRefund(ctx context.Context, actor identity.Actor, id, refund uuid.UUID, form ReturnForm) error {
	err := s.act(ctx, actor, ForOperator, identity.PlatformPayments, "retour d’une restitution", id, func(tx *postgres.Tx, o *purchase) error {
		r, err := lockRefund(ctx, tx, *o, refund)
		switch {
		case err != nil:
			return err
		case r.Kind != PaidBack || r.State != RefundApproved && r.State != RefundExecuted:
			return ErrRefundMoved
		}
		form.Code = strings.ToUpper(strings.TrimSpace(form.Code))
		var c fault.Collector
		c.Check(form.Code != "" && len(form.Code) <= 35, "code", "Choisissez la raison que donne la banque.")
		c.Check(!form.On.IsZero() && !form.On.After(tx.Today()) && !form.On.Before(r.earliestReturn()), "revenu_le", "Indiquez le jour du retour, entre l’approbation ou le débit et aujourd’hui.")
		if err := c.Err(); err != nil {
			return err
		}
		return s.bounce(ctx, tx, actor, *o, r, RefundReturn{Code: form.Code, Text: strings.TrimSpace(form.Text), On: form.On, Source: "saisie"})
	})
	return fault.Wrap(err, "return refund")
}

// earliestReturn is the first day on which the refund may have come back.
func (r Refund) earliestReturn() time.Time {
	if r.ExecutedOn != nil {
		return *r.ExecutedOn
	}
	return postgres.Day(*r.DecidedAt)
}

// repaid checks the refund that another one repays: that is the same sum, on an
// account given anew.
func repaid(ctx context.Context, tx *postgres.Tx, o purchase, req *RefundRequest) error {
	if req.Repays == uuid.Nil {
		return nil
	}
	former, err := lockRefund(ctx, tx, o, req.Repays)
	switch {
	case err != nil:
		return err
	case former.State != RefundRejected && former.State != RefundReturned:
		return ErrRefundMoved
	}
	req.Kind, req.Amount = PaidBack, former.AmountCents
	return nil
}
