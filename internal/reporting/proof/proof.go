// Package proof checks, on the live database, that the money, the custody of
// carnets and the journal agree with one another. It refuses to mend anything:
// it counts, and names the rows that disagree.
package proof

import (
	"context"
	"fmt"
	"slices"
	"time"

	"passnum/internal/ledger"
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

	// after lists the events after which the check is run again when only what
	// changed is proven; always runs it each time, because it costs nothing.
	after  []ledger.Kind
	always bool

	// examine answers both in Go, when SQL cannot.
	examine func(context.Context, *postgres.Tx) (int64, []Offender, error)
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
	return slices.Concat(ledgerChecks, when(orderChecks, whenValueMoves...), chequeChecks, disputeChecks, when(paymentChecks, whenPaid...),
		custodyChecks, holderChecks, when(oppositionChecks, ledger.Opposition, ledger.OppositionLifted, ledger.Replacement), journalChecks, treasuryChecks, bankAccountChecks, incidentChecks, programmeChecks, when(endingChecks, whenEnded...), invoiceChecks, guardChecks)
}

// What makes whole tables worth comparing again.
var (
	whenValueMoves = []ledger.Kind{ledger.Funding, ledger.Activation, ledger.Opposition, ledger.OppositionLifted, ledger.Replacement,
		ledger.Expiry, ledger.Avoir, ledger.Refund, ledger.RefundReturned, ledger.CarriedOut, ledger.CarriedIn, ledger.FeesSwept}
	whenPaid = []ledger.Kind{ledger.Payout, ledger.PayoutExecuted, ledger.PayoutRejected, ledger.PayoutReturned, ledger.Incident, ledger.IncidentCancelled}
)

// when says after which events checks run again, if only changes are proven.
func when(checks []Check, kinds ...ledger.Kind) []Check {
	marked := slices.Clone(checks)
	for i := range marked {
		marked[i].after = kinds
	}
	return marked
}

// Verify runs every check in a platform transaction, the sealed chain included.
func Verify(ctx context.Context, tx *postgres.Tx) (Report, error) {
	return runAll(ctx, tx, append(Checks(), chainCheck(0)), true)
}

// runAll runs checks; whole says that they read whole tables.
func runAll(ctx context.Context, tx *postgres.Tx, checks []Check, whole bool) (Report, error) {
	if err := tune(ctx, tx, whole); err != nil {
		return nil, err
	}
	report := make(Report, len(checks))
	for i, check := range checks {
		if err := check.into(ctx, tx, &report[i]); err != nil {
			return nil, err
		}
	}
	return report, untune(ctx, tx)
}

// tune keeps sums in memory. When whole tables are compared, looking rows up one
// by one is never right, whatever stale statistics say.
func tune(ctx context.Context, tx *postgres.Tx, whole bool) error {
	nestloop := "on"
	if whole {
		nestloop = "off"
	}
	for _, setting := range []string{`SET LOCAL work_mem = '128MB'`, `SET LOCAL enable_nestloop = ` + nestloop} {
		if _, err := postgres.Do(ctx, tx, setting, nil); err != nil {
			return fmt.Errorf("verify: %w", err)
		}
	}
	return nil
}

func untune(ctx context.Context, tx *postgres.Tx) error {
	if _, err := postgres.Do(ctx, tx, `SET LOCAL enable_nestloop = on`, nil); err != nil {
		return fmt.Errorf("verify: %w", err)
	}
	return nil
}

func (c Check) into(ctx context.Context, tx *postgres.Tx, result *Result) (err error) {
	if *result, err = c.run(ctx, tx); err != nil {
		return fmt.Errorf("verify %s: %w", c.Name, err)
	}
	return nil
}

func (c Check) run(ctx context.Context, tx *postgres.Tx) (Result, error) {
	begun := time.Now()
	result := Result{Check: c}
	var err error
	if c.examine != nil {
		result.Counted, result.Offenders, err = c.examine(ctx, tx)
	} else {
		err = c.ask(ctx, tx, &result)
	}
	if err != nil {
		return result, err
	}
	if len(result.Offenders) > maxOffenders {
		result.Offenders, result.More = result.Offenders[:maxOffenders], true
	}
	result.Took = time.Since(begun)
	return result, nil
}

// ask runs a check's two statements.
func (c Check) ask(ctx context.Context, tx *postgres.Tx, result *Result) (err error) {
	if result.Counted, err = postgres.Value[int64](ctx, tx, c.counted, nil); err != nil {
		return fmt.Errorf("count: %w", err)
	}
	result.Offenders, err = postgres.All[Offender](ctx, tx,
		`SELECT subject, detail FROM (`+c.offenders+`) AS q (subject, detail) ORDER BY subject, detail LIMIT @limit`,
		postgres.Args{"limit": maxOffenders + 1})
	if err != nil {
		return fmt.Errorf("find offenders: %w", err)
	}
	return nil
}
