package order

import (
	"fmt"
	"slices"

	"github.com/google/uuid"

	"passnum/internal/fault"
	"passnum/internal/money"
)

// settleShares turns the shares typed as a part of the face value into cents, by
// largest remainder between them and what the rates leave: 33,33 % three times
// loses nothing to rounding.
func (s *Specification) settleShares() {
	s.Cofunders = slices.Clone(s.Cofunders)
	weights, left := make([]int64, len(s.Cofunders)), int64(10_000)
	for i, c := range s.Cofunders {
		weights[i] = int64(max(0, c.Rate))
		left -= weights[i]
	}
	if left < 0 { // more than the whole: each is told its own, and the sum is refused
		for i, c := range s.Cofunders {
			if c.Rate > 0 {
				s.Cofunders[i].Share = c.Rate.Of(s.FaceTotal())
			}
		}
		return
	}
	for i, share := range money.Apportion(max(0, s.FaceTotal()), append(weights, left))[:len(weights)] {
		if weights[i] > 0 {
			s.Cofunders[i].Share = share
		}
	}
}

// keepProgrammes carries over the co-funders that programmes bring: they are not
// the form's to write, and their share was computed on a face value that must
// not move under them.
func keepProgrammes(former Specification, s *Specification) error {
	s.Cofunders = slices.DeleteFunc(s.Cofunders, func(c Cofunder) bool { return c.ProgrammeID != nil })
	for _, c := range former.Cofunders {
		if c.ProgrammeID == nil {
			continue
		}
		if s.FaceTotal() != former.FaceTotal() {
			return fault.Field("carnets", fmt.Sprintf("La commande est rattachée à «\u00a0%s\u00a0» pour %s\u00a0: détachez-la du programme avant de changer la valeur des chèques.", c.Programme, former.FaceTotal()))
		}
		s.Cofunders = append(s.Cofunders, c)
	}
	return nil
}

// awaitsAnswer names the co-funder whose programme has not answered yet.
func (o Order) awaitsAnswer() (Cofunder, bool) {
	for _, c := range o.Cofunders {
		if c.Pending {
			return c, true
		}
	}
	return Cofunder{}, false
}

// byProgramme finds the co-funder that a programme brings.
func (o Order) byProgramme(programme uuid.UUID) (Cofunder, bool) {
	for _, c := range o.Cofunders {
		if c.ProgrammeID != nil && *c.ProgrammeID == programme {
			return c, true
		}
	}
	return Cofunder{}, false
}
