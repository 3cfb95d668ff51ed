// Package continuity lets the dispositif outlive its operator: a signed archive
// of everything, from which a liquidator can pay every creditor with a
// spreadsheet, and another Passnum can go on. It refuses to let one person take
// it out alone, and to let a chèque key leave in clear.
package continuity
