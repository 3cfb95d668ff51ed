package reporting

import (
	"cmp"
	"slices"
	"time"

	"github.com/google/uuid"
)

// PointUse is what a point of distribution did with the carnets it was sent.
type PointUse struct {
	PointID    uuid.UUID
	Name       string
	Aiguilleur string
	OnTheWay   int
	Received   int
	HandedOver int
	InStock    int
	Last       *time.Time // last hand-over
}

// PointState is how a point is doing, in one word.
type PointState string

// The states of a point.
const (
	PointWaiting PointState = "colis en route"
	PointIdle    PointState = "aucune remise"
	PointAsleep  PointState = "plus de remise"
	PointEmpty   PointState = "stock épuisé"
	PointLow     PointState = "stock bas"
	PointAlive   PointState = "suivi"
)

// asleepAfter is how long a point with stock may go without a hand-over.
const asleepAfter = 60 * 24 * time.Hour

// State judges the point: first what stops people from getting a carnet.
func (p PointUse) State(now time.Time) PointState {
	switch {
	case p.Received == 0:
		return PointWaiting
	case p.InStock == 0:
		return PointEmpty
	case p.Last == nil:
		return PointIdle
	case now.Sub(*p.Last) > asleepAfter:
		return PointAsleep
	case p.InStock <= max(3, p.Received/10):
		return PointLow
	default:
		return PointAlive
	}
}

// Short reports whether the point needs carnets.
func (p PointUse) Short(now time.Time) bool {
	s := p.State(now)
	return s == PointLow || s == PointEmpty
}

// mergePoints adds up the lines of a point that serves several orders.
func mergePoints(points []PointUse) []PointUse {
	byID := map[uuid.UUID]int{}
	var merged []PointUse
	for _, p := range points {
		i, seen := byID[p.PointID]
		if !seen {
			byID[p.PointID] = len(merged)
			merged = append(merged, p)
			continue
		}
		m := &merged[i]
		m.OnTheWay, m.Received, m.HandedOver, m.InStock = m.OnTheWay+p.OnTheWay, m.Received+p.Received, m.HandedOver+p.HandedOver, m.InStock+p.InStock
		if m.Last == nil || (p.Last != nil && p.Last.After(*m.Last)) {
			m.Last = p.Last
		}
	}
	slices.SortFunc(merged, func(a, b PointUse) int {
		return cmp.Or(cmp.Compare(b.Received+b.OnTheWay, a.Received+a.OnTheWay), cmp.Compare(a.Name, b.Name))
	})
	return merged
}
