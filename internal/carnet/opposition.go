package carnet

import (
	"context"
	"fmt"

	"github.com/google/uuid"

	"passnum/internal/money"
	"passnum/internal/postgres"
)

// The kinds of custody move of a carnet that is lost or stolen, and found again.
const (
	moveOpposed = "opposition"
	moveFreed   = "mainlevee"
)

// Stopped is a carnet that Block has just blocked: what it was, what was left in
// it and what had been spent before.
type Stopped struct {
	ID           uuid.UUID
	Number       int
	StateBefore  State
	LiveCheques  int
	LiveCents    money.Cents
	SpentCheques int
	SpentCents   money.Cents
}

// Block stops every carnet of an order among ids that is neither blocked nor
// outdated already, and its unspent chèques; it answers those it stopped, in the order of their numbers. The rows are taken in the order that
// redeeming and handing over take them, so none of the three waits for another
// in a circle: a redemption in flight is either seen as spent, or refused.
func Block(ctx context.Context, tx *postgres.Tx, commanditaire, order uuid.UUID, ids []uuid.UUID, by By, note string) ([]Stopped, error) {
	args := postgres.Args{"commanditaire": commanditaire, "order": order, "ids": ids}
	taken, err := postgres.Values[uuid.UUID](ctx, tx, `
		SELECT id FROM carnets WHERE commanditaire_id = @commanditaire AND order_id = @order AND id = ANY (@ids)
			AND state IN ('emis', 'stock', 'remis', 'retourne') ORDER BY number FOR NO KEY UPDATE`, args)
	if err != nil {
		return nil, fmt.Errorf("lock carnets: %w", err)
	}
	if err := lockCheques(ctx, tx, commanditaire, taken); err != nil {
		return nil, err
	}
	args = postgres.Args{"commanditaire": commanditaire, "ids": taken}
	stopped, err := postgres.All[Stopped](ctx, tx, `
		SELECT k.id, k.number, k.state AS state_before,
			count(*) FILTER (WHERE c.state IN ('inactif', 'actif'))::int AS live_cheques,
			coalesce(sum(c.face_value_cents) FILTER (WHERE c.state IN ('inactif', 'actif')), 0)::bigint AS live_cents,
			count(*) FILTER (WHERE c.state = 'utilise')::int AS spent_cheques,
			coalesce(sum(c.face_value_cents) FILTER (WHERE c.state = 'utilise'), 0)::bigint AS spent_cents
		FROM carnets k JOIN cheques c ON c.commanditaire_id = @commanditaire AND c.carnet_id = k.id
		WHERE k.commanditaire_id = @commanditaire AND k.id = ANY (@ids) GROUP BY k.id, k.number, k.state ORDER BY k.number`, args)
	if err != nil {
		return nil, fmt.Errorf("count chèques: %w", err)
	}
	for _, sql := range []string{
		`UPDATE cheques SET state = 'bloque' WHERE commanditaire_id = @commanditaire AND carnet_id = ANY (@ids) AND state IN ('inactif', 'actif')`,
		`UPDATE carnets SET state = 'bloque' WHERE commanditaire_id = @commanditaire AND id = ANY (@ids)`,
	} {
		if _, err := postgres.Do(ctx, tx, sql, args); err != nil {
			return nil, fmt.Errorf("block carnets: %w", err)
		}
	}
	return stopped, moveStopped(ctx, tx, commanditaire, order, stopped, by, note)
}

// lockCheques takes the chèques of carnets in the order of their keys, as
// redeeming does.
func lockCheques(ctx context.Context, tx *postgres.Tx, commanditaire uuid.UUID, carnets []uuid.UUID) error {
	_, err := postgres.Do(ctx, tx, `
		SELECT 1 FROM cheques WHERE commanditaire_id = @commanditaire AND carnet_id = ANY (@ids)
		ORDER BY commanditaire_id, id FOR NO KEY UPDATE`, postgres.Args{"commanditaire": commanditaire, "ids": carnets})
	if err != nil {
		return fmt.Errorf("lock chèques: %w", err)
	}
	return nil
}

// moveStopped writes one line of custody for each run of following numbers: a
// stopped carnet stays where it was.
func moveStopped(ctx context.Context, tx *postgres.Tx, commanditaire, order uuid.UUID, stopped []Stopped, by By, note string) error {
	numbers := make([]int, len(stopped))
	for i, c := range stopped {
		numbers[i] = c.Number
	}
	return moveRuns(ctx, tx, moveOpposed, Range{CommanditaireID: commanditaire, OrderID: order}, numbers, by, note)
}

func moveRuns(ctx context.Context, tx *postgres.Tx, kind string, of Range, numbers []int, by By, note string) error {
	for i := 0; i < len(numbers); {
		last := i
		for last+1 < len(numbers) && numbers[last+1] == numbers[last]+1 {
			last++
		}
		_, err := postgres.Do(ctx, tx, `
			INSERT INTO custody_moves (commanditaire_id, id, order_id, kind, number_from, number_to, at, account_id, actor_name, note)
			VALUES (@commanditaire, @id, @order, @kind, @from, @to, @now, @account, @name, @note)`,
			postgres.Args{"commanditaire": of.CommanditaireID, "id": postgres.NewID(), "order": of.OrderID, "kind": kind,
				"from": numbers[i], "to": numbers[last], "now": tx.Now(), "account": by.Account, "name": by.Name, "note": note})
		if err != nil {
			return fmt.Errorf("record custody: %w", err)
		}
		i = last + 1
	}
	return nil
}

// reopened is the state of a blocked carnet that is put back: it follows where
// the carnet is now, which a return or a late parcel may have changed.
const reopened = `CASE
	WHEN handed_over_at IS NOT NULL THEN 'remis'
	WHEN transfer_id IS NOT NULL AND EXISTS (SELECT 1 FROM transfers t
		WHERE t.commanditaire_id = k.commanditaire_id AND t.id = k.transfer_id AND t.purpose = 'retour') THEN 'retourne'
	WHEN transfer_id IS NOT NULL OR case_id IS NOT NULL OR point_id IS NULL THEN 'emis'
	ELSE 'stock' END`

// Reopen puts blocked carnets back in use: a chèque that had been handed over is
// usable again, the others wait for a hand-over. It answers the face value that
// lives again; ErrRange unless every carnet was blocked.
func Reopen(ctx context.Context, tx *postgres.Tx, commanditaire, order uuid.UUID, ids []uuid.UUID, by By, note string) (money.Cents, error) {
	numbers, err := postgres.Values[int](ctx, tx, `SELECT number FROM carnets WHERE commanditaire_id = @commanditaire AND id = ANY (@ids) AND state = 'bloque'
		ORDER BY number FOR NO KEY UPDATE`, postgres.Args{"commanditaire": commanditaire, "ids": ids})
	if err != nil {
		return 0, fmt.Errorf("lock carnets: %w", err)
	}
	if len(numbers) != len(ids) {
		return 0, ErrRange
	}
	if err := lockCheques(ctx, tx, commanditaire, ids); err != nil {
		return 0, err
	}
	cents, err := postgres.Value[int64](ctx, tx, `
		WITH cheque AS (
			UPDATE cheques SET state = CASE WHEN accepted_until IS NULL THEN 'inactif' ELSE 'actif' END
			WHERE commanditaire_id = @commanditaire AND carnet_id = ANY (@ids) AND state = 'bloque' RETURNING face_value_cents
		), carnet AS (
			UPDATE carnets k SET state = `+reopened+` WHERE k.commanditaire_id = @commanditaire AND k.id = ANY (@ids)
		)
		SELECT coalesce(sum(face_value_cents), 0)::bigint FROM cheque`,
		postgres.Args{"commanditaire": commanditaire, "ids": ids})
	if err != nil {
		return 0, fmt.Errorf("reopen carnets: %w", err)
	}
	return money.Cents(cents), moveRuns(ctx, tx, moveFreed, Range{CommanditaireID: commanditaire, OrderID: order}, numbers, by, note)
}

// BlockCheque blocks a chèque that an undone redemption reopened in a carnet
// blocked meanwhile, and answers its face value; zero when there is nothing to do.
func BlockCheque(ctx context.Context, tx *postgres.Tx, commanditaire, cheque uuid.UUID) (money.Cents, error) {
	cents, err := postgres.Values[int64](ctx, tx, `
		UPDATE cheques c SET state = 'bloque' FROM carnets k
		WHERE c.commanditaire_id = @commanditaire AND c.id = @id AND c.state = 'actif'
			AND k.commanditaire_id = @commanditaire AND k.id = c.carnet_id AND k.state = 'bloque'
		RETURNING c.face_value_cents`, postgres.Args{"commanditaire": commanditaire, "id": cheque})
	if err != nil {
		return 0, fmt.Errorf("block chèque: %w", err)
	}
	if len(cents) == 0 {
		return 0, nil
	}
	return money.Cents(cents[0]), nil
}
