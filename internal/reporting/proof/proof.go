// Package proof checks, on the live database, that the money, the custody of
// carnets and the journal agree with one another. It refuses to mend anything:
// it counts, and names the rows that disagree.
package proof

import (
	"context"
	"fmt"
	"slices"
	"time"

	"passnum/internal/postgres"
)

// maxOffenders is how many faulty rows a check names.
const maxOffenders = 20

// Check is one invariant. Each of its two questions is one statement, so it
// sees one moment of the database even while people redeem.
type Check struct {
	// Name is short and stable: « grand livre équilibré ».
	Name string
	// Question is what the check answers, in plain words.
	Question string

	// counted returns how many rows are examined; offenders returns the rows
	// that break the rule, as (subject, detail).
	counted, offenders string
}

// Offender is a row that breaks a rule: what it is, and how.
type Offender struct{ Subject, Detail string }

// Result is what a check found. Offenders holds the first twenty; More tells
// that there are others.
type Result struct {
	Check
	Counted   int64
	Offenders []Offender
	More      bool
	Took      time.Duration
}

// OK reports whether nothing breaks the rule.
func (r Result) OK() bool { return len(r.Offenders) == 0 }

// Report is every check's result, in the order of Checks.
type Report []Result

// OK reports whether every check passed.
func (r Report) OK() bool { return len(r.Failed()) == 0 }

// Failed lists the results that name offenders.
func (r Report) Failed() []Result {
	var failed []Result
	for _, result := range r {
		if !result.OK() {
			failed = append(failed, result)
		}
	}
	return failed
}

// Checks lists every invariant.
func Checks() []Check {
	return slices.Concat(ledgerChecks, orderChecks, chequeChecks, disputeChecks, paymentChecks, custodyChecks, holderChecks, oppositionChecks, journalChecks, guardChecks)
}

// Verify runs every check in a platform transaction.
func Verify(ctx context.Context, tx *postgres.Tx) (Report, error) {
	// Whole tables are compared: sums stay in memory, and looking rows up one by
	// one is never right, whatever stale statistics say.
	for _, setting := range []string{`SET LOCAL work_mem = '128MB'`, `SET LOCAL enable_nestloop = off`} {
		if _, err := postgres.Do(ctx, tx, setting, nil); err != nil {
			return nil, fmt.Errorf("verify: %w", err)
		}
	}
	var report Report
	for _, check := range Checks() {
		result, err := check.run(ctx, tx)
		if err != nil {
			return nil, fmt.Errorf("verify %s: %w", check.Name, err)
		}
		report = append(report, result)
	}
	return report, nil
}

func (c Check) run(ctx context.Context, tx *postgres.Tx) (Result, error) {
	begun := time.Now()
	result := Result{Check: c}
	var err error
	if result.Counted, err = postgres.Value[int64](ctx, tx, c.counted, nil); err != nil {
		return result, fmt.Errorf("count: %w", err)
	}
	result.Offenders, err = postgres.All[Offender](ctx, tx,
		`SELECT subject, detail FROM (`+c.offenders+`) AS q (subject, detail) ORDER BY subject, detail LIMIT @limit`,
		postgres.Args{"limit": maxOffenders + 1})
	if err != nil {
		return result, fmt.Errorf("find offenders: %w", err)
	}
	if len(result.Offenders) > maxOffenders {
		result.Offenders, result.More = result.Offenders[:maxOffenders], true
	}
	result.Took = time.Since(begun)
	return result, nil
}
