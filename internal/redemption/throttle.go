package redemption

import (
	"context"
	"fmt"
	"net/netip"
	"time"

	"github.com/google/uuid"

	"passnum/internal/identity"
	"passnum/internal/postgres"
)

// Wrong codes allowed before nothing is judged any more. Visitors and mediators
// have separate breakers: a flood on the public page must not close counters.
const (
	perAccount      = 10     // in ten minutes
	perStructureDay = 50     // in a Paris day
	perAddress      = 60     // in ten minutes, a whole building may share it
	perVisitor      = 20     // in ten minutes
	perEverybody    = 10_000 // in ten minutes
)

const window = 10 * time.Minute

// guesser is who may be guessing: subjects counted in ten-minute windows, and
// subjects counted by day.
type guesser struct {
	subjects []string
	limits   []int32
	daily    []string
}

func guesserOf(actor identity.Actor, now time.Time) guesser {
	var g guesser
	who := "a:" + actor.AccountID.String()
	switch {
	case actor.DeviceID != uuid.Nil: // each its own: one must not stop all the others
		who = "d:" + actor.DeviceID.String()
	case actor.AccountID == uuid.Nil:
		who = "t:" + actor.TokenID.String()
	}
	g.add(who, perAccount)
	g.addAddress("i:", actor.Address, perAddress)
	g.add("g", perEverybody)
	day := "s:" + actor.OrganisationID.String() + ":" + postgres.Day(now).Format(time.DateOnly)
	g.daily = []string{day}
	return g
}

func visitor(address string) guesser {
	var g guesser
	g.addAddress("v:", address, perVisitor)
	g.add("gv", perEverybody)
	return g
}

func (g *guesser) add(subject string, limit int32) {
	g.subjects, g.limits = append(g.subjects, subject), append(g.limits, limit)
}

// addAddress counts an IPv6 by its /64, which one subscriber owns whole.
func (g *guesser) addAddress(prefix, address string, limit int32) {
	ip, err := netip.ParseAddr(address)
	if err != nil {
		return
	}
	ip = ip.Unmap().WithZone("")
	if ip.Is6() {
		network, _ := ip.Prefix(64)
		ip = network.Addr()
	}
	g.add(prefix+ip.String(), limit)
}

// watched lists every subject with its limit, for find_cheques.
func (g guesser) watched() (subjects []string, limits []int32) {
	subjects, limits = append(subjects, g.subjects...), append(limits, g.limits...)
	for _, s := range g.daily {
		subjects, limits = append(subjects, s), append(limits, perStructureDay)
	}
	return subjects, limits
}

// windowOf is the ten-minute window of an instant.
func windowOf(now time.Time) time.Time { return now.UTC().Truncate(window) }

// dayEnd dates a daily count: the same look-back then finds it all day long.
func dayEnd(now time.Time) time.Time {
	day := postgres.Day(now)
	return time.Date(day.Year(), day.Month(), day.Day()+1, 0, 0, 0, 0, postgres.Paris).UTC()
}

// countWrong remembers wrong codes, in a transaction of its own so that no
// later failure forgets them.
func (s *Service) countWrong(ctx context.Context, actor identity.Actor, g guesser, now time.Time, tries int) error {
	var done bool
	err := s.db.Pipeline(ctx, actor, `
		SELECT true FROM count_failed_tries($1, $2, $5) soon, count_failed_tries($3, $4, $5) today`,
		[]any{g.subjects, windowOf(now), g.daily, dayEnd(now), tries}, &done)
	if err != nil {
		return fmt.Errorf("count wrong codes: %w", err)
	}
	return nil
}
