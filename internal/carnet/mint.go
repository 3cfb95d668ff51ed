package carnet

import (
	"context"
	"errors"
	"fmt"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"passnum/internal/carnet/code"
	"passnum/internal/money"
	"passnum/internal/postgres"
)

// Lot is what minting needs to know of an order.
type Lot struct {
	CommanditaireID uuid.UUID
	OrderID         uuid.UUID
	OrderNumber     string
	Carnets         int
	PerCarnet       int
	FaceValue       money.Cents
	FunderIDs       []uuid.UUID
}

// batchCheques bounds a minting transaction: large enough for COPY to pay,
// small enough to show progress and to lose little when interrupted.
const batchCheques = 10_000

// Mint creates the carnets of a lot that do not exist yet, in order, by batches
// of whole carnets: an interruption leaves no half carnet, a restart resumes
// after the last one, and two minters at once cannot both win a batch. After
// each batch it calls progress with the number of carnets made; progress stops
// the work by returning an error, which Mint returns.
func Mint(ctx context.Context, db *postgres.DB, keys *code.Keyring, lot Lot, progress func(done int) error) error {
	minter, err := keys.Minter(keys.Current())
	if err != nil {
		return fmt.Errorf("prepare minter: %w", err)
	}
	size := max(1, batchCheques/lot.PerCarnet)
	for {
		done := 0
		err := db.InPlatform(ctx, postgres.System{}, "fabrication", func(tx *postgres.Tx) (err error) {
			done, err = mintBatch(ctx, tx, minter, lot, size)
			return err
		})
		if err != nil {
			return fmt.Errorf("mint batch: %w", err)
		}
		if err := progress(done); err != nil {
			return err
		}
		if done >= lot.Carnets {
			return nil
		}
	}
}

// mintBatch takes the order's row, so that minters queue, and returns how many
// carnets exist after it.
func mintBatch(ctx context.Context, tx *postgres.Tx, minter *code.Minter, lot Lot, size int) (int, error) {
	minted, err := postgres.Value[int](ctx, tx, `
		SELECT minted_carnets FROM orders WHERE commanditaire_id = @commanditaire AND id = @order FOR UPDATE`,
		postgres.Args{"commanditaire": lot.CommanditaireID, "order": lot.OrderID})
	if err != nil {
		return 0, err
	}
	last := min(minted+size, lot.Carnets)
	if last <= minted {
		return minted, nil
	}
	b := newBatch(minter, lot, minted+1, last)
	if err := b.copyAll(ctx, tx); err != nil {
		return 0, err
	}
	err = postgres.Must(ctx, tx, `
		UPDATE orders SET minted_carnets = @last WHERE commanditaire_id = @commanditaire AND id = @order AND minted_carnets = @minted`,
		postgres.Args{"last": last, "minted": minted, "commanditaire": lot.CommanditaireID, "order": lot.OrderID})
	return last, err
}

type batch struct {
	carnets, cheques, codes [][]any
}

func newBatch(minter *code.Minter, lot Lot, from, to int) *batch {
	n := to - from + 1
	b := &batch{carnets: make([][]any, 0, n), cheques: make([][]any, 0, n*lot.PerCarnet), codes: make([][]any, 0, n*lot.PerCarnet)}
	funders := lot.FunderIDs
	if funders == nil {
		funders = []uuid.UUID{}
	}
	for number := from; number <= to; number++ {
		carnet := postgres.NewID()
		b.carnets = append(b.carnets, []any{lot.CommanditaireID, carnet, lot.OrderID, number, Serial(lot.OrderNumber, number), funders})
		for rank := 1; rank <= lot.PerCarnet; rank++ {
			cheque := postgres.NewID()
			hash := minter.Mint(cheque)
			b.cheques = append(b.cheques, []any{lot.CommanditaireID, cheque, lot.OrderID, carnet, int16(rank), int64(lot.FaceValue), minter.KeyID()})
			b.codes = append(b.codes, []any{hash[:], lot.CommanditaireID, cheque})
		}
	}
	return b
}

func (b *batch) copyAll(ctx context.Context, tx *postgres.Tx) error {
	steps := []struct {
		table   string
		columns []string
		rows    [][]any
	}{
		{"carnets", []string{"commanditaire_id", "id", "order_id", "number", "serial", "funder_ids"}, b.carnets},
		{"cheques", []string{"commanditaire_id", "id", "order_id", "carnet_id", "rank", "face_value_cents", "key_id"}, b.cheques},
		{"cheque_codes", []string{"code_hash", "commanditaire_id", "cheque_id"}, b.codes},
	}
	for _, s := range steps {
		n, err := tx.CopyFrom(ctx, pgx.Identifier{s.table}, s.columns, pgx.CopyFromRows(s.rows))
		if err != nil {
			return fmt.Errorf("copy %s: %w", s.table, err)
		}
		if int(n) != len(s.rows) {
			return errors.New("copy was cut short")
		}
	}
	return nil
}
