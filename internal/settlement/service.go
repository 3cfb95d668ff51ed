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
