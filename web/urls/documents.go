package urls

import "github.com/google/uuid"

// Papers is what a structure's file asks for, and takes one (POST).
func Papers() string { return Qualification("documents") }

// Paper is one of the structure's own papers; act is « retirer » (POST).
func Paper(id uuid.UUID, act ...string) string { return ID(Papers(), id, act...) }

// AdminPaper is a paper of a structure's file; part is « contenu » to read it,
// « accepter » or « refuser » (POST).
func AdminPaper(structure, id uuid.UUID, part ...string) string {
	return ID(Path(AdminStructure(structure), "documents"), id, part...)
}
