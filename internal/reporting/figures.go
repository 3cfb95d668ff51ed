package reporting

import (
	"cmp"
	"slices"
	"time"

	"github.com/google/uuid"

	"passnum/internal/money"
	"passnum/internal/referentiel"
	"passnum/internal/territory"
)

// Line is the facts of an order that its figures need.
type Line struct {
	CommanditaireID uuid.UUID
	ID              uuid.UUID
	Commanditaire   string
	Number          string
	Title           string
	State           string
	Ordered         int // carnets
	PerCarnet       int
	FaceValue       money.Cents
	Validity        string // date, remise
	ValidUntil      time.Time
	Through         *time.Time // last closed day; nil before the first roll-up
	Started         int
	MedianDays      *int
	ExpiredCheques  int64
	BlockedCheques  int64
	Figures         Counts `db:"-"` // this order's share of the total
}

// Counts is carnets and chèques by where they are, with what they are worth.
type Counts struct {
	Issued       Lot
	InStock      Lot // at a point
	NotReceived  Lot // at the operator's, or on their way
	HandedOver   Lot
	ThisWeek     int // carnets handed over in the last seven days
	Returned     Lot
	BlockedStock Lot // blocked before any hand-over
	Blocked      Lot // chèques unused in blocked carnets
	Expired      Lot // chèques unused in carnets out of date
	Started      Lot // carnets with a chèque used
	Used         Tally
}

// Lot is a number of carnets, of chèques, and their face value.
type Lot struct {
	Carnets int
	Cheques int64
	Amount  money.Cents
}

// Tally is what was used: séances count once each, whatever was paid for.
type Tally struct {
	Cheques     int64
	Seances     int64
	Amount      money.Cents
	FirstVisits int64
	Answers     int64 // séances that said whether it was a first visit
}

// MonthUse is the usage of a month.
type MonthUse struct {
	Month time.Time // its first day
	Tally
}

// EntryUse is the usage of an entry of the référentiel. A séance with two
// entries is in both, so that these lines do not add up to the total.
type EntryUse struct {
	Entry int
	Label string
	Tally
}

// CommuneUse is the usage in the places of a commune.
type CommuneUse struct {
	Code, Name string
	Tally
}

// Figures is what happened to the carnets of one or several orders.
type Figures struct {
	Counts
	Orders   []Line
	Median   *int // days from hand-over to first use, for a single order
	Months   []MonthUse
	Entries  []EntryUse
	Communes []CommuneUse
	Points   []PointUse
	// Live is false when some of the orders are somebody else's: their usage
	// then stops at Through.
	Live    bool
	Through time.Time // last closed day, zero before the first roll-up
	Now     time.Time
}

// One is the only order of the figures of an order.
func (f Figures) One() Line {
	if len(f.Orders) == 0 {
		return Line{}
	}
	return f.Orders[0]
}

// Handed is the number of chèques handed over.
func (f Figures) Handed() int64 { return f.HandedOver.Cheques }

func (l Line) lot(carnets int) Lot {
	cheques := int64(carnets) * int64(l.PerCarnet)
	return Lot{Carnets: carnets, Cheques: cheques, Amount: money.Cents(cheques) * l.FaceValue}
}

func (l Line) cheques(n int64) Lot { return Lot{Cheques: n, Amount: money.Cents(n) * l.FaceValue} }

func (a Lot) plus(b Lot) Lot {
	return Lot{a.Carnets + b.Carnets, a.Cheques + b.Cheques, a.Amount + b.Amount}
}

func (t Tally) plus(o Tally) Tally {
	return Tally{t.Cheques + o.Cheques, t.Seances + o.Seances, t.Amount + o.Amount, t.FirstVisits + o.FirstVisits, t.Answers + o.Answers}
}

func (c Counts) plus(o Counts) Counts {
	return Counts{
		Issued: c.Issued.plus(o.Issued), InStock: c.InStock.plus(o.InStock), NotReceived: c.NotReceived.plus(o.NotReceived),
		HandedOver: c.HandedOver.plus(o.HandedOver), ThisWeek: c.ThisWeek + o.ThisWeek, Returned: c.Returned.plus(o.Returned),
		BlockedStock: c.BlockedStock.plus(o.BlockedStock), Blocked: c.Blocked.plus(o.Blocked), Expired: c.Expired.plus(o.Expired),
		Started: c.Started.plus(o.Started), Used: c.Used.plus(o.Used),
	}
}

// fillMonths adds the months without usage between the first and the last, up
// to now, so that a chart does not hide a pause.
func fillMonths(months []MonthUse, now time.Time) []MonthUse {
	if len(months) == 0 {
		return nil
	}
	slices.SortFunc(months, func(a, b MonthUse) int { return a.Month.Compare(b.Month) })
	last := months[len(months)-1].Month
	if m := firstOfMonth(now); m.After(last) {
		last = m
	}
	var all []MonthUse
	for m := months[0].Month; !m.After(last); m = m.AddDate(0, 1, 0) {
		if len(months) > 0 && months[0].Month.Equal(m) {
			all, months = append(all, months[0]), months[1:]
			continue
		}
		all = append(all, MonthUse{Month: m})
	}
	return all
}

func firstOfMonth(day time.Time) time.Time {
	return time.Date(day.Year(), day.Month(), 1, 0, 0, 0, 0, time.UTC)
}

func entryUse(number int, t Tally) EntryUse {
	return EntryUse{Entry: number, Label: referentiel.Load().Label(number), Tally: t}
}

func communeUse(code string, t Tally) CommuneUse {
	use := CommuneUse{Code: code, Name: code, Tally: t}
	if index, err := territory.Load(); err == nil {
		if c, ok := index.Commune(code); ok {
			use.Name = c.Label()
		}
	}
	return use
}

// byCheques puts the most used first.
func byCheques(a, b Tally) int {
	return cmp.Or(cmp.Compare(b.Cheques, a.Cheques), cmp.Compare(b.Seances, a.Seances))
}
