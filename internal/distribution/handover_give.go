package distribution

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/google/uuid"

	"passnum/internal/audit"
	"passnum/internal/carnet"
	"passnum/internal/fault"
	"passnum/internal/guidance"
	"passnum/internal/identity"
	"passnum/internal/postgres"
)

// ErrMixedHousehold keeps a household's carnets to one order: one letter names
// the places where all of them are accepted.
var ErrMixedHousehold = fault.New(fault.KindConflict, "Ces carnets viennent de deux commandes\u00a0: leurs chèques ne s’utilisent pas dans les mêmes lieux. Remettez-les l’un après l’autre.")

// HandOver gives a carnet in stock, some of its chèques, or several carnets to
// one household, and opens the chèques, in one transaction: all or nothing. It
// answers the first carnet's hand-over; the others share its GroupID. The same
// key and carnets give the same hand-over again. ErrKeyReused, ErrMixedHousehold,
// the refusals of a request, or the carnet's own.
func (s *Service) HandOver(ctx context.Context, actor identity.Actor, req Request) (HandOver, error) {
	if err := actor.May(identity.HandOver); err != nil {
		return HandOver{}, err
	}
	want, err := req.read()
	if err != nil {
		return HandOver{}, err
	}
	var given HandOver
	err = s.db.InOrganisation(ctx, actor, func(tx *postgres.Tx) (err error) {
		given, err = s.handOver(ctx, tx, actor, want)
		return err
	})
	switch postgres.Constraint(err) {
	case "handovers_key_once":
		return HandOver{}, ErrKeyReused
	case "handovers_one_live", "handover_cheques_pkey":
		return HandOver{}, carnet.ErrNotInStock
	}
	return given, fault.Wrap(err, "hand over carnet")
}

func (s *Service) handOver(ctx context.Context, tx *postgres.Tx, actor identity.Actor, want wanted) (HandOver, error) {
	found, err := lockCarnets(ctx, tx, want.serials)
	if err != nil {
		return HandOver{}, err
	}
	if c, ok := found[want.serials[0]]; ok {
		// Read after the lock, so that a double click finds the first hand-over.
		if first, err := byKey(ctx, tx, actor, c.CommanditaireID, want.Key); !errors.Is(err, ErrHandOverNotFound) {
			return sameRequest(ctx, tx, actor, first, want, err)
		}
	}
	cards := make([]CarnetCard, len(want.serials))
	for i, serial := range want.serials {
		if cards[i], err = s.readyCard(ctx, tx, actor, want, serial, found); err != nil {
			return HandOver{}, err
		}
		if i > 0 && cards[i].carnet.OrderID != cards[0].carnet.OrderID {
			return HandOver{}, ErrMixedHousehold
		}
	}
	if err := checkPathway(ctx, tx, want.PathwayID); err != nil {
		return HandOver{}, err
	}
	return giveAll(ctx, tx, actor, cards, want)
}

// checkPathway refuses a parcours that the counter may not propose: a hand-over
// shows its title to whoever scans the carnet next.
func checkPathway(ctx context.Context, tx *postgres.Tx, id *uuid.UUID) error {
	if id == nil {
		return nil
	}
	_, err := guidance.Named(ctx, tx, *id)
	if errors.Is(err, guidance.ErrPathwayNotFound) {
		return ErrPathway
	}
	return err
}

// lockCarnets locks the carnets that the scope sees, always in one order, so that
// two households cannot wait for each other.
func lockCarnets(ctx context.Context, tx *postgres.Tx, serials []string) (map[string]carnet.Carnet, error) {
	found := make(map[string]carnet.Carnet, len(serials))
	for _, serial := range slices.Sorted(slices.Values(serials)) {
		c, err := carnet.LockSerial(ctx, tx, serial)
		if errors.Is(err, carnet.ErrUnknown) {
			continue
		}
		if err != nil {
			return nil, err
		}
		found[serial] = c
	}
	return found, nil
}

// readyCard judges one carnet of a request; with several, a refusal names it.
func (s *Service) readyCard(ctx context.Context, tx *postgres.Tx, actor identity.Actor, want wanted, serial string, found map[string]carnet.Carnet) (CarnetCard, error) {
	c, ok := found[serial]
	var unknown error
	if !ok {
		unknown = carnet.ErrUnknown
	}
	card, err := s.judge(ctx, tx, actor, pointAsked(actor, want.Request), serial, c, unknown)
	if err != nil {
		return card, err
	}
	err = card.Refusal()
	if err == nil {
		card.chosen, err = card.choose(want.Ranks)
	}
	if f, ok := fault.As(err); ok && len(want.serials) > 1 {
		sentence := "Carnet " + serial + "\u00a0: " + f.Sentence
		return card, &fault.Error{Kind: f.Kind, Sentence: sentence, Fields: []fault.FieldError{{Field: "carnet", Sentence: sentence}}}
	}
	return card, err
}

// sameRequest answers a key that has already served: with the first hand-over
// when the same is asked again, otherwise ErrKeyReused.
func sameRequest(ctx context.Context, tx *postgres.Tx, actor identity.Actor, first HandOver, want wanted, err error) (HandOver, error) {
	if err != nil {
		return HandOver{}, err
	}
	serials := []string{first.Serial}
	if first.GroupID != nil {
		group, err := groupOf(ctx, tx, actor, first)
		if err != nil {
			return HandOver{}, err
		}
		serials = serials[:0]
		for _, h := range group {
			serials = append(serials, h.Serial)
		}
	}
	same := first.Serial == want.serials[0] && slices.Equal(slices.Sorted(slices.Values(serials)), slices.Sorted(slices.Values(want.serials)))
	if same && want.Ranks != nil && !slices.Equal(first.Ranks, want.Ranks) {
		terms, err := termsOf(ctx, tx, first.CommanditaireID, first.OrderID)
		if err != nil {
			return HandOver{}, fmt.Errorf("read terms: %w", err)
		}
		same = first.Whole() && len(want.Ranks) == terms.Cheques
	}
	if !same || want.Ranks == nil && !first.Whole() {
		return HandOver{}, ErrKeyReused
	}
	return first, nil
}

func pointAsked(actor identity.Actor, req Request) uuid.UUID {
	if req.PointID != nil {
		return *req.PointID
	}
	return actor.PlaceID
}

func giveAll(ctx context.Context, tx *postgres.Tx, actor identity.Actor, cards []CarnetCard, want wanted) (first HandOver, err error) {
	var group *uuid.UUID
	together := 0
	if len(cards) > 1 {
		id := postgres.NewID()
		group, together = &id, len(cards)
	}
	for i, card := range cards {
		key := want.Key
		if i > 0 {
			key = fmt.Sprintf("%s/%d", want.Key, i+1)
		}
		h := card.handOver(tx, actor, want)
		h.GroupID, h.Together = group, together
		if err := give(ctx, tx, actor, card, h, key); err != nil {
			return HandOver{}, err
		}
		if i == 0 {
			first = h
		}
	}
	return first, nil
}

// handOver is the act that a card and a request make.
func (c CarnetCard) handOver(tx *postgres.Tx, actor identity.Actor, want wanted) HandOver {
	entries := want.Entries
	if entries == nil {
		entries = []int{}
	}
	return HandOver{
		CommanditaireID: c.carnet.CommanditaireID, ID: postgres.NewID(), OrderID: c.carnet.OrderID, CarnetID: c.carnet.ID, PointID: *c.carnet.PointID,
		PointName: c.PointName, Serial: c.carnet.Serial, Ranks: c.chosen, At: tx.Now(), PublicCategory: want.PublicCategory, Entries: entries,
		PathwayID: want.PathwayID, Channel: want.Channel, ActorName: actor.Name, UsableUntil: c.UsableUntil,
	}
}

func give(ctx context.Context, tx *postgres.Tx, actor identity.Actor, card CarnetCard, h HandOver, key string) error {
	if err := insertHandOver(ctx, tx, actor, h, key); err != nil {
		return err
	}
	if err := carnet.Give(ctx, tx, card.carnet, h.UsableUntil, h.PublicCategory, actor.Account()); err != nil {
		return err
	}
	if err := carnet.Open(ctx, tx, h.CommanditaireID, h.ID, h.Cheques(*card.Terms)); err != nil {
		return err
	}
	return journal(ctx, tx, actor, "remise", h)
}

// journal writes an act about a hand-over: which chèques, where and how, never
// for whom.
func journal(ctx context.Context, tx *postgres.Tx, actor identity.Actor, act string, h HandOver) error {
	detail := map[string]any{"carnet": h.Serial, "point": h.PointName}
	if !h.Whole() {
		detail["chèques"] = SayRanks(h.Ranks)
	}
	if h.Channel == ByPost {
		detail["canal"] = string(ByPost)
	}
	return audit.Record(ctx, tx, actor, audit.Act{Name: act, SubjectKind: "carnet", SubjectID: h.CarnetID, Parties: []uuid.UUID{h.CommanditaireID}, Detail: detail})
}
