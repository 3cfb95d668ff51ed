package carnet_test

import (
	"context"
	"errors"
	"testing"

	"passnum/internal/carnet"
	"passnum/internal/identity"
	"passnum/internal/postgres"
	"passnum/internal/testworld"
)

// as runs fn in an organisation's scope and returns its error.
func as(w *testworld.World, actor identity.Actor, fn func(context.Context, *postgres.Tx) error) error {
	return w.DB.InOrganisation(context.Background(), actor, func(tx *postgres.Tx) error { return fn(context.Background(), tx) })
}

func TestGiveAndTakeBack(t *testing.T) {
	t.Parallel()
	w := testworld.New(t)
	order := w.ActiveOrder(testworld.OrderOptions{})
	account := w.Agent.Account()
	err := as(w, w.Agent, func(ctx context.Context, tx *postgres.Tx) error {
		c, err := carnet.LockSerial(ctx, tx, order.Serial(1))
		if err != nil {
			return err
		}
		id := postgres.NewID()
		_, err = postgres.Do(ctx, tx, `INSERT INTO handovers (commanditaire_id, id, order_id, carnet_id, aiguilleur_id, point_id, serial, at, idempotency_key)
			VALUES (@c, @id, @o, @k, @a, @p, @s, @now, 'k')`, postgres.Args{"c": c.CommanditaireID, "id": id, "o": c.OrderID, "k": c.ID, "a": *c.AiguilleurID,
			"p": *c.PointID, "s": c.Serial, "now": tx.Now()})
		if err != nil {
			return err
		}
		if err := carnet.Give(ctx, tx, c, tx.Today(), "jeune", account); err != nil {
			t.Errorf("not given: %v", err)
		}
		if err := carnet.Open(ctx, tx, c.CommanditaireID, id, 5); err != nil {
			t.Errorf("not opened: %v", err)
		}
		if err := carnet.Give(ctx, tx, c, tx.Today(), "jeune", account); !errors.Is(err, carnet.ErrNotInStock) {
			t.Errorf("given twice: %v", err)
		}
		if err := carnet.Open(ctx, tx, c.CommanditaireID, id, 5); !errors.Is(err, carnet.ErrNotInStock) {
			t.Errorf("opened twice: %v", err)
		}
		if c, err = carnet.LockSerial(ctx, tx, c.Serial); err != nil {
			return err
		}
		if ranks, err := carnet.RanksOut(ctx, tx, c); err != nil || len(ranks) != 5 {
			t.Errorf("out: %v, %v", ranks, err)
		}
		back, err := carnet.TakeBack(ctx, tx, c, id, account)
		if err != nil || !back {
			t.Errorf("not taken back: %v", err)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if got := w.Count(`SELECT count(*) FROM carnets WHERE state = 'stock' AND handed_over_at IS NULL AND public_category = ''`); got != 2 {
		t.Errorf("%d back in stock", got)
	}
}

func TestSerialsOfOthers(t *testing.T) {
	t.Parallel()
	w := testworld.New(t)
	order := w.ActiveOrder(testworld.OrderOptions{})
	err := as(w, w.Other, func(ctx context.Context, tx *postgres.Tx) error {
		if _, err := carnet.BySerial(ctx, tx, order.Serial(1)); !errors.Is(err, carnet.ErrUnknown) {
			t.Errorf("a stranger reads a carnet: %v", err)
		}
		state, err := carnet.StateOf(ctx, tx, order.Serial(1))
		if err != nil || state != carnet.InStock {
			t.Errorf("state %q, %v", state, err)
		}
		if state, err = carnet.StateOf(ctx, tx, "C26-999-000001"); err != nil || state != "" {
			t.Errorf("unknown: %q, %v", state, err)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}
