package structure

import (
	"context"
	"errors"
	"strings"
	"time"

	"github.com/google/uuid"

	"passnum/internal/audit"
	"passnum/internal/fault"
	"passnum/internal/identifier"
	"passnum/internal/identity"
	"passnum/internal/postgres"
)

// KnownPlace is what everyone may know of a published place; one without a
// structure comes from the national data and takes no chèque.
type KnownPlace struct {
	ID             uuid.UUID
	StructureID    *uuid.UUID
	StructureSIRET string `db:"structure_siret"`
	Name           string
	Street         string
	Complement     string
	PostalCode     string
	Town           string
	Parent         string `db:"parent_structure"`
	Source         string
}

const knownColumns = `p.id, p.structure_id, p.structure_siret, p.name, p.street, p.complement, p.postal_code, p.town, p.parent_structure, p.source`

// Address is the place's address in one line.
func (p KnownPlace) Address() string {
	return identifier.PostalAddress{Complement: p.Complement, Street: p.Street, PostalCode: p.PostalCode, Town: p.Town}.OneLine()
}

// Claim is a structure saying that a known place is its own, which its SIRET
// does not prove.
type Claim struct {
	StructureID   uuid.UUID
	ID            uuid.UUID
	PlaceID       uuid.UUID
	PlaceName     string
	PlaceAddress  string
	StructureName string
	SIRET         string `db:"siret"`
	Reason        string
	AskedAt       time.Time
	AskedByName   string
	State         ClaimState
	Answer        string
	DecidedAt     *time.Time
}

// ClaimState is where a claim stands.
type ClaimState string

// The states of a claim.
const (
	ClaimWaiting  ClaimState = "attente"
	ClaimAccepted ClaimState = "acceptee"
	ClaimRefused  ClaimState = "refusee"
)

// What claims refuse.
var (
	// ErrNotKnown hides places that are not there, or already someone's.
	ErrNotKnown = fault.New(fault.KindNotFound, "Ce lieu n’existe pas, ou il a déjà une structure.")
	// ErrClaimed refuses to ask twice.
	ErrClaimed = fault.New(fault.KindConflict, "Vous avez déjà demandé ce lieu\u00a0: l’opérateur vous répond par courriel.")
	// ErrNoClaim hides claims that do not exist or were decided.
	ErrNoClaim = fault.New(fault.KindNotFound, "Cette demande n’existe pas, ou elle est déjà traitée.")
)

// mostKnown is how many known places a search shows.
const mostKnown = 30

// KnownPlaces lists places of the national data that nobody has here: those of
// the actor's SIREN first, then those whose name or town holds every word typed.
func (s *Service) KnownPlaces(ctx context.Context, actor identity.Actor, typed string) ([]KnownPlace, error) {
	if err := actor.May(identity.PlaceWrite); err != nil {
		return nil, err
	}
	words := strings.Fields(plainText(typed))
	var list []KnownPlace
	err := s.db.InOrganisation(ctx, actor, func(tx *postgres.Tx) (err error) {
		list, err = postgres.All[KnownPlace](ctx, tx, `
			SELECT `+knownColumns+` FROM places p JOIN organisations o ON o.id = @me
			WHERE p.structure_id IS NULL AND p.published AND (
				(cardinality(@words::text[]) = 0 AND o.siret <> '' AND left(p.structure_siret, 9) = left(o.siret, 9))
				OR (cardinality(@words::text[]) > 0 AND (
					SELECT bool_and(strpos(translate(lower(p.name || ' ' || p.town || ' ' || p.postal_code || ' ' || p.structure_siret), 'àâäçéèêëîïôöùûüÿ’-', 'aaaceeeeiioouuuy  '), w) > 0)
					FROM unnest(@words::text[]) AS w)))
			ORDER BY (left(p.structure_siret, 9) = left(o.siret, 9)) DESC, p.town, p.name, p.id LIMIT @most`,
			postgres.Args{"me": actor.OrganisationID, "words": words, "most": mostKnown})
		return err
	})
	return list, fault.Wrap(err, "list known places")
}

// plainText is as the query writes the names it compares.
func plainText(s string) string {
	return strings.NewReplacer("à", "a", "â", "a", "ä", "a", "ç", "c", "é", "e", "è", "e", "ê", "e", "ë", "e", "î", "i", "ï", "i", "ô", "o", "ö", "o",
		"ù", "u", "û", "u", "ü", "u", "ÿ", "y", "’", " ", "'", " ", "-", " ").Replace(strings.ToLower(s))
}

// KnownPlace finds one place that nobody has here; ErrNotKnown.
func (s *Service) KnownPlace(ctx context.Context, actor identity.Actor, id uuid.UUID) (KnownPlace, error) {
	if err := actor.May(identity.PlaceWrite); err != nil {
		return KnownPlace{}, err
	}
	p, err := s.PublicPlace(ctx, id)
	if errors.Is(err, ErrNoPublicPlace) || err == nil && p.StructureID != nil {
		return KnownPlace{}, ErrNotKnown
	}
	return p, err
}

// Proves reports whether the actor's own SIRET is the place's: it is then taken
// at once.
func (s *Service) Proves(ctx context.Context, actor identity.Actor, p KnownPlace) (bool, error) {
	var siret string
	err := s.db.InOrganisation(ctx, actor, func(tx *postgres.Tx) (err error) {
		siret, err = postgres.Value[string](ctx, tx, `SELECT siret FROM organisations WHERE id = @id`, postgres.Args{"id": actor.OrganisationID})
		return err
	})
	_, valid := identifier.ParseSIRET(siret)
	return valid == nil && siret == p.StructureSIRET, fault.Wrap(err, "compare SIRET")
}

// Claim makes a known place the actor's own: at once when the SIRET is the same,
// else once the operator agreed. taken says which. It returns ErrNotKnown,
// ErrClaimed or refused fields.
func (s *Service) Claim(ctx context.Context, actor identity.Actor, id uuid.UUID, reason string) (taken bool, err error) {
	p, err := s.KnownPlace(ctx, actor, id)
	if err != nil {
		return false, err
	}
	if taken, err = s.Proves(ctx, actor, p); err != nil {
		return false, err
	}
	if taken {
		err = s.db.InPlatform(ctx, actor, "lieu recensé repris par sa structure", func(tx *postgres.Tx) error {
			return takePlace(ctx, tx, actor, actor.OrganisationID, id)
		})
		return true, fault.Wrap(err, "take place")
	}
	if reason = strings.TrimSpace(reason); reason == "" || len([]rune(reason)) > 1000 {
		return false, fault.Field("raison", "Dites en une phrase ou deux ce qui vous lie à ce lieu\u00a0: l’opérateur le vérifie.")
	}
	return false, s.askClaim(ctx, actor, id, reason)
}

func (s *Service) askClaim(ctx context.Context, actor identity.Actor, place uuid.UUID, reason string) error {
	err := s.db.InOrganisation(ctx, actor, func(tx *postgres.Tx) error {
		id := postgres.NewID()
		err := postgres.Must(ctx, tx, `
			INSERT INTO place_claims (structure_id, id, place_id, reason, asked_at, asked_by, asked_by_name) VALUES (@me, @id, @place, @reason, @now, @by, @name)`,
			postgres.Args{"me": actor.OrganisationID, "id": id, "place": place, "reason": reason, "now": tx.Now(), "by": actor.AccountID, "name": actor.Name})
		if err != nil {
			return err
		}
		if err := s.Queue.Enqueue(ctx, tx, ClaimNotice{StructureID: actor.OrganisationID, ClaimID: id}); err != nil {
			return err
		}
		return audit.Record(ctx, tx, actor, audit.Act{Name: "lieu recensé demandé", SubjectKind: "lieu", SubjectID: place})
	})
	if postgres.Constraint(err) == "place_claims_once" {
		return ErrClaimed
	}
	return fault.Wrap(err, "claim place")
}

// takePlace gives a known place to a structure (operator's scope), once: two
// that take it at the same time cannot both have it. It is shown again once its
// services are chosen.
func takePlace(ctx context.Context, tx *postgres.Tx, actor identity.Actor, structure, place uuid.UUID) error {
	if _, err := HoldState(ctx, tx, structure); err != nil {
		return err
	}
	n, err := postgres.Do(ctx, tx, `
		UPDATE places p SET structure_id = o.id, structure_name = o.name, structure_siret = o.siret, confirmed_at = @now, updated_at = @now,
			published = p.entries <> '{}' AND EXISTS (SELECT FROM structures s WHERE s.organisation_id = o.id AND s.state = 'qualifiee')
		FROM organisations o WHERE o.id = @structure AND p.id = @place AND p.structure_id IS NULL`,
		postgres.Args{"now": tx.Now(), "structure": structure, "place": place})
	if err != nil {
		return err
	}
	if n == 0 {
		return ErrNotKnown
	}
	return audit.Record(ctx, tx, actor, audit.Act{Name: "lieu recensé repris", SubjectKind: "lieu", SubjectID: place, Parties: []uuid.UUID{structure}})
}
