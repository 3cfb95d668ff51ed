package order

import (
	"fmt"
	"strings"
	"time"

	"github.com/google/uuid"

	"passnum/internal/fault"
	"passnum/internal/money"
)

// MostMilestones is how many parts a service line is billed in.
const MostMilestones = 5

// Milestone is a part of a service line that becomes due at once: at the order,
// or when the operator declares its report delivered.
type Milestone struct {
	ID         uuid.UUID
	Label      string
	Rate       money.BasisPoints // of the line
	AtOrder    bool              // the first one only
	ReportedAt *time.Time
	ReportedBy string
	Note       string // what was delivered
}

// schedule is how the line is billed; whole at the order unless agreed otherwise.
func (l ServiceLine) schedule() []Milestone {
	if len(l.Milestones) == 0 {
		return []Milestone{{Label: "À la commande", Rate: 10_000, AtOrder: true}}
	}
	return l.Milestones
}

// parts is what each milestone of the schedule asks for, before tax: they add up
// to the line.
func (l ServiceLine) parts() []money.Cents {
	weights := make([]int64, len(l.schedule()))
	for i, m := range l.schedule() {
		weights[i] = int64(m.Rate)
	}
	return money.Apportion(l.Amount, weights)
}

// checkMilestones refuses parts that do not make the whole.
func checkMilestones(c *fault.Collector, kind ServiceKind, list []Milestone) {
	if len(list) == 0 {
		return
	}
	field := "jalons_" + string(kind)
	c.Check(len(list) <= MostMilestones, field, "Un service est facturé en cinq fois au plus.")
	var sum money.BasisPoints
	for i, m := range list {
		c.Check(m.Rate > 0, field, "Chaque part doit être un pourcentage au-dessus de zéro.")
		c.Check(m.Label != "" && short(m.Label, LongestTitle), field, "Nommez ce qui rend chaque part exigible\u00a0: un rapport, une réunion, la fin de la mission.")
		c.Check(!m.AtOrder || i == 0, field, "Seule la première part est due à la commande.")
		sum += m.Rate
	}
	c.Check(sum == 10_000, field, fmt.Sprintf("Les parts font %s au lieu de 100\u00a0%%.", sum))
}

func trimMilestones(list []Milestone) []Milestone {
	for i := range list {
		list[i].Label = strings.TrimSpace(list[i].Label)
	}
	return list
}
