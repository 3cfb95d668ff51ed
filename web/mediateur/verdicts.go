package mediateur

import (
	"encoding/json"
	"fmt"
	"net/http"
	"time"

	"github.com/google/uuid"

	"passnum/internal/carnet"
	"passnum/internal/fault"
	"passnum/internal/redemption"
	"passnum/web/httpx"
	"passnum/web/urls"
)

// maxScript bounds what the scanner's script sends: a full basket of addresses.
const maxScript = 512 << 10

var errScript = fault.New(fault.KindInvalid, "La demande reçue est illisible. Rechargez la page.")

// checkIn is the chèques that the scanner's script asks about.
type checkIn struct {
	Codes   []string   `json:"codes"`
	PlaceID *uuid.UUID `json:"place_id"`
	Entries []int      `json:"entries"`
}

type checkOut struct {
	ServerAt time.Time    `json:"server_at"`
	Verdicts []verdictOut `json:"verdicts"`
}

// verdictOut is a verdict, and where the chèque's carnet stands on its parcours.
type verdictOut struct {
	resultOut
	Progress string `json:"progress,omitempty"`
}

// verdicts judges chèques for the scanner's script, one answer a code, and takes
// none.
func (h *Handlers) verdicts(w http.ResponseWriter, r *http.Request) error {
	var in checkIn
	if err := readJSON(w, r, &in); err != nil {
		return err
	}
	results, err := h.check(r, in.Codes, in.PlaceID, in.Entries)
	if refusal, ok := fault.ForForm(err); ok {
		return refuseScript(w, refusal)
	}
	if err != nil {
		return err
	}
	if len(results) > 0 && results[0].Reason == carnet.TooManyAttempts {
		return errThrottled
	}
	notes, err := h.progressNotes(r, in.Codes, results)
	if err != nil {
		return err
	}
	out := checkOut{ServerAt: h.Now(), Verdicts: make([]verdictOut, len(results))}
	for i, result := range results {
		v := newResultOut(result)
		v.Word, v.Message = h.verdictWord(in.Codes[i], result), h.verdictSentence(in.Codes[i], result)
		out.Verdicts[i] = verdictOut{v, notes[i]}
	}
	return writeJSON(w, http.StatusOK, out)
}

// check judges codes for a place and services; one that does not exist is told
// when redeeming, and forgotten here.
func (h *Handlers) check(r *http.Request, codes []string, place *uuid.UUID, entries []int) ([]redemption.Result, error) {
	results, err := h.Redemptions.Check(r.Context(), httpx.Actor(r), codes, place, entries)
	if _, wrong := fault.ForForm(err); wrong {
		return h.Redemptions.Check(r.Context(), httpx.Actor(r), codes, nil, nil)
	}
	return results, err
}

// redeemed is what the scanner's script learns of a séance that was taken.
type redeemed struct {
	Receipt string `json:"receipt"`
}

// redeemNow takes a séance for the scanner's script. The key makes sending it
// again harmless, here or with the queue.
func (h *Handlers) redeemNow(w http.ResponseWriter, r *http.Request) error {
	var in claimIn
	if err := readJSON(w, r, &in); err != nil {
		return err
	}
	receipt, err := h.Redemptions.Redeem(r.Context(), httpx.Actor(r), in.request())
	if refusal, ok := fault.ForForm(err); ok {
		return refuseScript(w, refusal)
	}
	if err != nil {
		return err
	}
	if receipt.Throttled {
		return errThrottled
	}
	return writeJSON(w, http.StatusOK, redeemed{Receipt: urls.Receipt(receipt.ID)})
}

func (c claimIn) request() redemption.Request {
	return redemption.Request{
		Key: c.Key, Codes: c.Codes, Entries: c.Entries, Mode: redemption.Mode(c.Mode), PlaceID: c.PlaceID,
		PriceCents: c.PriceCents, DurationMinutes: c.DurationMinutes, FirstVisit: c.FirstVisit,
	}
}

// refuseScript tells a script each field to correct, as a page would.
func refuseScript(w http.ResponseWriter, refusal *fault.Error) error {
	fields := map[string]string{}
	for _, f := range refusal.Fields {
		fields[f.Field] = f.Sentence
	}
	return writeJSON(w, httpx.Status(refusal.Kind), map[string]any{"detail": refusal.Sentence, "fields": fields})
}

// readJSON reads what a script of ours sent; its errors never quote it.
func readJSON(w http.ResponseWriter, r *http.Request, into any) error {
	if json.NewDecoder(http.MaxBytesReader(w, r.Body, maxScript)).Decode(into) != nil {
		return errScript
	}
	return nil
}

func writeJSON(w http.ResponseWriter, status int, answer any) error {
	body, err := json.Marshal(answer)
	if err != nil {
		return fmt.Errorf("write answer: %w", err)
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	_, _ = w.Write(body) // a reader who left sends it again
	return nil
}
