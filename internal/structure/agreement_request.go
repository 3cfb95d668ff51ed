package structure

import (
	"context"
	"errors"
	"strings"
	"time"

	"github.com/google/uuid"

	"passnum/internal/fault"
	"passnum/internal/fold"
	"passnum/internal/identity"
	"passnum/internal/organisation"
	"passnum/internal/postgres"
)

// Affiliation is a structure's place beside one commanditaire: what it asked
// last, and the agreement in force if there is one.
type Affiliation struct {
	CommanditaireID uuid.UUID
	Commanditaire   string
	StructureID     uuid.UUID
	Structure       string
	Town            string
	Places          int
	RequestID       *uuid.UUID
	State           string // of the last request: demandee, acceptee, refusee, retiree; empty for none
	Message         string
	AskedAt         *time.Time
	AskedByName     string
	DecidedAt       *time.Time
	Refusal         string // why, when it was refused
	AgreedAt        *time.Time
	EndsOn          *time.Time
	EndedBy         string
	EndReason       string
}

// Waiting reports whether the last request has no answer yet.
func (a Affiliation) Waiting() bool { return a.State == "demandee" }

// What affiliation refuses.
var (
	// ErrNoCommanditaire hides organisations that order nothing.
	ErrNoCommanditaire = fault.New(fault.KindNotFound, "Ce commanditaire n’existe pas.")
	// ErrNoRequest hides requests of others, and those that were answered.
	ErrNoRequest = fault.New(fault.KindNotFound, "Cette demande n’existe pas, ou elle a déjà reçu une réponse.")
	// ErrAffiliated refuses to ask for what one has.
	ErrAffiliated = fault.New(fault.KindConflict, "Votre structure est déjà agréée par ce commanditaire, ou attend déjà sa réponse.")
	// ErrAskQualified refuses requests of structures that show no place yet.
	ErrAskQualified = fault.New(fault.KindConflict, "Vous pourrez demander une affiliation dès que votre structure sera qualifiée et qu’un de ses lieux sera affiché.")
)

const affiliationSelect = `SELECT c.id AS commanditaire_id, c.name AS commanditaire, s.id AS structure_id, s.name AS structure, s.town,
	(SELECT count(*) FROM places p WHERE p.structure_id = s.id AND p.published)::int AS places,
	q.id AS request_id, coalesce(q.state, '') AS state, coalesce(q.message, '') AS message, q.asked_at, coalesce(q.asked_by_name, '') AS asked_by_name, q.decided_at,
	CASE WHEN q.state = 'refusee' THEN q.reason ELSE '' END AS refusal,
	CASE WHEN a.withdrawn_at IS NULL THEN a.agreed_at END AS agreed_at, a.ends_on, coalesce(a.ended_by, '') AS ended_by, coalesce(a.end_reason, '') AS end_reason
	FROM organisations c CROSS JOIN organisations s
	LEFT JOIN agreements a ON a.commanditaire_id = c.id AND a.structure_id = s.id
	LEFT JOIN LATERAL (SELECT * FROM affiliation_requests r WHERE r.commanditaire_id = c.id AND r.structure_id = s.id ORDER BY r.asked_at DESC, r.id DESC LIMIT 1) q ON true `

// Affiliations lists the commanditaires that the actor's structure deals with, by
// name, and those it was refused by or left.
func (s *Service) Affiliations(ctx context.Context, actor identity.Actor) ([]Affiliation, error) {
	return s.affiliations(ctx, actor, `WHERE s.id = @me AND (a.structure_id IS NOT NULL OR q.id IS NOT NULL) ORDER BY c.name, c.id`, postgres.Args{})
}

// Commanditaires finds those that the actor's structure may ask, by name.
func (s *Service) Commanditaires(ctx context.Context, actor identity.Actor, query string, limit int) ([]Affiliation, error) {
	return s.affiliations(ctx, actor, `WHERE s.id = @me AND c.is_commanditaire AND c.suspended_at IS NULL AND c.id <> @me AND NOT EXISTS (
		SELECT FROM unnest(coalesce(@words::text[], '{}')) AS w WHERE position(w IN translate(replace(lower(c.name || ' ' || c.town), 'œ', 'oe'),
			'àâäáãåçéèêëíìîïñóòôöõúùûüýÿ’''-', 'aaaaaaceeeeiiiinooooouuuuyy   ')) = 0) ORDER BY c.name, c.id LIMIT @limit`, postgres.Args{"words": fold.Words(query), "limit": limit})
}

// Beside reads the actor's structure's place beside one commanditaire;
// ErrNoCommanditaire.
func (s *Service) Beside(ctx context.Context, actor identity.Actor, commanditaire uuid.UUID) (Affiliation, error) {
	list, err := s.affiliations(ctx, actor, `WHERE s.id = @me AND c.id = @id AND c.id <> @me AND (c.is_commanditaire AND c.suspended_at IS NULL OR a.structure_id IS NOT NULL)`,
		postgres.Args{"id": commanditaire})
	if err != nil {
		return Affiliation{}, err
	}
	if len(list) == 0 {
		return Affiliation{}, ErrNoCommanditaire
	}
	return list[0], nil
}

func (s *Service) affiliations(ctx context.Context, actor identity.Actor, where string, args postgres.Args) ([]Affiliation, error) {
	if err := actor.May(identity.AffiliationWrite); err != nil {
		return nil, err
	}
	args["me"] = actor.OrganisationID
	var list []Affiliation
	err := s.db.InOrganisation(ctx, actor, func(tx *postgres.Tx) (err error) {
		list, err = postgres.All[Affiliation](ctx, tx, affiliationSelect+where, args)
		return err
	})
	return list, fault.Wrap(err, "list affiliations")
}

// AffiliationRequests lists what structures ask of the actor's organisation, the
// oldest first.
func (s *Service) AffiliationRequests(ctx context.Context, actor identity.Actor) ([]Affiliation, error) {
	if err := actor.May(identity.OrderRead); err != nil {
		return nil, err
	}
	var list []Affiliation
	err := s.db.InOrganisation(ctx, actor, func(tx *postgres.Tx) (err error) {
		list, err = postgres.All[Affiliation](ctx, tx, affiliationSelect+`WHERE c.id = @me AND s.id IN (SELECT r.structure_id FROM affiliation_requests r WHERE r.commanditaire_id = @me AND r.state = 'demandee')
			ORDER BY q.asked_at, q.id`, postgres.Args{"me": actor.OrganisationID})
		return err
	})
	return list, fault.Wrap(err, "list affiliation requests")
}

// Ask requests the agreement of a commanditaire, which is told by mail.
// ErrNoCommanditaire, ErrAffiliated, ErrAskQualified.
func (s *Service) Ask(ctx context.Context, actor identity.Actor, commanditaire uuid.UUID, message string) error {
	if err := actor.May(identity.AffiliationWrite); err != nil {
		return err
	}
	message = strings.TrimSpace(message)
	err := s.db.InOrganisation(ctx, actor, func(tx *postgres.Tx) error {
		if err := mayAsk(ctx, tx, actor, commanditaire); err != nil {
			return err
		}
		if len([]rune(message)) > 1000 {
			return fault.Field("message", "Raccourcissez ce message\u00a0: 1\u202f000 caractères au plus.")
		}
		_, err := postgres.Do(ctx, tx, `INSERT INTO affiliation_requests (commanditaire_id, id, structure_id, message, asked_at, asked_by_name) VALUES (@commanditaire, @id, @me, @message, @now, @name)`,
			postgres.Args{"commanditaire": commanditaire, "id": postgres.NewID(), "me": actor.OrganisationID, "message": message, "now": tx.Now(), "name": actor.Name})
		if postgres.Constraint(err) == "affiliation_requests_one_open" {
			return ErrAffiliated
		}
		if err != nil {
			return err
		}
		if err := recordAgreement(ctx, tx, actor, "affiliation demandée", actor.OrganisationID, nil, commanditaire); err != nil {
			return err
		}
		if s.OnAsked != nil {
			if err := s.OnAsked(ctx, tx, commanditaire, actor.OrganisationName); err != nil {
				return err
			}
		}
		return organisation.Tell(ctx, tx, s.Queue, organisation.Letter{To: commanditaire, Subject: actor.OrganisationName + " demande à prendre vos chèques",
			Body:  []string{actor.OrganisationName + " demande à être agréée pour vos commandes limitées aux structures agréées."},
			Label: "Répondre", Path: "/commanditaire/structures"})
	})
	return fault.Wrap(err, "ask for affiliation")
}

func mayAsk(ctx context.Context, tx *postgres.Tx, actor identity.Actor, commanditaire uuid.UUID) error {
	facts, err := postgres.One[struct{ Orders, Agreed, Shown bool }](ctx, tx, `
		SELECT o.is_commanditaire AND o.suspended_at IS NULL AS orders,
			EXISTS (SELECT 1 FROM agreements a WHERE a.commanditaire_id = o.id AND a.structure_id = @me AND a.withdrawn_at IS NULL AND a.ends_on IS NULL) AS agreed,
			EXISTS (SELECT 1 FROM places p WHERE p.structure_id = @me AND p.published) AS shown
		FROM organisations o WHERE o.id = @commanditaire AND o.id <> @me`, postgres.Args{"commanditaire": commanditaire, "me": actor.OrganisationID})
	switch {
	case errors.Is(err, postgres.ErrNoRow), err == nil && !facts.Orders:
		return ErrNoCommanditaire
	case err != nil:
		return err
	case facts.Agreed:
		return ErrAffiliated
	case !facts.Shown:
		return ErrAskQualified
	}
	return nil
}

// TakeBackRequest calls off what the actor's structure asked; ErrNoRequest.
func (s *Service) TakeBackRequest(ctx context.Context, actor identity.Actor, id uuid.UUID) error {
	if err := actor.May(identity.AffiliationWrite); err != nil {
		return err
	}
	err := s.db.InOrganisation(ctx, actor, func(tx *postgres.Tx) error {
		n, err := postgres.Do(ctx, tx, `UPDATE affiliation_requests SET state = 'retiree', decided_at = @now, decided_by_name = @name
			WHERE structure_id = @me AND id = @id AND state = 'demandee'`,
			postgres.Args{"me": actor.OrganisationID, "id": id, "now": tx.Now(), "name": actor.Name})
		if err != nil {
			return err
		}
		if n == 0 {
			return ErrNoRequest
		}
		return recordAgreement(ctx, tx, actor, "demande d’affiliation retirée", actor.OrganisationID, nil)
	})
	return fault.Wrap(err, "take back affiliation request")
}

// RefuseRequest answers a structure with a reason, which it reads; Agree is the
// other answer. ErrNoRequest.
func (s *Service) RefuseRequest(ctx context.Context, actor identity.Actor, id uuid.UUID, reason string) error {
	if err := actor.May(identity.AgreementWrite); err != nil {
		return err
	}
	reason = strings.TrimSpace(reason)
	err := s.db.InOrganisation(ctx, actor, func(tx *postgres.Tx) error {
		args := postgres.Args{"me": actor.OrganisationID, "id": id}
		structure, err := postgres.Value[uuid.UUID](ctx, tx, `SELECT structure_id FROM affiliation_requests WHERE commanditaire_id = @me AND id = @id AND state = 'demandee'`, args)
		if errors.Is(err, postgres.ErrNoRow) {
			return ErrNoRequest
		}
		if err != nil {
			return err
		}
		if reason == "" || len([]rune(reason)) > 600 {
			return fault.Field("motif", "Écrivez le motif, en 600 caractères au plus\u00a0: la structure le recevra tel quel.")
		}
		args["now"], args["name"], args["reason"] = tx.Now(), actor.Name, reason
		n, err := postgres.Do(ctx, tx, `UPDATE affiliation_requests SET state = 'refusee', decided_at = @now, decided_by_name = @name, reason = @reason
			WHERE commanditaire_id = @me AND id = @id AND state = 'demandee'`, args)
		if err != nil {
			return err
		}
		if n == 0 {
			return ErrNoRequest
		}
		if err := recordAgreement(ctx, tx, actor, "affiliation refusée", structure, map[string]any{"motif": reason}, structure); err != nil {
			return err
		}
		return organisation.Tell(ctx, tx, s.Queue, organisation.Letter{To: structure, Subject: actor.OrganisationName + " n’accepte pas votre demande d’affiliation",
			Body: []string{"Motif\u00a0: " + reason}, Label: "Voir vos affiliations", Path: "/structure/affiliations"})
	})
	return fault.Wrap(err, "refuse affiliation")
}
