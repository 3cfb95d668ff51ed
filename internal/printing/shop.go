package printing

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"

	"filippo.io/age"
	"github.com/google/uuid"

	"passnum/internal/audit"
	"passnum/internal/fault"
	"passnum/internal/identifier"
	"passnum/internal/identity"
	"passnum/internal/postgres"
)

// NewShop is what the operator types about a print shop.
type NewShop struct {
	Name, Email, PublicKey string
}

// Tidy drops what a copy and paste brings.
func (n *NewShop) Tidy() {
	n.Name = strings.Join(strings.Fields(n.Name), " ")
	n.Email = strings.TrimSpace(n.Email)
	n.PublicKey = strings.Join(strings.Fields(n.PublicKey), "")
}

// HasSecret reports whether somebody pasted a secret key, which must be shown
// to nobody again.
func (n NewShop) HasSecret() bool {
	return strings.Contains(strings.ToUpper(n.PublicKey), "AGE-SECRET-KEY-")
}

func (n NewShop) problems() error {
	var c fault.Collector
	c.Check(n.Name != "" && utf8.RuneCountInString(n.Name) <= 120, "nom", "Indiquez le nom de l’imprimeur, en 120 caractères au plus.")
	if n.Email != "" {
		_, err := identifier.ParseEmail(n.Email)
		c.Check(err == nil, "courriel", "Cette adresse électronique n’est pas complète, par exemple atelier@imprimerie.fr.")
	}
	if n.HasSecret() {
		c.Check(false, "cle", "C’est la clé secrète de l’imprimeur\u00a0: elle ne doit quitter son atelier pour personne. Demandez-lui d’en créer une autre, et de n’envoyer que la ligne qui commence par age1.")
	} else {
		_, err := recipient(n.PublicKey)
		c.Check(err == nil, "cle", "Cette clé n’est pas complète\u00a0: une clé publique age commence par age1 et se copie en entier.")
	}
	return c.Err()
}

// recipient reads a public key; one key, of the kinds that age makes itself.
func recipient(key string) (age.Recipient, error) {
	found, err := age.ParseRecipients(strings.NewReader(key))
	if err != nil {
		return nil, fmt.Errorf("read public key: %w", err)
	}
	if len(found) != 1 || !strings.HasPrefix(key, "age1") {
		return nil, errors.New("not one public key")
	}
	return found[0], nil
}

// Register keeps a print shop and its key. Refuses, field by field, what is
// missing or wrong, and a key that a shop already has.
func (s *Service) Register(ctx context.Context, actor identity.Actor, n NewShop) (uuid.UUID, error) {
	if err := actor.May(identity.PlatformOrders); err != nil {
		return uuid.Nil, err
	}
	n.Tidy()
	if err := n.problems(); err != nil {
		return uuid.Nil, err
	}
	id := postgres.NewID()
	err := s.db.InPlatform(ctx, actor, "enregistrement d’un imprimeur", func(tx *postgres.Tx) error {
		_, err := postgres.Do(ctx, tx, `
			INSERT INTO print_shops (id, name, email, public_key, created_at, created_by, created_by_name)
			VALUES (@id, @name, @email, @key, @now, @account, @by)`,
			postgres.Args{"id": id, "name": n.Name, "email": n.Email, "key": n.PublicKey, "now": tx.Now(), "account": actor.AccountID, "by": actor.Name})
		if postgres.Constraint(err) == "print_shops_key_once" {
			return fault.Field("cle", "Un imprimeur est déjà enregistré avec cette clé.")
		}
		if err != nil {
			return err
		}
		return audit.Record(ctx, tx, actor, audit.Act{
			Name: "imprimeur enregistré", SubjectKind: "imprimeur", SubjectID: id, Detail: map[string]any{"nom": n.Name, "cle": n.PublicKey},
		})
	})
	if err != nil {
		return uuid.Nil, fmt.Errorf("register print shop: %w", err)
	}
	return id, nil
}

// Retire stops offering a print shop: no new pack can be made for its key.
func (s *Service) Retire(ctx context.Context, actor identity.Actor, id uuid.UUID) error {
	if err := actor.May(identity.PlatformOrders); err != nil {
		return err
	}
	err := s.db.InPlatform(ctx, actor, "retrait d’un imprimeur", func(tx *postgres.Tx) error {
		n, err := postgres.Do(ctx, tx, `UPDATE print_shops SET retired_at = @now WHERE id = @id AND retired_at IS NULL`,
			postgres.Args{"id": id, "now": tx.Now()})
		if err != nil {
			return err
		}
		if n == 0 {
			return ErrNoShop
		}
		return audit.Record(ctx, tx, actor, audit.Act{Name: "imprimeur retiré", SubjectKind: "imprimeur", SubjectID: id})
	})
	if err != nil {
		return fmt.Errorf("retire print shop: %w", err)
	}
	return nil
}
