package custody

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/google/uuid"

	"passnum/internal/audit"
	"passnum/internal/carnet"
	"passnum/internal/fault"
	"passnum/internal/identity"
	"passnum/internal/postgres"
)

// The states of a replenishment request.
const (
	RequestSent      = "envoyee"
	RequestAccepted  = "acceptee" // a transfer is on its way
	RequestRefused   = "refusee"
	RequestWithdrawn = "annulee"
	RequestServed    = "servie"
)

// Request is a point asking a commanditaire for carnets.
type Request struct {
	CommanditaireID uuid.UUID
	Commanditaire   string
	ID              uuid.UUID
	AiguilleurID    uuid.UUID
	Aiguilleur      string
	PointID         uuid.UUID
	PointLabel      string
	Carnets         int
	Proposed        int
	InStock         int
	Note            string
	State           string
	RequestedAt     time.Time
	RequestedByName string
	AnsweredAt      *time.Time
	AnsweredByName  string
	Reason          string
	TransferID      *uuid.UUID
}

// Asking is what a point asks for.
type Asking struct {
	Key             string
	CommanditaireID uuid.UUID
	PointID         uuid.UUID
	Count           int
	Note            string
}

// The refusals of a request.
var (
	ErrRequestNotFound = fault.New(fault.KindNotFound, "Cette demande n’existe pas, ou elle ne vous concerne pas.")
	ErrAlreadyAsked    = fault.New(fault.KindConflict, "Une demande de ce point attend déjà une réponse.")
	ErrAnswered        = fault.New(fault.KindConflict, "Cette demande a déjà reçu une réponse.")
)

// weeks is how far back a pace is measured, and how long a proposal should last.
const weeks = 4

// Propose is how many carnets to ask for: enough for the pace of the last weeks,
// twice as long, rounded up to ten.
func Propose(lastWeeks, inStock int) int {
	need := max(2*lastWeeks-inStock, 10)
	return (need + 9) / 10 * 10
}

// Need is what a point holds of a commanditaire's carnets, its pace, and what it
// could ask for.
type Need struct {
	CommanditaireID uuid.UUID
	Commanditaire   string
	PointID         uuid.UUID
	Point           string
	InStock         int
	Coming          int
	LastWeeks       int // handed over in the last four weeks
	Low             bool
	Waiting         bool // a request is not answered yet
}

// Proposed is how many carnets to ask for.
func (n Need) Proposed() int { return Propose(n.LastWeeks, n.InStock+n.Coming) }

// Needs lists, for each point of the actor and each commanditaire whose carnets
// it held, what it could ask for; the lowest stocks first.
func (s *Service) Needs(ctx context.Context, actor identity.Actor) ([]Need, error) {
	var needs []Need
	err := s.in(ctx, actor, CounterDesk, false, "besoins en carnets", func(tx *postgres.Tx) (err error) {
		needs, err = postgres.All[Need](ctx, tx, levels+`
			SELECT l.commanditaire_id, g.name AS commanditaire, l.point_id, p.name AS point, sum(l.in_stock)::int AS in_stock, sum(l.coming)::int AS coming,
				sum(l.last_weeks)::int AS last_weeks, bool_or(l.low) AS low,
				EXISTS (SELECT 1 FROM stock_requests r WHERE r.commanditaire_id = l.commanditaire_id AND r.point_id = l.point_id AND r.state = 'envoyee') AS waiting
			FROM levels l JOIN organisations g ON g.id = l.commanditaire_id JOIN points p ON p.id = l.point_id
			WHERE l.aiguilleur_id = @me AND p.closed_at IS NULL
			GROUP BY l.commanditaire_id, g.name, l.point_id, p.name
			ORDER BY low DESC, in_stock, p.name`, postgres.Args{"me": actor.OrganisationID, "since": tx.Now().AddDate(0, 0, -7*weeks)})
		return err
	})
	return needs, err
}

// Ask asks a commanditaire for carnets. The same key asks once; a point has one
// request at a time with each commanditaire.
func (s *Service) Ask(ctx context.Context, actor identity.Actor, a Asking) (Request, error) {
	var c fault.Collector
	c.Check(a.Key != "" && len(a.Key) <= 200, "cle", ErrKeyMissing.Fields[0].Sentence)
	c.Check(a.Count >= 1 && a.Count <= 100_000, "carnets", "Écrivez combien de carnets vous demandez, 1 au moins.")
	c.Check(len([]rune(a.Note)) <= 500, "note", "Raccourcissez la remarque\u00a0: 500 signes au plus.")
	if err := c.Err(); err != nil {
		return Request{}, err
	}
	id := postgres.NewID()
	err := s.in(ctx, actor, CounterDesk, true, "demande de carnets", func(tx *postgres.Tx) error {
		return s.ask(ctx, tx, actor, id, a)
	})
	switch postgres.Constraint(err) {
	case "stock_requests_key_once":
		return s.asked(ctx, actor, a.Key)
	case "stock_requests_one_open":
		if first, again := s.asked(ctx, actor, a.Key); again == nil {
			return first, nil
		}
		return Request{}, ErrAlreadyAsked
	}
	if err != nil {
		return Request{}, err
	}
	return s.asked(ctx, actor, a.Key)
}

func (s *Service) ask(ctx context.Context, tx *postgres.Tx, actor identity.Actor, id uuid.UUID, a Asking) error {
	type level struct {
		Name                       string
		InStock, Coming, LastWeeks int
	}
	l, err := postgres.One[level](ctx, tx, levels+`
		SELECT p.name, coalesce(sum(l.in_stock), 0)::int AS in_stock, coalesce(sum(l.coming), 0)::int AS coming, coalesce(sum(l.last_weeks), 0)::int AS last_weeks
		FROM points p JOIN levels l ON l.point_id = p.id AND l.commanditaire_id = @commanditaire
		WHERE p.aiguilleur_id = @me AND p.id = @point AND p.closed_at IS NULL GROUP BY p.name`,
		postgres.Args{"me": actor.OrganisationID, "point": a.PointID, "commanditaire": a.CommanditaireID, "since": tx.Now().AddDate(0, 0, -7*weeks)})
	if errors.Is(err, postgres.ErrNoRow) {
		return fault.Field("point", "Ce point n’a jamais eu de carnets de ce commanditaire\u00a0: demandez-lui une première livraison.")
	}
	if err != nil {
		return fmt.Errorf("read level: %w", err)
	}
	_, err = postgres.Do(ctx, tx, `
		INSERT INTO stock_requests (commanditaire_id, id, aiguilleur_id, point_id, point_label, carnets, proposed, in_stock, note, requested_at, requested_by, requested_by_name, idempotency_key)
		VALUES (@commanditaire, @id, @me, @point, @label, @carnets, @proposed, @stock, @note, @now, @account, @name, @key)`,
		postgres.Args{"commanditaire": a.CommanditaireID, "id": id, "me": actor.OrganisationID, "point": a.PointID, "label": l.Name, "carnets": a.Count,
			"proposed": Propose(l.LastWeeks, l.InStock+l.Coming), "stock": l.InStock, "note": strings.TrimSpace(a.Note), "now": tx.Now(),
			"account": actor.Account(), "name": actor.Name, "key": a.Key})
	if err != nil {
		return err
	}
	err = audit.Record(ctx, tx, actor, audit.Act{Name: "demande de carnets", SubjectKind: "demande", SubjectID: id, Parties: []uuid.UUID{a.CommanditaireID},
		Detail: map[string]any{"point": l.Name, "carnets": a.Count}})
	if err != nil {
		return err
	}
	return s.notify(ctx, tx, Notice{Event: EventAsked, CommanditaireID: a.CommanditaireID, SubjectID: id})
}

const requestSelect = `
	SELECT r.commanditaire_id, g.name AS commanditaire, r.id, r.aiguilleur_id, a.name AS aiguilleur, r.point_id, r.point_label, r.carnets, r.proposed, r.in_stock,
		r.note, r.state, r.requested_at, r.requested_by_name, r.answered_at, r.answered_by_name, r.reason, r.transfer_id
	FROM stock_requests r JOIN organisations g ON g.id = r.commanditaire_id JOIN organisations a ON a.id = r.aiguilleur_id
	WHERE (@desk = 'operateur' OR @desk = 'commanditaire' AND r.commanditaire_id = @me OR @desk = 'aiguilleur' AND r.aiguilleur_id = @me)`

func (s *Service) asked(ctx context.Context, actor identity.Actor, key string) (Request, error) {
	var r Request
	err := s.in(ctx, actor, CounterDesk, false, "lecture d’une demande de carnets", func(tx *postgres.Tx) (err error) {
		r, err = postgres.One[Request](ctx, tx, requestSelect+` AND r.idempotency_key = @key`, CounterDesk.args(actor, postgres.Args{"key": key}))
		return err
	})
	return r, err
}

// Requests lists what was asked, unanswered first, then the latest.
func (s *Service) Requests(ctx context.Context, actor identity.Actor, desk Desk) ([]Request, error) {
	var list []Request
	err := s.in(ctx, actor, desk, false, "demandes de carnets", func(tx *postgres.Tx) (err error) {
		list, err = postgres.All[Request](ctx, tx, requestSelect+`
			ORDER BY r.state <> 'envoyee', CASE WHEN r.state = 'envoyee' THEN r.requested_at END, r.requested_at DESC, r.id LIMIT 200`, desk.args(actor, nil))
		return err
	})
	return list, err
}

// Request finds one request; ErrRequestNotFound.
func (s *Service) Request(ctx context.Context, actor identity.Actor, desk Desk, id uuid.UUID) (Request, error) {
	var r Request
	err := s.in(ctx, actor, desk, false, "lecture d’une demande de carnets", func(tx *postgres.Tx) (err error) {
		r, err = findRequest(ctx, tx, actor, desk, id)
		return err
	})
	return r, err
}

func findRequest(ctx context.Context, tx *postgres.Tx, actor identity.Actor, desk Desk, id uuid.UUID) (Request, error) {
	r, err := postgres.One[Request](ctx, tx, requestSelect+` AND r.id = @id`, desk.args(actor, postgres.Args{"id": id}))
	if errors.Is(err, postgres.ErrNoRow) {
		return r, ErrRequestNotFound
	}
	return r, err
}

// Refuse answers a request with a reason; ErrAnswered.
func (s *Service) Refuse(ctx context.Context, actor identity.Actor, id uuid.UUID, reason string) error {
	reason = strings.TrimSpace(reason)
	if reason == "" || len([]rune(reason)) > 500 {
		return fault.Field("motif", "Dites pourquoi, en 500 signes au plus\u00a0: le guichet le lira.")
	}
	return s.close(ctx, actor, CommanditaireDesk, id, RequestRefused, reason)
}

// Withdraw takes a request back before it is answered; ErrAnswered.
func (s *Service) Withdraw(ctx context.Context, actor identity.Actor, id uuid.UUID) error {
	return s.close(ctx, actor, CounterDesk, id, RequestWithdrawn, "")
}

func (s *Service) close(ctx context.Context, actor identity.Actor, desk Desk, id uuid.UUID, state, reason string) error {
	return s.in(ctx, actor, desk, true, "réponse à une demande de carnets", func(tx *postgres.Tx) error {
		r, err := findRequest(ctx, tx, actor, desk, id)
		if err != nil {
			return err
		}
		if err := closeRequest(ctx, tx, actor, r.CommanditaireID, id, state, reason, nil); err != nil {
			return err
		}
		err = audit.Record(ctx, tx, actor, audit.Act{Name: "réponse à une demande de carnets", SubjectKind: "demande", SubjectID: id,
			Parties: []uuid.UUID{r.CommanditaireID, r.AiguilleurID}, Detail: map[string]any{"réponse": state, "motif": reason}})
		if err != nil || state == RequestWithdrawn {
			return err
		}
		return s.notify(ctx, tx, Notice{Event: EventAnswered, CommanditaireID: r.CommanditaireID, SubjectID: id})
	})
}

func closeRequest(ctx context.Context, tx *postgres.Tx, actor identity.Actor, commanditaire, id uuid.UUID, state, reason string, transfer *uuid.UUID) error {
	n, err := postgres.Do(ctx, tx, `
		UPDATE stock_requests SET state = @state, answered_at = @now, answered_by_name = @name, reason = @reason, transfer_id = @transfer
		WHERE commanditaire_id = @commanditaire AND id = @id AND state = 'envoyee'`,
		postgres.Args{"state": state, "now": tx.Now(), "name": actor.Name, "reason": reason, "transfer": transfer, "commanditaire": commanditaire, "id": id})
	if err != nil {
		return fmt.Errorf("answer request: %w", err)
	}
	if n != 1 {
		return ErrAnswered
	}
	return nil
}

// answer ties a transfer to the request it serves.
func answer(ctx context.Context, tx *postgres.Tx, actor identity.Actor, d carnet.Dispatch) error {
	if d.RequestID == nil {
		return nil
	}
	return closeRequest(ctx, tx, actor, d.CommanditaireID, *d.RequestID, RequestAccepted, "", &d.ID)
}
