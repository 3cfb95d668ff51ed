package demo

import (
	"context"
	"fmt"
	"io"

	"github.com/google/uuid"

	"passnum/internal/printing"
)

// shopKey is a public key whose secret was thrown away: packs of the
// demonstration open for nobody.
const shopKey = "age15m8hn5648nlxe2rrg0pyvqrv6awn2sjmxxy27xyzf4p57u3duqnsum3vse"

// fewCarnets is up to how many carnets an order's printing is played: larger
// packs take seconds to make.
const fewCarnets = 300

// sendToPress plays an order's printing, from the pack to its receipt.
func (w *world) sendToPress(ctx context.Context, p *purchase) error {
	if p.carnets > fewCarnets {
		return nil
	}
	admin := w.actors["admin"]
	if w.shop == uuid.Nil {
		id, err := w.printing.Register(ctx, admin, printing.NewShop{Name: "Imprimerie du Thaurion", Email: "atelier@thaurion.demo.passnum.test", PublicKey: shopKey})
		if err != nil {
			return fmt.Errorf("register print shop: %w", err)
		}
		w.shop = id
	}
	if err := w.makePack(ctx, p); err != nil {
		return err
	}
	content, err := w.printing.Take(ctx, admin, p.id)
	if err != nil {
		return err
	}
	if err := content.Send(ctx, io.Discard); err != nil {
		return err
	}
	st, err := w.printing.Status(ctx, admin, p.id)
	if err != nil {
		return err
	}
	return w.printing.Acknowledge(ctx, admin, p.id, st.Packs[0].Fingerprint())
}

func (w *world) makePack(ctx context.Context, p *purchase) error {
	if err := w.printing.Ask(ctx, w.actors["admin"], p.id, w.shop); err != nil {
		return err
	}
	return w.drain(ctx)
}

// reprint leaves a pack that waits for a second person's word.
func (w *world) reprint(ctx context.Context, p *purchase) error {
	w.clock.now = w.at(-1, 16, 20)
	if err := w.makePack(ctx, p); err != nil {
		return err
	}
	return w.printing.AskAgain(ctx, w.actors["admin"], p.id, "Un carton a pris l’eau à Aubusson\u00a0: l’imprimeur doit refaire les carnets 121 à 140.")
}
