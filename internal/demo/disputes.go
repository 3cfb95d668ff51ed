package demo

import (
	"context"
	"fmt"
	"time"

	"github.com/google/uuid"

	"passnum/internal/identity"
	"passnum/internal/postgres"
	"passnum/internal/redemption"
	"passnum/internal/redemption/dispute"
)

// quarrel leaves two disputes of the demonstration structure: one settled, about
// a chèque that somebody else had taken; one that waits, from a phone that was
// lost, found again and read.
func (w *world) quarrel(ctx context.Context) error {
	mediator, manager, disputes := w.actors["mediateur"], w.actors["structure"], dispute.NewService(w.db).Notify(w.queue, "")
	taken, err := w.someCheque(ctx, `c.state = 'utilise' AND EXISTS (SELECT 1 FROM redemptions r
		WHERE r.commanditaire_id = c.commanditaire_id AND r.cheque_id = c.id AND r.undone_at IS NULL AND r.structure_id <> @structure)`)
	if err != nil {
		return err
	}
	unused, err := w.someCheque(ctx, `c.state = 'actif' AND @structure::uuid IS NOT NULL`)
	if err != nil {
		return err
	}
	phone := uuid.NewSHA1(uuid.NameSpaceURL, []byte("passnum:demonstration:telephone"))
	w.clock.now = w.at(-6, 17, 40)
	late, err := w.claim(ctx, mediator, phone, taken, w.at(-7, 10, 20))
	if err != nil {
		return err
	}
	w.clock.now = w.at(-5, 9, 15)
	if _, err := disputes.Reject(ctx, w.actors["admin"], late, "Ce chèque avait déjà été payé à une autre structure le matin même.", false); err != nil {
		return err
	}
	w.clock.now = w.at(-4, 18, 5)
	if err := w.redemptions.RevokeLateDevice(ctx, manager, phone); err != nil {
		return err
	}
	w.clock.now = w.at(-2, 11, 30)
	open, err := w.claim(ctx, mediator, phone, unused, w.at(-4, 14, 10))
	if err != nil {
		return err
	}
	if err := disputes.Explain(ctx, manager, open, "Atelier au foyer, sans réseau. Le téléphone, perdu le soir, a été retrouvé."); err != nil {
		return err
	}
	w.clock.now, w.queue.Waiting = w.morning(8, 0), w.queue.Waiting[:0]
	return nil
}

// someCheque is the code of the last chèque of the newest carnet that matches,
// far from those that tests and visitors use first.
func (w *world) someCheque(ctx context.Context, where string) (string, error) {
	type found struct {
		ID    uuid.UUID
		KeyID string
	}
	var row found
	err := w.db.InPlatform(ctx, postgres.System{}, "démonstration", func(tx *postgres.Tx) (err error) {
		row, err = postgres.One[found](ctx, tx, `
			SELECT c.id, c.key_id FROM cheques c
			JOIN carnets k ON k.commanditaire_id = c.commanditaire_id AND k.id = c.carnet_id
			JOIN orders o ON o.commanditaire_id = c.commanditaire_id AND o.id = c.order_id
			WHERE k.state = 'remis' AND o.state = 'active' AND o.perimeter_codes <@ ARRAY['FR'] AND o.entries IS NULL AND o.accepted_structures = 'toutes' AND `+where+`
			ORDER BY k.serial DESC, c.rank DESC LIMIT 1`, postgres.Args{"structure": w.orgs[spotOf("mediatheque").structure]})
		return err
	})
	if err != nil {
		return "", fmt.Errorf("find a chèque: %w", err)
	}
	c, err := w.keys.Derive(row.KeyID, row.ID)
	return c.Clear(), err
}

// claim sends a chèque scanned without network and answers its dispute.
func (w *world) claim(ctx context.Context, actor identity.Actor, phone uuid.UUID, code string, scanned time.Time) (uuid.UUID, error) {
	place, minutes := w.places["mediatheque"], 60
	answers, err := w.redemptions.Claim(ctx, actor, redemption.Queue{Device: phone, SentAt: w.clock.now, Claims: []redemption.Claim{{
		Key: uuid.NewString(), ScannedAt: scanned, Codes: []string{code}, Entries: []int{3}, Mode: redemption.Individuel, PlaceID: &place, DurationMinutes: &minutes,
	}}})
	if err != nil {
		return uuid.Nil, err
	}
	if got := answers[0].Results; len(got) == 1 && got[0].Status == redemption.Disputed {
		return got[0].Dispute, nil
	}
	return uuid.Nil, fmt.Errorf("no dispute about a chèque scanned on %s: %s", scanned.Format(time.DateOnly), answers[0].Message)
}
