// Package sepa writes SEPA credit transfers as banks take them since 2025:
// pain.001.001.09, or the versions before and after it, one debtor, one batch. It
// checks everything before the first byte, writes postal addresses in full or not
// at all, and refuses what a bank would.
package sepa

import (
	"time"

	"passnum/internal/money"
)

// Version is the version of pain.001 that a bank takes.
type Version string

// The versions written; files are V09 unless they say otherwise.
const (
	V03 Version = "03"
	V09 Version = "09"
	V13 Version = "13"
)

// Versions lists them, the usual one first.
var Versions = []Version{V09, V03, V13}

// Known reports whether the version can be written.
func (v Version) Known() bool { return v == V03 || v == V09 || v == V13 }

// String is the format's name.
func (v Version) String() string { return "pain.001.001." + string(v) }

// File is one order to the bank: a batch of transfers from one account.
type File struct {
	// Version is V09 when empty.
	Version Version
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
	// CreditorAddress is left out when it has no town: it is optional in Europe,
	// and banks refuse half of one.
	CreditorAddress Address
	Remittance      string
}

func (f File) version() Version {
	if f.Version == "" {
		return V09
	}
	return f.Version
}

// Total is the sum of the payments, the file's control sum.
func (f File) Total() money.Cents {
	var total money.Cents
	for _, p := range f.Payments {
		total += p.Amount
	}
	return total
}
