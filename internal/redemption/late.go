package redemption

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"

	"passnum/internal/carnet"
	"passnum/internal/fault"
	"passnum/internal/identity"
	"passnum/internal/money"
	"passnum/internal/postgres"
)

// MaxClaims is how many claims a device may send at once.
const MaxClaims = 50

// Queue is what a device scanned without network, sent when the network is
// back. Device is the identifier that its browser made once; SentAt is its
// clock, to compare with ours.
type Queue struct {
	Device uuid.UUID
	SentAt time.Time
	Claims []Claim
}

// Claim is one séance of a queue. A nil field was not told.
type Claim struct {
	Key             string
	ScannedAt       time.Time
	Codes           []string
	Entries         []int
	Mode            Mode
	PlaceID         *uuid.UUID
	PriceCents      *money.Cents
	DurationMinutes *int
	FirstVisit      *bool
}

// request leaves the date out: it is corrected by a clock, and a queue sent
// again must be the same request.
func (c Claim) request() Request {
	return Request{
		Key: c.Key, Codes: c.Codes, Entries: c.Entries, Mode: c.Mode, PlaceID: c.PlaceID,
		PriceCents: c.PriceCents, DurationMinutes: c.DurationMinutes, FirstVisit: c.FirstVisit,
	}
}

// Outcome is what became of a claim as a whole.
type Outcome string

// The outcomes of a claim: every chèque is paid; some are not and wait for the
// operator; some are not, and that is final.
const (
	ClaimAccepted Outcome = "accepted"
	ClaimDisputed Outcome = "disputed"
	ClaimRefused  Outcome = "refused"
)

// ClaimAnswer answers one claim. Receipt is uuid.Nil when nothing could be
// judged; Message then says why.
type ClaimAnswer struct {
	Key     string
	Outcome Outcome
	Receipt uuid.UUID
	Message string
	Results []Result
}

// What Claim answers beside invalid input.
var (
	ErrGuessing = fault.New(fault.KindTooMany, carnet.TooManyAttempts.Sentence())
	errOtherKey = "Cette séance a déjà été envoyée avec d’autres réponses. Son reçu dit ce qui est payé."
)

// Claim answers every claim of a queue, each once and in a transaction of its
// own: the same key hears its first answer again. It answers
// identity.ErrForbidden, invalid input (nothing is then judged), and ErrGuessing
// when the queue has to be sent again later.
func (s *Service) Claim(ctx context.Context, actor identity.Actor, queue Queue) ([]ClaimAnswer, error) {
	if err := actor.May(identity.Redeem); err != nil {
		return nil, err
	}
	if err := queue.validate(); err != nil {
		return nil, err
	}
	off := queue.clockOff(s.db.Now())
	answers := make([]ClaimAnswer, len(queue.Claims))
	for i, c := range queue.Claims {
		answer, err := s.answerClaim(ctx, actor, queue.Device, c, off)
		if err != nil {
			return nil, fmt.Errorf("answer claim: %w", err)
		}
		answers[i] = answer
	}
	return answers, nil
}

func (q Queue) validate() error {
	var c fault.Collector
	c.Check(q.Device != uuid.Nil, "device", "L’identifiant de l’appareil manque.")
	c.Check(!q.SentAt.IsZero(), "sent_at", "L’heure d’envoi manque.")
	c.Check(len(q.Claims) <= MaxClaims, "claims", fmt.Sprintf("Envoyez au plus %d séances à la fois.", MaxClaims))
	for i, claim := range q.Claims {
		field := fmt.Sprintf("claims[%d].", i)
		_, err := uuid.Parse(claim.Key)
		c.Check(err == nil, field+"key", "La clé de la séance doit être un UUID.")
		c.Check(!claim.ScannedAt.IsZero(), field+"scanned_at", "L’heure du scan manque.")
		c.Check(len(claim.Codes) > 0 && len(claim.Codes) <= MaxCodes, field+"codes", fmt.Sprintf("Une séance compte de 1 à %d chèques.", MaxCodes))
	}
	return c.Err()
}

// answerClaim judges one claim. What cannot be judged at all is refused with a
// sentence: one bad claim must not keep the others waiting.
func (s *Service) answerClaim(ctx context.Context, actor identity.Actor, device uuid.UUID, c Claim, off time.Duration) (ClaimAnswer, error) {
	request, now := c.request(), s.db.Now()
	if err := s.validate(request, now); err != nil {
		return unjudged(c, err)
	}
	list := s.read(request.Codes)
	a := attempt{actor: actor, request: request, list: list, hash: request.fingerprint(list), now: now, id: postgres.NewID()}
	l := since(c.ScannedAt.Add(-off), now)
	l.device, l.kind = deviceOf(actor, device)
	l.clockOff = off
	receipt, err := s.takeLate(ctx, a, l, guesserOf(actor, now))
	switch {
	case errors.Is(err, ErrKeyReused):
		return s.otherwiseAnswered(ctx, actor, c)
	case err != nil:
		return unjudged(c, err)
	case receipt.Throttled:
		return ClaimAnswer{}, ErrGuessing
	}
	return ClaimAnswer{Key: c.Key, Outcome: outcome(receipt.Results), Receipt: receipt.ID, Results: receipt.Results}, nil
}

// otherwiseAnswered leads to what the key was told for another request.
func (s *Service) otherwiseAnswered(ctx context.Context, actor identity.Actor, c Claim) (ClaimAnswer, error) {
	refused := ClaimAnswer{Key: c.Key, Outcome: ClaimRefused, Message: errOtherKey}
	err := s.db.InOrganisation(ctx, actor, func(tx *postgres.Tx) error {
		first, err := findAnswer(ctx, tx, actor.OrganisationID, c.Key)
		refused.Receipt = first.ID
		return err
	})
	if err != nil {
		return ClaimAnswer{}, fmt.Errorf("read first answer: %w", err)
	}
	return refused, nil
}

// unjudged answers a claim that cannot be judged with what is wrong with it;
// anything else than a refusal is given back.
func unjudged(c Claim, err error) (ClaimAnswer, error) {
	refusal, ok := fault.ForForm(err)
	if !ok {
		return ClaimAnswer{}, err
	}
	message := refusal.Sentence
	if len(refusal.Fields) > 0 {
		message = refusal.Fields[0].Sentence
	}
	return ClaimAnswer{Key: c.Key, Outcome: ClaimRefused, Message: message}, nil
}

func outcome(results []Result) Outcome {
	all := ClaimAccepted
	for _, r := range results {
		switch r.Status {
		case Redeemed:
		case Disputed:
			return ClaimDisputed
		default:
			all = ClaimRefused
		}
	}
	return all
}
