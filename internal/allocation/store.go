package allocation

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"

	"passnum/internal/carnet"
	"passnum/internal/identity"
	"passnum/internal/postgres"
)

type planRow struct {
	CommanditaireID uuid.UUID
	ID              uuid.UUID
	OrderID         uuid.UUID
	OrderNumber     string
	OrderTitle      string
	OrderState      string
	Title           string
	Total           int
	Rule            []byte
	Shares          []byte
	CreatedAt       time.Time
	CreatedByName   string
	UpdatedAt       time.Time
	AppliedAt       *time.Time
	AppliedByName   string
	AppliedTo       string
}

const selectPlan = `
	SELECT p.commanditaire_id, p.id, p.order_id, o.number AS order_number, o.title AS order_title, o.state AS order_state, p.title, p.total,
		p.rule, p.shares, p.created_at, p.created_by_name, p.updated_at, p.applied_at, p.applied_by_name, p.applied_to
	FROM allocation_plans p JOIN orders o ON o.commanditaire_id = p.commanditaire_id AND o.id = p.order_id
	WHERE p.commanditaire_id = @me`

func (r planRow) plan() (Plan, error) {
	p := Plan{
		CommanditaireID: r.CommanditaireID, ID: r.ID, OrderID: r.OrderID, OrderNumber: r.OrderNumber, OrderTitle: r.OrderTitle, OrderState: r.OrderState,
		Title: r.Title, Total: r.Total, CreatedAt: r.CreatedAt, CreatedByName: r.CreatedByName, UpdatedAt: r.UpdatedAt,
		AppliedAt: r.AppliedAt, AppliedByName: r.AppliedByName, AppliedTo: r.AppliedTo,
	}
	if err := errors.Join(json.Unmarshal(r.Rule, &p.Rule), json.Unmarshal(r.Shares, &p.Shares)); err != nil {
		return p, fmt.Errorf("read plan %s: %w", r.ID, err)
	}
	return p, nil
}

func find(ctx context.Context, tx *postgres.Tx, actor identity.Actor, id uuid.UUID, lock string) (Plan, error) {
	row, err := postgres.One[planRow](ctx, tx, selectPlan+` AND p.id = @id`+lock, postgres.Args{"me": actor.OrganisationID, "id": id})
	if errors.Is(err, postgres.ErrNoRow) {
		return Plan{}, ErrNotFound
	}
	if err != nil {
		return Plan{}, err
	}
	return row.plan()
}

// mostPlans bounds the list of plans: a commanditaire makes a few a year.
const mostPlans = 100

func findAll(ctx context.Context, tx *postgres.Tx, actor identity.Actor) ([]Plan, error) {
	rows, err := postgres.All[planRow](ctx, tx, selectPlan+` ORDER BY p.updated_at DESC, p.id DESC LIMIT @limit`,
		postgres.Args{"me": actor.OrganisationID, "limit": mostPlans})
	if err != nil {
		return nil, err
	}
	list := make([]Plan, len(rows))
	for i, row := range rows {
		if list[i], err = row.plan(); err != nil {
			return nil, err
		}
	}
	return list, nil
}

func insert(ctx context.Context, tx *postgres.Tx, actor identity.Actor, p Plan) error {
	args, err := p.stored()
	if err != nil {
		return err
	}
	args["order"], args["title"], args["total"], args["rule"] = p.OrderID, p.Title, p.Total, mustJSON(p.Rule)
	args["now"], args["by"], args["name"] = tx.Now(), actor.AccountID, actor.Name
	_, err = postgres.Do(ctx, tx, `
		INSERT INTO allocation_plans (commanditaire_id, id, order_id, title, total, rule, shares, created_at, created_by, created_by_name, updated_at)
		VALUES (@commanditaire, @id, @order, @title, @total, @rule, @shares, @now, @by, @name, @now)`, args)
	return err
}

func update(ctx context.Context, tx *postgres.Tx, p Plan) error {
	args, err := p.stored()
	if err != nil {
		return err
	}
	args["now"], args["applied"], args["applied_by"], args["to"] = tx.Now(), p.AppliedAt, p.AppliedByName, p.AppliedTo
	return postgres.Must(ctx, tx, `
		UPDATE allocation_plans SET shares = @shares, updated_at = @now, applied_at = @applied, applied_by_name = @applied_by, applied_to = @to
		WHERE commanditaire_id = @commanditaire AND id = @id AND applied_at IS NULL`, args)
}

func (p Plan) stored() (postgres.Args, error) {
	shares, err := json.Marshal(p.Shares)
	if err != nil {
		return nil, err
	}
	return postgres.Args{"commanditaire": p.CommanditaireID, "id": p.ID, "shares": string(shares)}, nil
}

// mustJSON writes a rule, which always can be.
func mustJSON(r Rule) string {
	text, err := json.Marshal(r)
	if err != nil {
		panic(err)
	}
	return string(text)
}

// Order is an order whose carnets may be shared out.
type Order struct {
	ID      uuid.UUID
	Number  string
	Title   string
	State   string
	Carnets int
	Reserve int // in the commanditaire's own hands
}

const selectOrder = `
	SELECT o.id, o.number, o.title, o.state, o.carnets,
		(SELECT count(*) FROM carnets k WHERE k.commanditaire_id = o.commanditaire_id AND k.order_id = o.id AND ` + inReserve + `)::int AS reserve
	FROM orders o WHERE o.commanditaire_id = @me AND o.state <> 'annulee'`

// inReserve is a carnet that the commanditaire holds itself and may send.
const inReserve = `k.reserve AND k.state IN ('emis', 'retourne') AND k.transfer_id IS NULL AND k.case_id IS NULL`

func findOrders(ctx context.Context, tx *postgres.Tx, actor identity.Actor) ([]Order, error) {
	return postgres.All[Order](ctx, tx, selectOrder+` ORDER BY o.created_at DESC, o.id LIMIT 200`, postgres.Args{"me": actor.OrganisationID})
}

func findOrder(ctx context.Context, tx *postgres.Tx, actor identity.Actor, id uuid.UUID) (Order, error) {
	o, err := postgres.One[Order](ctx, tx, selectOrder+` AND o.id = @id`, postgres.Args{"me": actor.OrganisationID, "id": id})
	if errors.Is(err, postgres.ErrNoRow) {
		return o, ErrOrder
	}
	return o, err
}

// findPoints lists the open points under a live convention, or those among ids,
// all of which must be.
func findPoints(ctx context.Context, tx *postgres.Tx, actor identity.Actor, ids []uuid.UUID) ([]Share, error) {
	type row struct {
		PointID, AiguilleurID                   uuid.UUID
		Point, Aiguilleur, CommuneCode, Commune string
	}
	all := ids == nil
	if all {
		ids = []uuid.UUID{}
	}
	rows, err := postgres.All[row](ctx, tx, `
		SELECT p.id AS point_id, p.aiguilleur_id, p.name AS point, g.name AS aiguilleur, p.insee AS commune_code, p.town AS commune
		FROM points p JOIN organisations g ON g.id = p.aiguilleur_id
		WHERE p.closed_at IS NULL AND (@all::boolean OR p.id = ANY (@ids)) AND EXISTS (
			SELECT 1 FROM conventions c WHERE c.commanditaire_id = @me AND c.aiguilleur_id = p.aiguilleur_id AND c.commanditaire_signed_at IS NOT NULL
				AND c.aiguilleur_signed_at IS NOT NULL AND c.ended_at IS NULL AND c.ends_on >= @today)
		ORDER BY p.town, g.name, p.name, p.id`,
		postgres.Args{"me": actor.OrganisationID, "all": all, "ids": ids, "today": tx.Today()})
	if err != nil {
		return nil, err
	}
	if !all && len(rows) == 0 {
		return nil, ErrNobody
	}
	shares := make([]Share, len(rows))
	for i, r := range rows {
		shares[i] = Share{PointID: r.PointID, AiguilleurID: r.AiguilleurID, Point: r.Point, Aiguilleur: r.Aiguilleur, CommuneCode: r.CommuneCode, Commune: r.Commune}
	}
	return shares, nil
}

func reserve(ctx context.Context, tx *postgres.Tx, p Plan) ([]int, error) {
	return postgres.Values[int](ctx, tx, `SELECT k.number FROM carnets k WHERE k.commanditaire_id = @commanditaire AND k.order_id = @order AND `+inReserve+` ORDER BY k.number`,
		postgres.Args{"commanditaire": p.CommanditaireID, "order": p.OrderID})
}

// spans writes numbers as serials, following ones together.
func spans(orderNumber string, numbers []int) []string {
	var words []string
	for i := 0; i < len(numbers); {
		last := i
		for last+1 < len(numbers) && numbers[last+1] == numbers[last]+1 {
			last++
		}
		word := carnet.Serial(orderNumber, numbers[i])
		if last > i {
			word += " à " + carnet.Serial(orderNumber, numbers[last])
		}
		words = append(words, word)
		i = last + 1
	}
	return words
}
