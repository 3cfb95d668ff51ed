package delegation

import (
	"context"
	"errors"
	"strings"
	"time"

	"github.com/google/uuid"

	"passnum/internal/audit"
	"passnum/internal/fault"
	"passnum/internal/identity"
	"passnum/internal/organisation"
	"passnum/internal/postgres"
)

// Order is what a hub reads of an order: what it is for and how far it went,
// never an amount.
type Order struct {
	Number             string
	Title              string
	State              string
	PublicCible        string
	Documents          string
	ValidUntil         time.Time
	AcceptedStructures string
	PerimeterCodes     []string
	Entries            []int16
	Carnets            int
	ChequesPerCarnet   int
	InStock            int
	HandedOver         int
	Started            int // carnets of which a chèque was used
	ChequesUsed        int
}

// Point is a point of distribution that holds, held or awaits carnets of it.
type Point struct {
	PointID      uuid.UUID
	Aiguilleur   string
	Name         string
	Town         string
	Referent     string
	Email        string
	Phone        string
	OpeningHours string
	Closed       bool
	Expected     int // carnets on their way
	InStock      int
	HandedOver   int
	Started      int
	LastHandover *time.Time
}

// Structure is one that took its chèques, that may, or that was agreed to.
type Structure struct {
	StructureID uuid.UUID
	Name        string
	Town        string
	Places      int
	Email       string // a published one
	AgreedAt    *time.Time
	LeavesOn    *time.Time
	ChequesUsed int
	LastUsed    *time.Time
}

// Request is a structure that asks the commanditaire to be agreed.
type Request struct {
	ID          uuid.UUID
	StructureID uuid.UUID
	Name        string
	Town        string
	Message     string
	AskedAt     time.Time
	Places      int
}

// Followed is everything a hub reads of a delegation. Once it is over, nothing
// but the delegation itself and what the hub wrote.
type Followed struct {
	Delegation
	Live       bool
	Order      Order
	Points     []Point
	Structures []Structure
	Requests   []Request
	Messages   []Message
}

// mostStructures bounds what a sheet lists and whom a message reaches: more than
// the whole network.
const mostStructures = 20_000

const hubColumns = `d.commanditaire_id, g.name AS commanditaire, d.id, d.order_id, coalesce(o.number, '') AS order_number, coalesce(o.title, '') AS order_title, d.hub_id, h.name AS hub,
	d.starts_on, d.ends_on, d.may_invite, d.may_decide, d.purpose, d.created_at, d.created_by_name, d.withdrawn_at, d.withdrawn_by_name, d.withdrawn_reason`

const hubFrom = ` FROM delegations d JOIN organisations g ON g.id = d.commanditaire_id JOIN organisations h ON h.id = d.hub_id
	LEFT JOIN LATERAL delegated_order(d.id, @today) o ON true `

// Received lists what was delegated to the actor's organisation, what is live first.
func (s *Service) Received(ctx context.Context, actor identity.Actor) ([]Delegation, error) {
	if err := actor.May(identity.HubRead); err != nil {
		return nil, err
	}
	var list []Delegation
	err := s.db.InOrganisation(ctx, actor, func(tx *postgres.Tx) (err error) {
		list, err = postgres.All[Delegation](ctx, tx, `SELECT `+hubColumns+hubFrom+`
			WHERE d.hub_id = @me ORDER BY d.withdrawn_at IS NOT NULL OR d.ends_on < @today, d.ends_on, d.id`,
			postgres.Args{"me": actor.OrganisationID, "today": tx.Today()})
		return err
	})
	return list, fault.Wrap(err, "list delegations received")
}

// Follow reads what a hub may know of a delegation today; ErrNotFound.
func (s *Service) Follow(ctx context.Context, actor identity.Actor, id uuid.UUID) (Followed, error) {
	if err := actor.May(identity.HubRead); err != nil {
		return Followed{}, err
	}
	var f Followed
	err := s.db.InOrganisation(ctx, actor, func(tx *postgres.Tx) (err error) {
		if f.Delegation, err = received(ctx, tx, actor, id); err != nil {
			return err
		}
		if f.Messages, err = messagesOf(ctx, tx, f.Delegation); err != nil {
			return err
		}
		f.Live = f.State(tx.Today()) == Live
		if !f.Live {
			return nil
		}
		return f.read(ctx, tx)
	})
	return f, fault.Wrap(err, "follow delegation")
}

func (f *Followed) read(ctx context.Context, tx *postgres.Tx) (err error) {
	args := postgres.Args{"id": f.ID, "today": tx.Today()}
	f.Order, err = postgres.One[Order](ctx, tx, `SELECT * FROM delegated_order(@id, @today)`, args)
	if errors.Is(err, postgres.ErrNoRow) {
		return ErrOver // withdrawn since it was read
	}
	if err != nil {
		return err
	}
	if f.Points, err = postgres.All[Point](ctx, tx, `SELECT * FROM delegated_points(@id, @today)`, args); err != nil {
		return err
	}
	if f.Structures, err = postgres.All[Structure](ctx, tx, `SELECT * FROM delegated_structures(@id, @today, @limit)`,
		postgres.Args{"id": f.ID, "today": tx.Today(), "limit": mostStructures}); err != nil {
		return err
	}
	f.Requests, err = postgres.All[Request](ctx, tx, `SELECT * FROM delegated_requests(@id, @today)`, args)
	return err
}

func received(ctx context.Context, tx *postgres.Tx, actor identity.Actor, id uuid.UUID) (Delegation, error) {
	d, err := postgres.One[Delegation](ctx, tx, `SELECT `+hubColumns+hubFrom+` WHERE d.hub_id = @me AND d.id = @id`,
		postgres.Args{"me": actor.OrganisationID, "id": id, "today": tx.Today()})
	if errors.Is(err, postgres.ErrNoRow) {
		return d, ErrNotFound
	}
	return d, err
}

// Answer agrees to a structure that asked, or refuses it with a reason, in the
// commanditaire's name; either is told. ErrNotFound, ErrOver, ErrNotAllowed, ErrNoRequest.
func (s *Service) Answer(ctx context.Context, actor identity.Actor, id, request uuid.UUID, accept bool, reason string) error {
	if err := actor.May(identity.HubWrite); err != nil {
		return err
	}
	reason = strings.TrimSpace(reason)
	err := s.db.InOrganisation(ctx, actor, func(tx *postgres.Tx) error {
		d, err := received(ctx, tx, actor, id)
		switch {
		case err != nil:
			return err
		case d.State(tx.Today()) != Live:
			return ErrOver
		case !d.MayDecide:
			return ErrNotAllowed
		}
		if err := s.waiting(ctx, tx, d, request); err != nil {
			return err
		}
		if !accept && (reason == "" || len([]rune(reason)) > 600) {
			return fault.Field("motif", "Écrivez le motif, en 600 caractères au plus\u00a0: la structure le recevra tel quel.")
		}
		structure, err := postgres.Value[*uuid.UUID](ctx, tx, `SELECT answer_delegated_request(@id, @request, @accept, @reason, @account, @name, @now, @today)`,
			postgres.Args{"id": id, "request": request, "accept": accept, "reason": reason, "account": actor.AccountID, "name": actor.Name, "now": tx.Now(), "today": tx.Today()})
		if err != nil {
			return err
		}
		if structure == nil {
			return ErrNoRequest
		}
		return s.tellAnswer(ctx, tx, actor, d, *structure, accept, reason)
	})
	return fault.Wrap(err, "answer affiliation request")
}

func (s *Service) waiting(ctx context.Context, tx *postgres.Tx, d Delegation, request uuid.UUID) error {
	known, err := postgres.Value[bool](ctx, tx, `SELECT EXISTS (SELECT 1 FROM delegated_requests(@id, @today) r WHERE r.id = @request)`,
		postgres.Args{"id": d.ID, "today": tx.Today(), "request": request})
	if err == nil && !known {
		return ErrNoRequest
	}
	return err
}

func (s *Service) tellAnswer(ctx context.Context, tx *postgres.Tx, actor identity.Actor, d Delegation, structure uuid.UUID, accept bool, reason string) error {
	name, subject := "affiliation acceptée", d.Commanditaire+" vous agrée"
	body := []string{d.Hub + ", pour " + d.Commanditaire + ", accepte votre demande d’affiliation. Vous pouvez prendre les chèques de ses commandes limitées aux structures agréées."}
	if !accept {
		name, subject = "affiliation refusée", d.Commanditaire+" n’accepte pas votre demande d’affiliation"
		body = []string{d.Hub + ", pour " + d.Commanditaire + ", n’accepte pas votre demande d’affiliation.", "Motif\u00a0: " + reason}
	}
	act := audit.Act{Name: name, SubjectKind: "structure", SubjectID: structure, Parties: []uuid.UUID{d.CommanditaireID, structure}, Detail: map[string]any{"par": d.Hub, "motif": reason}}
	if err := audit.Record(ctx, tx, actor, act); err != nil {
		return err
	}
	return organisation.Tell(ctx, tx, s.Queue, organisation.Letter{To: structure, Subject: subject, Body: body, Label: "Voir vos affiliations", Path: "/structure/affiliations"})
}
