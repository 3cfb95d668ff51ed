package organisation

import (
	"context"
	"strings"
	"time"

	"github.com/google/uuid"

	"passnum/internal/audit"
	"passnum/internal/fault"
	"passnum/internal/fold"
	"passnum/internal/identity"
	"passnum/internal/postgres"
)

// foldedName compares names without case, accents and signs, as package fold
// does for what is typed.
const foldedName = `translate(replace(lower(o.name), 'œ', 'oe'), 'àâäáãåçéèêëíìîïñóòôöõúùûüýÿ’''-', 'aaaaaaceeeeiiiinooooouuuuyy   ')`

// matches keeps the organisations whose name holds every word, or whose SIRET
// begins with the digits.
const matches = `((cardinality(@words::text[]) > 0 AND NOT EXISTS (SELECT FROM unnest(@words::text[]) AS w WHERE position(w IN ` + foldedName + `) = 0))
	OR (@digits::text <> '' AND starts_with(o.siret, @digits)))`

// Wanted narrows a search of the directory.
type Wanted struct {
	Query    string   // a name or a SIRET, whole or begun; empty for everyone
	Capacity Capacity // empty for any
	Limit    int
	After    string // name of the last one seen
	AfterID  uuid.UUID
}

func (w Wanted) args() postgres.Args {
	words := fold.Words(w.Query)
	if words == nil {
		words = []string{}
	}
	digits := strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' {
			return r
		}
		return -1
	}, w.Query)
	if len(digits) < 3 || strings.ContainsFunc(fold.Text(w.Query), func(r rune) bool { return r >= 'a' && r <= 'z' }) {
		digits = ""
	}
	if w.Limit <= 0 {
		w.Limit = 20
	}
	return postgres.Args{"all": strings.TrimSpace(w.Query) == "", "words": words, "digits": digits, "capacity": string(w.Capacity),
		"limit": w.Limit, "after": w.After, "after_id": w.AfterID}
}

// Search finds approved organisations by name or SIRET, to choose an
// aiguilleur, a co-funder or a structure. Any signed-in member may.
func (s *Service) Search(ctx context.Context, actor identity.Actor, w Wanted) ([]Organisation, error) {
	if err := actor.May(identity.TeamRead); err != nil {
		return nil, err
	}
	var list []Organisation
	err := s.db.InOrganisation(ctx, actor, func(tx *postgres.Tx) (err error) {
		list, err = search(ctx, tx, w, false)
		return err
	})
	return list, fault.Wrap(err, "search directory")
}

func search(ctx context.Context, tx *postgres.Tx, w Wanted, everyone bool) ([]Organisation, error) {
	args := w.args()
	args["everyone"] = everyone
	return postgres.All[Organisation](ctx, tx, `
		SELECT `+organisationColumns+` FROM organisations o
		WHERE (@all OR `+matches+`)
			AND (@everyone OR (o.suspended_at IS NULL AND (o.is_commanditaire OR o.is_aiguilleur OR o.is_structure OR o.is_hub)))
			AND CASE @capacity::text WHEN 'commanditaire' THEN o.is_commanditaire WHEN 'aiguilleur' THEN o.is_aiguilleur
				WHEN 'structure' THEN o.is_structure WHEN 'hub' THEN o.is_hub ELSE true END
			AND (@after::text = '' OR (o.name, o.id) > (@after, @after_id))
		ORDER BY o.name, o.id LIMIT @limit`, args)
}

// All lists every organisation for the operator, by name; w.Limit more than
// shown tells whether there are others.
func (s *Service) All(ctx context.Context, actor identity.Actor, w Wanted) ([]Organisation, error) {
	if err := actor.May(identity.PlatformRead); err != nil {
		return nil, err
	}
	var list []Organisation
	err := s.db.InPlatform(ctx, actor, "annuaire des organisations", func(tx *postgres.Tx) (err error) {
		list, err = search(ctx, tx, w, true)
		return err
	})
	return list, fault.Wrap(err, "list organisations")
}

// File is everything the operator reads of an organisation at once.
type File struct {
	Settings
	Requests []Request
	Members  []Member
	Journal  []audit.Line
}

// Member is a person of an organisation, as the operator sees them.
type Member struct {
	Name         string
	Email        string
	Role         identity.Role
	LastSignInAt *time.Time
}

// File reads an organisation's whole file; ErrNotFound.
func (s *Service) File(ctx context.Context, actor identity.Actor, id uuid.UUID) (File, error) {
	if err := actor.May(identity.PlatformRead); err != nil {
		return File{}, err
	}
	var f File
	err := s.db.InPlatform(ctx, actor, "fiche d’une organisation", func(tx *postgres.Tx) (err error) {
		if f.Settings, err = readSettings(ctx, tx, id); err != nil {
			return err
		}
		if f.Requests, err = requestsOf(ctx, tx, id); err != nil {
			return err
		}
		f.Members, err = postgres.All[Member](ctx, tx, `
			SELECT a.name, a.email, m.role, a.last_sign_in_at FROM memberships m JOIN accounts a ON a.id = m.account_id
			WHERE m.organisation_id = @id AND m.ended_at IS NULL ORDER BY a.name, a.email`, postgres.Args{"id": id})
		if err != nil {
			return err
		}
		f.Journal, err = audit.Of(ctx, tx, id, 30)
		return err
	})
	return f, fault.Wrap(err, "read organisation file")
}
