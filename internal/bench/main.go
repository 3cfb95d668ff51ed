// Command bench measures Passnum against the bare tools it is built on, each
// pair in the same run on the same database, and prints one table. It refuses
// to compare figures of different runs.
package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"
	"text/tabwriter"
	"time"
)

// measure is one line: ours against a reference; ratio above 1 is better.
type measure struct {
	Name      string  `json:"measure"`
	Ours      float64 `json:"ours"`
	Reference float64 `json:"reference"`
	Unit      string  `json:"unit"`
	Ratio     float64 `json:"ratio"`
	Note      string  `json:"note,omitempty"`
}

// faster compares two rates: more is better.
func faster(name, unit string, ours, reference float64, note string) measure {
	return measure{Name: name, Ours: ours, Reference: reference, Unit: unit, Ratio: ours / reference, Note: note}
}

// shorter compares two durations or sizes: less is better.
func shorter(name, unit string, ours, reference float64, note string) measure {
	return measure{Name: name, Ours: ours, Reference: reference, Unit: unit, Ratio: reference / ours, Note: note}
}

// step is one part of the bench.
type step struct {
	name string
	run  func(context.Context, *bench) ([]measure, error)
}

// steps find what the ones before them left, so that redeeming meets the tables
// of a year: it wants « dashboard » before it. Minting cannot be left out.
var steps = []step{{"mint", benchMint}, {"paper", benchPaper}, {"dashboard", benchDashboard}, {"verify", benchVerify}, {"redeem", benchRedeem}, {"settle", benchSettle}, {"accounts", benchAccounts}, {"finder", benchFinder}, {"census", benchCensus}}

// wanted reports whether PASSNUM_BENCH_ONLY, a list of names, lets the step run.
func (s step) wanted() bool {
	only := os.Getenv("PASSNUM_BENCH_ONLY")
	return only == "" || s.name == "mint" || slices.Contains(strings.Split(only, ","), s.name)
}

func main() {
	if err := run(context.Background()); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context) error {
	sizes := sizesFor(os.Getenv("PASSNUM_FULL") != "")
	if quick, _ := strconv.Atoi(os.Getenv("PASSNUM_BENCH_OVER")); quick > 1 {
		sizes = sizes.over(quick)
	}
	b, err := openBench(ctx, sizes)
	if err != nil {
		return err
	}
	defer b.close()
	var all []measure
	for _, step := range steps {
		if !step.wanted() {
			continue
		}
		start := time.Now()
		measures, err := step.run(ctx, b)
		if err != nil {
			return fmt.Errorf("%s: %w", step.name, err)
		}
		fmt.Fprintf(os.Stderr, "bench: %s, %s\n", step.name, time.Since(start).Round(time.Second))
		all = append(all, measures...)
	}
	if err := record(all); err != nil {
		return err
	}
	return show(all)
}

func show(all []measure) error {
	w := tabwriter.NewWriter(os.Stdout, 2, 0, 2, ' ', 0)
	fmt.Fprintln(w, "measure\tours\treference\tunit\tratio\tnote")
	for _, m := range all {
		fmt.Fprintf(w, "%s\t%.1f\t%.1f\t%s\t%.2f\t%s\n", m.Name, m.Ours, m.Reference, m.Unit, m.Ratio, m.Note)
	}
	return w.Flush()
}

// record appends the measures to var/bench.jsonl.
func record(all []measure) error {
	if err := os.MkdirAll("var", 0o755); err != nil {
		return err
	}
	f, err := os.OpenFile("var/bench.jsonl", os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o644)
	if err != nil {
		return err
	}
	defer f.Close()
	encoder := json.NewEncoder(f)
	for _, m := range all {
		if err := encoder.Encode(m); err != nil {
			return err
		}
	}
	return nil
}
