package redemption

import (
	"context"
	"errors"
	"fmt"
	"time"

	"passnum/internal/carnet"
	"passnum/internal/carnet/code"
	"passnum/internal/money"
	"passnum/internal/postgres"
)

// PublicKind is all that a visitor may learn about a chèque.
type PublicKind string

// What a visitor is told. PublicOther is one same answer for every chèque that
// is neither usable, used nor expired, and for every wrong code.
const (
	PublicUsable    PublicKind = "usable"
	PublicUsed      PublicKind = "used"
	PublicExpired   PublicKind = "expired"
	PublicOther     PublicKind = "other"
	PublicThrottled PublicKind = "throttled"
)

// PublicStatus answers a visitor who presents a code. Day is the last day of
// use, the day it was used or the day it expired; the rest is told of a usable
// chèque only.
type PublicStatus struct {
	Kind          PublicKind  `json:"k"`
	Day           time.Time   `json:"d,omitzero"`
	FaceValue     money.Cents `json:"v,omitempty"`
	Commanditaire string      `json:"c,omitempty"`
}

type publicRow struct {
	ChequeState    string
	CarnetState    string
	OrderState     string
	AcceptedUntil  *time.Time
	UsableUntil    *time.Time
	FaceValueCents int64
	Commanditaire  string
	UsedAt         *time.Time
}

// PublicStatus tells a visitor what a chèque is worth, from the code read off
// its QR or typed. It keeps no trace of the code, and answers PublicThrottled
// to an address that presents too many wrong ones.
func (s *Service) PublicStatus(ctx context.Context, address, typed string) (PublicStatus, error) {
	c, err := code.Parse(typed)
	if err != nil {
		return PublicStatus{Kind: PublicOther}, nil
	}
	status, hashes := PublicStatus{Kind: PublicOther}, s.keys.Hashes(c)
	err = s.db.InPublic(ctx, func(tx *postgres.Tx) error {
		g := visitor(address)
		blocked, err := isThrottled(ctx, tx, g)
		if err != nil || blocked {
			status.Kind = PublicThrottled
			return err
		}
		row, err := findPublic(ctx, tx, hashes)
		if errors.Is(err, postgres.ErrNoRow) {
			return countWrongIn(ctx, tx, g)
		}
		if err != nil {
			return err
		}
		status = row.status(tx.Today())
		return nil
	})
	if err != nil {
		return PublicStatus{}, fmt.Errorf("public status: %w", err)
	}
	return status, nil
}

// isThrottled asks about no code, so that only the count is read.
func isThrottled(ctx context.Context, tx *postgres.Tx, g guesser) (bool, error) {
	blocked, err := postgres.Value[bool](ctx, tx, `
		SELECT coalesce(bool_or(throttled), false) FROM find_cheques('{}', @subjects, @limits, @since)`,
		postgres.Args{"subjects": g.subjects, "limits": g.limits, "since": windowOf(tx.Now())})
	if err != nil {
		return false, fmt.Errorf("read wrong codes: %w", err)
	}
	return blocked, nil
}

func countWrongIn(ctx context.Context, tx *postgres.Tx, g guesser) error {
	_, err := postgres.Do(ctx, tx, `SELECT count_failed_tries(@subjects, @window, 1)`,
		postgres.Args{"subjects": g.subjects, "window": windowOf(tx.Now())})
	if err != nil {
		return fmt.Errorf("count wrong code: %w", err)
	}
	return nil
}

func findPublic(ctx context.Context, tx *postgres.Tx, hashes [][]byte) (publicRow, error) {
	return postgres.One[publicRow](ctx, tx, `
		SELECT cheque_state, carnet_state, order_state, accepted_until, usable_until, face_value_cents, commanditaire, used_at
		FROM cheque_public_status(@hashes)`, postgres.Args{"hashes": hashes})
}

// status applies the mediators' rules, but for the place and the service, and
// keeps quiet about everything a thief would like to know.
func (r publicRow) status(today time.Time) PublicStatus {
	f := carnet.Facts{
		ChequeState: r.ChequeState, CarnetState: r.CarnetState, OrderState: r.OrderState, AcceptedUntil: r.AcceptedUntil,
		InTerritory: true, ServiceCovered: true, StructureAccepted: true,
	}
	switch f.Verdict(today) {
	case carnet.Usable:
		status := PublicStatus{Kind: PublicUsable, Day: *r.AcceptedUntil, FaceValue: money.Cents(r.FaceValueCents), Commanditaire: r.Commanditaire}
		if r.UsableUntil != nil && !today.After(*r.UsableUntil) {
			status.Day = *r.UsableUntil
		}
		return status
	case carnet.AlreadyRedeemed:
		if r.UsedAt != nil {
			return PublicStatus{Kind: PublicUsed, Day: *r.UsedAt}
		}
		return PublicStatus{Kind: PublicUsed}
	case carnet.Expired:
		if r.AcceptedUntil != nil {
			return PublicStatus{Kind: PublicExpired, Day: *r.AcceptedUntil}
		}
		return PublicStatus{Kind: PublicExpired}
	default:
		return PublicStatus{Kind: PublicOther}
	}
}
