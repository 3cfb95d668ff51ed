package redemption

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/google/uuid"

	"passnum/internal/carnet"
	"passnum/internal/identity"
	"passnum/internal/money"
	"passnum/internal/postgres"
	"passnum/internal/redemption/dispute"
)

// foundRow is the chèque that a code of the request names.
type foundRow struct {
	Index         int       `json:"index"`
	Commanditaire uuid.UUID `json:"commanditaire"`
	Cheque        uuid.UUID `json:"cheque"`
}

// mark writes on each presented code the chèque it names.
func mark(list []presented, found []foundRow) {
	for _, row := range found {
		p := &list[row.Index]
		p.found, p.commanditaire, p.cheque = true, row.Commanditaire, row.Cheque
	}
}

// look marks the codes of a request without claiming anything.
func (s *Service) look(ctx context.Context, actor identity.Actor, list []presented, g guesser, now time.Time) error {
	subjects, limits := g.watched()
	hashes, indexes := lookups(list)
	var found []foundRow
	err := s.db.Pipeline(ctx, actor, `
		SELECT coalesce(jsonb_agg(jsonb_build_object('index', u.index, 'commanditaire', f.commanditaire_id, 'cheque', f.cheque_id)), '[]')
		FROM find_cheques($1, $2, $3, $4) f JOIN unnest($1::bytea[], $5::int[]) AS u(hash, index) ON u.hash = f.hash`,
		[]any{hashes, subjects, limits, windowOf(now), indexes}, &found)
	if err != nil {
		return fmt.Errorf("find chèques: %w", err)
	}
	mark(list, found)
	return nil
}

// factRow is a row of cheque_facts, and which chèque it is about.
type factRow struct {
	Hash              string     `json:"hash"`
	Cheque            uuid.UUID  `json:"cheque"`
	Serial            string     `json:"serial"`
	Rank              int        `json:"rank"`
	FaceValueCents    int64      `json:"face_value_cents"`
	ChequeState       string     `json:"cheque_state"`
	CarnetState       string     `json:"carnet_state"`
	OrderState        string     `json:"order_state"`
	AcceptedUntil     *day       `json:"accepted_until"`
	UsableUntil       *day       `json:"usable_until"`
	Commanditaire     string     `json:"commanditaire"`
	InTerritory       bool       `json:"in_territory"`
	ServiceCovered    bool       `json:"service_covered"`
	StructureAccepted bool       `json:"structure_accepted"`
	OwnAccepted       bool       `json:"own_accepted"`
	UsedAt            *time.Time `json:"used_at"`
	UsedBy            *uuid.UUID `json:"used_by"`
	UsedPlace         *string    `json:"used_place"`
}

func (r factRow) facts() carnet.Facts {
	f := carnet.Facts{
		Serial: r.Serial, Rank: r.Rank, FaceValue: money.Cents(r.FaceValueCents),
		ChequeState: r.ChequeState, CarnetState: r.CarnetState, OrderState: r.OrderState,
		AcceptedUntil: r.AcceptedUntil.time(), UsableUntil: r.UsableUntil.time(), Commanditaire: r.Commanditaire,
		InTerritory: r.InTerritory, ServiceCovered: r.ServiceCovered, StructureAccepted: r.StructureAccepted, HandedHere: !r.OwnAccepted,
		UsedAt: r.UsedAt, UsedHere: r.UsedBy != nil,
	}
	if r.UsedPlace != nil {
		f.UsedPlace = *r.UsedPlace
	}
	return f
}

// day is a PostgreSQL date in JSON.
type day time.Time

// UnmarshalJSON reads « 2026-12-31 ».
func (d *day) UnmarshalJSON(b []byte) error {
	t, err := time.Parse(`"`+time.DateOnly+`"`, string(b))
	*d = day(t)
	return err
}

func (d *day) time() *time.Time {
	if d == nil {
		return nil
	}
	t := time.Time(*d)
	return &t
}

// factsOf explains chèques already found.
func factsOf(ctx context.Context, tx *postgres.Tx, list []presented, place uuid.UUID, entries []int16) (map[uuid.UUID]carnet.Facts, error) {
	var owners, cheques []uuid.UUID
	for _, p := range list {
		owners, cheques = append(owners, p.commanditaire), append(cheques, p.cheque)
	}
	raw, err := postgres.Value[[]byte](ctx, tx, `
		SELECT coalesce(json_agg(x), '[]') FROM unnest(@owners::uuid[], @cheques::uuid[]) AS u(owner, cheque)
		CROSS JOIN LATERAL (SELECT u.cheque, f.* FROM cheque_facts(u.owner, u.cheque, @place, @entries) f) x`,
		postgres.Args{"owners": owners, "cheques": cheques, "place": place, "entries": entries})
	if err != nil {
		return nil, fmt.Errorf("read chèque facts: %w", err)
	}
	rows, err := decodeFacts(raw)
	if err != nil {
		return nil, err
	}
	facts := make(map[uuid.UUID]carnet.Facts, len(rows))
	for _, r := range rows {
		facts[r.Cheque] = r.facts()
	}
	return facts, nil
}

func decodeFacts(raw []byte) ([]factRow, error) {
	var rows []factRow
	if err := json.Unmarshal(raw, &rows); err != nil {
		return nil, fmt.Errorf("decode chèque facts: %w", err)
	}
	return rows, nil
}

// refusal words why a chèque is refused.
func refusal(index int, f carnet.Facts, reason carnet.Reason) Result {
	result := Result{
		Index: index, Status: Refused, Reason: reason, Message: f.Message(reason),
		Serial: f.Serial, Rank: f.Rank, FaceValue: f.FaceValue, Commanditaire: f.Commanditaire,
	}
	if sentence := dispute.Sentence(reason); sentence != "" {
		result.Message = sentence
	}
	if reason == carnet.AlreadyRedeemed {
		result.RedeemedAt, result.RedeemedPlace = f.UsedAt, f.UsedPlace
	}
	return result
}
