// Package model plays the whole life of the money at random against a small
// model of it, and asks after each step whether the ledger agrees; then a whole
// fiscal year, day by day, against a bank that keeps its own balance. It holds
// tests only.
package model
