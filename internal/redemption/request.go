package redemption

import (
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"slices"
	"time"

	"github.com/google/uuid"

	"passnum/internal/fault"
	"passnum/internal/identity"
	"passnum/internal/money"
)

// MaxCodes is how many chèques a request may present.
const MaxCodes = 200

const (
	maxKey      = 200
	maxPrice    = money.Cents(1_000_000)
	maxDuration = 24 * 60
	// oldest is how late a séance may be entered; ahead forgives clocks.
	oldest = 31 * 24 * time.Hour
	ahead  = 5 * time.Minute
)

var (
	errNoPlace     = fault.Field("place_id", "Votre structure n’a pas encore de lieu. Ajoutez un lieu dans « Ma structure » avant d’encaisser.")
	errWhichPlace  = fault.Field("place_id", "Votre structure a plusieurs lieux. Indiquez celui où le service a été rendu.")
	errOtherPlace  = fault.Field("place_id", "Ce lieu n’est pas un lieu de votre structure.")
	errTokensPlace = fault.Field("place_id", "Ce jeton ne vaut que pour un autre lieu de votre structure.")
)

// validate tells everything that keeps a request from being judged at all.
func (s *Service) validate(r Request, now time.Time) error {
	var c fault.Collector
	c.Check(len(r.Key) >= 1 && len(r.Key) <= maxKey, "key", "La clé d’idempotence doit compter de 1 à 200 caractères.")
	checkCodes(&c, r.Codes)
	s.checkEntries(&c, r.Entries, true)
	c.Check(r.Mode.Known(), "mode", "Choisissez « individuel » ou « collectif ».")
	if r.GivenAt != nil {
		c.Check(!r.GivenAt.After(now.Add(ahead)), "at", "La date du service est dans le futur. Corrigez-la.")
		c.Check(!r.GivenAt.Before(now.Add(-oldest)), "at", "Le service date de plus de 31 jours : il ne peut plus être enregistré.")
	}
	if r.PriceCents != nil {
		c.Check(*r.PriceCents >= 0 && *r.PriceCents <= maxPrice, "price_cents", "Le prix doit être compris entre 0 et 10 000 euros.")
	}
	if r.DurationMinutes != nil {
		c.Check(*r.DurationMinutes >= 1 && *r.DurationMinutes <= maxDuration, "duration_minutes", "La durée doit être comprise entre 1 minute et 24 heures.")
	}
	return c.Err()
}

func checkCodes(c *fault.Collector, codes []string) {
	switch {
	case len(codes) == 0:
		c.Add("codes", "Présentez au moins un chèque.")
	case len(codes) > MaxCodes:
		c.Add("codes", fmt.Sprintf("Une séance compte au plus %d chèques. Encaissez-la en plusieurs fois.", MaxCodes))
	}
}

func (s *Service) checkEntries(c *fault.Collector, entries []int, needed bool) {
	if needed && len(entries) == 0 {
		c.Add("entries", "Choisissez au moins un service rendu.")
	}
	for _, n := range entries {
		if _, known := s.entries.Entry(n); !known {
			c.Add("entries", fmt.Sprintf("Le service n° %d n’existe pas dans le référentiel, qui va de 1 à %d.", n, len(s.entries.All())))
			return
		}
	}
}

// entryNumbers is the entries once each, in order, as the database wants them.
func entryNumbers(entries []int) []int16 {
	numbers := make([]int16, len(entries))
	for i, n := range entries {
		numbers[i] = int16(n)
	}
	slices.Sort(numbers)
	return slices.Compact(numbers)
}

// choosePlace is where the chèques are taken: the token's place, the one asked
// for, or the only one there is.
func choosePlace(actor identity.Actor, asked *uuid.UUID, own []uuid.UUID) (uuid.UUID, error) {
	switch {
	case actor.PlaceID != uuid.Nil && asked != nil && *asked != actor.PlaceID:
		return uuid.Nil, errTokensPlace
	case actor.PlaceID != uuid.Nil:
		asked = &actor.PlaceID
	}
	switch {
	case asked != nil && slices.Contains(own, *asked):
		return *asked, nil
	case asked != nil:
		return uuid.Nil, errOtherPlace
	case len(own) == 0:
		return uuid.Nil, errNoPlace
	case len(own) > 1:
		return uuid.Nil, errWhichPlace
	default:
		return own[0], nil
	}
}

// fingerprint is the same for two requests exactly when they ask for the same
// thing. It is made of look-up hashes, so that the stored value helps nobody
// find a code.
func (r Request) fingerprint(list []presented) []byte {
	h := sha256.New()
	part := func(b []byte) {
		_ = binary.Write(h, binary.BigEndian, uint32(len(b)))
		h.Write(b)
	}
	for i, p := range list {
		if len(p.hashes) > 0 {
			part(p.hashes[len(p.hashes)-1]) // the oldest key outlives a rotation
			continue
		}
		sum := sha256.Sum256([]byte(r.Codes[i]))
		part(sum[:])
	}
	part(fmt.Append(nil, "entries", entryNumbers(r.Entries), "mode", r.Mode))
	part(fmt.Append(nil, told(r.PlaceID), told(r.PriceCents), told(r.DurationMinutes), told(r.FirstVisit)))
	if r.GivenAt != nil {
		part(fmt.Append(nil, r.GivenAt.UnixMicro()))
	}
	return h.Sum(nil)
}

func told[T any](v *T) string {
	if v == nil {
		return "-"
	}
	return fmt.Sprint(*v, ";")
}
