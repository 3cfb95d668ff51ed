package printing

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"

	"github.com/google/uuid"

	"passnum/internal/identity"
	"passnum/internal/jobs"
	"passnum/internal/order"
	"passnum/internal/postgres"
)

// packRun is the kind of the visible progress of making a pack.
const packRun = "impression"

// Ask begins a pack of an order for a print shop; a pack that waited there is
// deleted. Returns ErrNoShop, jobs.ErrAlreadyRunning, or what order.Press
// refuses.
func (s *Service) Ask(ctx context.Context, actor identity.Actor, id, shop uuid.UUID) error {
	if err := actor.May(identity.PlatformOrders); err != nil {
		return err
	}
	press, err := s.Orders.Press(ctx, id)
	if err != nil {
		return err
	}
	err = s.db.InPlatform(ctx, actor, "paquet d’impression", func(tx *postgres.Tx) error {
		chosen, err := findShop(ctx, tx, shop)
		if err != nil {
			return err
		}
		if err := replace(ctx, tx, actor, id); err != nil {
			return err
		}
		return s.begin(ctx, tx, actor, press, chosen)
	})
	if err != nil {
		return fmt.Errorf("ask for print pack: %w", err)
	}
	return nil
}

// replace ends the pack that waits, if there is one.
func replace(ctx context.Context, tx *postgres.Tx, actor identity.Actor, order uuid.UUID) error {
	former, err := lockPack(ctx, tx, order, Ready)
	if errors.Is(err, postgres.ErrNoRow) {
		return nil
	}
	if err != nil {
		return err
	}
	if err := end(ctx, tx, former, Replaced, actor.Name); err != nil {
		return err
	}
	return record(ctx, tx, actor, former, "paquet d’impression remplacé et effacé", nil)
}

func (s *Service) begin(ctx context.Context, tx *postgres.Tx, actor identity.Actor, press order.Press, shop Shop) error {
	p := Pack{CommanditaireID: press.CommanditaireID, ID: postgres.NewID(), OrderID: press.ID, ShopID: shop.ID, ShopName: shop.Name, PublicKey: shop.PublicKey}
	args := p.key()
	args["order"], args["shop"], args["name"], args["key"] = p.OrderID, p.ShopID, p.ShopName, p.PublicKey
	args["now"], args["account"], args["by"] = tx.Now(), actor.AccountID, actor.Name
	_, err := postgres.Do(ctx, tx, `
		INSERT INTO print_packs (commanditaire_id, id, order_id, shop_id, shop_name, public_key, created_at, created_by, created_by_name)
		VALUES (@commanditaire, @pack, @order, @shop, @name, @key, @now, @account, @by)`, args)
	if postgres.Constraint(err) == "print_packs_one_live" {
		return jobs.ErrAlreadyRunning
	}
	if err != nil {
		return err
	}
	run, err := jobs.Start(ctx, tx, jobs.Run{OrganisationID: p.CommanditaireID, Kind: packRun, SubjectID: p.OrderID, Total: int64(press.Carnets)})
	if err != nil {
		return err
	}
	if err := record(ctx, tx, actor, p, "paquet d’impression demandé", nil); err != nil {
		return err
	}
	return s.Queue.Enqueue(ctx, tx, BuildArgs{OrderID: p.OrderID, PackID: p.ID, RunID: run})
}

// Cancel stops the making of a pack and deletes what was made of it.
func (s *Service) Cancel(ctx context.Context, actor identity.Actor, id uuid.UUID) error {
	if err := actor.May(identity.PlatformOrders); err != nil {
		return err
	}
	err := s.db.InPlatform(ctx, actor, "arrêt d’un paquet d’impression", func(tx *postgres.Tx) error {
		p, err := lockPack(ctx, tx, id, Preparing)
		if errors.Is(err, postgres.ErrNoRow) {
			return ErrNothingStopped
		}
		if err != nil {
			return err
		}
		if err := end(ctx, tx, p, Stopped, actor.Name); err != nil {
			return err
		}
		run, _, err := jobs.Latest(ctx, tx, packRun, id)
		if err != nil {
			return err
		}
		if err := jobs.Cancel(ctx, tx, run.ID); err != nil {
			return err
		}
		return record(ctx, tx, actor, p, "paquet d’impression arrêté", nil)
	})
	if err != nil {
		return fmt.Errorf("cancel print pack: %w", err)
	}
	return nil
}

// fewestSaid is how much of a fingerprint must be read out, in hexadecimal.
const fewestSaid = 12

// Acknowledge records that the print shop opened the pack, proven by the
// fingerprint it read, and deletes the content. Returns ErrNoPack, ErrNotTaken
// or ErrFingerprint.
func (s *Service) Acknowledge(ctx context.Context, actor identity.Actor, id uuid.UUID, fingerprint string) error {
	if err := actor.May(identity.PlatformOrders); err != nil {
		return err
	}
	err := s.db.InPlatform(ctx, actor, "accusé de réception d’un imprimeur", func(tx *postgres.Tx) error {
		p, err := ready(ctx, tx, id)
		if err != nil {
			return err
		}
		taken, err := postgres.Value[bool](ctx, tx, `
			SELECT EXISTS (SELECT 1 FROM print_downloads WHERE commanditaire_id = @commanditaire AND pack_id = @pack AND used_at IS NOT NULL)`, p.key())
		if err != nil {
			return err
		}
		if !taken {
			return ErrNotTaken
		}
		if !p.saidBy(fingerprint) {
			return ErrFingerprint
		}
		if err := end(ctx, tx, p, Received, actor.Name); err != nil {
			return err
		}
		return record(ctx, tx, actor, p, "paquet d’impression reçu par l’imprimeur, puis effacé", map[string]any{"empreinte": p.Fingerprint()})
	})
	if err != nil {
		return fmt.Errorf("acknowledge print pack: %w", err)
	}
	return nil
}

// saidBy reports whether a typed text is the pack's fingerprint or enough of
// its beginning.
func (p Pack) saidBy(typed string) bool {
	said := strings.ToLower(strings.Join(strings.FieldsFunc(typed, func(r rune) bool { return r == ' ' || r == '\u00a0' || r == '-' }), ""))
	return len(said) >= fewestSaid && len(said) <= hex.EncodedLen(len(p.ManifestHash)) && strings.HasPrefix(p.Fingerprint(), said)
}
