package structure

import (
	"context"
	"errors"
	"strings"

	"github.com/google/uuid"
	"github.com/riverqueue/river"

	"passnum/internal/audit"
	"passnum/internal/fault"
	"passnum/internal/identity"
	"passnum/internal/postgres"
)

const claimSelect = `SELECT c.structure_id, c.id, c.place_id, p.name AS place_name, concat_ws(', ', nullif(p.street, ''), p.postal_code || ' ' || p.town) AS place_address,
	o.name AS structure_name, o.siret, c.reason, c.asked_at, c.asked_by_name, c.state, c.answer, c.decided_at
	FROM place_claims c JOIN places p ON p.id = c.place_id JOIN organisations o ON o.id = c.structure_id`

// Claims lists what the actor's structure asked for, the latest first.
func (s *Service) Claims(ctx context.Context, actor identity.Actor) ([]Claim, error) {
	if err := actor.May(identity.PlaceWrite); err != nil {
		return nil, err
	}
	var list []Claim
	err := s.db.InOrganisation(ctx, actor, func(tx *postgres.Tx) (err error) {
		list, err = postgres.All[Claim](ctx, tx, claimSelect+` WHERE c.structure_id = @me ORDER BY c.id DESC LIMIT 20`, postgres.Args{"me": actor.OrganisationID})
		return err
	})
	return list, fault.Wrap(err, "list claims")
}

// WaitingClaims lists the claims that the operator decides, the oldest first.
func (s *Service) WaitingClaims(ctx context.Context, actor identity.Actor) ([]Claim, error) {
	if err := actor.May(identity.PlatformRead); err != nil {
		return nil, err
	}
	var list []Claim
	err := s.db.InPlatform(ctx, actor, "lieux demandés", func(tx *postgres.Tx) (err error) {
		list, err = postgres.All[Claim](ctx, tx, claimSelect+` WHERE c.state = 'attente' ORDER BY c.id LIMIT 100`, nil)
		return err
	})
	return list, fault.Wrap(err, "list waiting claims")
}

// DecideClaim gives the place to the structure that asked, or says why not. It
// returns ErrNoClaim, ErrNotKnown when another got it meanwhile, or refused fields.
func (s *Service) DecideClaim(ctx context.Context, actor identity.Actor, id uuid.UUID, accept bool, answer string) error {
	if err := actor.May(identity.PlatformDecide); err != nil {
		return err
	}
	answer = strings.TrimSpace(answer)
	err := s.db.InPlatform(ctx, actor, "lieu demandé", func(tx *postgres.Tx) error {
		c, err := postgres.One[Claim](ctx, tx, claimSelect+` WHERE c.id = @id AND c.state = 'attente' FOR UPDATE OF c`, postgres.Args{"id": id})
		if errors.Is(err, postgres.ErrNoRow) {
			return ErrNoClaim
		}
		if err != nil {
			return err
		}
		if !accept && (answer == "" || len([]rune(answer)) > 1000) {
			return fault.Field("reponse", "Dites à la structure pourquoi, en quelques mots.")
		}
		state := ClaimRefused
		if accept {
			state = ClaimAccepted
			if err := takePlace(ctx, tx, actor, c.StructureID, c.PlaceID); err != nil {
				return err
			}
		}
		err = postgres.Must(ctx, tx, `UPDATE place_claims SET state = @state, answer = @answer, decided_at = @now, decided_by = @by WHERE structure_id = @structure AND id = @id`,
			postgres.Args{"state": state, "answer": answer, "now": tx.Now(), "by": actor.AccountID, "structure": c.StructureID, "id": id})
		if err != nil {
			return err
		}
		act := map[bool]string{true: "lieu recensé accordé", false: "lieu recensé refusé"}[accept]
		if err := audit.Record(ctx, tx, actor, audit.Act{Name: act, SubjectKind: "lieu", SubjectID: c.PlaceID, Parties: []uuid.UUID{c.StructureID}, Detail: map[string]any{"réponse": answer}}); err != nil {
			return err
		}
		return s.tellPlaceTeam(ctx, tx, c.StructureID, claimLetter(c, accept, answer))
	})
	return fault.Wrap(err, "decide claim")
}

func claimLetter(c Claim, accept bool, answer string) letter {
	if accept {
		return letter{"Le lieu «\u00a0" + c.PlaceName + "\u00a0» est à vous",
			[]string{"Vous pouvez maintenant compléter sa page. Choisissez ses services\u00a0: il sera affiché parmi les lieux qui acceptent les chèques."},
			"Compléter ce lieu", "/structure/lieux/" + c.PlaceID.String()}
	}
	return letter{"Le lieu «\u00a0" + c.PlaceName + "\u00a0» ne vous est pas rattaché",
		[]string{"L’opérateur n’a pas pu vérifier que ce lieu est le vôtre.", "Motif\u00a0: " + answer}, "Voir vos lieux", "/structure/lieux"}
}

// ClaimNotice is the job that tells the operator of a claim.
type ClaimNotice struct {
	StructureID uuid.UUID `json:"structure_id"`
	ClaimID     uuid.UUID `json:"claim_id"`
}

// Kind names the job.
func (ClaimNotice) Kind() string { return "structure_claim_notice" }

type claimTeller struct {
	river.WorkerDefaults[ClaimNotice]
	service *Service
}

// Work tells, once.
func (w *claimTeller) Work(ctx context.Context, job *river.Job[ClaimNotice]) error {
	return w.service.TellClaim(ctx, job.Args)
}

// TellClaim writes to the operator of a claim that still waits.
func (s *Service) TellClaim(ctx context.Context, n ClaimNotice) error {
	if s.OperatorEmail == "" {
		return nil
	}
	err := s.db.InPlatform(ctx, postgres.System{}, "", func(tx *postgres.Tx) error {
		c, err := postgres.One[Claim](ctx, tx, claimSelect+` WHERE c.structure_id = @structure AND c.id = @id AND c.state = 'attente'`,
			postgres.Args{"structure": n.StructureID, "id": n.ClaimID})
		if errors.Is(err, postgres.ErrNoRow) {
			return nil
		}
		if err != nil {
			return err
		}
		return s.post(ctx, tx, s.OperatorEmail, letter{"Une structure dit qu’un lieu est le sien",
			[]string{c.StructureName + " demande le lieu recensé «\u00a0" + c.PlaceName + "\u00a0», " + c.PlaceAddress + "."}, "Voir la demande", "/admin/structures/signalements"})
	})
	return fault.Wrap(err, "tell of a claim")
}
