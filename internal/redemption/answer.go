package redemption

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/google/uuid"

	"passnum/internal/postgres"
)

// answer is what a key was told, as it was told. Refused is nil until the
// refusals are explained.
type answer struct {
	ID      uuid.UUID
	Hash    []byte
	PlaceID uuid.UUID
	At      time.Time
	Claimed []Result
	Refused []Result
}

func (a answer) receipt() Receipt {
	return Receipt{ID: a.ID, Results: sortResults(slices.Concat(a.Claimed, a.Refused))}
}

type answerRow struct {
	ID          uuid.UUID
	RequestHash []byte
	PlaceID     uuid.UUID
	At          time.Time
	Claimed     []byte
	Refused     []byte
}

func (r answerRow) answer() (answer, error) {
	a := answer{ID: r.ID, Hash: r.RequestHash, PlaceID: r.PlaceID, At: r.At}
	var claimed []claimedRow
	err := json.Unmarshal(r.Claimed, &claimed)
	if err == nil && r.Refused != nil {
		a.Refused = []Result{}
		err = json.Unmarshal(r.Refused, &a.Refused)
	}
	if err != nil {
		return answer{}, fmt.Errorf("decode stored answer: %w", err)
	}
	a.Claimed = results(claimed)
	return a, nil
}

// findAnswer reads the answer given under a key; postgres.ErrNoRow when none.
func findAnswer(ctx context.Context, tx *postgres.Tx, structure uuid.UUID, key string) (answer, error) {
	row, err := postgres.One[answerRow](ctx, tx, `
		SELECT id, request_hash, place_id, at, claimed, refused FROM redemption_requests
		WHERE structure_id = @structure AND key = @key`,
		postgres.Args{"structure": structure, "key": key})
	if err != nil {
		return answer{}, err
	}
	return row.answer()
}

// answerByID reads the answer a receipt shows; postgres.ErrNoRow when none.
func answerByID(ctx context.Context, tx *postgres.Tx, structure, id uuid.UUID) (answer, error) {
	row, err := postgres.One[answerRow](ctx, tx, `
		SELECT id, request_hash, place_id, at, claimed, refused FROM redemption_requests
		WHERE structure_id = @structure AND id = @id`,
		postgres.Args{"structure": structure, "id": id})
	if err != nil {
		return answer{}, err
	}
	return row.answer()
}

// keepRefusals stores the explanation unless one is there already, and returns
// the answer that stands.
func keepRefusals(ctx context.Context, tx *postgres.Tx, structure uuid.UUID, key string, refused []Result) (answer, error) {
	raw, err := json.Marshal(refused)
	if err != nil {
		return answer{}, fmt.Errorf("encode refusals: %w", err)
	}
	row, err := postgres.One[answerRow](ctx, tx, `
		UPDATE redemption_requests SET refused = @refused
		WHERE structure_id = @structure AND key = @key AND refused IS NULL
		RETURNING id, request_hash, place_id, at, claimed, refused`,
		postgres.Args{"refused": raw, "structure": structure, "key": key})
	if errors.Is(err, postgres.ErrNoRow) {
		return findAnswer(ctx, tx, structure, key)
	}
	if err != nil {
		return answer{}, fmt.Errorf("keep refusals: %w", err)
	}
	return row.answer()
}
