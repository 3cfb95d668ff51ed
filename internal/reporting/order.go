package reporting

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"time"

	"github.com/google/uuid"

	"passnum/internal/identity"
	"passnum/internal/money"
	"passnum/internal/postgres"
)

// OrderFigures tells what happened to an order's carnets, for its commanditaire
// (today included), for a co-funder (closed days) and for the operator.
// commanditaire may be uuid.Nil when only the order is known. ErrNotFound when
// the actor is no party to the order.
func (s *Service) OrderFigures(ctx context.Context, actor identity.Actor, commanditaire, order uuid.UUID) (Figures, error) {
	var f Figures
	err := s.within(ctx, actor, "chiffres d’une commande", func(tx *postgres.Tx) (err error) {
		f, err = figures(ctx, tx, actor, commanditaire, order)
		if err == nil && len(f.Orders) == 0 {
			return ErrNotFound
		}
		return err
	})
	if err != nil {
		return Figures{}, fmt.Errorf("figures of order: %w", err)
	}
	f.Median = f.One().MedianDays
	return f, nil
}

// Overview adds up every order that the actor's organisation made or co-funds.
func (s *Service) Overview(ctx context.Context, actor identity.Actor) (Figures, error) {
	var f Figures
	err := s.within(ctx, actor, "chiffres de toutes les commandes", func(tx *postgres.Tx) (err error) {
		f, err = figures(ctx, tx, actor, uuid.Nil, uuid.Nil)
		return err
	})
	if err != nil {
		return Figures{}, fmt.Errorf("figures of orders: %w", err)
	}
	return f, nil
}

// figures reads the figures of one order, or of all in scope when order is Nil.
func figures(ctx context.Context, tx *postgres.Tx, actor identity.Actor, commanditaire, order uuid.UUID) (Figures, error) {
	f := Figures{Live: true, Now: tx.Now()}
	var err error
	if f.Orders, err = readLines(ctx, tx, commanditaire, order); err != nil || len(f.Orders) == 0 {
		return f, err
	}
	sel := selection(f.Orders, actor)
	if err := f.readCarnets(ctx, tx, actor, sel); err != nil {
		return f, err
	}
	if err := f.readUsage(ctx, tx, sel); err != nil {
		return f, err
	}
	if err := f.readFresh(ctx, tx, actor, sel); err != nil {
		return f, err
	}
	f.settle(actor)
	return f, nil
}

// selection names the orders to the statements, by their keys, and among them
// those whose open days may be read: a co-funder that is also a structure sees
// its own redemptions, which would be a part given for the whole.
func selection(lines []Line, actor identity.Actor) postgres.Args {
	commanditaires, orders, live := []uuid.UUID{}, []uuid.UUID{}, []uuid.UUID{}
	throughs, floor := []time.Time{}, time.Time{}
	for i, l := range lines {
		orders = append(orders, l.ID)
		if !slices.Contains(commanditaires, l.CommanditaireID) {
			commanditaires = append(commanditaires, l.CommanditaireID)
		}
		if l.liveFor(actor) {
			live, throughs = append(live, l.ID), append(throughs, l.through())
		}
		if i == 0 || l.through().Before(floor) {
			floor = l.through()
		}
	}
	return postgres.Args{"commanditaires": commanditaires, "orders": orders, "live": live, "throughs": throughs, "floor": floor}
}

// through is the last closed day, far in the past before the first roll-up.
func (l Line) through() time.Time {
	if l.Through == nil {
		return time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC)
	}
	return *l.Through
}

// liveFor reports whether the actor may read the order's open days.
func (l Line) liveFor(actor identity.Actor) bool {
	return actor.OrganisationID == uuid.Nil || l.CommanditaireID == actor.OrganisationID
}

func (f *Figures) line(order uuid.UUID) *Line {
	i := slices.IndexFunc(f.Orders, func(l Line) bool { return l.ID == order })
	if i < 0 {
		return &Line{}
	}
	return &f.Orders[i]
}

func (f *Figures) readCarnets(ctx context.Context, tx *postgres.Tx, actor identity.Actor, sel postgres.Args) error {
	groups, err := readCarnetGroups(ctx, tx, actor, sel)
	if err != nil {
		return err
	}
	var points []PointUse
	for _, g := range groups {
		line := f.line(g.OrderID)
		line.Figures = line.Figures.plus(g.counts(*line))
		if g.PointID != nil {
			points = append(points, g.point())
		}
	}
	f.Points = mergePoints(points)
	return namePoints(ctx, tx, f.Points)
}

func (f *Figures) readUsage(ctx context.Context, tx *postgres.Tx, sel postgres.Args) error {
	rows, err := readUsageRows(ctx, tx, sel)
	if err != nil {
		return err
	}
	for _, row := range rows {
		switch t := row.tally(); row.Dimension {
		case "month":
			month, err := time.Parse(time.DateOnly, row.Key)
			if err != nil {
				return fmt.Errorf("read month: %w", err)
			}
			f.Months = append(f.Months, MonthUse{Month: month, Tally: t})
		case "entry":
			number, _ := strconv.Atoi(row.Key)
			f.Entries = append(f.Entries, entryUse(number, t))
		case "commune":
			f.Communes = append(f.Communes, communeUse(row.Key, t))
		case "order":
			line := f.line(uuid.MustParse(row.Key))
			line.Figures.Used = line.Figures.Used.plus(t)
		}
	}
	f.Months = fillMonths(f.Months, tx.Today())
	slices.SortStableFunc(f.Entries, func(a, b EntryUse) int { return byCheques(a.Tally, b.Tally) })
	slices.SortStableFunc(f.Communes, func(a, b CommuneUse) int { return byCheques(a.Tally, b.Tally) })
	return nil
}

// readFresh adds what the summaries cannot know yet: carnets started since the
// last closed day, chèques of carnets blocked since.
func (f *Figures) readFresh(ctx context.Context, tx *postgres.Tx, actor identity.Actor, sel postgres.Args) error {
	fresh, err := readFreshRows(ctx, tx, sel)
	if err != nil {
		return err
	}
	for _, row := range fresh {
		if line := f.line(row.OrderID); line.liveFor(actor) {
			line.Started += row.Started
			line.BlockedCheques = row.Blocked
		}
	}
	return nil
}

// settle adds the orders up and says how fresh the whole is.
func (f *Figures) settle(actor identity.Actor) {
	for i := range f.Orders {
		line := &f.Orders[i]
		line.Figures.Started = line.lot(line.Started)
		line.Figures.Expired = line.cheques(line.ExpiredCheques)
		carnets := line.Figures.BlockedStock.Carnets + line.Figures.Blocked.Carnets
		line.Figures.Blocked = line.cheques(line.BlockedCheques)
		line.Figures.Blocked.Carnets = carnets
		f.Counts = f.Counts.plus(line.Figures)
		f.Live = f.Live && line.liveFor(actor)
		if line.Through != nil && (f.Through.IsZero() || line.Through.Before(f.Through)) {
			f.Through = *line.Through
		}
	}
}

// carnetGroup is the carnets of an order in one state at one point.
type carnetGroup struct {
	OrderID  uuid.UUID
	State    string
	PointID  *uuid.UUID
	Carnets  int
	Handed   int
	ThisWeek int
	Last     *time.Time
}

func (g carnetGroup) counts(l Line) Counts {
	waiting := g.Carnets - g.Handed
	c := Counts{Issued: l.lot(g.Carnets), HandedOver: l.lot(g.Handed), ThisWeek: g.ThisWeek}
	switch g.State {
	case "emis":
		c.NotReceived = l.lot(waiting)
	case "stock":
		c.InStock = l.lot(waiting)
	case "retourne":
		c.Returned = l.lot(waiting)
	case "bloque":
		c.BlockedStock = l.lot(waiting)
		c.Blocked.Carnets = g.Handed
	}
	return c
}

func (g carnetGroup) point() PointUse {
	p := PointUse{PointID: *g.PointID, HandedOver: g.Handed, Last: g.Last}
	switch g.State {
	case "emis":
		p.OnTheWay = g.Carnets
	case "stock":
		p.InStock = g.Carnets - g.Handed
	}
	p.Received = g.Carnets - p.OnTheWay
	return p
}

// usageRow is the usage of one key of one dimension.
type usageRow struct {
	Dimension, Key                                      string
	Cheques, Seances, AmountCents, FirstVisits, Answers int64
}

func (r usageRow) tally() Tally {
	return Tally{r.Cheques, r.Seances, money.Cents(r.AmountCents), r.FirstVisits, r.Answers}
}
