// Package redemption takes chèques: it tests them, redeems them once and only
// once, undoes what was done by mistake within the day, and tells what a
// structure has taken. It refuses to say anything of a chèque to somebody who
// guesses codes, and never repeats a code.
package redemption

import (
	"log/slog"
	"slices"
	"time"

	"github.com/google/uuid"

	"passnum/internal/carnet"
	"passnum/internal/carnet/code"
	"passnum/internal/jobs"
	"passnum/internal/money"
	"passnum/internal/postgres"
	"passnum/internal/referentiel"
)

// Mode is how a service was given.
type Mode string

// The modes of a séance.
const (
	Individuel Mode = "individuel"
	Collectif  Mode = "collectif"
)

// Known reports whether m is a mode of the house.
func (m Mode) Known() bool { return m == Individuel || m == Collectif }

// Request is one séance to redeem: its chèques and what was given for them. A
// nil field was not told.
type Request struct {
	// Key makes a retry harmless: the same key and request hear the same answer.
	Key             string
	Codes           []string
	Entries         []int
	Mode            Mode
	PlaceID         *uuid.UUID
	GivenAt         *time.Time
	PriceCents      *money.Cents
	DurationMinutes *int
	FirstVisit      *bool
}

// duration is the duration as the database wants it.
func (r Request) duration() *int16 {
	if r.DurationMinutes == nil {
		return nil
	}
	d := int16(*r.DurationMinutes)
	return &d
}

// LogValue keeps the codes out of logs.
func (r Request) LogValue() slog.Value {
	return slog.GroupValue(slog.Int("codes", len(r.Codes)), slog.String("mode", string(r.Mode)))
}

// Status is what became of one chèque of a request.
type Status string

// The answers to one code.
const (
	Redeemed Status = "redeemed"
	Valid    Status = "valid"
	Refused  Status = "refused"
	// Disputed is a refusal that nobody could foresee when the chèque was scanned
	// without network: it waits for the operator.
	Disputed Status = "disputed"
)

// Result answers one code of a request. Index is its rank in the request; the
// code itself is never repeated.
type Result struct {
	Index int `json:"index"`
	// ID names the redemption, to undo it alone.
	ID uuid.UUID `json:"id,omitzero"`
	// Dispute is set when Status is Disputed.
	Dispute       uuid.UUID     `json:"dispute,omitzero"`
	Status        Status        `json:"status"`
	Serial        string        `json:"serial,omitempty"`
	Rank          int           `json:"rank,omitempty"`
	FaceValue     money.Cents   `json:"face_value_cents,omitempty"`
	Reason        carnet.Reason `json:"reason,omitempty"`
	Message       string        `json:"message,omitempty"`
	RedeemedAt    *time.Time    `json:"redeemed_at,omitempty"`
	RedeemedPlace string        `json:"redeemed_place,omitempty"`
	Commanditaire string        `json:"-"`
	UsableUntil   time.Time     `json:"-"`
}

// Receipt answers a whole request, in the order of its codes.
type Receipt struct {
	ID      uuid.UUID
	Results []Result
	// Throttled is set when nothing was judged because of too many wrong codes;
	// there is then no receipt to read again.
	Throttled bool
}

// Taken is how many chèques were redeemed, and their face value.
func (r Receipt) Taken() (cheques int, amount money.Cents) {
	for _, result := range r.Results {
		if result.Status == Redeemed {
			cheques++
			amount += result.FaceValue
		}
	}
	return cheques, amount
}

// Service is the use cases of redeeming.
type Service struct {
	db      *postgres.DB
	keys    *code.Keyring
	entries *referentiel.Referentiel
	queue   jobs.Queue // nil when nobody is told; see Notify
}

// NewService redeems on db the chèques whose codes were minted with keys.
func NewService(db *postgres.DB, keys *code.Keyring) *Service {
	return &Service{db: db, keys: keys, entries: referentiel.Load()}
}

// Notify has structures told by mail of the disputes that late claims open.
func (s *Service) Notify(queue jobs.Queue) *Service {
	s.queue = queue
	return s
}

// presented is one code of a request as read. Only one of refusal and hashes is
// set; the chèque is known once it was found.
type presented struct {
	index         int
	hashes        [][]byte
	refusal       string // the French sentence for a text that is no code
	found         bool
	commanditaire uuid.UUID
	cheque        uuid.UUID
	judged        time.Time // the day it was judged on, for a late claim
	capped        bool      // the order's cap alone refused it
}

// read parses what was typed or scanned.
func (s *Service) read(codes []string) []presented {
	list := make([]presented, len(codes))
	for i, typed := range codes {
		list[i] = presented{index: i}
		c, err := code.Parse(typed)
		if err != nil {
			list[i].refusal = err.Error()
			continue
		}
		list[i].hashes = s.keys.Hashes(c)
	}
	return list
}

// lookups lists every hash to look up, and which code each comes from.
func lookups(list []presented) (hashes [][]byte, indexes []int32) {
	hashes, indexes = [][]byte{}, []int32{}
	for _, p := range list {
		for _, hash := range p.hashes {
			hashes, indexes = append(hashes, hash), append(indexes, int32(p.index))
		}
	}
	return hashes, indexes
}

// unfound answers the codes that name no chèque.
func (p presented) unfound() Result {
	if p.refusal != "" {
		return Result{Index: p.index, Status: Refused, Reason: carnet.Malformed, Message: p.refusal}
	}
	return Result{Index: p.index, Status: Refused, Reason: carnet.Unknown, Message: carnet.Unknown.Sentence()}
}

// wrongGuesses counts well-formed codes that name no chèque. A slip of the
// finger breaks the check symbols and is not a guess.
func wrongGuesses(list []presented) int {
	n := 0
	for _, p := range list {
		if p.refusal == "" && !p.found {
			n++
		}
	}
	return n
}

func throttled(list []presented) []Result {
	results := make([]Result, len(list))
	for i := range list {
		results[i] = Result{Index: i, Status: Refused, Reason: carnet.TooManyAttempts, Message: carnet.TooManyAttempts.Sentence()}
	}
	return results
}

func sortResults(results []Result) []Result {
	slices.SortFunc(results, func(a, b Result) int { return a.Index - b.Index })
	return results
}
