package ending

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"time"

	"github.com/google/uuid"

	"passnum/internal/fault"
	"passnum/internal/french"
	"passnum/internal/identity"
	"passnum/internal/ledger"
	"passnum/internal/money"
	"passnum/internal/postgres"
	"passnum/internal/sepa"
)

// The refusals of a debit line matched to a refund.
var (
	ErrUnknownReference = fault.New(fault.KindNotFound, "Aucune restitution ne porte cette référence.")
	ErrTampered         = fault.New(fault.KindConflict, "Cette restitution ne correspond plus à ce qui a été approuvé\u00a0: le fichier n’est pas produit. Prévenez l’administration.")
)

func errAmount(expected, got money.Cents) error {
	return fault.New(fault.KindConflict, "La banque a débité "+got.String()+"\u00a0; la restitution est de "+expected.String()+".")
}

// freeze is the fingerprint of everything the bank will be told.
func (r Refund) freeze() []byte {
	h := sha256.New()
	for _, part := range []string{r.MessageID, r.EndToEndID, r.DebtorName, r.DebtorIban, r.DebtorBic, r.AccountHolder, r.Iban, r.Bic, r.AmountCents.Decimal()} {
		_ = binary.Write(h, binary.BigEndian, uint32(len(part)))
		h.Write([]byte(part))
	}
	return h.Sum(nil)
}

// BankFile writes the pain.001 of an approved refund: the same bytes each time.
// ErrTampered when its row is no longer what was approved.
func (s *Service) BankFile(ctx context.Context, actor identity.Actor, id, refund uuid.UUID) (name string, content []byte, err error) {
	var out bytes.Buffer
	err = s.act(ctx, actor, ForOperator, identity.PlatformPayments, "fichier bancaire d’une restitution", id, func(tx *postgres.Tx, o *purchase) error {
		r, err := lockRefund(ctx, tx, *o, refund)
		switch {
		case err != nil:
			return err
		case r.Kind != PaidBack || r.State != RefundApproved && r.State != RefundExecuted:
			return ErrRefundMoved
		case !bytes.Equal(r.freeze(), r.FrozenHash):
			return ErrTampered
		}
		approved := r.DecidedAt.In(postgres.Paris)
		name = r.Number + "-pain.001.xml"
		err = sepa.Write(&out, sepa.File{
			MessageID: r.MessageID, CreatedAt: approved, ExecutionDate: sepa.NextWorkingDay(approved), BatchBooking: true,
			InitiatingParty: sepa.Party{Name: r.DebtorName, SIRET: s.SIRET}, Debtor: sepa.Debtor{Name: r.DebtorName, IBAN: r.DebtorIban, BIC: r.DebtorBic},
			Payments: []sepa.Payment{{EndToEndID: r.EndToEndID, InstructionID: r.EndToEndID, Amount: r.AmountCents, CreditorName: r.AccountHolder,
				CreditorIBAN: r.Iban, CreditorBIC: r.Bic, Remittance: "Pass numerique, avoir de la commande " + r.OrderNumber}},
		})
		if err != nil {
			return fmt.Errorf("write bank file: %w", err)
		}
		return record(ctx, tx, actor, *o, "fichier de restitution", map[string]any{"numero": r.Number})
	})
	return name, out.Bytes(), fault.Wrap(err, "refund bank file")
}

// ExecuteRefund records, by hand, the day on which the bank paid a refund.
func (s *Service) ExecuteRefund(ctx context.Context, actor identity.Actor, id, refund uuid.UUID, on time.Time) error {
	err := s.act(ctx, actor, ForOperator, identity.PlatformPayments, "exécution d’une restitution", id, func(tx *postgres.Tx, o *purchase) error {
		r, err := lockRefund(ctx, tx, *o, refund)
		switch {
		case err != nil:
			return err
		case r.Kind != PaidBack || r.State != RefundApproved:
			return ErrRefundMoved
		case on.IsZero() || on.After(tx.Today()) || on.Before(postgres.Day(*r.DecidedAt)):
			return fault.Field("execute_le", "Indiquez le jour du débit, entre l’approbation et aujourd’hui.")
		}
		return s.pay(ctx, tx, actor, *o, r, on)
	})
	return fault.Wrap(err, "execute refund")
}

// ApplyRefund executes the refund that a debit of the bank statement pays, by its
// EndToEndId or its MsgId, in the caller's platform transaction. A refund already
// executed is left alone, even when it came back since. ErrUnknownReference, or an amount that differs.
func (s *Service) ApplyRefund(ctx context.Context, tx *postgres.Tx, actor identity.Actor, reference string, amount money.Cents, on time.Time) error {
	o, r, err := sent(ctx, tx, reference)
	switch {
	case err != nil:
		return err
	case r.AmountCents != amount:
		return errAmount(r.AmountCents, amount)
	case r.State == RefundExecuted || r.State == RefundReturned:
		return nil
	case r.State != RefundApproved:
		return ErrRefundMoved
	}
	return s.pay(ctx, tx, actor, o, r, on)
}

func (s *Service) pay(ctx context.Context, tx *postgres.Tx, actor identity.Actor, o purchase, r Refund, on time.Time) error {
	if err := executed(ctx, tx, o, r, on); err != nil {
		return err
	}
	err := ledger.Post(ctx, tx, ledger.Transaction{CommanditaireID: o.CommanditaireID, OrderID: o.ID, Kind: ledger.Refund, CauseID: r.ID, AccountID: actor.Account(),
		Movements: []ledger.Movement{{Debit: ledger.Credit, Credit: ledger.Bank, Amount: r.AmountCents}}})
	if err != nil {
		return err
	}
	if err := record(ctx, tx, actor, o, "restitution exécutée", map[string]any{"numero": r.Number, "montant": r.AmountCents.Decimal(), "le": on.Format(time.DateOnly)}); err != nil {
		return err
	}
	return s.tellClient(ctx, tx, o, "Avoir remboursé", r.AmountCents.String()+" ont été virés le "+french.Date(on)+" pour la "+o.name()+" (référence "+r.EndToEndID+").")
}

// carry moves the money from this order to the other, in one transaction.
func (s *Service) carry(ctx context.Context, tx *postgres.Tx, actor identity.Actor, o purchase, r Refund) error {
	if s.CarryIn == nil {
		return fault.New(fault.KindConflict, "Le report d’un avoir n’est pas ouvert sur cette installation.")
	}
	if err := executed(ctx, tx, o, r, tx.Today()); err != nil {
		return err
	}
	err := ledger.Post(ctx, tx, ledger.Transaction{CommanditaireID: o.CommanditaireID, OrderID: o.ID, Kind: ledger.CarriedOut, CauseID: r.ID, AccountID: actor.Account(),
		Movements: []ledger.Movement{{Debit: ledger.Credit, Credit: ledger.Bank, Amount: r.AmountCents}}})
	if err != nil {
		return err
	}
	c, err := live(ctx, tx, o)
	if err != nil {
		return err
	}
	reference := r.Number
	if c.AvoirNumber != "" {
		reference = "Avoir " + c.AvoirNumber + ", " + r.Number
	}
	if err := s.CarryIn(ctx, tx, actor, *r.ToOrderID, r.AmountCents, reference); err != nil {
		return err
	}
	return s.tellClient(ctx, tx, o, "Avoir reporté", r.AmountCents.String()+" de la "+o.name()+" financent maintenant la commande "+r.ToNumber+".")
}

func executed(ctx context.Context, tx *postgres.Tx, o purchase, r Refund, on time.Time) error {
	err := postgres.Must(ctx, tx, `UPDATE refunds SET state = 'execute', executed_on = @on, executed_at = @now
		WHERE commanditaire_id = @commanditaire AND order_id = @order AND id = @id AND state = 'approuve'`,
		o.with(postgres.Args{"on": on, "now": tx.Now(), "id": r.ID}))
	if err != nil {
		return fmt.Errorf("execute refund: %w", err)
	}
	return nil
}
