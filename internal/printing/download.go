package printing

import (
	"context"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"github.com/google/uuid"

	"passnum/internal/fault"
	"passnum/internal/identity"
	"passnum/internal/postgres"
)

// Content is a pack on its way out: the leave to take it is used up.
type Content struct {
	Name string
	Size int64
	pack Pack
	db   *postgres.DB
}

// Take uses up a leave to download the order's pack: the first one, that nobody
// needs to ask for, or one that a second person gave. Returns ErrNoPack or
// ErrTaken. The content is then sent by Send.
func (s *Service) Take(ctx context.Context, actor identity.Actor, id uuid.UUID) (Content, error) {
	if err := actor.May(identity.PlatformOrders); err != nil {
		return Content{}, err
	}
	c := Content{db: s.db}
	err := s.db.InPlatform(ctx, actor, "téléchargement d’un paquet d’impression", func(tx *postgres.Tx) (err error) {
		if c.pack, err = ready(ctx, tx, id); err != nil {
			return err
		}
		if err := useLeave(ctx, tx, actor, c.pack); err != nil {
			return err
		}
		return record(ctx, tx, actor, c.pack, "paquet d’impression téléchargé", map[string]any{"empreinte": c.pack.Fingerprint()})
	})
	if err != nil {
		return Content{}, fmt.Errorf("take print pack: %w", err)
	}
	c.Name, c.Size = "carnets-"+c.pack.Contents().Order+".zip.age", c.pack.SizeBytes
	return c, nil
}

// useLeave uses the leave that a second person gave, else the order's first
// one; the constraints of the table let no other through.
func useLeave(ctx context.Context, tx *postgres.Tx, actor identity.Actor, p Pack) error {
	args := p.key()
	args["now"], args["account"], args["by"] = tx.Now(), actor.AccountID, actor.Name
	n, err := postgres.Do(ctx, tx, `
		UPDATE print_downloads SET used_at = @now, used_by = @account, used_by_name = @by
		WHERE commanditaire_id = @commanditaire AND pack_id = @pack AND granted AND used_at IS NULL`, args)
	if err != nil || n > 0 {
		return err
	}
	args["id"], args["order"] = postgres.NewID(), p.OrderID
	n, err = postgres.Do(ctx, tx, `
		INSERT INTO print_downloads (commanditaire_id, id, order_id, pack_id, is_first, requested_at, requested_by, requested_by_name, used_at, used_by, used_by_name)
		VALUES (@commanditaire, @id, @order, @pack, true, @now, @account, @by, @now, @account, @by)
		ON CONFLICT (commanditaire_id, order_id) WHERE is_first DO NOTHING`, args)
	if err == nil && n == 0 {
		return ErrTaken
	}
	return err
}

// Send writes the pack, chunk by chunk. It stops in the middle if the pack
// is deleted meanwhile.
func (c Content) Send(ctx context.Context, w io.Writer) error {
	for number := 1; number <= c.pack.Chunks; number++ {
		var chunk []byte
		err := c.db.InPlatform(ctx, postgres.System{}, "", func(tx *postgres.Tx) (err error) {
			args := c.pack.key()
			args["number"] = number
			chunk, err = postgres.Value[[]byte](ctx, tx, `
				SELECT content FROM print_pack_chunks WHERE commanditaire_id = @commanditaire AND pack_id = @pack AND number = @number`, args)
			return err
		})
		if err == nil {
			_, err = w.Write(chunk)
		}
		if err != nil {
			return fmt.Errorf("send print pack, part %d of %d: %w", number, c.pack.Chunks, err)
		}
	}
	return nil
}

// longestReason bounds what is written to explain a request.
const longestReason = 300

// AskAgain asks for leave to download once more, for a reason. Returns
// ErrNoPack, ErrNotTaken or ErrAsked.
func (s *Service) AskAgain(ctx context.Context, actor identity.Actor, id uuid.UUID, reason string) error {
	if err := actor.May(identity.PlatformOrders); err != nil {
		return err
	}
	if reason = strings.TrimSpace(reason); reason == "" || utf8.RuneCountInString(reason) > longestReason {
		return fault.Field("motif", "Dites en quelques mots pourquoi il faut télécharger une nouvelle fois, en 300 caractères au plus.")
	}
	err := s.db.InPlatform(ctx, actor, "demande d’un autre téléchargement", func(tx *postgres.Tx) error {
		p, err := ready(ctx, tx, id)
		if err != nil {
			return err
		}
		args := p.key()
		args["id"], args["order"], args["reason"], args["now"] = postgres.NewID(), p.OrderID, reason, tx.Now()
		args["account"], args["by"] = actor.AccountID, actor.Name
		n, err := postgres.Do(ctx, tx, `
			INSERT INTO print_downloads (commanditaire_id, id, order_id, pack_id, is_first, reason, requested_at, requested_by, requested_by_name)
			SELECT @commanditaire, @id, @order, @pack, false, @reason, @now, @account, @by
			WHERE EXISTS (SELECT 1 FROM print_downloads WHERE commanditaire_id = @commanditaire AND order_id = @order AND is_first)`, args)
		switch {
		case postgres.Constraint(err) == "print_downloads_one_open":
			return ErrAsked
		case err != nil:
			return err
		case n == 0:
			return ErrNotTaken
		}
		return record(ctx, tx, actor, p, "autre téléchargement du paquet demandé", map[string]any{"motif": reason})
	})
	if err != nil {
		return fmt.Errorf("ask for another download: %w", err)
	}
	return nil
}

// Decide grants or refuses a request that somebody else made. It is a second
// pair of eyes: whoever follows orders, or money. Returns ErrOwnRequest or
// ErrDecided.
func (s *Service) Decide(ctx context.Context, actor identity.Actor, id, download uuid.UUID, grant bool) error {
	if !actor.Can(identity.PlatformOrders) && !actor.Can(identity.PlatformFunds) {
		return identity.ErrForbidden
	}
	err := s.db.InPlatform(ctx, actor, "décision sur un téléchargement", func(tx *postgres.Tx) error {
		p, err := ready(ctx, tx, id)
		if err != nil {
			return err
		}
		args := p.key()
		args["id"], args["grant"], args["now"], args["account"], args["by"] = download, grant, tx.Now(), actor.AccountID, actor.Name
		n, err := postgres.Do(ctx, tx, `
			UPDATE print_downloads SET decided_at = @now, decided_by = @account, decided_by_name = @by, granted = @grant
			WHERE commanditaire_id = @commanditaire AND pack_id = @pack AND id = @id AND NOT is_first AND decided_at IS NULL`, args)
		switch {
		case postgres.Constraint(err) == "print_downloads_four_eyes":
			return ErrOwnRequest
		case err != nil:
			return err
		case n == 0:
			return ErrDecided
		}
		act := "autre téléchargement du paquet refusé"
		if grant {
			act = "autre téléchargement du paquet autorisé"
		}
		return record(ctx, tx, actor, p, act, nil)
	})
	if err != nil {
		return fmt.Errorf("decide on a download: %w", err)
	}
	return nil
}
