// Package demo loads the demonstration world: real places, invented
// organisations, orders shaped like real ones, months of hand-overs and
// redemptions, a paid month and a payable one. It goes through the same use
// cases as people do, on a clock that travels, so that every figure it shows is
// true. It refuses a database that is not empty.
package demo

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"time"

	"github.com/google/uuid"

	"passnum/internal/carnet/code"
	"passnum/internal/custody"
	"passnum/internal/distribution"
	"passnum/internal/ending"
	"passnum/internal/facturx"
	"passnum/internal/identity"
	"passnum/internal/installation"
	"passnum/internal/invoicing"
	"passnum/internal/jobs"
	"passnum/internal/mail"
	"passnum/internal/order"
	"passnum/internal/outbox"
	"passnum/internal/postgres"
	"passnum/internal/print"
	"passnum/internal/printing"
	"passnum/internal/programme"
	"passnum/internal/qualification"
	"passnum/internal/qualification/document"
	"passnum/internal/redemption"
	"passnum/internal/settlement"
	"passnum/internal/structure"
	"passnum/internal/territory"
	"passnum/internal/upload"
)

// Password opens every demonstration account.
const Password = "demonstration-2026"

// ErrNotEmpty refuses to mix the demonstration with anything else.
var ErrNotEmpty = errors.New("the database already holds organisations: the demonstration world needs an empty one")

// ErrNotDemo refuses to show codes of a real installation.
var ErrNotDemo = errors.New("this database is not a demonstration")

// Settings are what the world needs from the installation.
type Settings struct {
	Keys     *code.Keyring
	Issuer   print.Issuer
	Debtor   settlement.Debtor
	Seller   facturx.Party // the operator, as factures name it; a town of the story when left out
	BaseURL  string
	CodeHost string
	Vault    *upload.Vault                   // seals the papers of files; one that nobody opens when left out
	RollUp   func(ctx context.Context) error // sums closed days once the story is told
}

// world is the demonstration while it is being written.
type world struct {
	db     *postgres.DB
	clock  *clock
	queue  *jobs.Inline
	rand   *rand.Rand
	today  time.Time // the day of loading, in Paris
	loaded time.Time
	index  *territory.Index

	papers       *document.Service
	structures   *structure.Service
	orders       *order.Service
	programmes   *programme.Service
	printing     *printing.Service
	shop         uuid.UUID // the print shop, once there is one
	distribution *distribution.Service
	custody      *custody.Service
	redemptions  *redemption.Service
	invoices     *invoicing.Service
	settlements  *settlement.Service
	keys         *code.Keyring
	bankIBAN     string // the dedicated account

	actors map[string]identity.Actor // by short name
	orgs   map[string]uuid.UUID
	points map[string]uuid.UUID
	places map[string]uuid.UUID
	story  []event
	ends   *ending.Service
}

type clock struct{ now time.Time }

func (c *clock) read() time.Time { return c.now }

// Load writes the world into an empty database; ErrNotEmpty otherwise.
func Load(ctx context.Context, db *postgres.DB, s Settings) error {
	if err := refuseUnlessEmpty(ctx, db); err != nil {
		return err
	}
	w, err := newWorld(db, s)
	if err != nil {
		return err
	}
	for _, step := range []func(context.Context) error{w.castPeople, w.openNetwork, w.fillFiles, w.placeOrders, w.live, w.guide, w.quarrel, w.comeBack, w.settle, w.moveCarnets, w.lose, w.fundProgrammes, w.announce, w.review, w.knowPlaces, w.animate, w.tellTheBank} {
		if err := step(ctx); err != nil {
			return fmt.Errorf("load demonstration: %w", err)
		}
	}
	if err := w.exercise(ctx, s); err != nil {
		return fmt.Errorf("load demonstration: %w", err)
	}
	if s.RollUp != nil {
		if err := s.RollUp(ctx); err != nil {
			return fmt.Errorf("sum demonstration: %w", err)
		}
	}
	return nil
}

// Empty reports whether the database holds no organisation at all.
func Empty(ctx context.Context, db *postgres.DB) (bool, error) {
	var empty bool
	err := db.InPlatform(ctx, postgres.System{}, "démonstration", func(tx *postgres.Tx) (err error) {
		empty, err = postgres.Value[bool](ctx, tx, `SELECT NOT EXISTS (SELECT 1 FROM organisations) AND NOT EXISTS (SELECT 1 FROM accounts)`, nil)
		return err
	})
	return empty, err
}

func refuseUnlessEmpty(ctx context.Context, db *postgres.DB) error {
	empty, err := Empty(ctx, db)
	if err != nil {
		return err
	}
	if !empty {
		return ErrNotEmpty
	}
	return nil
}

func newWorld(db *postgres.DB, s Settings) (*world, error) {
	index, err := territory.Load()
	if err != nil {
		return nil, err
	}
	w := &world{
		clock: &clock{now: db.Now()}, queue: &jobs.Inline{}, rand: rand.New(rand.NewPCG(2026, 11)), today: postgres.Day(db.Now()), loaded: db.Now(), index: index, keys: s.Keys, bankIBAN: s.Debtor.IBAN,
		actors: map[string]identity.Actor{}, orgs: map[string]uuid.UUID{}, points: map[string]uuid.UUID{}, places: map[string]uuid.UUID{},
	}
	w.db = db.WithClock(w.clock.read)
	post := func(ctx context.Context, tx *postgres.Tx, m mail.Message) error {
		return outbox.Post(ctx, tx, w.queue, m)
	}
	vault, err := s.vault()
	if err != nil {
		return nil, err
	}
	w.papers = document.NewService(w.db, upload.Gate{}, vault).Delegated(qualification.Delegated)
	w.structures = structure.NewService(w.db, index, structure.Options{Queue: w.queue, BaseURL: s.BaseURL})
	w.orders = order.NewService(order.Deps{DB: w.db, Queue: w.queue, Keys: s.Keys, Issuer: s.Issuer, Account: s.Debtor.IBAN, BaseURL: s.BaseURL, CodeHost: s.CodeHost})
	w.printing = printing.NewService(printing.Deps{DB: w.db, Queue: w.queue, Orders: w.orders})
	w.distribution = distribution.NewService(w.db, index, distribution.Options{
		Queue: w.queue, Issuer: s.Issuer, BaseURL: s.BaseURL, Post: post,
	})
	w.custody = custody.NewService(w.db, custody.Options{
		Queue: w.queue, Issuer: s.Issuer, Email: s.Issuer.Email, BaseURL: s.BaseURL, Post: post,
		OrderDelivered: func(ctx context.Context, tx *postgres.Tx, _, id uuid.UUID) error {
			return w.orders.ParcelReceived(ctx, tx, id)
		},
	})
	w.redemptions = redemption.NewService(w.db, s.Keys)
	w.invoices = invoicing.NewService(invoicing.Deps{
		DB: w.db, Queue: w.queue, Seller: s.seller(), Issuer: s.Issuer, IBAN: s.Debtor.IBAN, BIC: s.Debtor.BIC, BaseURL: s.BaseURL, Post: post,
	})
	w.orders.QuotePaper = w.invoices.QuotePaper
	w.settlements = settlement.NewService(w.db, s.Debtor, s.Issuer).OnApproved(settlement.BillDownstream(w.invoices))
	return w, nil
}

// drain runs the jobs that the last act left behind, at once.
func (w *world) drain(ctx context.Context) error {
	for len(w.queue.Waiting) > 0 {
		next := w.queue.Waiting[0]
		w.queue.Waiting = w.queue.Waiting[1:]
		var err error
		switch args := next.(type) {
		case order.MintArgs:
			err = w.orders.Mint(ctx, args)
		case printing.BuildArgs:
			err = w.printing.Build(ctx, args)
		case order.PrintQuoteArgs:
			err = w.orders.PrintQuote(ctx, args)
		case invoicing.PaperArgs:
			err = w.invoices.Draw(ctx, args)
		case order.ArrivedArgs:
			err = w.orders.Arrived(ctx, args)
		case distribution.Notice:
			err = w.distribution.Tell(ctx, args)
		case custody.Notice:
			err = w.custody.Tell(ctx, args)
		}
		if err != nil {
			return fmt.Errorf("run %s: %w", next.Kind(), err)
		}
	}
	return nil
}

// morning is an hour of today before eight. Loaded earlier than eight, the world
// moves its whole morning back: nothing in it is later than now.
func (w *world) morning(hour, minute int) time.Time {
	at, eight := w.at(0, hour, minute), w.at(0, 8, 0)
	if w.loaded.Before(eight) {
		return at.Add(w.loaded.Sub(eight))
	}
	return at
}

// at is an hour of a day relative to today, in Paris.
func (w *world) at(days, hour, minute int) time.Time {
	y, m, d := w.today.AddDate(0, 0, days).Date()
	return time.Date(y, m, d, hour, minute, 0, 0, postgres.Paris).UTC()
}

// mark writes the band « Démonstration » and sends the letters to the mailbox.
func (w *world) mark(ctx context.Context) error {
	return w.db.InPlatform(ctx, postgres.System{}, "démonstration", func(tx *postgres.Tx) error {
		if err := installation.MarkDemo(ctx, tx); err != nil {
			return err
		}
		_, err := postgres.Do(ctx, tx, `UPDATE mail_outbox SET sent_at = created_at WHERE sent_at IS NULL`, nil)
		return err
	})
}
