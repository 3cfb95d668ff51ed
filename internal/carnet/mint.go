package carnet

import (
	"context"
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

// batchCheques bounds a minting transaction: large enough for bulk inserts to
// pay, small enough to show progress and to lose little when interrupted.
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
	if err := b.insert(ctx, tx); err != nil {
		return 0, err
	}
	err = postgres.Must(ctx, tx, `
		UPDATE orders SET minted_carnets = @last WHERE commanditaire_id = @commanditaire AND id = @order AND minted_carnets = @minted`,
		postgres.Args{"last": last, "minted": minted, "commanditaire": lot.CommanditaireID, "order": lot.OrderID})
	return last, err
}

// batch holds columns, not rows: COPY is refused under row-level security, and
// an INSERT from arrays is the next fastest way in.
type batch struct {
	lot     Lot
	keyID   string
	carnets struct {
		ids     []uuid.UUID
		numbers []int32
		serials []string
	}
	cheques struct {
		ids, carnets []uuid.UUID
		ranks        []int16
		hashes       [][]byte
	}
}

func newBatch(minter *code.Minter, lot Lot, from, to int) *batch {
	b := &batch{lot: lot, keyID: minter.KeyID()}
	for number := from; number <= to; number++ {
		id := postgres.NewID()
		b.carnets.ids = append(b.carnets.ids, id)
		b.carnets.numbers = append(b.carnets.numbers, int32(number))
		b.carnets.serials = append(b.carnets.serials, Serial(lot.OrderNumber, number))
		for rank := 1; rank <= lot.PerCarnet; rank++ {
			cheque := postgres.NewID()
			hash := minter.Mint(cheque)
			b.cheques.ids = append(b.cheques.ids, cheque)
			b.cheques.carnets = append(b.cheques.carnets, id)
			b.cheques.ranks = append(b.cheques.ranks, int16(rank))
			b.cheques.hashes = append(b.cheques.hashes, hash[:])
		}
	}
	return b
}

func (b *batch) insert(ctx context.Context, tx *postgres.Tx) error {
	funders := b.lot.FunderIDs
	if funders == nil {
		funders = []uuid.UUID{}
	}
	queue := &pgx.Batch{}
	queue.Queue(`INSERT INTO carnets (commanditaire_id, id, order_id, number, serial, funder_ids)
		SELECT $1, c.id, $2, c.number, c.serial, $3 FROM unnest($4::uuid[], $5::int[], $6::text[]) AS c(id, number, serial)`,
		b.lot.CommanditaireID, b.lot.OrderID, funders, b.carnets.ids, b.carnets.numbers, b.carnets.serials)
	queue.Queue(`INSERT INTO cheques (commanditaire_id, id, order_id, carnet_id, rank, face_value_cents, key_id)
		SELECT $1, c.id, $2, c.carnet_id, c.rank, $3, $4 FROM unnest($5::uuid[], $6::uuid[], $7::smallint[]) AS c(id, carnet_id, rank)`,
		b.lot.CommanditaireID, b.lot.OrderID, int64(b.lot.FaceValue), b.keyID, b.cheques.ids, b.cheques.carnets, b.cheques.ranks)
	queue.Queue(`INSERT INTO cheque_codes (code_hash, commanditaire_id, cheque_id)
		SELECT c.hash, $1, c.id FROM unnest($2::bytea[], $3::uuid[]) AS c(hash, id)`,
		b.lot.CommanditaireID, b.cheques.hashes, b.cheques.ids)
	if err := tx.SendBatch(ctx, queue).Close(); err != nil {
		return fmt.Errorf("insert carnets: %w", err)
	}
	return nil
}
