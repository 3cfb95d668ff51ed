package qualification

import (
	"context"
	"strings"

	"passnum/internal/fault"
	"passnum/internal/identity"
	"passnum/internal/postgres"
)

// What the author of a file is to the organisation.
const (
	RoleLegal = "representant"
	RoleOther = "autre"
)

// RoleForm is who fills the file in; comments give the names of the fields.
type RoleForm struct {
	Quality    string // qualite
	Function   string // fonction
	Recognised bool   // reconnu
}

func roleLabel(s string) string {
	return map[string]string{RoleLegal: "Représentant légal", RoleOther: "Mandaté par le représentant légal"}[s]
}

// SaveRole keeps who fills the file in, and that the organisation knows it.
// structure.ErrClosed, or refused fields.
func (s *Service) SaveRole(ctx context.Context, actor identity.Actor, form RoleForm) (Saved, error) {
	return s.save(ctx, actor, StepRole, func(context.Context, *postgres.Tx, stepState) (answers, error) {
		var c fault.Collector
		function := line(form.Function)
		c.Check(form.Quality == RoleLegal || form.Quality == RoleOther, "qualite", "Choisissez ce que vous êtes pour l’organisation.")
		c.Check(function != "", "fonction", "Indiquez votre fonction, comme «\u00a0directrice\u00a0» ou «\u00a0médiateur\u00a0».")
		c.Check(len([]rune(function)) <= 80, "fonction", "Raccourcissez\u00a0: 80 caractères au plus.")
		c.Check(form.Recognised, "reconnu", "Cochez la case\u00a0: sans l’accord de l’organisation, le dossier ne peut pas être lu.")
		return answers{"qualite": form.Quality, "fonction": function, "reconnu": "oui"}, c.Err()
	}, nil)
}

// line trims and brings repeated spaces to one.
func line(s string) string { return strings.Join(strings.Fields(s), " ") }
