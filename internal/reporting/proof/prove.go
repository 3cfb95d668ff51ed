package proof

import (
	"context"
	"fmt"
	"time"

	"passnum/internal/identity"
	"passnum/internal/postgres"
)

// Choice says how far a proof goes.
type Choice string

// The choices. ByItself looks at everything when that is quick, when nothing
// was proven in full for a day, or when the past seems touched; otherwise at
// what changed since the last proof.
const (
	ByItself Choice = ""
	Complete Choice = "complete"
	Since    Choice = "depuis"
)

// Order is a request for a proof.
type Order struct {
	Choice Choice
	Anchor string // « number:hash » kept outside, to be found in the chain; optional
}

const (
	// quick is the number of operations under which everything is read again
	// each time: it takes a second or two.
	quick = 100_000
	// fresh is how long a complete proof is built upon.
	fresh = 24 * time.Hour
	// margin covers the clocks of the servers that wrote undone_at.
	margin = 10 * time.Minute
)

// Prove seals what is final, runs the checks that the order asks for, keeps the
// result and returns it. ErrAnchor when the anchor cannot be read.
func Prove(ctx context.Context, db *postgres.DB, actor identity.Actor, o Order) (Proof, Report, error) {
	var extra []Check
	if o.Anchor != "" {
		number, hash, err := ParseAnchor(o.Anchor)
		if err != nil {
			return Proof{}, nil, err
		}
		extra = append(extra, anchorCheck(number, hash))
	}
	if _, _, err := Append(ctx, db); err != nil {
		return Proof{}, nil, err
	}
	var p Proof
	var report Report
	err := db.InPlatform(ctx, actor, "preuve des comptes", func(tx *postgres.Tx) (err error) {
		p, report, err = prove(ctx, db, tx, actor, o.Choice, extra)
		return err
	})
	if err != nil {
		return Proof{}, nil, fmt.Errorf("prove: %w", err)
	}
	return p, report, nil
}

func prove(ctx context.Context, db *postgres.DB, tx *postgres.Tx, actor identity.Actor, choice Choice, extra []Check) (p Proof, report Report, err error) {
	begun := time.Now()
	if p, err = plan(ctx, tx, choice); err != nil {
		return p, nil, err
	}
	checks, err := p.checks(ctx, tx)
	if err != nil {
		return p, nil, err
	}
	checks = append(checks, extra...)
	if p.Complete {
		report, err = sideBySide(ctx, db, tx, checks)
	} else {
		report, err = runAll(ctx, tx, checks, false)
	}
	if err != nil {
		return p, nil, err
	}
	last, _, err := lastSeal(ctx, tx)
	if err != nil {
		return p, nil, err
	}
	p.SealNumber, p.SealHash, p.OK = last.Number, last.Hash, report.OK()
	for _, r := range report {
		p.Examined += r.Counted
	}
	p.TookMS = int32(time.Since(begun).Milliseconds())
	return p, report, record(ctx, tx, actor, p, report)
}

// plan decides how far to look.
func plan(ctx context.Context, tx *postgres.Tx, choice Choice) (Proof, error) {
	p := Proof{ID: postgres.NewID(), At: tx.Now(), Complete: true}
	var err error
	if p.ToStamp, err = finalStamp(ctx, tx); err != nil {
		return p, err
	}
	if p.Edits, err = edits(ctx, tx); err != nil {
		return p, err
	}
	last, any, err := lastGood(ctx, tx, false)
	if err != nil {
		return p, err
	}
	whole, _, err := lastGood(ctx, tx, true)
	if err != nil {
		return p, err
	}
	size, err := postgres.Value[float64](ctx, tx, `SELECT greatest(reltuples, 0)::float8 FROM pg_class WHERE oid = 'ledger_transactions'::regclass`, nil)
	if err != nil {
		return p, fmt.Errorf("estimate ledger: %w", err)
	}
	switch {
	case choice == Complete:
		p.Why = "demandée"
	case !any:
		p.Why = "aucune preuve avant elle"
	case last.Edits != p.Edits:
		p.Why = "des lignes inaltérables ont été touchées depuis la dernière"
	case choice == ByItself && size < quick:
		p.Why = "la base est petite"
	case choice == ByItself && p.At.Sub(whole.At) > fresh:
		p.Why = "la dernière preuve complète a plus d’un jour"
	default:
		p = last.next(p)
	}
	return p, nil
}

// next makes of what is planned a partial proof that starts where p ended.
func (p Proof) next(planned Proof) Proof {
	planned.Complete, planned.FromStamp = false, p.ToStamp
	planned.Why = "depuis la preuve du " + p.At.In(postgres.Paris).Format("02/01/2006 à 15 h 04")
	planned.SealNumber, planned.SealHash = p.SealNumber, p.SealHash
	planned.since = p.At.Add(-margin)
	return planned
}

// checks lists what the plan asks for.
func (p Proof) checks(ctx context.Context, tx *postgres.Tx) ([]Check, error) {
	if p.Complete {
		return append(Checks(), chainCheck(0)), nil
	}
	checks := append(sinceChecks(p.FromStamp, p.since), chainCheck(p.SealNumber))
	if p.SealNumber > 0 {
		checks = append(checks, anchorCheck(p.SealNumber, p.SealHash))
	}
	again, err := rerun(ctx, tx, p.FromStamp)
	return append(checks, again...), err
}

// edits counts the rows of append-only tables that were ever updated or deleted:
// none, but by who went around every guard. PostgreSQL counts them by itself.
func edits(ctx context.Context, tx *postgres.Tx) (int64, error) {
	n, err := postgres.Value[int64](ctx, tx, `
		SELECT coalesce(sum(s.n_tup_upd + s.n_tup_del), 0)::bigint FROM `+history+` JOIN pg_stat_all_tables s ON s.relid = h.name::regclass`, nil)
	if err != nil {
		return 0, fmt.Errorf("count edits: %w", err)
	}
	return n, nil
}
