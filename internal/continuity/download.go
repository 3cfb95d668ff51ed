package continuity

import (
	"context"
	"fmt"
	"io"
	"time"

	"github.com/google/uuid"

	"passnum/internal/identity"
	"passnum/internal/mail"
	"passnum/internal/postgres"
)

// slowest is how long a download may last before its content is deleted.
const slowest = 4 * time.Hour

// Content is a kit on its way out.
type Content struct {
	Name string
	Size int64
	kit  Kit
	db   *postgres.DB
}

// Take begins the one download of a kit: it is used up before the first byte,
// and every administrator is told. ErrNoKit.
func (s *Service) Take(ctx context.Context, actor identity.Actor, id uuid.UUID) (Content, error) {
	if err := actor.May(identity.PlatformDecide); err != nil {
		return Content{}, err
	}
	c := Content{db: s.db}
	err := s.db.InPlatform(ctx, actor, "téléchargement d’un kit de continuité", func(tx *postgres.Tx) (err error) {
		if c.kit, err = lock(ctx, tx, id); err != nil {
			return err
		}
		if c.kit.State != Ready {
			return ErrNoKit
		}
		err = postgres.Must(ctx, tx, `
			UPDATE continuity_kits SET state = 'remis', downloaded_at = @now, downloaded_by = @account, downloaded_by_name = @by, ended_at = @now WHERE id = @id`,
			postgres.Args{"id": id, "now": tx.Now(), "account": actor.AccountID, "by": actor.Name})
		if err != nil {
			return err
		}
		if err := record(ctx, tx, actor, id, "kit de continuité téléchargé", map[string]any{"empreinte": c.kit.Fingerprint()}); err != nil {
			return err
		}
		return s.tellLeft(ctx, tx, actor.Name+" a téléchargé", c.kit)
	})
	if err != nil {
		return Content{}, fmt.Errorf("take kit: %w", err)
	}
	c.Name, c.Size = Name(*c.kit.TakenAt)+".age", c.kit.SizeBytes
	return c, nil
}

// Name is how the archive of a moment is called.
func Name(at time.Time) string {
	return "passnum-kit-" + at.In(postgres.Paris).Format("2006-01-02") + ".zip"
}

// Send writes the kit, chunk by chunk, then deletes it.
func (c Content) Send(ctx context.Context, w io.Writer) error {
	for number := 1; number <= c.kit.Chunks; number++ {
		var chunk []byte
		err := c.db.InPlatform(ctx, postgres.System{}, "", func(tx *postgres.Tx) (err error) {
			chunk, err = postgres.Value[[]byte](ctx, tx, `SELECT content FROM continuity_kit_chunks WHERE kit_id = @id AND number = @number`,
				postgres.Args{"id": c.kit.ID, "number": number})
			return err
		})
		if err == nil {
			_, err = w.Write(chunk)
		}
		if err != nil {
			return fmt.Errorf("send kit, part %d of %d: %w", number, c.kit.Chunks, err)
		}
	}
	return c.db.InPlatform(ctx, postgres.System{}, "", func(tx *postgres.Tx) error { return empty(ctx, tx, c.kit.ID) })
}

// FromConsole exports at the server's console, where nobody else can be asked:
// it is written down, journaled, and every administrator is told.
func (s *Service) FromConsole(ctx context.Context, w io.Writer, liquidator, successor string, progress Progress) error {
	if s.Signer == nil {
		return ErrNoKey
	}
	m, err := s.Export(ctx, w, successor, progress)
	if err != nil {
		return err
	}
	k := Kit{ID: postgres.NewID(), TakenAt: &m.At, LiquidatorKey: liquidator, SuccessorKey: successor}
	err = s.db.InPlatform(ctx, postgres.System{}, "", func(tx *postgres.Tx) error {
		_, err := postgres.Do(ctx, tx, `
			INSERT INTO continuity_kits (id, state, reason, liquidator_key, successor_key, requested_at, requested_by_name, taken_at, files, rows, ended_at)
			VALUES (@id, 'console', 'Commande « passnum exit export »', @liquidator, @successor, @now, 'Console du serveur', @taken, @files, @rows, @now)`,
			postgres.Args{"id": k.ID, "liquidator": liquidator, "successor": successor, "now": tx.Now(), "taken": m.At, "files": len(m.Files), "rows": rowsIn(m)})
		if err != nil {
			return err
		}
		if err := record(ctx, tx, identity.Actor{Name: "Console du serveur"}, k.ID, "kit de continuité exporté", map[string]any{"liquidateur": liquidator, "successeur": successor}); err != nil {
			return err
		}
		return s.tellLeft(ctx, tx, "Quelqu’un a exporté, depuis la console du serveur,", k)
	})
	if err != nil {
		return fmt.Errorf("write the export down: %w", err)
	}
	return nil
}

// tellAsked writes to those who may grant the request.
func (s *Service) tellAsked(ctx context.Context, tx *postgres.Tx, actor identity.Actor, r Request) error {
	return s.tell(ctx, tx, actor.AccountID, "Un kit de continuité attend votre accord", []string{
		actor.Name + " demande un kit de continuité\u00a0: toutes les données de l’installation, chiffrées pour un liquidateur. Motif\u00a0: «\u00a0" + r.Reason + "\u00a0».",
		"Appelez cette personne et relisez avec elle les clés des destinataires avant d’accorder. Si vous n’en savez rien, refusez.",
	}, "administration", "finance")
}

// tellLeft writes to every administrator that everything left the house.
func (s *Service) tellLeft(ctx context.Context, tx *postgres.Tx, who string, k Kit) error {
	keys := "Les clés des chèques n’y sont pas."
	if k.SuccessorKey != "" {
		keys = "Les clés des chèques y sont, chiffrées pour la clé du successeur\u00a0: " + k.SuccessorKey + "."
	}
	return s.tell(ctx, tx, uuid.Nil, "Un kit de continuité a quitté la maison", []string{
		who + " un kit de continuité\u00a0: toutes les données de l’installation. " + keys,
		"Si ce n’est pas prévu, changez tout de suite les mots de passe de l’équipe et appelez l’hébergeur.",
	}, "administration")
}

func (s *Service) tell(ctx context.Context, tx *postgres.Tx, but uuid.UUID, subject string, paragraphs []string, roles ...string) error {
	if s.Post == nil {
		return nil
	}
	addresses, err := postgres.Values[string](ctx, tx, `
		SELECT email FROM accounts WHERE operator_role = ANY (@roles) AND disabled_at IS NULL AND id <> @but ORDER BY email`,
		postgres.Args{"roles": roles, "but": but})
	if err != nil {
		return fmt.Errorf("read administrators: %w", err)
	}
	for _, address := range addresses {
		m := mail.Render(subject, "Bonjour,", paragraphs, &mail.Action{Label: "Voir la continuité", URL: s.BaseURL + "/admin/continuite"}, "")
		m.To = address
		if err := s.Post(ctx, tx, m); err != nil {
			return fmt.Errorf("tell administrators: %w", err)
		}
	}
	return nil
}
