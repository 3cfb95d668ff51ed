// Package sepa writes SEPA credit transfers as banks take them since 2025:
// pain.001.001.09, one debtor, one batch. It checks everything before the
// first byte, writes no postal address, and refuses what a bank would.
package sepa

import (
	"time"

	"passnum/internal/money"
)

// File is one order to the bank: a batch of transfers from one account.
type File struct {
	// MessageID names the file and its batch, once and for all.
	MessageID       string
	CreatedAt       time.Time
	InitiatingParty Party
	Debtor          Debtor
	// ExecutionDate is the day the bank debits; its hour is ignored.
	ExecutionDate time.Time
	// BatchBooking asks for a single debit line on the account statement.
	BatchBooking bool
	Payments     []Payment
}

// Party is who sends the file; the SIRET may be empty.
type Party struct{ Name, SIRET string }

// Debtor is the account that pays. Without a BIC the bank finds its own.
type Debtor struct{ Name, IBAN, BIC string }

// Payment is one transfer. InstructionID and CreditorBIC may be empty.
type Payment struct {
	EndToEndID    string
	InstructionID string
	Amount        money.Cents
	// CreditorName is the holder of the account, as the bank knows them: it
	// is verified, and may differ from the structure's name. Banks keep 70
	// characters of it and so does the file.
	CreditorName string
	CreditorIBAN string
	CreditorBIC  string
	Remittance   string
}

// Total is the sum of the payments, the file's control sum.
func (f File) Total() money.Cents {
	var total money.Cents
	for _, p := range f.Payments {
		total += p.Amount
	}
	return total
}
