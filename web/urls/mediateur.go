package urls

import "github.com/google/uuid"

// Mediateur is the mediator's day.
func Mediateur() string { return "/mediateur" }

// Scanner is where chèques are scanned and redeemed.
func Scanner() string { return "/mediateur/scanner" }

// TestCheque judges a chèque without using it.
func TestCheque() string { return "/mediateur/tester" }

// Receipt is what became of one séance.
func Receipt(id uuid.UUID) string { return ID("/mediateur/recus", id) }

// Takings lists what the structure took.
func Takings() string { return "/mediateur/encaissements" }

// TakingsCSV is that list as a sheet.
func TakingsCSV() string { return "/mediateur/encaissements.csv" }

// UndoTaking gives back a chèque, or all those of a séance (POST).
func UndoTaking(id uuid.UUID) string { return ID("/mediateur/encaissements", id, "annuler") }
