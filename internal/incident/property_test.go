package incident_test

import (
	"errors"
	"fmt"
	"os"
	"testing"
	"time"

	"github.com/google/uuid"
	"pgregory.net/rapid"

	"passnum/internal/fault"
	"passnum/internal/incident"
	"passnum/internal/money"
	"passnum/internal/postgres"
	"passnum/internal/redemption"
	"passnum/internal/settlement"
)

// TestWhateverHappensPayableAddsUp plays seeded sequences of chèques, payments,
// returns, incidents and cancellations: what is payable is always what was
// redeemed, plus corrections, less what was settled.
func TestWhateverHappensPayableAddsUp(t *testing.T) {
	t.Parallel()
	seeds, length := 2, 30
	if os.Getenv("PASSNUM_FULL") == "1" {
		seeds, length = 12, 120
	}
	steps := rapid.SliceOfN(rapid.IntRange(0, 6), length, length)
	for seed := range seeds {
		t.Run(fmt.Sprintf("seed %d", seed), func(t *testing.T) {
			t.Parallel()
			p := &play{scene: newScene(t), month: time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC)}
			for n, step := range steps.Example(seed) {
				p.do(t, step, n)
				p.addsUp(t, n, step)
			}
			p.sound(t)
		})
	}
}

type play struct {
	*scene
	month time.Time // the next one to pay
}

func (p *play) do(t *testing.T, step, n int) {
	t.Helper()
	ctx := t.Context()
	switch step {
	case 0, 1:
		p.takeOne(t)
	case 2:
		p.payMonth(t)
	case 3:
		line := p.pick(t, `SELECT id FROM settlement_lines WHERE state IN ('approuvee', 'executee') ORDER BY id DESC LIMIT 1`)
		p.tolerate(t, p.pay.RecordReturn(ctx, p.Finance, line, settlement.ReturnForm{Code: "MS03", On: postgres.Day(p.Now())}))
		p.tolerate(t, p.pay.Represent(ctx, p.Finance, line, "La banque a confirmé"))
	case 4:
		p.At(p.Now().AddDate(0, 0, 1))
		cheque := p.pick(t, `SELECT id FROM redemptions WHERE undone_at IS NULL ORDER BY md5(id::text || $1) LIMIT 1`, fmt.Sprint(n))
		id, err := p.Propose(ctx, p.Finance, incident.Proposal{Kind: incident.Overpayment, Amount: money.Cents(100 * (1 + n%10)), Reason: "Séance annulée", RedemptionID: cheque})
		p.tolerate(t, err)
		if err == nil {
			p.tolerate(t, p.Accept(ctx, p.Operator, id, ""))
		}
	case 5:
		id := p.pick(t, `SELECT id FROM incidents WHERE state = 'valide' AND kind <> 'annulation' ORDER BY md5(id::text || $1) LIMIT 1`, fmt.Sprint(n))
		cancellation, err := p.Cancel(ctx, p.Operator, id, "Erreur")
		p.tolerate(t, err)
		if err == nil {
			p.tolerate(t, p.Accept(ctx, p.Finance, cancellation, ""))
		}
	default:
		p.tolerate(t, p.DB.InPlatform(ctx, p.Finance, "essai", func(tx *postgres.Tx) error {
			return p.ApplyRecovery(ctx, tx, p.Finance, incident.Paid{StructureID: p.Mediatheque, Amount: 100, On: postgres.Day(p.Now()), Key: fmt.Sprint("k", n)})
		}))
	}
}

// takeOne redeems the next chèque, if it is still accepted by then.
func (p *play) takeOne(t *testing.T) {
	t.Helper()
	if p.taken == len(p.codes) {
		return
	}
	request := redemption.Request{Key: uuid.NewString(), Entries: []int{3}, Mode: redemption.Individuel, Codes: []string{p.codes[p.taken].Clear()}}
	p.taken++
	_, err := p.take.Redeem(t.Context(), p.Mediateur, request)
	p.tolerate(t, err)
}

// tolerate lets refusals through: a step may come when there is nothing to do.
func (p *play) tolerate(t *testing.T, err error) {
	t.Helper()
	if _, refused := fault.As(err); err != nil && !refused {
		t.Error(err)
	}
}

func (p *play) pick(t *testing.T, sql string, args ...any) uuid.UUID {
	t.Helper()
	var id uuid.UUID
	_ = p.Owner.QueryRow(t.Context(), sql, args...).Scan(&id) // none is nobody's
	return id
}

// payMonth pays up to the end of the month, some of them only as far as approval.
func (p *play) payMonth(t *testing.T) {
	t.Helper()
	cutoff := time.Date(p.month.Year(), p.month.Month()+1, 0, 0, 0, 0, 0, time.UTC)
	if at := cutoff.AddDate(0, 0, 3).Add(9 * time.Hour); at.After(p.Now()) {
		p.At(at)
	}
	p.month = cutoff.AddDate(0, 0, 1)
	id, err := p.pay.Prepare(t.Context(), p.Operator, cutoff)
	if errors.Is(err, settlement.ErrNothingDue) {
		return
	}
	if err := errors.Join(err, p.pay.Approve(t.Context(), p.Finance, id)); err != nil {
		t.Fatal(err)
	}
	if p.month.Month()%3 != 0 {
		if err := p.pay.Execute(t.Context(), p.Finance, id, postgres.Day(p.Now())); err != nil {
			t.Fatal(err)
		}
	}
}

func (p *play) addsUp(t *testing.T, n, step int) {
	t.Helper()
	gap := p.Count(`
		SELECT ((SELECT coalesce(sum(amount_cents), 0) FROM redemptions WHERE undone_at IS NULL) + (SELECT coalesce(sum(amount_cents), 0) FROM incidents WHERE state = 'valide')
			- (SELECT coalesce(sum(amount_cents), 0) FROM settlement_lines WHERE state IN ('approuvee', 'executee'))
			- (SELECT coalesce(sum(fee_cents + fee_vat_cents), 0) FROM settlement_lines WHERE state <> 'preparee')
			- (SELECT coalesce(sum(CASE WHEN credit = 'payable' THEN amount_cents WHEN debit = 'payable' THEN -amount_cents ELSE 0 END), 0) FROM ledger_movements))::bigint`)
	if gap != 0 {
		t.Fatalf("after step %d (%d): %d cents apart", n, step, gap)
	}
	if b := p.balances(t); b.Bank != b.Owed()+b.Fees+b.VAT-b.Swept {
		t.Fatalf("after step %d (%d): %+v", n, step, b)
	}
}
