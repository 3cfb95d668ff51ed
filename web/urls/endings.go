package urls

import "github.com/google/uuid"

// AdminEndings lists the end of every order, for the operator.
func AdminEndings() string { return "/admin/echeances" }

// AdminEnding is the end of one order for the operator, or one of its acts.
func AdminEnding(id uuid.UUID, act ...string) string { return ID(AdminEndings(), id, act...) }

// Endings lists the end of a commanditaire's orders.
func Endings() string { return "/commanditaire/echeances" }

// Ending is the end of one order for its commanditaire, or one of its acts.
func Ending(id uuid.UUID, act ...string) string { return ID(Endings(), id, act...) }
