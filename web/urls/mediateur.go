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

// Devices lists the devices that scan for the structure.
func Devices() string { return "/structure/appareils" }

// NewDevice is the form of a new device.
func NewDevice() string { return "/structure/appareils/nouveau" }

// Device is a device, or one of its acts: « code », « etat », « retirer ».
func Device(id uuid.UUID, act ...string) string { return ID(Devices(), id, act...) }

// LatePhone is an act on a phone that scans without network: « retirer »,
// « rendre » (POST).
func LatePhone(id uuid.UUID, act string) string {
	return ID("/structure/appareils/telephones", id, act)
}

// RevokeDevices withdraws every device of the structure (POST).
func RevokeDevices() string { return "/structure/appareils/retirer-tout" }

// ScannerVerdicts judges chèques for the scanner's script (POST).
func ScannerVerdicts() string { return "/mediateur/scanner/verdicts" }

// ScannerRedeem takes the chèques of a séance for the scanner's script (POST).
func ScannerRedeem() string { return "/mediateur/scanner/encaisser" }

// ScannerWorker is the script that keeps the scanner without network.
func ScannerWorker() string { return "/mediateur/scanner/sw.js" }

// Queue shows the séances a browser has not sent yet, and receives them (POST).
func Queue() string { return "/mediateur/file" }
