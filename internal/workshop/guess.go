package workshop

import (
	"context"
	"net/netip"
	"time"

	"passnum/internal/fault"
	"passnum/internal/identity"
	"passnum/internal/postgres"
)

// Numbers of carnets follow each other: what keeps somebody from booking for all
// of them is how many may be tried in ten minutes.
const (
	guessWindow = 10 * time.Minute
	perPerson   = 20 // an address: a library may have several people in a row
	perCounter  = 40 // wrong numbers of one account
)

// guesser is who may be trying numbers, and how many times they may.
type guesser struct {
	subject string
	limit   int32
	each    bool // every try counts, not only wrong ones
}

func counterGuesser(actor identity.Actor) guesser {
	return guesser{subject: "ateliers:" + actor.AccountID.String(), limit: perCounter}
}

func personGuesser(address string) guesser {
	ip, err := netip.ParseAddr(address)
	if err != nil {
		return guesser{subject: "ateliers:?", limit: perPerson, each: true}
	}
	ip = ip.Unmap().WithZone("")
	if ip.Is6() { // one subscriber owns the whole /64
		network, _ := ip.Prefix(64)
		ip = network.Addr()
	}
	return guesser{subject: "ateliers:" + ip.String(), limit: perPerson, each: true}
}

// blocked has the tries of one subject wait for each other: those sent at the
// same moment would otherwise all be allowed before any is counted.
func (g guesser) blocked(ctx context.Context, tx *postgres.Tx) (bool, error) {
	if _, err := postgres.Do(ctx, tx, `SELECT pg_advisory_xact_lock(hashtextextended(@subject, 0))`, postgres.Args{"subject": g.subject}); err != nil {
		return false, fault.Wrap(err, "wait for other tries")
	}
	blocked, err := postgres.Value[bool](ctx, tx, `SELECT coalesce(bool_or(throttled), false) FROM find_cheques('{}', @subjects, @limits, @since)`,
		postgres.Args{"subjects": []string{g.subject}, "limits": []int32{g.limit}, "since": tx.Now().UTC().Truncate(guessWindow)})
	return blocked, fault.Wrap(err, "read tries")
}

// count remembers a try that was refused, or any when each counts.
func (g guesser) count(ctx context.Context, tx *postgres.Tx, refusal error) error {
	wrong := refusal == errUnknown || refusal == errNotHere || refusal == errNotEnough || refusal == errNoCode
	if !wrong && !g.each {
		return nil
	}
	_, err := postgres.Do(ctx, tx, `SELECT count_failed_tries(@subjects, @window, 1)`,
		postgres.Args{"subjects": []string{g.subject}, "window": tx.Now().UTC().Truncate(guessWindow)})
	return fault.Wrap(err, "count try")
}
