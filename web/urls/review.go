package urls

import "github.com/google/uuid"

// AdminStructuresSheet is the queue of files as a sheet, with its filters.
func AdminStructuresSheet() string { return "/admin/structures/dossiers.csv" }

// AdminCorrections asks for corrections on a structure's file.
func AdminCorrections(structure uuid.UUID) string {
	return ID(AdminStructures(), structure, "corrections")
}

// AdminCorrectionWithdraw gives up a correction that was asked (POST).
func AdminCorrectionWithdraw(structure, correction uuid.UUID) string {
	return ID(AdminCorrections(structure), correction, "retirer")
}

// AdminDecision is a decision about a structure, shown with its effect, then taken
// (POST): « qualifiee », « refusee », « suspendue », « dequalifiee », « retablie »,
// « rouverte ».
func AdminDecision(structure uuid.UUID, decision string) string {
	return ID(AdminStructures(), structure, "decisions", decision)
}

// AdminMessages is the thread with a structure: earlier messages, and a new one
// (POST); part is « lus » (POST).
func AdminMessages(structure uuid.UUID, part ...string) string {
	return Path(ID(AdminStructures(), structure, "messages"), part...)
}

// AdminAmendment answers a change that waits (POST): act is « accepter » or
// « refuser ».
func AdminAmendment(structure, amendment uuid.UUID, act string) string {
	return ID(ID(AdminStructures(), structure, "modifications"), amendment, act)
}

// AdminTemplates lists the operator's ready-made messages.
func AdminTemplates() string { return "/admin/structures/modeles" }

// AdminTemplate is one of them; act is « supprimer » (POST).
func AdminTemplate(id uuid.UUID, act ...string) string { return ID(AdminTemplates(), id, act...) }

// NewTemplate writes one.
func NewTemplate() string { return "/admin/structures/modeles/nouveau" }

// StructureMessages is what a structure and the operator say to each other about
// its file, and a new message (POST).
func StructureMessages() string { return "/structure/messages" }

// CorrectionDone says that a correction is done (POST).
func CorrectionDone(id uuid.UUID) string {
	return ID("/structure/messages/corrections", id, "faite")
}

// Renewal confirms a structure's file when its qualification comes to its end.
func Renewal() string { return "/structure/renouvellement" }
