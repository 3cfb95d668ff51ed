package carnet

import (
	"context"
	"fmt"
	"time"

	"github.com/google/uuid"

	"passnum/internal/carnet/code"
	"passnum/internal/money"
	"passnum/internal/postgres"
)

// Replacement ties a blocked carnet to the new one made in its place.
type Replacement struct {
	OldID        uuid.UUID
	OldSerial    string
	NewID        uuid.UUID
	NewSerial    string
	NewNumber    int
	OppositionID uuid.UUID
	At           time.Time
}

// Replaced is a blocked carnet to make a new one for, and who may know of it.
type Replaced struct {
	ID         uuid.UUID
	Serial     string
	CounterIDs []uuid.UUID
}

// moveReplaced is the kind of custody move of both carnets of a replacement.
const moveReplaced = "remplacement"

// replacementBatch bounds one statement, as batchCheques does for an order.
const replacementBatch = 500

// Replace makes a new carnet for each blocked one, numbered after the order's
// last, and ties them. It answers the numbers of the first and the last. The
// caller moves the money that makes them worth something.
func Replace(ctx context.Context, tx *postgres.Tx, keys *code.Keyring, lot Lot, opposition uuid.UUID, old []Replaced, by By) (from, to int, err error) {
	minter, err := keys.Minter(keys.Current())
	if err != nil {
		return 0, 0, fmt.Errorf("prepare minter: %w", err)
	}
	minted, err := postgres.Value[int](ctx, tx, `
		UPDATE orders SET minted_carnets = minted_carnets + @n, replacement_carnets = replacement_carnets + @n
		WHERE commanditaire_id = @commanditaire AND id = @order AND minted_carnets = carnets + replacement_carnets RETURNING minted_carnets`,
		postgres.Args{"n": len(old), "commanditaire": lot.CommanditaireID, "order": lot.OrderID})
	if err != nil {
		return 0, 0, fmt.Errorf("number replacements: %w", err)
	}
	from, to = minted-len(old)+1, minted
	made := Range{CommanditaireID: lot.CommanditaireID, OrderID: lot.OrderID, From: from, To: to}
	if err := moveMade(ctx, tx, made, by); err != nil {
		return 0, 0, err
	}
	for start := 0; start < len(old); start += replacementBatch {
		part := old[start:min(start+replacementBatch, len(old))]
		b := newBatch(minter, lot, from+start, from+start+len(part)-1)
		if err := b.insert(ctx, tx); err != nil {
			return 0, 0, err
		}
		if err := b.tie(ctx, tx, opposition, part, by); err != nil {
			return 0, 0, err
		}
	}
	return from, to, nil
}

func (b *batch) tie(ctx context.Context, tx *postgres.Tx, opposition uuid.UUID, old []Replaced, by By) error {
	for i, o := range old {
		counters := o.CounterIDs
		if counters == nil {
			counters = []uuid.UUID{}
		}
		_, err := postgres.Do(ctx, tx, `
			INSERT INTO carnet_replacements (commanditaire_id, old_id, new_id, order_id, opposition_id, counter_ids, old_serial, new_serial, new_number, cheques, face_cents, at, account_id)
			VALUES (@commanditaire, @old, @new, @order, @opposition, @counters, @old_serial, @new_serial, @number, @cheques, @face, @now, @account)`,
			postgres.Args{"commanditaire": b.lot.CommanditaireID, "old": o.ID, "new": b.carnets.ids[i], "order": b.lot.OrderID, "opposition": opposition,
				"counters": counters, "old_serial": o.Serial, "new_serial": b.carnets.serials[i], "number": b.carnets.numbers[i],
				"cheques": b.lot.PerCarnet, "face": int64(b.lot.FaceValue) * int64(b.lot.PerCarnet), "now": tx.Now(), "account": by.Account})
		if err != nil {
			return fmt.Errorf("tie replacement: %w", err)
		}
		if err := b.tell(ctx, tx, o.Serial, i, by); err != nil {
			return err
		}
	}
	return nil
}

// tell writes in the life of both carnets what the other one is.
func (b *batch) tell(ctx context.Context, tx *postgres.Tx, old string, i int, by By) error {
	of := Range{CommanditaireID: b.lot.CommanditaireID, OrderID: b.lot.OrderID}
	number, _ := NumberOf(old)
	if err := moveRuns(ctx, tx, moveReplaced, of, []int{number}, by, "Remplacé par "+b.carnets.serials[i]); err != nil {
		return err
	}
	return moveRuns(ctx, tx, moveReplaced, of, []int{int(b.carnets.numbers[i])}, by, "Remplace "+old)
}

func moveMade(ctx context.Context, tx *postgres.Tx, r Range, by By) error {
	_, err := postgres.Do(ctx, tx, `
		INSERT INTO custody_moves (commanditaire_id, id, order_id, kind, number_from, number_to, at, account_id, actor_name, note)
		VALUES (@commanditaire, @id, @order, 'fabrication', @from, @to, @now, @account, @name, 'Carnets de remplacement')`,
		postgres.Args{"commanditaire": r.CommanditaireID, "id": postgres.NewID(), "order": r.OrderID, "from": r.From, "to": r.To, "now": tx.Now(), "account": by.Account, "name": by.Name})
	if err != nil {
		return fmt.Errorf("record making: %w", err)
	}
	return nil
}

// ReplacementsOf lists the replacements an opposition led to, as far as the
// scope may read them.
func ReplacementsOf(ctx context.Context, tx *postgres.Tx, commanditaire, opposition uuid.UUID) ([]Replacement, error) {
	list, err := postgres.All[Replacement](ctx, tx, `
		SELECT old_id, old_serial, new_id, new_serial, new_number, opposition_id, at FROM carnet_replacements
		WHERE commanditaire_id = @commanditaire AND opposition_id = @opposition ORDER BY new_number`,
		postgres.Args{"commanditaire": commanditaire, "opposition": opposition})
	if err != nil {
		return nil, fmt.Errorf("list replacements: %w", err)
	}
	return list, nil
}

// Worth is the face value of one carnet of the lot.
func (l Lot) Worth() money.Cents { return l.FaceValue * money.Cents(l.PerCarnet) }
