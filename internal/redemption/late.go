package redemption

import (
	"context"
	"fmt"
	"time"

	"github.com/google/uuid"

	"passnum/internal/carnet"
	"passnum/internal/fault"
	"passnum/internal/identity"
	"passnum/internal/money"
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

func (c Claim) request() Request {
	return Request{
		Key: c.Key, Codes: c.Codes, Entries: c.Entries, Mode: c.Mode, PlaceID: c.PlaceID,
		PriceCents: c.PriceCents, DurationMinutes: c.DurationMinutes, FirstVisit: c.FirstVisit,
	}
}

// Outcome is what became of a claim as a whole.
type Outcome string

// The outcomes of a claim: every chèque is paid; some are not and can be
// disputed; some are not, and that is final.
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

// Claim answers every claim of a queue, each once: the same key hears its first
// answer again. It answers identity.ErrForbidden, invalid input, and
// ErrGuessing when the rest has to wait.
func (s *Service) Claim(ctx context.Context, actor identity.Actor, queue Queue) ([]ClaimAnswer, error) {
	if err := actor.May(identity.Redeem); err != nil {
		return nil, err
	}
	if err := queue.validate(); err != nil {
		return nil, err
	}
	answers := make([]ClaimAnswer, len(queue.Claims))
	for i, c := range queue.Claims {
		answer, err := s.answerClaim(ctx, actor, c)
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

// ErrGuessing asks to send the queue again later: too many codes named no chèque.
var ErrGuessing = fault.New(fault.KindTooMany, carnet.TooManyAttempts.Sentence())

func (s *Service) answerClaim(ctx context.Context, actor identity.Actor, c Claim) (ClaimAnswer, error) {
	receipt, err := s.Redeem(ctx, actor, c.request())
	if refusal, ok := fault.ForForm(err); ok {
		return ClaimAnswer{Key: c.Key, Outcome: ClaimRefused, Message: actionable(refusal)}, nil
	}
	if err != nil {
		return ClaimAnswer{}, err
	}
	if receipt.Throttled {
		return ClaimAnswer{}, ErrGuessing
	}
	answer := ClaimAnswer{Key: c.Key, Outcome: ClaimAccepted, Receipt: receipt.ID, Results: receipt.Results}
	if n, _ := receipt.Taken(); n < len(receipt.Results) {
		answer.Outcome = ClaimRefused
	}
	return answer, nil
}

// actionable is the sentence of a refusal that a person can act on: its first field's
// when there is one.
func actionable(refusal *fault.Error) string {
	if len(refusal.Fields) > 0 {
		return refusal.Fields[0].Sentence
	}
	return refusal.Sentence
}
