package structure

import (
	"context"
	"errors"
	"time"

	"github.com/google/uuid"

	"passnum/internal/audit"
	"passnum/internal/fault"
	"passnum/internal/fold"
	"passnum/internal/identity"
	"passnum/internal/organisation"
	"passnum/internal/postgres"
)

// Partner is a structure as a commanditaire sees it.
type Partner struct {
	ID       uuid.UUID
	Name     string
	SIRET    string
	Town     string
	Places   int // shown on the public map
	AgreedAt *time.Time
	EndsOn   *time.Time // the last day, once either side gave notice
	EndedBy  string     // which side: « commanditaire » or « structure »
	Reason   string     // of the end
}

// ErrNoPartner hides structures that are not qualified.
var ErrNoPartner = fault.New(fault.KindNotFound, "Cette structure n’existe pas, ou n’est pas qualifiée.")

const partnerColumns = `o.id, o.name, o.siret, o.town,
	(SELECT count(*) FROM places p WHERE p.structure_id = o.id AND p.published)::int AS places, a.agreed_at, a.ends_on,
	coalesce(a.ended_by, '') AS ended_by, coalesce(a.end_reason, '') AS reason`

// Agreed lists the structures the actor's organisation agreed to, by name.
func (s *Service) Agreed(ctx context.Context, actor identity.Actor) ([]Partner, error) {
	if err := actor.May(identity.OrderRead); err != nil {
		return nil, err
	}
	var list []Partner
	err := s.db.InOrganisation(ctx, actor, func(tx *postgres.Tx) (err error) {
		list, err = postgres.All[Partner](ctx, tx, `
			SELECT `+partnerColumns+` FROM agreements a JOIN organisations o ON o.id = a.structure_id
			WHERE a.commanditaire_id = @me AND a.withdrawn_at IS NULL ORDER BY o.name, o.id`, postgres.Args{"me": actor.OrganisationID})
		return err
	})
	return list, fault.Wrap(err, "list agreements")
}

// Partners finds qualified structures by name, SIRET or town of a place; a
// structure is told qualified by the places it shows.
func (s *Service) Partners(ctx context.Context, actor identity.Actor, query string, limit int) ([]Partner, error) {
	if err := actor.May(identity.OrderRead); err != nil {
		return nil, err
	}
	var list []Partner
	err := s.db.InOrganisation(ctx, actor, func(tx *postgres.Tx) (err error) {
		words := fold.Words(query)
		if words == nil {
			words = []string{}
		}
		list, err = postgres.All[Partner](ctx, tx, `
			SELECT `+partnerColumns+` FROM organisations o
			LEFT JOIN agreements a ON a.commanditaire_id = @me AND a.structure_id = o.id AND a.withdrawn_at IS NULL
			WHERE o.is_structure AND o.suspended_at IS NULL AND o.id IN (
				SELECT p.structure_id FROM places p WHERE p.published AND NOT EXISTS (
					SELECT FROM unnest(@words::text[]) AS w
					WHERE position(w IN translate(replace(lower(p.structure_name || ' ' || p.name || ' ' || p.town || ' ' || p.postal_code || ' ' || p.structure_siret), 'œ', 'oe'),
						'àâäáãåçéèêëíìîïñóòôöõúùûüýÿ’''-', 'aaaaaaceeeeiiiinooooouuuuyy   ')) = 0))
			ORDER BY o.name, o.id LIMIT @limit`, postgres.Args{"me": actor.OrganisationID, "words": words, "limit": limit})
		return err
	})
	return list, fault.Wrap(err, "search structures")
}

const agree = `
	INSERT INTO agreements AS a (commanditaire_id, structure_id, agreed_at, agreed_by)
	SELECT @me, o.id, @now, @account FROM organisations o
	WHERE o.id = @structure AND o.is_structure AND EXISTS (SELECT FROM places p WHERE p.structure_id = o.id AND p.published)
	ON CONFLICT (commanditaire_id, structure_id) DO UPDATE SET
		agreed_at = CASE WHEN a.withdrawn_at IS NULL THEN a.agreed_at ELSE excluded.agreed_at END,
		agreed_by = CASE WHEN a.withdrawn_at IS NULL THEN a.agreed_by ELSE excluded.agreed_by END,
		withdrawn_at = NULL, ends_on = NULL, ended_by = '', end_reason = ''`

// Agree lets a structure accept the chèques of orders kept to agreed structures,
// answers what it asked and calls off an end that was announced; agreeing twice
// changes nothing. ErrNoPartner.
func (s *Service) Agree(ctx context.Context, actor identity.Actor, structure uuid.UUID) error {
	if err := actor.May(identity.AgreementWrite); err != nil {
		return err
	}
	err := s.db.InOrganisation(ctx, actor, func(tx *postgres.Tx) error {
		args := postgres.Args{"me": actor.OrganisationID, "structure": structure}
		if err := liveAgreement(ctx, tx, `commanditaire_id = @me AND structure_id = @structure AND ends_on IS NULL`, args); err == nil {
			return nil
		} else if !errors.Is(err, ErrNoPartner) {
			return err
		}
		args["now"], args["account"] = tx.Now(), actor.AccountID
		err := postgres.Must(ctx, tx, agree, args)
		if errors.Is(err, postgres.ErrNoRow) {
			return ErrNoPartner
		}
		if err != nil {
			return err
		}
		if _, err := postgres.Do(ctx, tx, `UPDATE affiliation_requests SET state = 'acceptee', decided_at = @now, decided_by_name = @name
			WHERE commanditaire_id = @me AND structure_id = @structure AND state = 'demandee'`,
			postgres.Args{"me": actor.OrganisationID, "structure": structure, "now": tx.Now(), "name": actor.Name}); err != nil {
			return err
		}
		return s.agreed(ctx, tx, actor, structure)
	})
	return fault.Wrap(err, "agree to structure")
}

func (s *Service) agreed(ctx context.Context, tx *postgres.Tx, actor identity.Actor, structure uuid.UUID) error {
	if err := recordAgreement(ctx, tx, actor, "structure agréée", structure, nil, structure); err != nil {
		return err
	}
	return organisation.Tell(ctx, tx, s.Queue, organisation.Letter{To: structure, Subject: actor.OrganisationName + " vous agrée",
		Body:  []string{actor.OrganisationName + " accepte que vous preniez les chèques de ses commandes limitées aux structures agréées, dès maintenant."},
		Label: "Voir vos affiliations", Path: "/structure/affiliations"})
}

func recordAgreement(ctx context.Context, tx *postgres.Tx, actor identity.Actor, act string, structure uuid.UUID, detail map[string]any, parties ...uuid.UUID) error {
	return audit.Record(ctx, tx, actor, audit.Act{Name: act, SubjectKind: "structure", SubjectID: structure, Parties: parties, Detail: detail})
}
