package proof

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"

	"passnum/internal/identity"
	"passnum/internal/postgres"
)

// Proof is one run that was kept: how far it went and what it found.
type Proof struct {
	ID          uuid.UUID
	At          time.Time
	Complete    bool
	Why         string // in French: why complete, or since when
	FromStamp   int64
	ToStamp     int64
	SealNumber  int64
	SealHash    []byte
	Edits       int64
	OK          bool
	Examined    int64
	TookMS      int32
	AccountName string
	Results     json.RawMessage

	since time.Time // undone from then on, when not complete
}

// Line is what a proof kept of one check.
type Line struct {
	Name      string     `json:"nom"`
	Question  string     `json:"question"`
	Counted   int64      `json:"examinees"`
	Offenders []Offender `json:"fautes,omitempty"`
	More      bool       `json:"et_d_autres,omitempty"`
}

// Lines reads what each check found.
func (p Proof) Lines() []Line {
	var lines []Line
	_ = json.Unmarshal(p.Results, &lines) // written by record: it reads back
	return lines
}

const selectProof = `SELECT id, at, complete, why, from_stamp, to_stamp, seal_number, seal_hash, edits, ok, examined, took_ms, account_name, results FROM proofs`

// Recent lists the last proofs, newest first.
func Recent(ctx context.Context, tx *postgres.Tx, limit int) ([]Proof, error) {
	proofs, err := postgres.All[Proof](ctx, tx, selectProof+` ORDER BY at DESC, id DESC LIMIT @limit`, postgres.Args{"limit": limit})
	if err != nil {
		return nil, fmt.Errorf("list proofs: %w", err)
	}
	return proofs, nil
}

// lastGood is the last proof that found nothing; complete asks for a whole one.
func lastGood(ctx context.Context, tx *postgres.Tx, complete bool) (Proof, bool, error) {
	p, err := postgres.One[Proof](ctx, tx, selectProof+` WHERE ok AND (complete OR NOT @complete) ORDER BY at DESC, id DESC LIMIT 1`,
		postgres.Args{"complete": complete})
	if errors.Is(err, postgres.ErrNoRow) {
		return Proof{}, false, nil
	}
	if err != nil {
		return Proof{}, false, fmt.Errorf("read last proof: %w", err)
	}
	return p, true, nil
}

// record keeps a proof and, when it is good, the balances that the next one
// starts from.
func record(ctx context.Context, tx *postgres.Tx, actor identity.Actor, p Proof, report Report) error {
	lines := make([]Line, len(report))
	for i, r := range report {
		lines[i] = Line{Name: r.Name, Question: r.Question, Counted: r.Counted, Offenders: r.Offenders, More: r.More}
	}
	results, err := json.Marshal(lines)
	if err != nil {
		return fmt.Errorf("record proof: %w", err)
	}
	_, err = postgres.Do(ctx, tx, `
		INSERT INTO proofs (id, at, complete, why, from_stamp, to_stamp, seal_number, seal_hash, edits, ok, examined, results, took_ms, account_id, account_name)
		VALUES (@id, @at, @complete, @why, @from, @to, @seal, @hash, @edits, @ok, @examined, @results, @took, @account, @name)`,
		postgres.Args{
			"id": p.ID, "at": p.At, "complete": p.Complete, "why": p.Why, "from": p.FromStamp, "to": p.ToStamp, "seal": p.SealNumber, "hash": p.SealHash,
			"edits": p.Edits, "ok": p.OK, "examined": p.Examined, "results": string(results), "took": p.TookMS, "account": actor.Account(), "name": actor.Name,
		})
	if err != nil {
		return fmt.Errorf("record proof: %w", err)
	}
	if !p.OK {
		return nil
	}
	return keepBalances(ctx, tx, p)
}

// keepBalances brings every order's accounts up to the proof's last stamp.
func keepBalances(ctx context.Context, tx *postgres.Tx, p Proof) error {
	from := p.FromStamp
	if p.Complete {
		from = 0
		if _, err := postgres.Do(ctx, tx, `DELETE FROM proof_balances`, nil); err != nil {
			return fmt.Errorf("keep balances: %w", err)
		}
	}
	_, err := postgres.Do(ctx, tx, `
		INSERT INTO proof_balances AS b (commanditaire_id, order_id, account, debit_cents) `+moved(from, p.ToStamp)+`
		ON CONFLICT (commanditaire_id, order_id, account) DO UPDATE SET debit_cents = b.debit_cents + excluded.debit_cents`, nil)
	if err != nil {
		return fmt.Errorf("keep balances: %w", err)
	}
	return nil
}

// moved sums what was posted in [from, to), by order and account, debits positive.
func moved(from, to int64) string {
	return `
		SELECT g.commanditaire_id, g.order_id, e.account, sum(e.cents)::bigint AS cents
		FROM (
			SELECT m.commanditaire_id, m.order_id, m.debit, m.credit, sum(m.amount_cents) AS cents
			FROM ledger_transactions t
			JOIN ledger_movements m ON m.commanditaire_id = t.commanditaire_id AND m.transaction_id = t.id
			WHERE ` + stamped("t", from, to) + ` GROUP BY 1, 2, 3, 4) AS g
		CROSS JOIN LATERAL (VALUES (g.debit, g.cents), (g.credit, -g.cents)) AS e (account, cents) GROUP BY 1, 2, 3`
}
