package mediateur

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/go-chi/chi/v5"
	"github.com/google/uuid"

	"passnum/internal/fault"
	"passnum/internal/identity"
	"passnum/internal/money"
	"passnum/internal/redemption"
	"passnum/web/disputeui"
	"passnum/web/httpx"
	"passnum/web/ui/format"
	"passnum/web/urls"
)

// LateHandlers takes what devices scanned without network.
type LateHandlers struct {
	Redemptions *redemption.Service
	// Now is the clock a device compares its own with.
	Now func() time.Time
}

// Routes mounts the address that queues are sent to.
func (h *LateHandlers) Routes(r chi.Router) {
	r.With(httpx.Need(identity.Redeem)).Method(http.MethodPost, "/file", httpx.Handler(h.claim))
}

// queueIn is a queue as a device writes it. Missing times are told from
// unreadable ones by the domain.
type queueIn struct {
	Device uuid.UUID `json:"device"`
	SentAt time.Time `json:"sent_at"`
	Claims []claimIn `json:"claims"`
}

type claimIn struct {
	Key             string       `json:"key"`
	ScannedAt       time.Time    `json:"scanned_at"`
	Codes           []string     `json:"codes"`
	Entries         []int        `json:"entries"`
	Mode            string       `json:"mode"`
	PlaceID         *uuid.UUID   `json:"place_id"`
	DurationMinutes *int         `json:"duration_minutes"`
	PriceCents      *money.Cents `json:"price_cents"`
	FirstVisit      *bool        `json:"first_visit"`
}

type queueOut struct {
	ServerAt time.Time   `json:"server_at"`
	Answers  []answerOut `json:"answers"`
}

type answerOut struct {
	Key     string      `json:"key"`
	State   string      `json:"state"`
	Receipt string      `json:"receipt"`
	Message string      `json:"message"`
	Results []resultOut `json:"results"`
}

type resultOut struct {
	Index     int         `json:"index"`
	Status    string      `json:"status"`
	Reason    string      `json:"reason"`
	Word      string      `json:"word"`
	Message   string      `json:"message"`
	Serial    string      `json:"serial"`
	Rank      int         `json:"rank"`
	FaceValue money.Cents `json:"face_value_cents"`
}

const maxQueue = 2 << 20

var errUnreadable = fault.New(fault.KindInvalid, "La file reçue est illisible.")

// claim answers a device's queue, claim by claim; a key already answered hears
// its first answer.
func (h *LateHandlers) claim(w http.ResponseWriter, r *http.Request) error {
	var in queueIn
	if err := json.NewDecoder(http.MaxBytesReader(w, r.Body, maxQueue)).Decode(&in); err != nil {
		return errUnreadable // its cause may quote a code
	}
	answers, err := h.Redemptions.Claim(r.Context(), httpx.Actor(r), in.queue())
	if fault.Is(err, fault.KindTooMany) {
		w.Header().Set("Retry-After", "600")
	}
	if err != nil {
		return err
	}
	out := queueOut{ServerAt: h.Now(), Answers: make([]answerOut, len(answers))}
	for i, a := range answers {
		out.Answers[i] = newAnswerOut(a)
	}
	w.Header().Set("Content-Type", "application/json")
	if err := json.NewEncoder(w).Encode(out); err != nil {
		return fmt.Errorf("write answers: %w", err)
	}
	return nil
}

func (in queueIn) queue() redemption.Queue {
	queue := redemption.Queue{Device: in.Device, SentAt: in.SentAt, Claims: make([]redemption.Claim, len(in.Claims))}
	for i, c := range in.Claims {
		queue.Claims[i] = redemption.Claim{
			Key: c.Key, ScannedAt: c.ScannedAt, Codes: c.Codes, Entries: c.Entries, Mode: redemption.Mode(c.Mode), PlaceID: c.PlaceID,
			PriceCents: c.PriceCents, DurationMinutes: c.DurationMinutes, FirstVisit: c.FirstVisit,
		}
	}
	return queue
}

func newAnswerOut(a redemption.ClaimAnswer) answerOut {
	out := answerOut{Key: a.Key, State: string(a.Outcome), Message: a.Message, Results: make([]resultOut, len(a.Results))}
	if a.Receipt != uuid.Nil {
		out.Receipt = urls.Receipt(a.Receipt)
	}
	for i, r := range a.Results {
		out.Results[i] = newResultOut(r)
	}
	if out.Message == "" {
		out.Message = claimSentence(a)
	}
	return out
}

func newResultOut(r redemption.Result) resultOut {
	out := resultOut{
		Index: r.Index, Status: string(r.Status), Reason: string(r.Reason), Message: r.Message,
		Serial: r.Serial, Rank: r.Rank, FaceValue: r.FaceValue, Word: reasonWord(r.Reason),
	}
	switch r.Status {
	case redemption.Redeemed:
		out.Word, out.Message = "Encaissé", r.FaceValue.Short()+" encaissés."
	case redemption.Disputed:
		out.Word = disputeui.Word(r.Reason)
	}
	return out
}

// claimSentence sums a claim up: what is paid, what waits, what is not paid.
func claimSentence(a redemption.ClaimAnswer) string {
	taken, amount := redemption.Receipt{Results: a.Results}.Taken()
	disputed := 0
	for _, r := range a.Results {
		if r.Status == redemption.Disputed {
			disputed++
		}
	}
	var parts []string
	if taken > 0 {
		parts = append(parts, format.Count(taken, "chèque encaissé", "chèques encaissés")+" ("+amount.String()+")")
	}
	if disputed > 0 {
		parts = append(parts, format.Count(disputed, "chèque en litige\u00a0: l’opérateur décidera", "chèques en litige\u00a0: l’opérateur décidera"))
	}
	if refused := len(a.Results) - taken - disputed; refused > 0 {
		parts = append(parts, format.Count(refused, "chèque refusé", "chèques refusés"))
	}
	return strings.Join(parts, ", ") + "."
}
