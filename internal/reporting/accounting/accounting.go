// Package accounting gives account of the money: the compte annuel, the
// reddition des comptes, the general ledger and its export. Every figure is a
// sum of ledger rows up to a day, so that a past year never changes. It refuses
// to hold a figure of its own.
package accounting

import (
	"context"
	"fmt"
	"time"

	"github.com/google/uuid"

	"passnum/internal/fault"
	"passnum/internal/identity"
	"passnum/internal/postgres"
	"passnum/internal/print"
)

// Service gives account.
type Service struct {
	db     *postgres.DB
	issuer print.Issuer
}

// NewService makes the service; issuer is the operator as documents name it.
func NewService(db *postgres.DB, issuer print.Issuer) *Service {
	return &Service{db: db, issuer: issuer}
}

// The refusals of this package.
var (
	ErrNotFound = fault.New(fault.KindNotFound, "Ces comptes n’existent pas, ou ne sont pas ceux de votre organisation.")
	ErrNoYear   = fault.New(fault.KindNotFound, "Il n’y a pas de comptes pour cette année-là.")
)

// Today is the day in Paris, as the service's clock reads it.
func (s *Service) Today() time.Time { return postgres.Day(s.db.Now()) }

// period is a calendar year, ended at the latest today.
type period struct {
	From, To time.Time
	Closed   bool // the year is over
}

func yearOf(year int, today time.Time) (period, error) {
	p := period{From: time.Date(year, 1, 1, 0, 0, 0, 0, time.UTC), To: time.Date(year, 12, 31, 0, 0, 0, 0, time.UTC)}
	if year < 2000 || p.From.After(today) {
		return period{}, ErrNoYear
	}
	if p.Closed = p.To.Before(today); !p.Closed {
		p.To = today
	}
	return p, nil
}

// Deadline is the day by which a year's accounts are due: 31 May of the next.
func Deadline(year int) time.Time { return time.Date(year+1, 5, 31, 0, 0, 0, 0, time.UTC) }

// Years lists the calendar years of which there are accounts, newest first.
func (s *Service) Years(ctx context.Context, actor identity.Actor) ([]int, error) {
	var first int
	err := s.in(ctx, actor, "années des comptes", func(tx *postgres.Tx, _ *uuid.UUID) (err error) {
		first, err = postgres.Value[int](ctx, tx, `SELECT coalesce(extract(year FROM min(signed_at) AT TIME ZONE 'Europe/Paris'), extract(year FROM @today::date))::int FROM orders`,
			postgres.Args{"today": tx.Today()})
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("list years: %w", err)
	}
	var years []int
	for year := s.Today().Year(); year >= first; year-- {
		years = append(years, year)
	}
	return years, nil
}

// in runs fn in the actor's scope: the operator on everything, journaled with
// its reason, and anybody else on what it orders or funds, of which own is the
// organisation.
func (s *Service) in(ctx context.Context, actor identity.Actor, reason string, fn func(tx *postgres.Tx, own *uuid.UUID) error) error {
	if actor.OrganisationID == uuid.Nil || actor.Can(identity.PlatformRead) {
		if err := actor.May(identity.PlatformRead); err != nil {
			return err
		}
		return s.db.InPlatform(ctx, actor, reason, func(tx *postgres.Tx) error { return fn(tx, nil) })
	}
	if !actor.Can(identity.OrderRead) {
		if err := actor.May(identity.FundedRead); err != nil {
			return err
		}
	}
	return s.db.InOrganisation(ctx, actor, func(tx *postgres.Tx) error { return fn(tx, &actor.OrganisationID) })
}

// asOperator runs fn on everything, journaled with its reason.
func (s *Service) asOperator(ctx context.Context, actor identity.Actor, reason string, fn func(tx *postgres.Tx) error) error {
	if err := actor.May(identity.PlatformRead); err != nil {
		return err
	}
	return s.db.InPlatform(ctx, actor, reason, fn)
}
