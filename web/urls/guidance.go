package urls

import "github.com/google/uuid"

// Orientation is the diagnostic of the counter (GET and POST).
func Orientation() string { return "/aiguilleur/orientation" }

// OrientationAgreed goes back to the hand-over with what was agreed (POST).
func OrientationAgreed() string { return Path(Orientation(), "suite") }

// LetterIn is the letter of a hand-over in a language: fr, en, ar, uk, or « gros ».
func LetterIn(handOver uuid.UUID, language string) string {
	return With(Letter(handOver), "langue", language)
}

// LetterPhoto is the letter's places alone, to photograph.
func LetterPhoto(handOver uuid.UUID, language string) string {
	return With(ID("/aiguilleur/lettre", handOver, "photo"), "langue", language)
}

// ClientPathways lists a commanditaire's parcours.
func ClientPathways() string { return "/commanditaire/parcours" }

// OperatorPathways lists the operator's parcours.
func OperatorPathways() string { return "/admin/parcours" }

// NewPathway is the form of a new parcours in a list.
func NewPathway(list string) string { return list + "/nouveau" }

// Pathway is a parcours of a list, or one of its acts: « archiver »,
// « remettre », « dupliquer » (POST).
func Pathway(list string, root uuid.UUID, act ...string) string { return ID(list, root, act...) }
