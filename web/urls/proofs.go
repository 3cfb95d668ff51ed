package urls

import "github.com/google/uuid"

// AdminProofs lists the proofs of the accounts, or does an act on them.
func AdminProofs() string { return "/admin/preuves" }

// AdminProof is what one proof found.
func AdminProof(id uuid.UUID) string { return ID(AdminProofs(), id) }

// Anchor is the last block of the sealed chain, for anybody to note.
func Anchor() string { return "/ancre.txt" }
