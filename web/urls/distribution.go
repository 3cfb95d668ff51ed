package urls

import "github.com/google/uuid"

// Counter is the home of a counter.
func Counter() string { return "/aiguilleur" }

// HandOver is the work screen of the counter.
func HandOver() string { return "/aiguilleur/remise" }

// HandOverOf is the work screen showing a carnet, by its public serial number,
// at a point.
func HandOverOf(serial string, point uuid.UUID) string {
	return With(HandOver(), "carnet", serial, "point", point.String())
}

// HandOverDone is the work screen saying that a hand-over was made, its letter in
// a language; empty for French.
func HandOverDone(id, point uuid.UUID, language string) string {
	return With(HandOver(), "faite", id.String(), "point", point.String(), "langue", language)
}

// Give hands a carnet over (POST).
func Give() string { return "/aiguilleur/remise/valider" }

// GiveByPost hands a carnet over and answers with the letter to post (POST), which
// its fragment prints at once.
func GiveByPost() string { return "/aiguilleur/remise/courrier#imprimer" }

// HandOvers lists the hand-overs of the organisation acted for.
func HandOvers() string { return "/aiguilleur/remises" }

// HandOversCSV is the same list as a sheet, with the same filters.
func HandOversCSV() string { return "/aiguilleur/remises.csv" }

// UndoHandOver takes a hand-over back (POST).
func UndoHandOver(id uuid.UUID) string { return ID(HandOvers(), id, "annuler") }

// Letter is the orientation letter of a hand-over, to print from the browser.
func Letter(handOver uuid.UUID) string { return ID("/aiguilleur/lettre", handOver) }

// LetterPDF is the same letter as a document.
func LetterPDF(handOver uuid.UUID) string { return ID("/aiguilleur/lettre", handOver, "pdf") }

// Parcels lists what was sent to the organisation's points.
func Parcels() string { return "/aiguilleur/reception" }

// Parcel is one parcel to confirm.
func Parcel(id uuid.UUID) string { return ID(Parcels(), id) }

// Stock is what the organisation's points hold.
func Stock() string { return "/aiguilleur/stock" }

// Points lists the organisation's points of distribution.
func Points() string { return "/aiguilleur/points" }

// NewPoint is the form of a new point.
func NewPoint() string { return "/aiguilleur/points/nouveau" }

// Point is a point, or one of its acts: « fermer », « choisir » (POST).
func Point(id uuid.UUID, act ...string) string { return ID(Points(), id, act...) }

// CounterConventions lists the conventions that attach the organisation's points.
func CounterConventions() string { return "/aiguilleur/conventions" }

// CounterConvention is a convention for the aiguilleur, or one of its acts:
// « signer » (POST), « pdf ».
func CounterConvention(id uuid.UUID, act ...string) string {
	return ID(CounterConventions(), id, act...)
}

// Conventions lists a commanditaire's conventions.
func Conventions() string { return "/commanditaire/conventions" }

// NewConvention is the form that proposes a convention.
func NewConvention() string { return "/commanditaire/conventions/nouvelle" }

// ConventionPartners answers the proposals of the aiguilleur field.
func ConventionPartners() string { return "/commanditaire/conventions/aiguilleurs" }

// Convention is a convention for the commanditaire, or one of its acts:
// « signer », « terminer » (POST), « pdf ».
func Convention(id uuid.UUID, act ...string) string { return ID(Conventions(), id, act...) }

// Network lists the points attached to a commanditaire and their stock.
func Network() string { return "/commanditaire/points" }
