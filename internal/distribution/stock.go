package distribution

import (
	"context"

	"github.com/google/uuid"

	"passnum/internal/carnet"
	"passnum/internal/fault"
	"passnum/internal/identity"
	"passnum/internal/postgres"
)

// StockLine is what a point holds, or held, of one order.
type StockLine struct {
	AiguilleurID    uuid.UUID
	PointID         uuid.UUID
	CommanditaireID uuid.UUID
	Commanditaire   string
	OrderID         uuid.UUID
	OrderNumber     string
	Title           string
	OrderState      string
	Coming          int // on its way, not confirmed
	Disputed        int // missing from a reception: in nobody's stock
	InStock         int
	HandedOver      int
	Blocked         int
	Gone            int         // returned or out of date
	Threshold       *int        // from how many carnets it is low; nil: one in ten
	Ranges          []StockSpan // of what is in stock
}

// Received is how many carnets of the order the point ever held.
func (l StockLine) Received() int { return l.InStock + l.HandedOver + l.Blocked + l.Gone }

// Low reports whether the point should ask for more: at its threshold, or one
// carnet in ten left when it has none.
func (l StockLine) Low() bool {
	if l.Threshold != nil {
		return l.Received() > 0 && l.InStock <= *l.Threshold
	}
	return l.Received() > 0 && l.InStock*10 <= l.Received()
}

// StockSpan is following serial numbers in stock, both ends included.
type StockSpan struct{ From, To string }

// Stock is what a point holds of every order.
type Stock struct {
	Point Point
	Lines []StockLine
}

// InStock is how many carnets the point can hand over.
func (s Stock) InStock() int { return s.sum(func(l StockLine) int { return l.InStock }) }

// Coming is how many carnets are on their way to the point.
func (s Stock) Coming() int { return s.sum(func(l StockLine) int { return l.Coming }) }

// HandedOver is how many carnets the point has given.
func (s Stock) HandedOver() int { return s.sum(func(l StockLine) int { return l.HandedOver }) }

// Low reports whether the whole stock of the point runs out, or that of an order
// whose threshold was set.
func (s Stock) Low() bool {
	for _, l := range s.Lines {
		if l.Threshold != nil && l.Low() {
			return true
		}
	}
	received := s.sum(StockLine.Received)
	return received > 0 && s.InStock()*10 <= received
}

func (s Stock) sum(of func(StockLine) int) int {
	n := 0
	for _, l := range s.Lines {
		n += of(l)
	}
	return n
}

// Stocks lists what each of the organisation's own points holds.
func (s *Service) Stocks(ctx context.Context, actor identity.Actor) ([]Stock, error) {
	if err := actor.May(identity.StockRead); err != nil {
		return nil, err
	}
	var stocks []Stock
	err := s.db.InOrganisation(ctx, actor, func(tx *postgres.Tx) error {
		points, err := pointsOf(ctx, tx, actor.OrganisationID)
		if err != nil {
			return err
		}
		stocks, err = stocksOf(ctx, tx, points, `k.aiguilleur_id = @me`, actor.OrganisationID)
		return err
	})
	return stocks, fault.Wrap(err, "list stocks")
}

// InStock is how many carnets one of the organisation's points can hand over.
func (s *Service) InStock(ctx context.Context, actor identity.Actor, point uuid.UUID) (int, error) {
	if err := actor.May(identity.StockRead); err != nil {
		return 0, err
	}
	n := 0
	err := s.db.InOrganisation(ctx, actor, func(tx *postgres.Tx) (err error) {
		n, err = postgres.Value[int](ctx, tx, `SELECT count(*)::int FROM carnets WHERE aiguilleur_id = @me AND point_id = @point AND state = 'stock'`,
			postgres.Args{"me": actor.OrganisationID, "point": point})
		return err
	})
	return n, fault.Wrap(err, "count stock")
}

// Network lists, for a commanditaire, the points its conventions attach and what
// each holds of its carnets.
func (s *Service) Network(ctx context.Context, actor identity.Actor) ([]Stock, error) {
	if err := actor.May(identity.OrderRead); err != nil {
		return nil, err
	}
	var stocks []Stock
	err := s.db.InOrganisation(ctx, actor, func(tx *postgres.Tx) error {
		points, err := attachedPoints(ctx, tx, actor.OrganisationID)
		if err != nil {
			return err
		}
		stocks, err = stocksOf(ctx, tx, points, `k.commanditaire_id = @me`, actor.OrganisationID)
		return err
	})
	return stocks, fault.Wrap(err, "list network")
}

// stocksOf shares the carnets that belong to the organisation, or that it holds,
// among points. scope is one of two fixed conditions.
func stocksOf(ctx context.Context, tx *postgres.Tx, points []Point, scope string, me uuid.UUID) ([]Stock, error) {
	lines, err := stockLines(ctx, tx, scope, me)
	if err != nil {
		return nil, err
	}
	stocks := make([]Stock, 0, len(points))
	for _, p := range points {
		stock := Stock{Point: p}
		for _, l := range lines {
			if l.PointID == p.ID {
				stock.Lines = append(stock.Lines, l)
			}
		}
		stocks = append(stocks, stock)
	}
	return stocks, nil
}

type stockRow struct {
	AiguilleurID    uuid.UUID
	PointID         uuid.UUID
	CommanditaireID uuid.UUID
	Commanditaire   string
	OrderID         uuid.UUID
	OrderNumber     string
	Title           string
	OrderState      string
	Coming          int
	Disputed        int
	InStock         int
	HandedOver      int
	Blocked         int
	Gone            int
	Threshold       *int
	SpanFrom        []int
	SpanTo          []int
}

func stockLines(ctx context.Context, tx *postgres.Tx, scope string, me uuid.UUID) ([]StockLine, error) {
	rows, err := postgres.All[stockRow](ctx, tx, `
		WITH held AS (
			SELECT k.commanditaire_id, k.order_id, k.aiguilleur_id, k.point_id, k.number,
				CASE WHEN k.case_id IS NOT NULL AND k.state IN ('emis', 'retourne') THEN 'ecart' ELSE k.state END AS state
			FROM carnets k WHERE `+scope+` AND k.point_id IS NOT NULL
		), islands AS (
			SELECT h.*, h.number - row_number() OVER (PARTITION BY h.commanditaire_id, h.order_id, h.point_id, h.state ORDER BY h.number) AS island FROM held h
		), spans AS (
			SELECT commanditaire_id, order_id, aiguilleur_id, point_id, state, min(number) AS first, max(number) AS last, count(*) AS n
			FROM islands GROUP BY commanditaire_id, order_id, aiguilleur_id, point_id, state, island
		), lines AS (
			SELECT commanditaire_id, order_id, aiguilleur_id, point_id,
				coalesce(sum(n) FILTER (WHERE state = 'emis'), 0)::int AS coming,
				coalesce(sum(n) FILTER (WHERE state = 'ecart'), 0)::int AS disputed,
				coalesce(sum(n) FILTER (WHERE state = 'stock'), 0)::int AS in_stock,
				coalesce(sum(n) FILTER (WHERE state = 'remis'), 0)::int AS handed_over,
				coalesce(sum(n) FILTER (WHERE state = 'bloque'), 0)::int AS blocked,
				coalesce(sum(n) FILTER (WHERE state IN ('retourne', 'perime')), 0)::int AS gone,
				coalesce(array_agg(first ORDER BY first) FILTER (WHERE state = 'stock'), '{}') AS span_from,
				coalesce(array_agg(last ORDER BY first) FILTER (WHERE state = 'stock'), '{}') AS span_to
			FROM spans GROUP BY commanditaire_id, order_id, aiguilleur_id, point_id
		)
		SELECT l.aiguilleur_id, l.point_id, l.commanditaire_id, t.commanditaire, l.order_id, t.order_number, t.title, t.order_state,
			l.coming, l.disputed, l.in_stock, l.handed_over, l.blocked, l.gone, l.span_from, l.span_to, low.carnets AS threshold
		FROM lines l CROSS JOIN LATERAL counter_terms(l.commanditaire_id, l.order_id) t
		LEFT JOIN stock_thresholds low ON low.commanditaire_id = l.commanditaire_id AND low.order_id = l.order_id AND low.point_id = l.point_id
		ORDER BY t.order_number DESC`, postgres.Args{"me": me})
	if err != nil {
		return nil, err
	}
	lines := make([]StockLine, len(rows))
	for i, r := range rows {
		lines[i] = r.line()
	}
	return lines, nil
}

func (r stockRow) line() StockLine {
	l := StockLine{AiguilleurID: r.AiguilleurID, PointID: r.PointID, CommanditaireID: r.CommanditaireID, Commanditaire: r.Commanditaire,
		OrderID: r.OrderID, OrderNumber: r.OrderNumber, Title: r.Title, OrderState: r.OrderState,
		Coming: r.Coming, Disputed: r.Disputed, Threshold: r.Threshold, InStock: r.InStock, HandedOver: r.HandedOver, Blocked: r.Blocked, Gone: r.Gone}
	for i := range r.SpanFrom {
		l.Ranges = append(l.Ranges, StockSpan{carnet.Serial(r.OrderNumber, r.SpanFrom[i]), carnet.Serial(r.OrderNumber, r.SpanTo[i])})
	}
	return l
}
