package settlement

import (
	"context"

	"passnum/internal/identity"
	"passnum/internal/jobs"
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
	// onApproved is told, in the approval's transaction, which lines it froze.
	onApproved func(ctx context.Context, tx *postgres.Tx, actor identity.Actor, lines []Line) error
	// refundBack is asked about references that are no transfer's; see OnRefundBack.
	refundBack RefundBack
}

// RefundBack applies what a bank says of a refund to a commanditaire, told by its
// EndToEndId or its MsgId: it answers its number, and whether that was news.
// ErrUnknownReference when it is no refund either.
type RefundBack func(ctx context.Context, tx *postgres.Tx, actor identity.Actor, r Return) (number string, news bool, err error)

// OnRefundBack makes reports of the bank find refunds too: their files go the
// same way as those of contre-paiements.
func (s *Service) OnRefundBack(apply RefundBack) *Service {
	s.refundBack = apply
	return s
}

// NewService makes the service; debtor is the dedicated account, issuer the
// operator as statements name it.
func NewService(db *postgres.DB, debtor Debtor, issuer print.Issuer) *Service {
	return &Service{db: db, debtor: debtor, issuer: issuer}
}

// OnApproved makes the service tell what it approves, in the same transaction:
// the invoices of the downstream fees are issued there.
func (s *Service) OnApproved(tell func(ctx context.Context, tx *postgres.Tx, actor identity.Actor, lines []Line) error) *Service {
	s.onApproved = tell
	return s
}
