package redemption

import (
	"context"
	"fmt"
	"time"

	"github.com/google/uuid"

	"passnum/internal/carnet"
	"passnum/internal/postgres"
	"passnum/internal/redemption/dispute"
)

// lateClaim is the answer of claim_late.
type lateClaim struct {
	claim
	Found   []leftOut `json:"found"`
	Revoked bool      `json:"revoked"`
}

// leftOut is a chèque that claim_late did not claim.
type leftOut struct {
	foundRow
	Judged day  `json:"judged"`
	Capped bool `json:"capped"`
}

// takeLate claims what can be claimed of a scan made some time ago, explains the
// rest and opens its disputes, in one transaction: a key is either answered
// whole or not at all.
func (s *Service) takeLate(ctx context.Context, a attempt, l lateness, g guesser) (Receipt, error) {
	var receipt Receipt
	err := s.db.InOrganisation(ctx, a.actor, func(tx *postgres.Tx) (err error) {
		a.now = tx.Now()
		receipt, err = s.answerLate(ctx, tx, &a, l, g)
		return err
	})
	switch {
	case postgres.Constraint(err) == "redemption_requests_key":
		return s.repeat(ctx, a, g)
	case err != nil:
		return Receipt{}, fmt.Errorf("claim late: %w", err)
	case receipt.Throttled:
		return s.answerThrottled(ctx, a, g)
	}
	if n := wrongGuesses(a.list); n > 0 {
		if err := s.countWrong(ctx, a.actor, g, a.now, n); err != nil {
			return Receipt{}, err
		}
	}
	return receipt, nil
}

func (s *Service) answerLate(ctx context.Context, tx *postgres.Tx, a *attempt, l lateness, g guesser) (Receipt, error) {
	if l.strict {
		if err := settlePlace(ctx, tx, a); err != nil {
			return Receipt{}, err
		}
	}
	got, err := claimLate(ctx, tx, *a, l, g)
	switch {
	case err != nil:
		return Receipt{}, fmt.Errorf("call claim_late: %w", err)
	case got.Throttled:
		return Receipt{Throttled: true}, nil
	case got.Place == uuid.Nil:
		return Receipt{}, errNoPlace
	}
	a.place = got.Place
	markLate(a.list, got)
	claimed := results(got.Claimed)
	refused, err := explain(ctx, tx, *a, claimed, judgeLate(l, got.Revoked))
	if err != nil {
		return Receipt{}, err
	}
	if err := s.dispute(ctx, tx, *a, l, refused); err != nil {
		return Receipt{}, err
	}
	kept, err := keepRefusals(ctx, tx, a.actor.OrganisationID, a.request.Key, refused)
	return kept.receipt(), err
}

// settlePlace chooses the place of a request that can still be corrected.
func settlePlace(ctx context.Context, tx *postgres.Tx, a *attempt) error {
	own, err := postgres.Values[uuid.UUID](ctx, tx, `SELECT id FROM places WHERE structure_id = @structure ORDER BY created_at, id`,
		postgres.Args{"structure": a.actor.OrganisationID})
	if err != nil {
		return fmt.Errorf("read places: %w", err)
	}
	a.chosen, err = choosePlace(a.actor, a.request.PlaceID, own)
	return err
}

// claimLate calls the one SQL function that takes chèques scanned some time ago.
func claimLate(ctx context.Context, tx *postgres.Tx, a attempt, l lateness, g guesser) (lateClaim, error) {
	hashes, indexes := lookups(a.list)
	ids, transactions := make([]uuid.UUID, len(a.list)), make([]uuid.UUID, len(a.list))
	for i := range ids {
		ids[i], transactions[i] = postgres.NewID(), postgres.NewID()
	}
	subjects, limits := g.watched()
	place := wanted(a.actor, a.request.PlaceID)
	if a.chosen != uuid.Nil {
		place = &a.chosen
	}
	r := a.request
	var got lateClaim
	err := tx.QueryRow(ctx, `SELECT claim_late($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20,
		$21, $22, $23, $24, $25, $26, $27)`,
		hashes, indexes, subjects, limits, windowOf(a.now), r.Key, a.hash, a.id, place, a.actor.Account(), a.actor.Name, a.actor.RequestID, a.actor.Device,
		a.now, postgres.Day(a.now), l.givenAt, string(r.Mode), entryNumbers(r.Entries), (*int64)(r.PriceCents), r.duration(), r.FirstVisit, ids, transactions,
		l.device, l.kind, l.scanDay, l.counted).Scan(&got)
	return got, err
}

// markLate writes on each code the chèque it names, and how it was judged.
func markLate(list []presented, got lateClaim) {
	for _, row := range got.Claimed {
		list[row.Index].found = true
	}
	for _, row := range got.Found {
		p := &list[row.Index]
		p.found, p.commanditaire, p.cheque = true, row.Commanditaire, row.Cheque
		p.judged, p.capped = time.Time(row.Judged), row.Capped
	}
}

// judgeLate judges a chèque on the day claim_late did. What the rules allow was
// refused by the device or by the cap; what is out of date today was not, when
// the scan's own day would have done.
func judgeLate(l lateness, revoked bool) func(presented, carnet.Facts) carnet.Reason {
	return func(p presented, f carnet.Facts) carnet.Reason {
		reason := f.Verdict(p.judged)
		switch {
		case reason == carnet.Usable && p.capped:
			return dispute.LateCap
		case reason == carnet.Usable && revoked:
			return dispute.DeviceRevoked
		case reason == carnet.Expired && l.scanDay.Before(p.judged) && f.Verdict(l.scanDay) == carnet.Usable:
			return dispute.LateTooOld
		default:
			return reason
		}
	}
}

// dispute opens the disputes of a claim and says so on its results. A chèque the
// structure itself has redeemed is not in dispute: it is paid already.
func (s *Service) dispute(ctx context.Context, tx *postgres.Tx, a attempt, l lateness, refused []Result) error {
	var list []dispute.Refusal
	for _, r := range refused {
		if !dispute.Disputable(r.Reason) || r.RedeemedPlace != "" {
			continue
		}
		p := a.list[r.Index]
		list = append(list, dispute.Refusal{Index: r.Index, Hashes: p.hashes, Reason: r.Reason, Message: r.Message, JudgedOn: p.judged})
	}
	opened, err := dispute.OpenAll(ctx, tx, a.actor, s.queue, dispute.Claim{
		Request: a.id, Place: a.place, Device: l.device, ScannedAt: l.scannedAt, ClockOff: l.clockOff, Mode: string(a.request.Mode),
		Entries: entryNumbers(a.request.Entries), Duration: a.request.duration(), PriceCents: (*int64)(a.request.PriceCents), FirstVisit: a.request.FirstVisit,
	}, list)
	if err != nil {
		return err
	}
	for i := range refused {
		if id, ok := opened[refused[i].Index]; ok {
			refused[i].Status, refused[i].Dispute = Disputed, id
		}
	}
	return nil
}
