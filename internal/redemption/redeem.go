package redemption

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/google/uuid"

	"passnum/internal/carnet"
	"passnum/internal/fault"
	"passnum/internal/identity"
	"passnum/internal/money"
	"passnum/internal/postgres"
)

// ErrKeyReused refuses another request under a key that was already answered.
var ErrKeyReused = fault.New(fault.KindConflict, "Cette séance a déjà été encaissée avec d’autres réponses. Vérifiez les chèques avant de recommencer.")

// attempt is one request on its way: what was asked, read and chosen.
type attempt struct {
	actor   identity.Actor
	request Request
	list    []presented
	hash    []byte
	place   uuid.UUID // where it was judged, once it was
	chosen  uuid.UUID // chosen among several before a late claim
	now     time.Time
	id      uuid.UUID
}

// Redeem takes every chèque of a séance that can be taken and says of each
// other why not. The same key and request hear the first answer again. It
// answers identity.ErrForbidden, invalid input (nothing is then judged) and
// ErrKeyReused.
func (s *Service) Redeem(ctx context.Context, actor identity.Actor, request Request) (Receipt, error) {
	if err := actor.May(identity.Redeem); err != nil {
		return Receipt{}, err
	}
	now := s.db.Now()
	if err := s.validate(request, now); err != nil {
		return Receipt{}, err
	}
	if actor.PlaceID != uuid.Nil && request.PlaceID != nil && *request.PlaceID != actor.PlaceID {
		return Receipt{}, errTokensPlace
	}
	list := s.read(request.Codes)
	a := attempt{actor: actor, request: request, list: list, hash: request.fingerprint(list), now: now, id: postgres.NewID()}
	receipt, err := s.taken(ctx, a, guesserOf(actor, now))
	if err != nil {
		return Receipt{}, fmt.Errorf("redeem chèques: %w", err)
	}
	return receipt, nil
}

// taken answers a request of now, or one about a séance given some time ago.
func (s *Service) taken(ctx context.Context, a attempt, g guesser) (Receipt, error) {
	if at := a.request.GivenAt; at != nil && a.now.Sub(*at) > prompt {
		l := since(*at, a.now)
		l.device, l.kind = deviceOf(a.actor, uuid.Nil)
		l.strict = true
		return s.takeLate(ctx, a, l, g)
	}
	return s.take(ctx, a, g)
}

// take claims what can be claimed, then explains the rest.
func (s *Service) take(ctx context.Context, a attempt, g guesser) (Receipt, error) {
	got, err := s.claim(ctx, a, g)
	if postgres.Constraint(err) == "redemption_requests_key" {
		return s.repeat(ctx, a, g)
	}
	if err != nil {
		return Receipt{}, fmt.Errorf("claim: %w", err)
	}
	switch {
	case got.Place == uuid.Nil:
		_, err := choosePlace(a.actor, a.request.PlaceID, got.Places)
		return Receipt{}, err
	case got.Throttled:
		return s.answerThrottled(ctx, a, g)
	case len(got.Claimed) == len(a.list):
		return Receipt{ID: a.id, Results: sortResults(results(got.Claimed))}, nil
	}
	mark(a.list, got.Found)
	if n := wrongGuesses(a.list); n > 0 {
		if err := s.countWrong(ctx, a.actor, g, a.now, n); err != nil {
			return Receipt{}, err
		}
	}
	a.place = got.Place
	return s.complete(ctx, a, answer{ID: a.id, Claimed: results(got.Claimed)})
}

// repeat gives the answer that the key already has.
func (s *Service) repeat(ctx context.Context, a attempt, g guesser) (Receipt, error) {
	var first answer
	err := s.db.InOrganisation(ctx, a.actor, func(tx *postgres.Tx) (err error) {
		first, err = findAnswer(ctx, tx, a.actor.OrganisationID, a.request.Key)
		return err
	})
	if err != nil {
		return Receipt{}, fmt.Errorf("read first answer: %w", err)
	}
	if !bytes.Equal(first.Hash, a.hash) {
		return Receipt{}, ErrKeyReused
	}
	if first.Refused == nil && len(first.Claimed) < len(a.list) {
		// The first try was cut before it could explain.
		a.place = first.PlaceID
		if err := s.look(ctx, a.actor, a.list, g, a.now); err != nil {
			return Receipt{}, err
		}
		return s.complete(ctx, a, first)
	}
	return first.receipt(), nil
}

// answerThrottled refuses everything, except to repeat an answer already given.
func (s *Service) answerThrottled(ctx context.Context, a attempt, g guesser) (Receipt, error) {
	receipt, err := s.repeat(ctx, a, g)
	if errors.Is(err, postgres.ErrNoRow) {
		return Receipt{ID: a.id, Results: throttled(a.list), Throttled: true}, nil
	}
	return receipt, err
}

// complete explains what was not claimed and keeps the explanation. When two
// retries race, both give the answer of the one that wrote first.
func (s *Service) complete(ctx context.Context, a attempt, first answer) (Receipt, error) {
	var kept answer
	err := s.db.InOrganisation(ctx, a.actor, func(tx *postgres.Tx) error {
		refused, err := explain(ctx, tx, a, first.Claimed, func(_ presented, f carnet.Facts) carnet.Reason { return f.Verdict(tx.Today()) })
		if err != nil {
			return err
		}
		kept, err = keepRefusals(ctx, tx, a.actor.OrganisationID, a.request.Key, refused)
		return err
	})
	if err != nil {
		return Receipt{}, fmt.Errorf("explain refusals: %w", err)
	}
	return kept.receipt(), nil
}

// explain judges every chèque that was not claimed.
func explain(ctx context.Context, tx *postgres.Tx, a attempt, claimed []Result, judge func(presented, carnet.Facts) carnet.Reason) ([]Result, error) {
	left := slices.DeleteFunc(slices.Clone(a.list), func(p presented) bool {
		return slices.ContainsFunc(claimed, func(r Result) bool { return r.Index == p.index })
	})
	known := slices.DeleteFunc(slices.Clone(left), func(p presented) bool { return !p.found })
	facts, err := factsOf(ctx, tx, known, a.place, entryNumbers(a.request.Entries))
	if err != nil {
		return nil, err
	}
	refused := make([]Result, len(left))
	for i, p := range left {
		f, found := facts[p.cheque]
		if !p.found || !found {
			refused[i] = p.unfound()
			continue
		}
		reason := judge(p, f)
		if reason == carnet.Usable {
			// Somebody else held it when we claimed, and let go of it since.
			reason, f.UsedAt = carnet.AlreadyRedeemed, nil
		}
		refused[i] = refusal(p.index, f, reason)
	}
	return refused, nil
}

// claim is the answer of redeem_codes. Place is uuid.Nil when it has to be
// corrected; Found is told only when something was not claimed.
type claim struct {
	Places    []uuid.UUID  `json:"places"`
	Place     uuid.UUID    `json:"place"`
	Throttled bool         `json:"throttled"`
	Claimed   []claimedRow `json:"claimed"`
	Found     []foundRow   `json:"found"`
}

// claim calls the one SQL function that takes chèques: one round trip.
func (s *Service) claim(ctx context.Context, a attempt, g guesser) (claim, error) {
	hashes, indexes := lookups(a.list)
	ids, transactions := make([]uuid.UUID, len(a.list)), make([]uuid.UUID, len(a.list))
	for i := range ids {
		ids[i], transactions[i] = postgres.NewID(), postgres.NewID()
	}
	subjects, limits := g.watched()
	args := append([]any{hashes, indexes, subjects, limits, windowOf(a.now)}, a.arguments()...)
	var got claim
	err := s.db.Pipeline(ctx, a.actor, `SELECT redeem_codes($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12,
		$13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23)`, append(args, ids, transactions), &got)
	return got, err
}

// arguments are what redeem records of the séance.
func (a attempt) arguments() []any {
	given := a.now
	if a.request.GivenAt != nil {
		given = *a.request.GivenAt
	}
	return []any{
		a.request.Key, a.hash, a.id, wanted(a.actor, a.request.PlaceID), a.actor.Account(), a.actor.Name, a.actor.RequestID, a.actor.Device,
		a.now, postgres.Day(a.now), given, string(a.request.Mode), entryNumbers(a.request.Entries),
		(*int64)(a.request.PriceCents), a.request.duration(), a.request.FirstVisit,
	}
}

// claimedRow is one chèque as redeem reports it.
type claimedRow struct {
	Index  int         `json:"index"`
	ID     uuid.UUID   `json:"id"`
	Serial string      `json:"serial"`
	Rank   int         `json:"rank"`
	Cents  money.Cents `json:"cents"`
}

func results(rows []claimedRow) []Result {
	list := make([]Result, len(rows))
	for i, r := range rows {
		list[i] = Result{Index: r.Index, ID: r.ID, Status: Redeemed, Serial: r.Serial, Rank: r.Rank, FaceValue: r.Cents}
	}
	return list
}
