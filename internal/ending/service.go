package ending

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"

	"passnum/internal/fault"
	"passnum/internal/identity"
	"passnum/internal/mail"
	"passnum/internal/money"
	"passnum/internal/order"
	"passnum/internal/postgres"
	"passnum/internal/print"
	"passnum/internal/sepa"
)

// Deps is what the service needs from the rest of the house.
type Deps struct {
	DB     *postgres.DB
	Orders *order.Service
	// Post keeps a mail in the transaction, to be sent once it commits.
	Post func(ctx context.Context, tx *postgres.Tx, m mail.Message) error
	// IssueAvoir writes the credit note and answers its identifier and number;
	// CarryIn funds another order with an avoir.
	IssueAvoir func(ctx context.Context, tx *postgres.Tx, actor identity.Actor, a Avoir) (uuid.UUID, string, error)
	CarryIn    func(ctx context.Context, tx *postgres.Tx, actor identity.Actor, id uuid.UUID, amount money.Cents, avoir string) error
	// Reason is what a bank's code means, in French.
	Reason func(code string) string
	Issuer print.Issuer
	// Debtor is the dedicated account, and SIRET its holder's.
	Debtor sepa.Debtor
	SIRET  string
	// BaseURL is the public address, without a final slash; Operator is where the
	// operator reads its mail.
	BaseURL  string
	Operator string
}

// Service holds the use cases.
type Service struct {
	Deps
	db *postgres.DB
}

// NewService makes the service.
func NewService(deps Deps) *Service { return &Service{Deps: deps, db: deps.DB} }

// Today is the day in Paris, by the clock that the use cases read.
func (s *Service) Today() time.Time { return postgres.Day(s.db.Now()) }

// Side is who reads or acts.
type Side int

// The two sides of an order's end.
const (
	ForCommanditaire Side = iota
	ForOperator
)

// ErrNotFound hides orders that do not exist, those of somebody else, and those
// that never circulated: they have no end.
var ErrNotFound = fault.New(fault.KindNotFound, "Cette commande n’existe pas, n’est pas la vôtre, ou n’a jamais été active.")

// read runs fn in the scope of a side: what it is no party to does not exist.
func (s *Service) read(ctx context.Context, actor identity.Actor, side Side, fn func(*postgres.Tx) error) error {
	if side == ForOperator {
		if err := actor.May(identity.PlatformRead); err != nil {
			return err
		}
		return s.db.InPlatform(ctx, actor, "fin de validité", fn)
	}
	if !actor.Can(identity.OrderRead) && !actor.Can(identity.FundedRead) {
		return identity.ErrForbidden
	}
	return s.db.InOrganisation(ctx, actor, fn)
}

// act runs fn on an order with the operator's reach, because ending an order
// touches chèques and the ledger, which no organisation may write. The order is
// locked, and is the actor's own unless a person of the operator acts.
func (s *Service) act(ctx context.Context, actor identity.Actor, side Side, p identity.Permission, reason string, id uuid.UUID, fn func(*postgres.Tx, *purchase) error) error {
	if err := actor.May(p); err != nil {
		return err
	}
	if actor.AccountID == uuid.Nil {
		return identity.ErrForbidden // two people are two accounts
	}
	run := func(tx *postgres.Tx) error {
		o, err := lock(ctx, tx, id)
		if err != nil {
			return err
		}
		if side == ForCommanditaire && o.CommanditaireID != actor.OrganisationID {
			return ErrNotFound
		}
		return fn(tx, &o)
	}
	if side == ForOperator {
		return s.db.InPlatform(ctx, actor, reason, run)
	}
	if actor.OrganisationID == uuid.Nil {
		return identity.ErrForbidden
	}
	return s.db.InPlatform(ctx, postgres.System{}, reason, run)
}

// purchase is what ending an order needs to know of it.
type purchase struct {
	CommanditaireID    uuid.UUID
	Commanditaire      string
	ID                 uuid.UUID
	Number             string
	Title              string
	State              string
	FunderIDs          []uuid.UUID
	Validity           string
	ValidUntil         time.Time
	PrintedUntil       *time.Time
	ValidityMonths     *int
	Carnets            int
	PerCarnet          int
	FaceValueCents     int64
	AttestedCents      int64
	LateDays           int
	PerimeterCodes     []string
	AcceptedStructures string
	HandoverBlockedAt  *time.Time
	ClosingAt          *time.Time
}

const selectPurchase = `
	SELECT o.commanditaire_id, g.name AS commanditaire, o.id, o.number, o.title, o.state, o.funder_ids, o.validity, o.valid_until, o.printed_until,
		o.validity_months, o.carnets, o.cheques_per_carnet AS per_carnet, o.face_value_cents, o.attested_cents, o.late_days, o.perimeter_codes,
		o.accepted_structures, o.handover_blocked_at, o.closing_at
	FROM orders o JOIN organisations g ON g.id = o.commanditaire_id
	WHERE o.state IN ('active', 'close')`

func lock(ctx context.Context, tx *postgres.Tx, id uuid.UUID) (purchase, error) {
	return one(ctx, tx, selectPurchase+` AND o.id = @id FOR NO KEY UPDATE OF o`, id)
}

func find(ctx context.Context, tx *postgres.Tx, id uuid.UUID) (purchase, error) {
	return one(ctx, tx, selectPurchase+` AND o.id = @id`, id)
}

func one(ctx context.Context, tx *postgres.Tx, sql string, id uuid.UUID) (purchase, error) {
	o, err := postgres.One[purchase](ctx, tx, sql, postgres.Args{"id": id})
	if errors.Is(err, postgres.ErrNoRow) {
		return o, ErrNotFound
	}
	if err != nil {
		return o, fmt.Errorf("read order: %w", err)
	}
	return o, nil
}

func (o purchase) args() postgres.Args {
	return postgres.Args{"commanditaire": o.CommanditaireID, "order": o.ID}
}

func (o purchase) with(more postgres.Args) postgres.Args {
	args := o.args()
	for name, value := range more {
		args[name] = value
	}
	return args
}

func (o purchase) parties() []uuid.UUID {
	return append([]uuid.UUID{o.CommanditaireID}, o.FunderIDs...)
}

// last is the last day a chèque of the order can be accepted.
func (o purchase) last() time.Time { return DayOf(o.ValidUntil, LastDay) }

// name is how mails and papers call the order.
func (o purchase) name() string { return "commande " + o.Number + ", «\u00a0" + o.Title + "\u00a0»" }

func (o purchase) worth() money.Cents { return money.Cents(int64(o.PerCarnet) * o.FaceValueCents) }
