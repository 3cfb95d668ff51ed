package ending

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/google/uuid"

	"passnum/internal/identity"
	"passnum/internal/postgres"
)

// Done is a step that was done: when it was due, when it was done, by whom.
type Done struct {
	Step      Step
	DueOn     time.Time
	DoneOn    time.Time
	DoneAt    time.Time
	ActorName string
	Words     string
	Facts     json.RawMessage
}

// OnTime reports whether the step was done the day it was due.
func (d Done) OnTime() bool { return !d.DoneOn.After(d.DueOn) }

func doneSteps(ctx context.Context, tx *postgres.Tx, o purchase) (map[Step]Done, error) {
	rows, err := postgres.All[Done](ctx, tx, `SELECT step, due_on, done_on, done_at, actor_name, words, facts FROM ending_steps
		WHERE commanditaire_id = @commanditaire AND order_id = @order AND ends_on = @end`, o.with(postgres.Args{"end": o.ValidUntil}))
	if err != nil {
		return nil, fmt.Errorf("read steps: %w", err)
	}
	done := make(map[Step]Done, len(rows))
	for _, row := range rows {
		done[row.Step] = row
	}
	return done, nil
}

// note writes a step once; it reports whether this call did.
func note(ctx context.Context, tx *postgres.Tx, o purchase, step Step, due time.Time, by identity.Actor, words string, facts any) (bool, error) {
	if facts == nil {
		facts = struct{}{}
	}
	encoded, err := json.Marshal(facts)
	if err != nil {
		return false, fmt.Errorf("encode facts: %w", err)
	}
	name := by.Name
	if name == "" {
		name = "Passnum"
	}
	funders := o.FunderIDs
	if funders == nil {
		funders = []uuid.UUID{}
	}
	n, err := postgres.Do(ctx, tx, `
		INSERT INTO ending_steps (commanditaire_id, order_id, ends_on, step, funder_ids, due_on, done_on, done_at, account_id, actor_name, words, facts)
		VALUES (@commanditaire, @order, @end, @step, @funders, @due, @today, @now, @account, @name, @words, @facts) ON CONFLICT DO NOTHING`,
		o.with(postgres.Args{"end": o.ValidUntil, "step": string(step), "funders": funders, "due": due, "today": tx.Today(), "now": tx.Now(),
			"account": by.Account(), "name": name, "words": words, "facts": string(encoded)}))
	if err != nil {
		return false, fmt.Errorf("write step %s: %w", step, err)
	}
	return n == 1, nil
}

// remindOnce writes that a step was recalled today; it reports whether this call
// did.
func remindOnce(ctx context.Context, tx *postgres.Tx, o purchase, step Step) (bool, error) {
	n, err := postgres.Do(ctx, tx, `INSERT INTO ending_reminders (commanditaire_id, order_id, step, day) VALUES (@commanditaire, @order, @step, @today) ON CONFLICT DO NOTHING`,
		o.with(postgres.Args{"step": string(step), "today": tx.Today()}))
	if err != nil {
		return false, fmt.Errorf("write reminder: %w", err)
	}
	return n == 1, nil
}

// Counters are the four figures of an order's end: a carnet is injected once it
// is no longer at the commanditaire nor in its network, started once one of its
// chèques was used.
type Counters struct {
	Issued      int `json:"emis"`
	Injected    int `json:"injectes"`
	NotInjected int `json:"non_injectes"`
	Started     int `json:"entames"`
}

func count(ctx context.Context, tx *postgres.Tx, o purchase) (Counters, error) {
	c, err := postgres.One[Counters](ctx, tx, `
		SELECT count(*)::int AS issued, count(k.handed_over_at)::int AS injected, (count(*) - count(k.handed_over_at))::int AS not_injected,
			count(u.carnet_id)::int AS started
		FROM carnets k
		LEFT JOIN (SELECT DISTINCT r.carnet_id FROM redemptions r WHERE r.commanditaire_id = @commanditaire AND r.order_id = @order AND r.undone_at IS NULL) AS u ON u.carnet_id = k.id
		WHERE k.commanditaire_id = @commanditaire AND k.order_id = @order`, o.args())
	if err != nil {
		return c, fmt.Errorf("count carnets: %w", err)
	}
	return c, nil
}
