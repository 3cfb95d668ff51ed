package redemption

import (
	"context"
	"encoding/hex"
	"fmt"
	"time"

	"github.com/google/uuid"

	"passnum/internal/carnet"
	"passnum/internal/fault"
	"passnum/internal/identity"
	"passnum/internal/postgres"
)

// Check judges chèques without using them, for the entries given (any, when
// there are none) and at the given place. Without a place, a structure that has
// several is judged as if the chèques' territory were right: it is checked when
// they are redeemed. It answers identity.ErrForbidden and invalid input.
func (s *Service) Check(ctx context.Context, actor identity.Actor, codes []string, place *uuid.UUID, entries []int) ([]Result, error) {
	if err := actor.May(identity.Check); err != nil {
		return nil, err
	}
	var c fault.Collector
	checkCodes(&c, codes)
	s.checkEntries(&c, entries, false)
	if err := c.Err(); err != nil {
		return nil, err
	}
	now, list := s.db.Now(), s.read(codes)
	g := guesserOf(actor, now)
	look, err := s.lookAndJudge(ctx, actor, list, g, now, wanted(actor, place), entryNumbers(entries))
	if err != nil {
		return nil, fmt.Errorf("check chèques: %w", err)
	}
	if look.throttled {
		return throttled(list), nil
	}
	chosen, err := choosePlace(actor, place, look.places)
	if err != nil && err != errWhichPlace {
		return nil, err
	}
	results := look.judge(list, now, chosen != uuid.Nil)
	if n := wrongGuesses(list); n > 0 {
		if err := s.countWrong(ctx, actor, g, now, n); err != nil {
			return nil, err
		}
	}
	return results, nil
}

// wanted is the place to judge for before the caller's places are known.
func wanted(actor identity.Actor, asked *uuid.UUID) *uuid.UUID {
	if actor.PlaceID != uuid.Nil {
		return &actor.PlaceID
	}
	return asked
}

// judgement is a look that brings the facts, by hash in hexadecimal.
type judgement struct {
	throttled bool
	places    []uuid.UUID
	facts     map[string]factRow
}

// lookAndJudge finds the chèques and their facts in one round trip, because
// testing is what a counter does while somebody waits.
func (s *Service) lookAndJudge(ctx context.Context, actor identity.Actor, list []presented, g guesser, now time.Time, place *uuid.UUID, entries []int16) (judgement, error) {
	subjects, limits := g.watched()
	hashes, _ := lookups(list)
	var raw []byte
	look := judgement{facts: map[string]factRow{}}
	err := s.db.Pipeline(ctx, actor, `
		WITH own AS (SELECT coalesce(array_agg(p.id ORDER BY p.created_at, p.id), '{}') AS ids FROM places p WHERE p.structure_id = $5)
		SELECT coalesce(bool_or(x.throttled), false), own.ids, coalesce(json_agg(x) FILTER (WHERE NOT x.throttled), '[]')
		FROM own LEFT JOIN LATERAL (
			SELECT f.throttled, encode(f.hash, 'hex') AS hash, f.cheque_id AS cheque, r.*
			FROM find_cheques($1, $2, $3, $4) f
			LEFT JOIN LATERAL cheque_facts(f.commanditaire_id, f.cheque_id,
				coalesce($6::uuid, CASE WHEN cardinality(own.ids) = 1 THEN own.ids[1] END), $7::smallint[]) r ON true
		) x ON true
		GROUP BY own.ids`,
		[]any{hashes, subjects, limits, windowOf(now), actor.OrganisationID, place, entries},
		&look.throttled, &look.places, &raw)
	if err != nil {
		return judgement{}, err
	}
	rows, err := decodeFacts(raw)
	if err != nil {
		return judgement{}, err
	}
	for _, r := range rows {
		look.facts[r.Hash] = r
	}
	return look, nil
}

func (j judgement) judge(list []presented, now time.Time, placeKnown bool) []Result {
	today := postgres.Day(now)
	results := make([]Result, len(list))
	for i := range list {
		p := &list[i]
		row, ok := j.of(p)
		if !ok {
			results[i] = p.unfound()
			continue
		}
		p.found = true
		f := row.facts()
		f.InTerritory = f.InTerritory || !placeKnown
		results[i] = verdict(p.index, f, today)
	}
	return results
}

func (j judgement) of(p *presented) (factRow, bool) {
	for _, hash := range p.hashes {
		if row, ok := j.facts[hex.EncodeToString(hash)]; ok {
			return row, true
		}
	}
	return factRow{}, false
}

// verdict is the answer of a dry check.
func verdict(index int, f carnet.Facts, today time.Time) Result {
	if reason := f.Verdict(today); reason != carnet.Usable {
		return refusal(index, f, reason)
	}
	result := Result{Index: index, Status: Valid, Serial: f.Serial, Rank: f.Rank, FaceValue: f.FaceValue, Commanditaire: f.Commanditaire}
	if f.UsableUntil != nil {
		result.UsableUntil = *f.UsableUntil
	}
	return result
}
