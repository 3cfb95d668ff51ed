package dispute

import (
	"context"
	"fmt"
	"time"

	"github.com/google/uuid"

	"passnum/internal/audit"
	"passnum/internal/carnet"
	"passnum/internal/identity"
	"passnum/internal/jobs"
	"passnum/internal/postgres"
)

// Claim is what the disputes of one late claim have in common.
type Claim struct {
	Request    uuid.UUID // its receipt, answered in the same transaction
	Place      uuid.UUID
	Device     uuid.UUID
	ScannedAt  time.Time
	ClockOff   time.Duration
	Mode       string
	Entries    []int16
	Duration   *int16
	PriceCents *int64
	FirstVisit *bool
}

// Refusal is one chèque to dispute, proved by its hashes again.
type Refusal struct {
	Index    int
	Hashes   [][]byte
	Reason   carnet.Reason
	Message  string
	JudgedOn time.Time
}

type standing struct {
	Opened   uuid.UUID
	Standing uuid.UUID
	Owner    uuid.UUID
}

// OpenAll opens a dispute for each refusal of a claim, in the transaction that
// answers it, and tells which dispute stands for each index: the new one, or the
// one that the structure already has about the same chèque. The structure is
// written to when queue is not nil.
func OpenAll(ctx context.Context, tx *postgres.Tx, actor identity.Actor, queue jobs.Queue, c Claim, refusals []Refusal) (map[int]uuid.UUID, error) {
	if len(refusals) == 0 {
		return nil, nil
	}
	ids, index := make([]uuid.UUID, 0, len(refusals)), map[uuid.UUID]int{}
	var hashes [][]byte
	var reasons, messages []string
	var judged []time.Time
	for _, r := range refusals {
		id := postgres.NewID()
		index[id] = r.Index
		for _, hash := range r.Hashes {
			hashes, ids, reasons, messages, judged = append(hashes, hash), append(ids, id), append(reasons, string(r.Reason)), append(messages, r.Message), append(judged, r.JudgedOn)
		}
	}
	rows, err := postgres.All[standing](ctx, tx, `
		SELECT opened, standing, owner FROM open_disputes(@request, @hashes, @ids, @reasons, @messages, @judged,
			@now, @scanned, @clock, @device, @place, @account, @name, @mode, @entries, @duration, @price, @first)`,
		postgres.Args{
			"request": c.Request, "hashes": hashes, "ids": ids, "reasons": reasons, "messages": messages, "judged": judged,
			"now": tx.Now(), "scanned": c.ScannedAt, "clock": int(c.ClockOff.Seconds()), "device": c.Device, "place": c.Place,
			"account": actor.Account(), "name": actor.Name, "mode": c.Mode, "entries": c.Entries, "duration": c.Duration, "price": c.PriceCents, "first": c.FirstVisit,
		})
	if err != nil {
		return nil, fmt.Errorf("open disputes: %w", err)
	}
	found := make(map[int]uuid.UUID, len(rows))
	for _, r := range rows {
		found[index[r.Opened]] = r.Standing
		if err := recordOpened(ctx, tx, actor, r); err != nil {
			return nil, err
		}
	}
	if queue != nil && len(rows) > 0 {
		if err := queue.Enqueue(ctx, tx, TellOpened{StructureID: actor.OrganisationID}); err != nil {
			return nil, fmt.Errorf("ask to tell: %w", err)
		}
	}
	return found, nil
}

// recordOpened journals a dispute that is new.
func recordOpened(ctx context.Context, tx *postgres.Tx, actor identity.Actor, r standing) error {
	if r.Standing != r.Opened {
		return nil
	}
	return audit.Record(ctx, tx, actor, audit.Act{Name: "ouverture_litige", SubjectKind: "litige", SubjectID: r.Opened, Parties: []uuid.UUID{r.Owner}})
}
