package accounting

import (
	"context"
	"fmt"

	"github.com/google/uuid"

	"passnum/internal/ledger"
	"passnum/internal/money"
	"passnum/internal/postgres"
)

// scope narrows what is read; nil means all that the reader may see.
type scope struct{ Commanditaire, Order *uuid.UUID }

func (s scope) args(p period) postgres.Args {
	return postgres.Args{"from": p.From, "to": p.To, "commanditaire": s.Commanditaire, "order": s.Order}
}

type orderRow struct {
	CommanditaireID uuid.UUID
	Commanditaire   string
	SIRET           string
	ID              uuid.UUID
	Number          string
	Title           string
	FaceValueCents  int64
	BeforeCheques   int64
	AfterCheques    int64
}

// An order counts as ordered from the day it is signed, and no longer from the
// day it is cancelled.
const listOrders = `
	SELECT o.commanditaire_id, g.name AS commanditaire, g.siret, o.id, o.number, o.title, o.face_value_cents,
		CASE WHEN d.signed < @from AND coalesce(d.cancelled >= @from, true) THEN o.carnets * o.cheques_per_carnet ELSE 0 END::bigint AS before_cheques,
		CASE WHEN d.signed <= @to AND coalesce(d.cancelled > @to, true) THEN o.carnets * o.cheques_per_carnet ELSE 0 END::bigint AS after_cheques
	FROM orders o
	JOIN organisations g ON g.id = o.commanditaire_id
	CROSS JOIN LATERAL (SELECT (coalesce(o.signed_at, o.created_at) AT TIME ZONE 'Europe/Paris')::date AS signed,
		(SELECT (max(s.at) AT TIME ZONE 'Europe/Paris')::date FROM order_steps s
			WHERE s.commanditaire_id = o.commanditaire_id AND s.order_id = o.id AND s.state = 'annulee') AS cancelled) AS d
	WHERE o.state NOT IN ('brouillon', 'devis') AND (o.state <> 'annulee' OR o.signed_at IS NOT NULL)
		AND (@commanditaire::uuid IS NULL OR o.commanditaire_id = @commanditaire) AND (@order::uuid IS NULL OR o.id = @order)
		AND d.signed <= @to
	ORDER BY g.name, o.commanditaire_id, o.number, o.id`

type flowRow struct {
	CommanditaireID uuid.UUID
	OrderID         uuid.UUID
	Kind            string
	Debit           string
	Credit          string
	BeforeCents     int64
	DuringCents     int64
}

// Transfer is what an order paid to one structure in the period, less what came
// back.
type Transfer struct {
	CommanditaireID uuid.UUID
	OrderID         uuid.UUID
	StructureID     uuid.UUID
	BeforeCents     money.Cents // face value, before the period
	GrossCents      money.Cents
	AdjustCents     money.Cents
	FeeCents        money.Cents
	VATCents        money.Cents
	NetCents        money.Cents
}

// readOrders computes the accounts of the orders in scope, drafts left out.
func readOrders(ctx context.Context, tx *postgres.Tx, p period, s scope) ([]OrderAccount, error) {
	rows, err := postgres.All[orderRow](ctx, tx, listOrders, s.args(p))
	if err != nil {
		return nil, fmt.Errorf("list orders: %w", err)
	}
	orders := make([]OrderAccount, len(rows))
	where := map[uuid.UUID]*OrderAccount{}
	for i, r := range rows {
		face := money.Cents(r.FaceValueCents)
		orders[i] = OrderAccount{CommanditaireID: r.CommanditaireID, Commanditaire: r.Commanditaire, SIRET: r.SIRET, OrderID: r.ID, Number: r.Number, Title: r.Title, FaceValue: face}
		orders[i].Before = Standing{Cheques: r.BeforeCheques, Ordered: money.Cents(r.BeforeCheques) * face}
		orders[i].After = Standing{Cheques: r.AfterCheques, Ordered: money.Cents(r.AfterCheques) * face}
		where[r.ID] = &orders[i]
	}
	if err := addFlows(ctx, tx, p, s, where); err != nil {
		return nil, err
	}
	transfers, err := readTransfers(ctx, tx, p, s)
	if err != nil {
		return nil, err
	}
	for _, t := range transfers {
		if o := where[t.OrderID]; o != nil {
			o.Before.Paid += t.BeforeCents
			o.After.Paid += t.BeforeCents + t.GrossCents
		}
	}
	for i := range orders {
		orders[i].Movement = movementOf(orders[i].Before, orders[i].After, orders[i].FaceValue)
	}
	return orders, nil
}

func addFlows(ctx context.Context, tx *postgres.Tx, p period, s scope, where map[uuid.UUID]*OrderAccount) error {
	rows, err := postgres.All[flowRow](ctx, tx, `SELECT * FROM account_flows(@from, @to, @commanditaire, @order)`, s.args(p))
	if err != nil {
		return fmt.Errorf("sum movements: %w", err)
	}
	for _, r := range rows {
		o := where[r.OrderID]
		if o == nil {
			continue
		}
		f := flow{ledger.Kind(r.Kind), ledger.Account(r.Debit), ledger.Account(r.Credit), money.Cents(r.BeforeCents)}
		o.Before.take(f)
		f.cents += money.Cents(r.DuringCents)
		o.After.take(f)
	}
	return nil
}

func readTransfers(ctx context.Context, tx *postgres.Tx, p period, s scope) ([]Transfer, error) {
	transfers, err := postgres.All[Transfer](ctx, tx, `SELECT * FROM account_transfers(@from, @to, @commanditaire, @order)`, s.args(p))
	if err != nil {
		return nil, fmt.Errorf("sum transfers: %w", err)
	}
	return transfers, nil
}

type asideRow struct {
	RefusedCheques, WaivedCheques, ReplacedCheques int64
	RefusedCents, WaivedCents, ReplacedCents       int64
}

// readAside counts what moved no value. A co-funder does not see it.
func readAside(ctx context.Context, tx *postgres.Tx, p period, commanditaire *uuid.UUID) (Aside, error) {
	r, err := postgres.One[asideRow](ctx, tx, `
		SELECT d.*, x.* FROM (
			SELECT count(*) FILTER (WHERE state = 'rejete') AS refused_cheques, coalesce(sum(amount_cents) FILTER (WHERE state = 'rejete'), 0)::bigint AS refused_cents,
				count(*) FILTER (WHERE state = 'retire') AS waived_cheques, coalesce(sum(amount_cents) FILTER (WHERE state = 'retire'), 0)::bigint AS waived_cents
			FROM disputes WHERE (decided_at AT TIME ZONE 'Europe/Paris')::date BETWEEN @from AND @to
				AND (@commanditaire::uuid IS NULL OR commanditaire_id = @commanditaire)) AS d,
		(
			SELECT coalesce(sum(cheques), 0)::bigint AS replaced_cheques, coalesce(sum(face_cents), 0)::bigint AS replaced_cents
			FROM carnet_replacements WHERE (at AT TIME ZONE 'Europe/Paris')::date BETWEEN @from AND @to
				AND (@commanditaire::uuid IS NULL OR commanditaire_id = @commanditaire)) AS x`,
		postgres.Args{"from": p.From, "to": p.To, "commanditaire": commanditaire})
	if err != nil {
		return Aside{}, fmt.Errorf("count what moved nothing: %w", err)
	}
	return Aside{
		Refused: Column{r.RefusedCheques, money.Cents(r.RefusedCents)}, Waived: Column{r.WaivedCheques, money.Cents(r.WaivedCents)},
		Replaced: Column{r.ReplacedCheques, money.Cents(r.ReplacedCents)},
	}, nil
}
