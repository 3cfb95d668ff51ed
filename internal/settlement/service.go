package settlement

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/google/uuid"

	"passnum/internal/audit"
	"passnum/internal/identity"
	"passnum/internal/jobs"
	"passnum/internal/ledger"
	"passnum/internal/money"
	"passnum/internal/postgres"
	"passnum/internal/print"
)

// Service runs contre-paiements.
type Service struct {
	db     *postgres.DB
	debtor Debtor
	issuer print.Issuer
	// queue and baseURL serve the mails; see Notify.
	queue   jobs.Queue
	baseURL string
}

// NewService makes the service; debtor is the dedicated account, issuer the
// operator as statements name it.
func NewService(db *postgres.DB, debtor Debtor, issuer print.Issuer) *Service {
	return &Service{db: db, debtor: debtor, issuer: issuer}
}

// Preview tells, before anything is written, what would be paid at a cut-off and
// what would be held, and why. ErrCutoff, ErrCutoffTaken.
func (s *Service) Preview(ctx context.Context, actor identity.Actor, cutoff time.Time) ([]Due, error) {
	if err := actor.May(identity.PlatformRead); err != nil {
		return nil, err
	}
	var dues []Due
	err := s.db.InPlatform(ctx, actor, "aperçu d'un contre-paiement", func(tx *postgres.Tx) (err error) {
		if !cutoff.Before(tx.Today()) {
			return ErrCutoff
		}
		if taken, err := cutoffTaken(ctx, tx, cutoff); err != nil || taken {
			return cmp.Or(err, error(ErrCutoffTaken))
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
		// Taking the number first makes two preparations wait for one another.
		number, err := nextNumber(ctx, tx, cutoff)
		if err != nil {
			return err
		}
		dues, err := lockDue(ctx, tx, cutoff)
		if err != nil {
			return err
		}
		payable := withoutHolds(dues)
		if len(payable) == 0 {
			return nothingDue(ctx, tx, cutoff)
		}
		batch := s.newBatch(actor, id, number, cutoff, payable)
		if err := insertBatch(ctx, tx, batch); err != nil {
			return err
		}
		if err := tieCheques(ctx, tx, batch, payable); err != nil {
			return err
		}
		return record(ctx, tx, actor, ActPrepared, batch)
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
		return record(ctx, tx, actor, ActDropped, batch)
	})
	if err != nil {
		return fmt.Errorf("discard settlement: %w", err)
	}
	return nil
}

// Approve is the second pair of eyes: it freezes the batch by hash and moves the
// money from payable to in transit. ErrFourEyes comes from a database constraint;
// ErrChanged when a line no longer says what its chèques add up to.
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
		if n, err := mismatched(ctx, tx, id); err != nil || n > 0 {
			return cmp.Or(err, error(ErrChanged))
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
		return record(ctx, tx, actor, ActApproved, batch)
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
		if err := s.tellPaid(ctx, tx, batch); err != nil {
			return err
		}
		return record(ctx, tx, actor, ActExecuted, batch)
	})
	if err != nil {
		return fmt.Errorf("execute settlement: %w", err)
	}
	return nil
}

func nextNumber(ctx context.Context, tx *postgres.Tx, cutoff time.Time) (string, error) {
	n, err := postgres.Next(ctx, tx, "contre-paiement", cutoff.Year())
	if err != nil {
		return "", fmt.Errorf("take a number: %w", err)
	}
	return fmt.Sprintf("CP-%d-%03d", cutoff.Year(), n), nil
}

// nothingDue tells a period already cut from one without chèques.
func nothingDue(ctx context.Context, tx *postgres.Tx, cutoff time.Time) error {
	taken, err := cutoffTaken(ctx, tx, cutoff)
	switch {
	case err != nil:
		return err
	case taken:
		return ErrCutoffTaken
	default:
		return ErrNothingDue
	}
}

func (s *Service) newBatch(actor identity.Actor, id uuid.UUID, number string, cutoff time.Time, payable []Due) Batch {
	batch := Batch{
		ID: id, Number: number, Cutoff: cutoff, State: Prepared,
		PreparedBy: actor.AccountID, PreparedByName: actor.Name, Lines: len(payable),
		MessageID:  bankID(id, "PN"),
		DebtorName: s.debtor.Name, DebtorIBAN: s.debtor.IBAN, DebtorBIC: s.debtor.BIC,
	}
	for _, due := range payable {
		batch.TotalCents += due.AmountCents
	}
	return batch
}

// bankID writes an identifier in the 35 characters banks keep.
func bankID(id uuid.UUID, prefix string) string {
	return prefix + strings.ToUpper(strings.ReplaceAll(id.String(), "-", ""))
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
