package printing

import (
	"context"
	"errors"
	"fmt"

	"github.com/google/uuid"

	"passnum/internal/order"
	"passnum/internal/postgres"
)

func shops(ctx context.Context, tx *postgres.Tx) ([]Shop, error) {
	return postgres.All[Shop](ctx, tx, `
		SELECT id, name, email, public_key, created_at, created_by_name FROM print_shops WHERE retired_at IS NULL ORDER BY name, id`, nil)
}

// findShop is a shop to which packs may be made; ErrNoShop otherwise.
func findShop(ctx context.Context, tx *postgres.Tx, id uuid.UUID) (Shop, error) {
	shop, err := postgres.One[Shop](ctx, tx, `
		SELECT id, name, email, public_key, created_at, created_by_name FROM print_shops WHERE id = @id AND retired_at IS NULL`,
		postgres.Args{"id": id})
	if errors.Is(err, postgres.ErrNoRow) {
		return shop, ErrNoShop
	}
	return shop, err
}

const selectPack = `
	SELECT commanditaire_id, id, order_id, shop_id, shop_name, public_key, state, manifest, manifest_hash, size_bytes, chunks,
		created_at, created_by_name, ready_at, expires_at, ended_at, ended_by_name
	FROM print_packs`

func packs(ctx context.Context, tx *postgres.Tx, o order.Order) ([]Pack, error) {
	return postgres.All[Pack](ctx, tx, selectPack+`
		WHERE commanditaire_id = @commanditaire AND order_id = @order ORDER BY created_at DESC, id DESC LIMIT 50`,
		postgres.Args{"commanditaire": o.CommanditaireID, "order": o.ID})
}

// lockPack takes the order's pack in a state, so that two people who act on it
// queue; ErrNoRow when there is none.
func lockPack(ctx context.Context, tx *postgres.Tx, order uuid.UUID, state State) (Pack, error) {
	return postgres.One[Pack](ctx, tx, selectPack+` WHERE order_id = @order AND state = @state FOR UPDATE`,
		postgres.Args{"order": order, "state": string(state)})
}

// ready is lockPack of a pack with content; ErrNoPack when there is none.
func ready(ctx context.Context, tx *postgres.Tx, order uuid.UUID) (Pack, error) {
	p, err := lockPack(ctx, tx, order, Ready)
	if errors.Is(err, postgres.ErrNoRow) {
		return p, ErrNoPack
	}
	return p, err
}

// end gives a live pack its last state and deletes its content, in this
// transaction.
func end(ctx context.Context, tx *postgres.Tx, p Pack, to State, by string) error {
	args := p.key()
	args["to"], args["now"], args["by"] = string(to), tx.Now(), by
	err := postgres.Must(ctx, tx, `
		UPDATE print_packs SET state = @to, ended_at = @now, ended_by_name = @by
		WHERE commanditaire_id = @commanditaire AND id = @pack AND ended_at IS NULL`, args)
	if err != nil {
		return fmt.Errorf("end pack: %w", err)
	}
	return empty(ctx, tx, p)
}

func empty(ctx context.Context, tx *postgres.Tx, p Pack) error {
	if _, err := postgres.Do(ctx, tx, `DELETE FROM print_pack_chunks WHERE commanditaire_id = @commanditaire AND pack_id = @pack`, p.key()); err != nil {
		return fmt.Errorf("delete content of pack: %w", err)
	}
	return nil
}

func (p Pack) key() postgres.Args {
	return postgres.Args{"commanditaire": p.CommanditaireID, "pack": p.ID}
}

// downloads lists those of the live pack, and tells whether the order's codes
// ever went out.
func downloads(ctx context.Context, tx *postgres.Tx, o order.Order, st Status) (list []Download, taken bool, err error) {
	taken, err = postgres.Value[bool](ctx, tx, `
		SELECT EXISTS (SELECT 1 FROM print_downloads WHERE commanditaire_id = @commanditaire AND order_id = @order AND is_first)`,
		postgres.Args{"commanditaire": o.CommanditaireID, "order": o.ID})
	if err != nil {
		return nil, false, err
	}
	live, ok := st.Live()
	if !ok {
		return nil, taken, nil
	}
	list, err = postgres.All[Download](ctx, tx, `
		SELECT id, pack_id, is_first, reason, requested_at, requested_by, requested_by_name, decided_at, decided_by_name, granted, used_at, used_by_name
		FROM print_downloads WHERE commanditaire_id = @commanditaire AND pack_id = @pack ORDER BY requested_at DESC, id DESC LIMIT 50`, live.key())
	return list, taken, err
}
