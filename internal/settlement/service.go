package settlement

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/google/uuid"

	"passnum/internal/audit"
	"passnum/internal/identity"
	"passnum/internal/ledger"
	"passnum/internal/money"
	"passnum/internal/postgres"
)

// Service runs contre-paiements.
type Service struct {
	db     *postgres.DB
	debtor Debtor
}

// NewService makes the service; debtor is the dedicated account.
func NewService(db *postgres.DB, debtor Debtor) *Service {
	return &Service{db: db, debtor: debtor}
}

// Preview tells, before anything is written, what would be paid at a cut-off and
// what would be held, and why.
func (s *Service) Preview(ctx context.Context, actor identity.Actor, cutoff time.Time) ([]Due, error) {
	if err := actor.May(identity.PlatformRead); err != nil {
		return nil, err
	}
	var dues []Due
	err := s.db.InPlatform(ctx, actor, "aperçu d'un contre-paiement", func(tx *postgres.Tx) (err error) {
		if !cutoff.Before(tx.Today()) {
			return ErrCutoff
		}
		dues, err = listDue(ctx, tx, cutoff)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("preview settlement: %w", err)
	}
	return dues, nil
}

// Prepare cuts the period: each payable structure gets one line, and every
// chèque of that line is tied to it. ErrCutoff, ErrCutoffTaken, ErrNothingDue,
// ErrMoved.
func (s *Service) Prepare(ctx context.Context, actor identity.Actor, cutoff time.Time) (uuid.UUID, error) {
	if err := actor.May(identity.PlatformPayments); err != nil {
		return uuid.Nil, err
	}
	id := postgres.NewID()
	err := s.db.InPlatform(ctx, actor, "préparation d'un contre-paiement", func(tx *postgres.Tx) error {
		if !cutoff.Before(tx.Today()) {
			return ErrCutoff
		}
		dues, err := lockDue(ctx, tx, cutoff)
		if err != nil {
			return err
		}
		payable := withoutHolds(dues)
		if len(payable) == 0 {
			return ErrNothingDue
		}
		batch, err := s.newBatch(ctx, tx, actor, id, cutoff, payable)
		if err != nil {
			return err
		}
		if err := insertBatch(ctx, tx, batch); err != nil {
			return err
		}
		if err := tieCheques(ctx, tx, batch, payable); err != nil {
			return err
		}
		return record(ctx, tx, actor, "préparation", batch)
	})
	if err != nil {
		return uuid.Nil, fmt.Errorf("prepare settlement: %w", err)
	}
	return id, nil
}

// Discard undoes a preparation: its chèques wait again for the next cut.
func (s *Service) Discard(ctx context.Context, actor identity.Actor, id uuid.UUID) error {
	if err := actor.May(identity.PlatformPayments); err != nil {
		return err
	}
	err := s.db.InPlatform(ctx, actor, "abandon d'un contre-paiement", func(tx *postgres.Tx) error {
		batch, err := lockBatch(ctx, tx, id)
		if err != nil {
			return err
		}
		if batch.State != Prepared {
			return ErrNotPrepared
		}
		if err := deleteBatch(ctx, tx, id); err != nil {
			return err
		}
		return record(ctx, tx, actor, "abandon", batch)
	})
	if err != nil {
		return fmt.Errorf("discard settlement: %w", err)
	}
	return nil
}

// Approve is the second pair of eyes: it freezes the batch by hash and moves the
// money from payable to in transit. ErrFourEyes comes from a database constraint.
func (s *Service) Approve(ctx context.Context, actor identity.Actor, id uuid.UUID) error {
	if err := actor.May(identity.PlatformPayments); err != nil {
		return err
	}
	err := s.db.InPlatform(ctx, actor, "approbation d'un contre-paiement", func(tx *postgres.Tx) error {
		batch, err := lockBatch(ctx, tx, id)
		if err != nil {
			return err
		}
		if batch.State != Prepared {
			return ErrNotPrepared
		}
		lines, err := linesOf(ctx, tx, id)
		if err != nil {
			return err
		}
		if err := approveBatch(ctx, tx, actor, batch, freeze(batch, lines)); err != nil {
			return err
		}
		if err := postLines(ctx, tx, actor, id, ledger.Payout, ledger.Payable, ledger.InTransit); err != nil {
			return err
		}
		return record(ctx, tx, actor, "approbation", batch)
	})
	if err != nil {
		return fmt.Errorf("approve settlement: %w", err)
	}
	return nil
}

// Execute records the day the bank debited the account. ErrExecutionDate when
// it is in the future or before the approval.
func (s *Service) Execute(ctx context.Context, actor identity.Actor, id uuid.UUID, on time.Time) error {
	if err := actor.May(identity.PlatformPayments); err != nil {
		return err
	}
	err := s.db.InPlatform(ctx, actor, "exécution d'un contre-paiement", func(tx *postgres.Tx) error {
		batch, err := lockBatch(ctx, tx, id)
		if err != nil {
			return err
		}
		switch {
		case batch.State == Executed:
			return ErrAlreadyRunning
		case batch.State != Approved:
			return ErrNotApproved
		case on.After(tx.Today()) || on.Before(postgres.Day(*batch.ApprovedAt)):
			return ErrExecutionDate
		}
		if err := executeBatch(ctx, tx, actor, id, on); err != nil {
			return err
		}
		if err := postLines(ctx, tx, actor, id, ledger.PayoutExecuted, ledger.InTransit, ledger.Bank); err != nil {
			return err
		}
		return record(ctx, tx, actor, "exécution", batch)
	})
	if err != nil {
		return fmt.Errorf("execute settlement: %w", err)
	}
	return nil
}

func (s *Service) newBatch(ctx context.Context, tx *postgres.Tx, actor identity.Actor, id uuid.UUID, cutoff time.Time, payable []Due) (Batch, error) {
	n, err := postgres.Next(ctx, tx, "contre-paiement", cutoff.Year())
	if err != nil {
		return Batch{}, err
	}
	batch := Batch{
		ID: id, Number: fmt.Sprintf("CP-%d-%03d", cutoff.Year(), n), Cutoff: cutoff, State: Prepared,
		PreparedBy: actor.AccountID, PreparedByName: actor.Name, Lines: len(payable),
		MessageID:  "PN" + strings.ToUpper(strings.ReplaceAll(id.String(), "-", "")),
		DebtorName: s.debtor.Name, DebtorIBAN: s.debtor.IBAN, DebtorBIC: s.debtor.BIC,
	}
	for _, due := range payable {
		batch.TotalCents += due.AmountCents
	}
	return batch, nil
}

func withoutHolds(dues []Due) []Due {
	var payable []Due
	for _, due := range dues {
		if due.Hold == "" {
			payable = append(payable, due)
		}
	}
	return payable
}

func record(ctx context.Context, tx *postgres.Tx, actor identity.Actor, act string, batch Batch) error {
	return audit.Record(ctx, tx, actor, audit.Act{
		Name: act, SubjectKind: "contre-paiement", SubjectID: batch.ID,
		Detail: map[string]any{"numero": batch.Number, "total_centimes": batch.TotalCents, "lignes": batch.Lines},
	})
}

// postLines moves every line's money from one account to another, per order.
func postLines(ctx context.Context, tx *postgres.Tx, actor identity.Actor, id uuid.UUID, kind ledger.Kind, from, to ledger.Account) error {
	shares, err := sharesOf(ctx, tx, id)
	if err != nil {
		return err
	}
	for _, share := range shares {
		err := ledger.Post(ctx, tx, ledger.Transaction{
			CommanditaireID: share.CommanditaireID, OrderID: share.OrderID, Kind: kind, CauseID: share.LineID,
			StructureID: &share.StructureID, AccountID: actor.Account(),
			Movements: []ledger.Movement{{Debit: from, Credit: to, Amount: money.Cents(share.AmountCents)}},
		})
		if err != nil {
			return err
		}
	}
	return nil
}

func orNotFound(err error) error {
	if errors.Is(err, postgres.ErrNoRow) {
		return ErrNotFound
	}
	return err
}
