package printing

import (
	"context"
	"fmt"

	"github.com/google/uuid"

	"passnum/internal/audit"
	"passnum/internal/identity"
	"passnum/internal/jobs"
	"passnum/internal/order"
	"passnum/internal/postgres"
)

// Deps is what the service needs from the rest of the house.
type Deps struct {
	DB     *postgres.DB
	Queue  jobs.Queue
	Orders *order.Service
}

// Service holds the use cases of printing by a print shop.
type Service struct {
	Deps
	db *postgres.DB
}

// NewService makes the service.
func NewService(deps Deps) *Service { return &Service{Deps: deps, db: deps.DB} }

// Status is everything the operator's page about an order's printing shows.
type Status struct {
	Order     order.Order
	Shops     []Shop
	Packs     []Pack     // newest first
	Downloads []Download // of the live pack, newest first
	Taken     bool       // the order's codes went out once
	Run       jobs.Run   // the latest making of a pack
	Began     bool       // there is such a run
}

// Live is the pack being made or waiting, if there is one.
func (s Status) Live() (Pack, bool) {
	if len(s.Packs) > 0 && s.Packs[0].Live() {
		return s.Packs[0], true
	}
	return Pack{}, false
}

// Status reads where the printing of an order stands, for the operator.
func (s *Service) Status(ctx context.Context, actor identity.Actor, id uuid.UUID) (Status, error) {
	o, err := s.Orders.OrderForOperator(ctx, actor, id)
	if err != nil {
		return Status{}, err
	}
	st := Status{Order: o}
	// The system's scope: the reading is journaled already.
	err = s.db.InPlatform(ctx, postgres.System{}, "", func(tx *postgres.Tx) (err error) {
		if st.Shops, err = shops(ctx, tx); err != nil {
			return err
		}
		if st.Packs, err = packs(ctx, tx, o); err != nil {
			return err
		}
		if st.Downloads, st.Taken, err = downloads(ctx, tx, o, st); err != nil {
			return err
		}
		st.Run, st.Began, err = jobs.Latest(ctx, tx, packRun, o.ID)
		return err
	})
	if err != nil {
		return Status{}, fmt.Errorf("read printing: %w", err)
	}
	return st, nil
}

// Progress is the latest making of a pack, for a page that follows it.
func (s *Service) Progress(ctx context.Context, actor identity.Actor, id uuid.UUID) (run jobs.Run, began bool, err error) {
	if err := actor.May(identity.PlatformRead); err != nil {
		return run, false, err
	}
	err = s.db.InPlatform(ctx, postgres.System{}, "", func(tx *postgres.Tx) (err error) {
		run, began, err = jobs.Latest(ctx, tx, packRun, id)
		return err
	})
	return run, began, err
}

// record journals an act on an order's printing, where its commanditaire reads it.
func record(ctx context.Context, tx *postgres.Tx, actor identity.Actor, p Pack, act string, detail map[string]any) error {
	if detail == nil {
		detail = map[string]any{}
	}
	detail["imprimeur"], detail["paquet"] = p.ShopName, p.ID
	return audit.Record(ctx, tx, actor, audit.Act{
		Name: act, SubjectKind: "commande", SubjectID: p.OrderID, Parties: []uuid.UUID{p.CommanditaireID}, Detail: detail,
	})
}
