package incident

import (
	"context"
	"errors"
	"strings"
	"time"

	"github.com/google/uuid"

	"passnum/internal/fault"
	"passnum/internal/identity"
	"passnum/internal/money"
	"passnum/internal/postgres"
)

// Target is what an incident may be proposed about: a chèque that was redeemed,
// or, for a gesture, what a structure was paid on an order.
type Target struct {
	CommanditaireID uuid.UUID
	Commanditaire   string
	OrderID         uuid.UUID
	OrderNumber     string
	StructureID     uuid.UUID
	Structure       string
	RedemptionID    *uuid.UUID
	Serial          string
	Rank            int
	AmountCents     money.Cents
	RedeemedOn      *time.Time
	LineID          *uuid.UUID // that paid it
	SettlementID    *uuid.UUID
	Number          string
	TakenCents      money.Cents // taken back already, or proposed to be
	FeesCents       money.Cents // that a gesture may use
}

// LeftCents is what may still be taken back.
func (t Target) LeftCents() money.Cents { return t.AmountCents - t.TakenCents }

// Fees that are still in the dedicated account: those of the order, less what the
// operator already took to its own account.
const feesHeld = `coalesce((SELECT least(f.fees, f.fees + f.vat - f.swept) FROM (
		SELECT coalesce(sum(CASE WHEN m.credit = 'fees' THEN m.amount_cents WHEN m.debit = 'fees' THEN -m.amount_cents END), 0) AS fees,
			coalesce(sum(CASE WHEN m.credit = 'vat' THEN m.amount_cents WHEN m.debit = 'vat' THEN -m.amount_cents END), 0) AS vat,
			coalesce(sum(CASE WHEN m.debit = 'operator_bank' THEN m.amount_cents WHEN m.credit = 'operator_bank' THEN -m.amount_cents END), 0) AS swept
		FROM ledger_movements m WHERE m.commanditaire_id = o.commanditaire_id AND m.order_id = o.id) AS f), 0)::bigint`

const selectCheque = `
	SELECT r.commanditaire_id, c.name AS commanditaire, r.order_id, o.number AS order_number, r.structure_id, g.name AS structure, r.id AS redemption_id, r.serial, r.rank::int AS rank,
		r.amount_cents, r.day AS redeemed_on, r.settlement_line_id AS line_id, l.settlement_id, coalesce(l.settlement_number, '') AS number,
		coalesce((SELECT -sum(i.amount_cents) FROM incidents i WHERE i.commanditaire_id = r.commanditaire_id AND i.redemption_id = r.id AND i.kind IN ('trop_percu', 'fraude') AND i.state <> 'refuse'
			AND NOT EXISTS (SELECT FROM incidents a WHERE a.commanditaire_id = i.commanditaire_id AND a.cancels_id = i.id AND a.state = 'valide')), 0)::bigint AS taken_cents, ` + feesHeld + ` AS fees_cents
	FROM redemptions r
	JOIN orders o ON o.commanditaire_id = r.commanditaire_id AND o.id = r.order_id
	JOIN organisations c ON c.id = r.commanditaire_id JOIN organisations g ON g.id = r.structure_id
	LEFT JOIN settlement_lines l ON l.id = r.settlement_line_id
	WHERE r.undone_at IS NULL `

// mostFound is how many chèques a search or a payment's list shows at once.
const mostFound = 200

// FindCheques finds the redeemed chèques of a carnet, by its serial and, unless
// zero, the chèque's rank.
func (s *Service) FindCheques(ctx context.Context, actor identity.Actor, serial string, rank int) ([]Target, error) {
	if err := actor.May(identity.PlatformRead); err != nil {
		return nil, err
	}
	serial = strings.ToUpper(strings.Join(strings.Fields(serial), ""))
	var list []Target
	err := s.db.InPlatform(ctx, actor, "recherche d’un chèque encaissé", func(tx *postgres.Tx) (err error) {
		list, err = postgres.All[Target](ctx, tx, selectCheque+`AND r.serial = @serial AND (@rank = 0 OR r.rank = @rank) ORDER BY r.rank LIMIT @limit`,
			postgres.Args{"serial": serial, "rank": rank, "limit": mostFound})
		return err
	})
	if err == nil && len(list) == 0 {
		err = ErrNoCheque
	}
	return list, fault.Wrap(err, "find redeemed chèques")
}

// ChequesOfLine lists the chèques of a payment line, and the orders they belong
// to as targets of a gesture. ErrNotFound.
func (s *Service) ChequesOfLine(ctx context.Context, actor identity.Actor, line uuid.UUID) (cheques, orders []Target, err error) {
	if err := actor.May(identity.PlatformRead); err != nil {
		return nil, nil, err
	}
	err = s.db.InPlatform(ctx, actor, "chèques d’un paiement", func(tx *postgres.Tx) (err error) {
		if orders, err = ordersOfLine(ctx, tx, line); err != nil {
			return err
		}
		if len(orders) == 0 {
			return ErrNotFound
		}
		cheques, err = postgres.All[Target](ctx, tx, selectCheque+`AND r.settlement_line_id = @line ORDER BY r.day, r.serial, r.rank LIMIT @limit`,
			postgres.Args{"line": orders[0].LineID, "limit": mostFound})
		return err
	})
	return cheques, orders, fault.Wrap(err, "list chèques of a line")
}

// ordersOfLine lists the orders that bear a line, or the first line of its chain.
func ordersOfLine(ctx context.Context, tx *postgres.Tx, line uuid.UUID) ([]Target, error) {
	return postgres.All[Target](ctx, tx, `
		SELECT s.commanditaire_id, c.name AS commanditaire, s.order_id, o.number AS order_number, s.structure_id, g.name AS structure, NULL::uuid AS redemption_id, '' AS serial, 0 AS rank,
			0::bigint AS amount_cents, NULL::date AS redeemed_on, s.line_id, l.settlement_id, l.settlement_number AS number, 0::bigint AS taken_cents, `+feesHeld+` AS fees_cents
		FROM settlement_lines asked
		JOIN settlement_lines l ON l.id = coalesce(asked.root_line_id, asked.id)
		JOIN settlement_shares s ON s.line_id = l.id
		JOIN orders o ON o.commanditaire_id = s.commanditaire_id AND o.id = s.order_id
		JOIN organisations c ON c.id = s.commanditaire_id JOIN organisations g ON g.id = s.structure_id
		WHERE asked.id = @line ORDER BY o.number`, postgres.Args{"line": line})
}

// Cheque reads one redeemed chèque; ErrNoCheque.
func (s *Service) Cheque(ctx context.Context, actor identity.Actor, redemption uuid.UUID) (Target, error) {
	if err := actor.May(identity.PlatformRead); err != nil {
		return Target{}, err
	}
	var t Target
	err := s.db.InPlatform(ctx, actor, "chèque encaissé", func(tx *postgres.Tx) (err error) {
		t, err = cheque(ctx, tx, redemption)
		return err
	})
	return t, fault.Wrap(err, "read a redeemed chèque")
}

func cheque(ctx context.Context, tx *postgres.Tx, redemption uuid.UUID) (Target, error) {
	t, err := postgres.One[Target](ctx, tx, selectCheque+`AND r.id = @id`, postgres.Args{"id": redemption})
	if errors.Is(err, postgres.ErrNoRow) {
		return t, ErrNoCheque
	}
	return t, err
}
