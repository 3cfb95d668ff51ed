package urls

import "github.com/google/uuid"

// Workshops lists the ateliers to come, for everyone.
func Workshops() string { return "/ateliers" }

// Workshop is an atelier for everyone (POST books a seat), or one of its pages:
// « calendrier.ics », « reservation », « reservation/annuler » (POST).
func Workshop(id uuid.UUID, tail ...string) string { return ID(Workshops(), id, tail...) }

// PlaceCalendar is the ateliers of a place, for a calendar to follow.
func PlaceCalendar(place uuid.UUID) string { return ID(PublicPlaces(), place, "ateliers.ics") }

// StructureWorkshops lists a structure's own ateliers.
func StructureWorkshops() string { return "/structure/ateliers" }

// StructureWorkshopsCSV is the same list as a sheet.
func StructureWorkshopsCSV() string { return "/structure/ateliers.csv" }

// NewWorkshop is the form that announces an atelier.
func NewWorkshop() string { return "/structure/ateliers/nouveau" }

// StructureWorkshop is an atelier for its structure, or one of its acts:
// « modifier », « annuler », « presence » (POST).
func StructureWorkshop(id uuid.UUID, tail ...string) string {
	return ID(StructureWorkshops(), id, tail...)
}

// WithdrawSeat ends a booking for the structure (POST).
func WithdrawSeat(workshop, booking uuid.UUID) string {
	return ID(StructureWorkshop(workshop, "reservations"), booking, "retirer")
}

// ScanWorkshop is the scanner, ready for those who came to an atelier.
func ScanWorkshop(id uuid.UUID) string { return With(Scanner(), "atelier", id.String()) }

// CounterWorkshops lists the ateliers near a counter, and what it booked.
func CounterWorkshops() string { return "/aiguilleur/ateliers" }

// CounterWorkshop is an atelier for a counter (POST books a seat), or one of its
// pages: « reservation ».
func CounterWorkshop(id uuid.UUID, tail ...string) string {
	return ID(CounterWorkshops(), id, tail...)
}

// LeaveSeat ends a booking that the counter made (POST).
func LeaveSeat(workshop, booking uuid.UUID) string {
	return ID(CounterWorkshop(workshop, "reservations"), booking, "annuler")
}
