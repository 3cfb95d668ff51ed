package ending

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/google/uuid"

	"passnum/internal/fault"
	"passnum/internal/identifier"
	"passnum/internal/identity"
	"passnum/internal/ledger"
	"passnum/internal/money"
	"passnum/internal/postgres"
	"passnum/internal/sepa"
)

// What may become of an avoir.
const (
	PaidBack = "remboursement"
	Carried  = "report"
)

// The states of a refund.
const (
	RefundPrepared = "prepare"
	RefundApproved = "approuve"
	RefundExecuted = "execute"
	RefundRefused  = "refuse"
	RefundRejected = "rejete" // the bank refused it: nothing left
	RefundReturned = "revenu" // it came back after the debit
)

// Refund is money owed back to a commanditaire, on its way to its account or to
// another of its orders. Who prepares never approves.
type Refund struct {
	CommanditaireID uuid.UUID
	ID              uuid.UUID
	OrderID         uuid.UUID
	OrderNumber     string
	Number          string
	Kind            string
	AmountCents     money.Cents
	ToOrderID       *uuid.UUID
	ToNumber        string
	AccountHolder   string
	Iban            string
	Bic             string
	DebtorName      string
	DebtorIban      string
	DebtorBic       string
	MessageID       string
	EndToEndID      string
	FrozenHash      []byte
	State           string
	PreparedAt      time.Time
	PreparedBy      uuid.UUID
	PreparedByName  string
	DecidedAt       *time.Time
	DecidedByName   string
	Refusal         string
	ExecutedOn      *time.Time
	// What the bank said of one that did not arrive, and the one that repays it.
	ReturnedOn     *time.Time
	ReturnedByName string
	ReturnCode     string
	ReturnText     string
	RepaysID       *uuid.UUID
	RepaysNumber   string
	RepaidByNumber string
}

// Repayable reports whether the refund did not arrive and no other repays it.
func (r Refund) Repayable() bool {
	return (r.State == RefundRejected || r.State == RefundReturned) && r.RepaidByNumber == ""
}

const selectRefund = `
	SELECT r.commanditaire_id, r.id, r.order_id, o.number AS order_number, r.number, r.kind, r.amount_cents, r.to_order_id, coalesce(t.number, '') AS to_number,
		r.account_holder, r.iban, r.bic, r.debtor_name, r.debtor_iban, r.debtor_bic, r.message_id, r.end_to_end_id, r.frozen_hash, r.state,
		r.prepared_at, r.prepared_by, r.prepared_by_name, r.decided_at, r.decided_by_name, r.refusal, r.executed_on,
		r.returned_on, r.returned_by_name, r.return_code, r.return_text, r.repays_id, coalesce(f.number, '') AS repays_number,
		coalesce((SELECT n.number FROM refunds n WHERE n.commanditaire_id = r.commanditaire_id AND n.repays_id = r.id AND n.state <> 'refuse'), '') AS repaid_by_number
	FROM refunds r
	JOIN orders o ON o.commanditaire_id = r.commanditaire_id AND o.id = r.order_id
	LEFT JOIN orders t ON t.commanditaire_id = r.commanditaire_id AND t.id = r.to_order_id
	LEFT JOIN refunds f ON f.commanditaire_id = r.commanditaire_id AND f.id = r.repays_id`

// RefundRequest is what is typed to send money back, or to carry it.
type RefundRequest struct {
	Kind    string
	Amount  money.Cents // zero: everything that is owed
	Holder  string
	IBAN    string
	BIC     string
	ToOrder uuid.UUID
	Repays  uuid.UUID // a refund that did not arrive: the same sum, paid back again
}

// The refusals of refunds.
var (
	ErrNotClosed      = fault.New(fault.KindConflict, "L’avoir se rembourse ou se reporte une fois la commande close, les deux signatures données.")
	ErrNothingOwed    = fault.New(fault.KindConflict, "Il ne reste rien à rendre sur cette commande.")
	ErrRefundMoved    = fault.New(fault.KindConflict, "Cette restitution a changé d’état. Rechargez la page.")
	ErrSamePerson     = fault.New(fault.KindConflict, "Vous avez préparé cette restitution\u00a0: une autre personne doit l’approuver.")
	ErrDebtorChanged  = fault.New(fault.KindConflict, "Le compte dédié n’est plus celui de la préparation\u00a0: écartez cette restitution et préparez-en une autre.")
	ErrRefundNotFound = fault.New(fault.KindNotFound, "Cette restitution n’existe pas.")
)

// Wish is what the commanditaire chooses for its avoir: its choice leads the
// operator, who prepares it. ErrNotClosed.
func (s *Service) Wish(ctx context.Context, actor identity.Actor, id uuid.UUID, kind string, to uuid.UUID) error {
	err := s.act(ctx, actor, ForCommanditaire, identity.OrderWrite, "", id, func(tx *postgres.Tx, o *purchase) error {
		c, err := live(ctx, tx, *o)
		if err != nil || c.SettledAt == nil {
			return ErrNotClosed
		}
		var toOrder *uuid.UUID
		switch {
		case kind == Carried && to == uuid.Nil:
			return fault.Field("commande", "Choisissez la commande qui reçoit l’avoir.")
		case kind == Carried:
			toOrder = &to
			if err := carriable(ctx, tx, *o, to); err != nil {
				return err
			}
		case kind != PaidBack:
			return fault.Field("choix", "Choisissez ce que devient l’avoir.")
		}
		err = postgres.Must(ctx, tx, `UPDATE closings SET wish = @wish, wish_order_id = @to, wished_at = @now, wished_by = @by, wished_by_name = @name
			WHERE commanditaire_id = @commanditaire AND order_id = @order AND id = @id`,
			o.with(postgres.Args{"wish": kind, "to": toOrder, "now": tx.Now(), "by": actor.AccountID, "name": actor.Name, "id": c.ID}))
		if err != nil {
			return fmt.Errorf("write wish: %w", err)
		}
		if err := record(ctx, tx, actor, *o, "choix pour l’avoir", map[string]any{"choix": kind}); err != nil {
			return err
		}
		return s.tellOperator(ctx, tx, *o, "Avoir\u00a0: le commanditaire a choisi", o.Commanditaire+" demande le "+kind+" de l’avoir de la "+o.name()+".")
	})
	return fault.Wrap(err, "choose for avoir")
}

// Carriable is an order of the same commanditaire that still awaits face value.
type Carriable struct {
	ID     uuid.UUID
	Number string
	Title  string
	Left   money.Cents
}

func carriables(ctx context.Context, tx *postgres.Tx, o purchase) ([]Carriable, error) {
	list, err := postgres.All[Carriable](ctx, tx, `
		SELECT id, number, title, face_value_cents * cheques_per_carnet * carnets - attested_cents AS left FROM orders
		WHERE commanditaire_id = @commanditaire AND id <> @order AND state IN ('signee', 'cadrage', 'bat_propose', 'bat_valide', 'fabrication', 'expediee', 'livree')
			AND face_value_cents * cheques_per_carnet * carnets > attested_cents ORDER BY number`, o.args())
	if err != nil {
		return nil, fmt.Errorf("list orders to fund: %w", err)
	}
	return list, nil
}

func carriable(ctx context.Context, tx *postgres.Tx, o purchase, to uuid.UUID) error {
	list, err := carriables(ctx, tx, o)
	if err != nil {
		return err
	}
	for _, c := range list {
		if c.ID == to {
			return nil
		}
	}
	return fault.Field("commande", "Cette commande n’attend plus de fonds.")
}

// owed is what an order still owes back, less what is on its way.
func owed(ctx context.Context, tx *postgres.Tx, o purchase) (money.Cents, error) {
	b, err := ledger.OfOrder(ctx, tx, o.CommanditaireID, o.ID)
	if err != nil {
		return 0, err
	}
	pending, err := postgres.Value[int64](ctx, tx, `SELECT coalesce(sum(amount_cents), 0)::bigint FROM refunds
		WHERE commanditaire_id = @commanditaire AND order_id = @order AND state IN ('prepare', 'approuve')`, o.args())
	if err != nil {
		return 0, fmt.Errorf("sum pending refunds: %w", err)
	}
	return b.Credit - money.Cents(pending), nil
}

// PrepareRefund writes what is to be sent back or carried, for another person to
// approve; it never exceeds what is owed. ErrNotClosed, ErrNothingOwed,
// ErrRefundRepaid.
func (s *Service) PrepareRefund(ctx context.Context, actor identity.Actor, id uuid.UUID, req RefundRequest) (uuid.UUID, error) {
	refund := postgres.NewID()
	err := s.act(ctx, actor, ForOperator, identity.PlatformPayments, "préparation d’une restitution", id, func(tx *postgres.Tx, o *purchase) error {
		if o.State != "close" {
			return ErrNotClosed
		}
		left, err := owed(ctx, tx, *o)
		if err != nil {
			return err
		}
		if left <= 0 {
			return ErrNothingOwed
		}
		if err := repaid(ctx, tx, *o, &req); err != nil {
			return err
		}
		if req.Amount == 0 {
			req.Amount = left
		}
		if err := s.checkRefund(ctx, tx, *o, &req, left); err != nil {
			return err
		}
		return s.insertRefund(ctx, tx, actor, *o, refund, req)
	})
	return refund, fault.Wrap(err, "prepare refund")
}

func (s *Service) checkRefund(ctx context.Context, tx *postgres.Tx, o purchase, req *RefundRequest, left money.Cents) error {
	var c fault.Collector
	c.Check(req.Amount > 0 && req.Amount <= left, "montant", "Indiquez une somme, de 0,01 € à "+left.String()+".")
	switch req.Kind {
	case PaidBack:
		req.Holder = strings.TrimSpace(req.Holder)
		c.Check(req.Holder != "" && len(req.Holder) <= 140, "titulaire", "Indiquez le titulaire du compte, tel que sa banque le connaît.")
		c.Check(req.Holder == "" || sepa.Nameable(req.Holder), "titulaire", "Écrivez le titulaire en lettres latines\u00a0: les banques n’en prennent pas d’autres.")
		iban, err := identifier.ParseIBAN(req.IBAN)
		if err != nil {
			c.Refuse("iban", err)
		}
		req.IBAN = iban.String()
		if strings.TrimSpace(req.BIC) != "" {
			bic, err := identifier.ParseBIC(req.BIC)
			if err != nil {
				c.Refuse("bic", err)
			}
			req.BIC = bic.String()
		}
	case Carried:
		req.Holder, req.IBAN, req.BIC = "", "", ""
		if err := carriable(ctx, tx, o, req.ToOrder); err != nil {
			c.Refuse("commande", err)
		}
	default:
		c.Add("nature", "Choisissez ce que devient l’avoir.")
	}
	return c.Err()
}

func (s *Service) insertRefund(ctx context.Context, tx *postgres.Tx, actor identity.Actor, o purchase, id uuid.UUID, req RefundRequest) error {
	year := tx.Today().Year()
	n, err := postgres.Next(ctx, tx, "restitution", year)
	if err != nil {
		return err
	}
	number := fmt.Sprintf("RA-%d-%04d", year, n)
	args := postgres.Args{"id": id, "number": number, "kind": req.Kind, "amount": int64(req.Amount), "to": (*uuid.UUID)(nil), "repays": (*uuid.UUID)(nil), "holder": req.Holder, "iban": req.IBAN, "bic": req.BIC,
		"debtor": "", "debtor_iban": "", "debtor_bic": "", "message": "", "end": "", "now": tx.Now(), "by": actor.AccountID, "name": actor.Name}
	if req.Repays != uuid.Nil {
		args["repays"] = &req.Repays
	}
	if req.Kind == Carried {
		args["to"] = &req.ToOrder
	} else {
		args["debtor"], args["debtor_iban"], args["debtor_bic"] = s.Debtor.Name, s.Debtor.IBAN, s.Debtor.BIC
		args["message"], args["end"] = number, number+"-1"
	}
	_, err = postgres.Do(ctx, tx, `
		INSERT INTO refunds (commanditaire_id, id, order_id, number, kind, amount_cents, to_order_id, account_holder, iban, bic, debtor_name, debtor_iban, debtor_bic,
			message_id, end_to_end_id, repays_id, prepared_at, prepared_by, prepared_by_name)
		VALUES (@commanditaire, @id, @order, @number, @kind, @amount, @to, @holder, @iban, @bic, @debtor, @debtor_iban, @debtor_bic, @message, @end, @repays, @now, @by, @name)`, o.with(args))
	if postgres.Constraint(err) == "refunds_repaid_once" {
		return ErrRefundRepaid
	}
	if err != nil {
		return fmt.Errorf("write refund: %w", err)
	}
	return record(ctx, tx, actor, o, "restitution préparée", map[string]any{"numero": number, "nature": req.Kind, "montant": req.Amount.Decimal(), "represente": req.Repays != uuid.Nil})
}
