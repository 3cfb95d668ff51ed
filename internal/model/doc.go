// Package model plays the whole life of the money at random against a small
// model of it, and asks after each step whether the ledger agrees. It holds tests
// only.
package model
