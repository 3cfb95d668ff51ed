package organisation

import (
	"context"
	"errors"
	"strings"
	"time"

	"github.com/google/uuid"

	"passnum/internal/audit"
	"passnum/internal/fault"
	"passnum/internal/french"
	"passnum/internal/identity"
	"passnum/internal/postgres"
)

// RequestState is where a request stands.
type RequestState string

// The states of a request.
const (
	Asked    RequestState = "demandee"
	Accepted RequestState = "acceptee"
	Refused  RequestState = "refusee"
)

// Request is an organisation asking for a capacity.
type Request struct {
	ID             uuid.UUID
	OrganisationID uuid.UUID
	Name           string
	SIRET          string
	Kind           Kind
	Town           string
	Capacity       Capacity
	Message        string
	RequestedBy    uuid.UUID
	RequestedAt    time.Time
	State          RequestState
	DecidedAt      *time.Time
	Reason         string
}

const requestColumns = `r.id, r.organisation_id, o.name, o.siret, o.kind, o.town, r.capacity, r.message, r.requested_by, r.requested_at,
	r.state, r.decided_at, r.reason`

// RequestCapacity asks the operator for one more capacity. It returns
// ErrGranted or ErrAsked when there is nothing to ask.
func (s *Service) RequestCapacity(ctx context.Context, actor identity.Actor, capacity Capacity, message string) error {
	if err := actor.May(identity.OrganisationEdit); err != nil {
		return err
	}
	message = strings.TrimSpace(message)
	var c fault.Collector
	c.Check(capacity.Known(), "capacite", "Choisissez ce que vous voulez faire.")
	c.Check(len([]rune(message)) <= 2000, "message", "Raccourcissez ce message\u00a0: 2\u202f000 caractères au plus.")
	if err := c.Err(); err != nil {
		return err
	}
	err := s.db.InOrganisation(ctx, actor, func(tx *postgres.Tx) error {
		o, err := byID(ctx, tx, actor.OrganisationID)
		if err != nil {
			return err
		}
		if o.Has(capacity) {
			return ErrGranted
		}
		if err := insertRequest(ctx, tx, o.ID, actor.AccountID, capacity, message); err != nil {
			return err
		}
		act := audit.Act{Name: "demande de possibilité", SubjectKind: "organisation", SubjectID: o.ID, Detail: map[string]any{"demande": capacity}}
		if err := audit.Record(ctx, tx, actor, act); err != nil {
			return err
		}
		return s.tellOperator(ctx, tx, letter{
			subject: o.Name + " demande une nouvelle possibilité",
			body:    []string{o.Name + " demande à\u00a0: " + french.Small(capacity.Promise()) + "."},
			label:   "Voir les demandes", path: "/admin/demandes",
		})
	})
	return fault.Wrap(err, "request capacity")
}

// OwnRequests lists what the actor's organisation asked for, newest first.
func (s *Service) OwnRequests(ctx context.Context, actor identity.Actor) ([]Request, error) {
	if err := actor.May(identity.TeamRead); err != nil {
		return nil, err
	}
	var list []Request
	err := s.db.InOrganisation(ctx, actor, func(tx *postgres.Tx) (err error) {
		list, err = requestsOf(ctx, tx, actor.OrganisationID)
		return err
	})
	return list, fault.Wrap(err, "list own requests")
}

func requestsOf(ctx context.Context, tx *postgres.Tx, organisation uuid.UUID) ([]Request, error) {
	return postgres.All[Request](ctx, tx, `
		SELECT `+requestColumns+` FROM capacity_requests r JOIN organisations o ON o.id = r.organisation_id
		WHERE r.organisation_id = @organisation ORDER BY r.requested_at DESC, r.id DESC`, postgres.Args{"organisation": organisation})
}

// Waiting lists the requests that wait for the operator, the oldest first.
func (s *Service) Waiting(ctx context.Context, actor identity.Actor) ([]Request, error) {
	if err := actor.May(identity.PlatformRead); err != nil {
		return nil, err
	}
	var list []Request
	err := s.db.InPlatform(ctx, actor, "demandes d’adhésion", func(tx *postgres.Tx) (err error) {
		list, err = postgres.All[Request](ctx, tx, `
			SELECT `+requestColumns+` FROM capacity_requests r JOIN organisations o ON o.id = r.organisation_id
			WHERE r.state = 'demandee' ORDER BY r.requested_at, r.id`, nil)
		return err
	})
	return list, fault.Wrap(err, "list requests")
}

// Request reads one request, whatever its state; ErrNoRequest.
func (s *Service) Request(ctx context.Context, actor identity.Actor, id uuid.UUID) (Request, error) {
	if err := actor.May(identity.PlatformRead); err != nil {
		return Request{}, err
	}
	var r Request
	err := s.db.InPlatform(ctx, actor, "lecture d’une demande d’adhésion", func(tx *postgres.Tx) (err error) {
		r, err = requestByID(ctx, tx, id)
		return err
	})
	return r, fault.Wrap(err, "read request")
}

// Decision is the operator's answer to a request.
type Decision struct {
	Accept bool
	Reason string // motif, needed to refuse
}

// Decide answers a request: a capacity granted takes effect at once, a refusal
// carries its reason; either is told by mail to the people in charge. It
// returns ErrNoRequest or ErrDecided.
func (s *Service) Decide(ctx context.Context, actor identity.Actor, id uuid.UUID, d Decision) (Request, error) {
	if err := actor.May(identity.PlatformDecide); err != nil {
		return Request{}, err
	}
	d.Reason = strings.TrimSpace(d.Reason)
	if !d.Accept && d.Reason == "" {
		return Request{}, fault.Field("motif", "Écrivez le motif\u00a0: l’organisation le recevra tel quel.")
	}
	var r Request
	err := s.db.InPlatform(ctx, actor, "réponse à une demande d’adhésion", func(tx *postgres.Tx) (err error) {
		r, err = s.decide(ctx, tx, actor, id, d)
		return err
	})
	return r, fault.Wrap(err, "decide request")
}

func (s *Service) decide(ctx context.Context, tx *postgres.Tx, actor identity.Actor, id uuid.UUID, d Decision) (Request, error) {
	r, err := requestByID(ctx, tx, id)
	if err != nil {
		return r, err
	}
	r.State, r.Reason = Accepted, d.Reason
	if !d.Accept {
		r.State = Refused
	}
	n, err := postgres.Do(ctx, tx, `
		UPDATE capacity_requests SET state = @state, reason = @reason, decided_by = @account, decided_at = @now
		WHERE id = @id AND state = 'demandee'`,
		postgres.Args{"state": string(r.State), "reason": r.Reason, "account": actor.AccountID, "now": tx.Now(), "id": id})
	if err != nil {
		return r, err
	}
	if n == 0 {
		return r, ErrDecided
	}
	if d.Accept {
		if err := s.grant(ctx, tx, r); err != nil {
			return r, err
		}
	}
	act := audit.Act{Name: "demande " + map[bool]string{true: "acceptée", false: "refusée"}[d.Accept], SubjectKind: "organisation",
		SubjectID: r.OrganisationID, Parties: []uuid.UUID{r.OrganisationID}, Detail: map[string]any{"demande": r.Capacity, "motif": r.Reason}}
	if err := audit.Record(ctx, tx, actor, act); err != nil {
		return r, err
	}
	people, err := responsables(ctx, tx, r.OrganisationID)
	if err != nil {
		return r, err
	}
	return r, s.tellDecided(ctx, tx, r, people)
}

// grant sets one flag; the statements are written out because a column
// cannot be a parameter.
func (s *Service) grant(ctx context.Context, tx *postgres.Tx, r Request) error {
	statement := map[Capacity]string{
		Commanditaire: `UPDATE organisations SET is_commanditaire = true WHERE id = @id`,
		Aiguilleur:    `UPDATE organisations SET is_aiguilleur = true WHERE id = @id`,
		Structure:     `UPDATE organisations SET is_structure = true WHERE id = @id`,
		Hub:           `UPDATE organisations SET is_hub = true WHERE id = @id`,
	}[r.Capacity]
	if err := postgres.Must(ctx, tx, statement, postgres.Args{"id": r.OrganisationID}); err != nil {
		return fault.Wrap(err, "grant capacity")
	}
	if r.Capacity == Structure && s.StructureGranted != nil {
		return s.StructureGranted(ctx, tx, r.OrganisationID)
	}
	return nil
}

func requestByID(ctx context.Context, tx *postgres.Tx, id uuid.UUID) (Request, error) {
	r, err := postgres.One[Request](ctx, tx, `
		SELECT `+requestColumns+` FROM capacity_requests r JOIN organisations o ON o.id = r.organisation_id WHERE r.id = @id`,
		postgres.Args{"id": id})
	if errors.Is(err, postgres.ErrNoRow) {
		return r, ErrNoRequest
	}
	return r, fault.Wrap(err, "read request")
}
