package order

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"

	"passnum/internal/fault"
	"passnum/internal/identity"
	"passnum/internal/money"
	"passnum/internal/postgres"
)

// Filter narrows a list of orders. Zero values filter nothing.
type Filter struct {
	States []State
	Query  string    // in the number, the title or the commanditaire's name
	After  uuid.UUID // the last one of the page before
	Limit  int       // 20 when zero
}

// Summary is an order as a list shows it.
type Summary struct {
	ID              uuid.UUID
	CommanditaireID uuid.UUID
	Commanditaire   string
	Number          string
	Title           string
	State           State
	Carnets         int
	PerCarnet       int
	FaceValue       money.Cents
	Share           money.Cents // what the reader co-funds, in Funded
	Attested        money.Cents
	Active          money.Cents
	ValidUntil      time.Time
	UpdatedAt       time.Time
}

// Face is the face value ordered.
func (s Summary) Face() money.Cents {
	return s.FaceValue * money.Cents(s.PerCarnet) * money.Cents(s.Carnets)
}

// Page is one page of a list; Next is the cursor of the following one.
type Page struct {
	Orders []Summary
	Next   uuid.UUID // Nil at the end
}

// List gives the orders of the actor's own organisation, newest first.
func (s *Service) List(ctx context.Context, actor identity.Actor, f Filter) (Page, error) {
	if err := actor.May(identity.OrderRead); err != nil {
		return Page{}, err
	}
	var page Page
	err := s.db.InOrganisation(ctx, actor, func(tx *postgres.Tx) (err error) {
		page, err = list(ctx, tx, f, `o.commanditaire_id = @me`, actor.OrganisationID)
		return err
	})
	return page, err
}

// Funded gives the orders of others that the actor's organisation co-funds.
func (s *Service) Funded(ctx context.Context, actor identity.Actor, f Filter) (Page, error) {
	if err := actor.May(identity.FundedRead); err != nil {
		return Page{}, err
	}
	var page Page
	err := s.db.InOrganisation(ctx, actor, func(tx *postgres.Tx) (err error) {
		page, err = list(ctx, tx, f, `o.commanditaire_id <> @me AND @me = ANY (o.funder_ids) AND o.state <> 'brouillon'`, actor.OrganisationID)
		return err
	})
	return page, err
}

// ListForOperator gives everybody's orders, newest first, drafts apart.
func (s *Service) ListForOperator(ctx context.Context, actor identity.Actor, f Filter) (Page, error) {
	if err := actor.May(identity.PlatformRead); err != nil {
		return Page{}, err
	}
	var page Page
	err := s.db.InPlatform(ctx, actor, "liste des commandes", func(tx *postgres.Tx) (err error) {
		page, err = list(ctx, tx, f, `(o.state <> 'brouillon' OR o.number <> '') AND o.commanditaire_id <> @me`, uuid.Nil)
		return err
	})
	return page, err
}

// list reads one page; who is a fixed condition on @me.
func list(ctx context.Context, tx *postgres.Tx, f Filter, who string, me uuid.UUID) (Page, error) {
	if f.Limit <= 0 {
		f.Limit = 20
	}
	var states []string
	for _, state := range f.States {
		states = append(states, string(state))
	}
	var after *uuid.UUID
	if f.After != uuid.Nil {
		after = &f.After
	}
	orders, err := postgres.All[Summary](ctx, tx, `
		SELECT o.id, o.commanditaire_id, g.name AS commanditaire, o.number, o.title, o.state, o.carnets, o.cheques_per_carnet AS per_carnet,
			o.face_value_cents AS face_value, coalesce(f.share_cents, 0) AS share, o.attested_cents AS attested, o.active_cents AS active,
			o.valid_until, o.updated_at
		FROM orders o JOIN organisations g ON g.id = o.commanditaire_id
		LEFT JOIN order_cofunders f ON f.commanditaire_id = o.commanditaire_id AND f.order_id = o.id AND f.organisation_id = @me
		WHERE `+who+`
			AND (@states::text[] IS NULL OR o.state = ANY (@states))
			AND (@q = '' OR strpos(lower(o.number || ' ' || o.title || ' ' || g.name), lower(@q)) > 0)
			AND (@after::uuid IS NULL OR o.id < @after)
		ORDER BY o.id DESC LIMIT @limit`,
		postgres.Args{"me": me, "states": states, "q": f.Query, "after": after, "limit": f.Limit + 1})
	if err != nil {
		return Page{}, fmt.Errorf("list orders: %w", err)
	}
	page := Page{Orders: orders}
	if len(orders) > f.Limit {
		page.Orders = orders[:f.Limit]
		page.Next = orders[f.Limit-1].ID
	}
	return page, nil
}

// Count is how many orders are at a state.
type Count struct {
	State  State
	Orders int
}

// CountForOperator tells how many orders wait at each state.
func (s *Service) CountForOperator(ctx context.Context, actor identity.Actor) (map[State]int, error) {
	if err := actor.May(identity.PlatformRead); err != nil {
		return nil, err
	}
	counts := map[State]int{}
	err := s.db.InPlatform(ctx, actor, "commandes par étape", func(tx *postgres.Tx) error {
		rows, err := postgres.All[Count](ctx, tx, `SELECT state, count(*)::int AS orders FROM orders WHERE state <> 'brouillon' GROUP BY state`, nil)
		for _, row := range rows {
			counts[row.State] = row.Orders
		}
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("count orders: %w", err)
	}
	return counts, nil
}

// File is a document with its content.
type File struct {
	Name      string
	MediaType string
	Content   []byte
}

var errNoFile = fault.New(fault.KindNotFound, "Ce document n’existe pas.")

// File reads a document of an order the actor's organisation may read.
func (s *Service) File(ctx context.Context, actor identity.Actor, order, document uuid.UUID) (File, error) {
	if _, err := s.Order(ctx, actor, order); err != nil {
		return File{}, err
	}
	var f File
	err := s.db.InOrganisation(ctx, actor, func(tx *postgres.Tx) (err error) {
		f, err = readFile(ctx, tx, order, document)
		return err
	})
	return f, err
}

// FileForOperator is File for the operator.
func (s *Service) FileForOperator(ctx context.Context, actor identity.Actor, order, document uuid.UUID) (File, error) {
	if err := actor.May(identity.PlatformRead); err != nil {
		return File{}, err
	}
	var f File
	err := s.db.InPlatform(ctx, actor, "document d’une commande", func(tx *postgres.Tx) (err error) {
		f, err = readFile(ctx, tx, order, document)
		return err
	})
	return f, err
}

func readFile(ctx context.Context, tx *postgres.Tx, order, document uuid.UUID) (File, error) {
	f, err := postgres.One[File](ctx, tx, `SELECT name, media_type, content FROM documents WHERE id = @id AND subject_id = @order`,
		postgres.Args{"id": document, "order": order})
	if errors.Is(err, postgres.ErrNoRow) {
		return File{}, errNoFile
	}
	if err != nil {
		return File{}, fmt.Errorf("read document: %w", err)
	}
	return f, nil
}
