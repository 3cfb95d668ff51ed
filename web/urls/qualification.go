package urls

import "github.com/google/uuid"

// QualificationHistory is everything that was saved in the structure's file.
func QualificationHistory() string { return Qualification("historique") }

// QualificationHistoryCSV is the same as a sheet.
func QualificationHistoryCSV() string { return Qualification("historique.csv") }

// QualificationAmendment takes a change back that waits for the operator (POST).
func QualificationAmendment(id uuid.UUID) string {
	return ID(Qualification("changements"), id, "retirer")
}

// Candidate tells how to become a structure.
func Candidate() string { return "/devenir-structure" }

// CandidateQuestions is the questionnaire of eligibility, to try.
func CandidateQuestions() string { return Candidate() + "/questionnaire" }
